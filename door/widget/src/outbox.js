// @ts-check
// Messages on their way. One is asked at a time, in the order typed; each keeps its id until it is answered, so a
// repeat after a cut line is the same question to the server and is shown once. Nothing leaves the queue unanswered
// unless the server refuses it for good.

import { newId } from "./dom.js";
import { Trouble } from "./api.js";
import { alarm } from "./emergency.js";
/** @typedef {import("./api.js").Message} Message */

/**
 * @typedef {{id: string, text: string, silent?: boolean, alarm?: number, warned?: boolean}} Entry
 * @typedef {object} Hooks what the chat does as things happen
 * @property {(entry: Entry) => void} asking the entry is on its way (again)
 * @property {(entry: Entry, stage: "working"|"slow") => void} late no answer after 3 and after 8 seconds
 * @property {(entry: Entry, messages: Message[]) => void} answer
 * @property {(entry: Entry, trouble: Trouble, wait: number) => void} trouble will be tried again after `wait` seconds
 * @property {(entry: Entry, trouble: Trouble) => void} refused won't be tried again
 * @property {() => void} expired the conversation is no longer kept; the next one begins
 */

// How a message that the widget sends by itself is known again when the chat is read back. Still a random UUID, as
// the server asks of the id that opens a conversation.
export const SILENT = "00000000";

// After these the person is told, and can try again; after the last we give up ourselves.
const WORKING_MS = 3000;
const SLOW_MS = 8000;
const GIVE_UP_MS = 30000;
// Waits between tries in seconds; the last one repeats. Short at first, as most cuts are.
const WAITS = [1, 2, 4, 8, 15, 30];

export class Outbox {
  /**
   * @param {import("./api.js").Api} api
   * @param {import("./store.js").Store} store
   * @param {Hooks} hooks
   */
  constructor(api, store, hooks) {
    this.api = api;
    this.store = store;
    this.hooks = hooks;
    /** @type {Entry[]} */
    this.queue = Object.entries(store.tab.unsent || {}).map(([id, text]) => {
      const silent = id.startsWith(SILENT);
      return { id, text, silent, alarm: silent ? 0 : alarm(text) };
    });
    this.tries = 0;
    /** when the server listens again, after it said 'too many' */
    this.until = 0;
    /** counts the conversations of this page, to know an answer to a chat that was deleted meanwhile */
    this.era = 0;
    /** @type {AbortController|null} */
    this.flight = null;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
  }

  /** Whether something waits for the server beyond a healthy moment. */
  get stuck() {
    return this.tries > 0;
  }

  /**
   * @param {string} text
   * @param {{silent?: boolean, alarm?: number, first?: boolean}} [kind] silent: not shown as something the person said; first: before what waits
   * @returns {Entry}
   */
  add(text, { silent, alarm: level, first } = {}) {
    const entry = { id: silent ? SILENT + newId().slice(8) : newId(), text, silent, alarm: level };
    this.queue[first ? "unshift" : "push"](entry);
    this.save();
    return entry;
  }

  save() {
    this.store.setTab({ unsent: Object.fromEntries(this.queue.map(({ id, text }) => [id, text])) });
  }

  /** Sends now what waits, also what is on its way and slow. */
  retry() {
    this.flight?.abort();
    this.flight = null;
    this.pump();
  }

  /** Sends the next one, if the line is free. */
  async pump() {
    const [entry] = this.queue;
    if (!entry || this.flight || Date.now() < this.until) return;
    clearTimeout(this.timer);
    const flight = (this.flight = new AbortController());
    const { era } = this;
    const sent = this.store.token;
    this.hooks.asking(entry);
    const late = (/** @type {"working"|"slow"} */ stage, /** @type {number} */ ms) =>
      setTimeout(() => this.flight === flight && this.hooks.late(entry, stage), ms);
    const clocks = [late("working", WORKING_MS), late("slow", SLOW_MS), setTimeout(() => flight.abort(), GIVE_UP_MS)];
    try {
      const { token, messages } = await this.api.say(entry, this.store.token, flight.signal);
      if (era !== this.era) return this.api.forget(token).catch(() => {});
      // A second try may have overtaken this one: the first answer to come counts.
      if (!this.queue.includes(entry)) return;
      if (token !== this.store.token) this.store.setToken(token);
      this.done(entry);
      this.hooks.answer(entry, messages);
    } catch (error) {
      if (era !== this.era || this.flight !== flight) return;
      this.fail(entry, error instanceof Trouble ? error : new Trouble("down"), sent);
    } finally {
      for (const clock of clocks) clearTimeout(clock);
      if (this.flight === flight) this.flight = null;
    }
    if (!this.tries) this.pump();
  }

  /** @param {Entry} entry */
  done(entry) {
    this.queue = this.queue.filter((one) => one !== entry);
    this.tries = this.until = 0;
    this.save();
  }

  /** @param {Entry} entry @param {Trouble} trouble @param {string|null} [sent] the token that went with it */
  fail(entry, trouble, sent) {
    if (trouble.kind === "expired" && sent) {
      this.tries = this.until = 0; // the new chat is tried at once
      // Unless reading the chat back has found out before.
      if (this.store.token === sent) {
        this.store.setToken(null);
        this.hooks.expired();
      }
    } else if (trouble.kind === "refused") {
      this.done(entry);
      this.hooks.refused(entry, trouble);
    } else {
      const wait = trouble.kind === "busy" ? trouble.wait : WAITS[Math.min(this.tries, WAITS.length - 1)];
      this.tries += 1;
      if (trouble.kind === "busy") this.until = Date.now() + wait * 1000 - 50;
      this.timer = setTimeout(() => this.pump(), wait * 1000);
      this.hooks.trouble(entry, trouble, wait);
    }
  }

  /** Forgets what waits; an answer still under way is deleted on the server when it comes. */
  clear() {
    this.era += 1;
    this.flight = null;
    clearTimeout(this.timer);
    this.queue = [];
    this.tries = this.until = 0;
    this.save();
  }
}
