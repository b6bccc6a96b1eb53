// @ts-check
// Where it comes together: what is pressed, sent, answered, lost and found again.

import { Words } from "./words.js";
import { Store } from "./store.js";
import { Api, Trouble } from "./api.js";
import { alarm } from "./emergency.js";
import { dress } from "./dress.js";
import { Outbox } from "./outbox.js";
import { Composer } from "./composer.js";
import { Options } from "./options.js";
import { Panel } from "./panel.js";
import { History } from "./history.js";
import { choices, plain, transcript } from "./message.js";
import { saveText } from "./carry.js";
import { leave, threeEscapes, ELSEWHERE } from "./leave.js";
import { safeAddress } from "./text.js";
/** @typedef {import("./api.js").Message} Message */
/** @typedef {import("./outbox.js").Entry} Entry */

/** The attributes of the tag. @typedef {{server?: string, force?: string, name?: string, logo?: string, colour?: string, position?: string, lang?: string, theme?: string, leave?: string, mode?: string}} Config */

export class Chat {
  // The inside of the panel, made when it is first opened.
  /** @type {Composer} */ composer;
  /** @type {Options} */ options;
  /** @type {History} */ history;

  /**
   * @param {HTMLElement} host
   * @param {ShadowRoot} shadow
   * @param {Config} config
   */
  constructor(host, shadow, config) {
    this.host = host;
    this.shadow = shadow;
    this.config = config;
    this.whole = config.mode === "page";
    this.site = /^[a-z_]+$/.test(config.force || "") ? config.force || null : null;
    this.force = this.site;
    this.store = new Store();
    this.api = new Api((config.server || "").replace(/\/+$/, ""));
    this.outbox = new Outbox(this.api, this.store, this);
    /** whether the server's side of the chat has been read */
    this.loaded = false;
    this.told = false;
    this.words = new Words(config.lang || document.documentElement.lang);
    this.panel = new Panel(this.words, config, {
      toggle: () => (this.panel.box.hidden ? this.open() : this.close()),
      close: () => this.close(), leave: () => this.leave(),
      retry: () => { this.composer.field.focus(); this.retry(); },
    });
    /** what opened the chat, and gets the focus back @type {HTMLElement} */
    this.opener = this.panel.launcher;
    /** the page's own links that open it @type {HTMLElement[]} */
    this.links = [];
    dress(host, shadow, config.colour);
    shadow.append(this.panel.root);
    this.listen();
    if (this.whole || this.store.tab.open) this.open(false);
  }

  /** The inside of the panel, when it is first opened. */
  furnish() {
    const { words, store } = this;
    this.composer = new Composer(words, (text) => this.submit(text), (draft) => store.setTab({ draft }));
    this.options = new Options(words, {
      again: () => this.forget(true), remove: () => this.forget(),
      download: () => saveText(words.say("file"), transcript(words, this.history.messages)),
      keep: (keep) => store.setKeep(keep),
      closed: () => this.options.toggle.focus(),
    }, store);
    this.panel.fill(this.options, this.composer.form, () => this.composer.begin(words.say("setforce", { force: "" })));
    this.history = new History(words, this.panel.list, this.panel.log, {
      choose: (text) => this.choose(text),
      helped: (message, yes) => this.judge(message, yes),
      copy: (message) => this.copy(message),
    });
    this.greet();
    this.composer.restore(store.tab.draft || "");
  }

  greet() {
    const greeting = this.history.note(this.words.say("greeting"));
    greeting.append(/** @type {Node} */ (choices(this.words.starts, (text) => this.choose(text))));
    this.panel.follow(this.force);
  }

  listen() {
    this.shadow.addEventListener("keydown", (event) => {
      const key = /** @type {KeyboardEvent} */ (event);
      if (key.key !== "Escape" || key.isComposing || this.panel.box.hidden) return;
      if (!this.options.box.hidden) this.options.show(false);
      else this.close();
    });
    const escapes = threeEscapes(() => this.leave());
    // Only where there is a chat to hide: elsewhere Escape is the page's own.
    document.addEventListener("keydown", (event) => {
      if (this.store.token || this.panel.filled) escapes(event);
    }, true);
    // Focus that moves on to the page must not end up unseen behind the panel (WCAG 2.4.11).
    document.addEventListener("focusin", (event) => {
      const target = /** @type {Element} */ (event.target);
      if (target === this.host || this.panel.box.hidden || this.whole) return;
      const [at, box] = [target, this.panel.box].map((node) => node.getBoundingClientRect());
      if (at.left >= box.left && at.right <= box.right && at.top >= box.top && at.bottom <= box.bottom) this.close(false);
    });
    window.addEventListener("online", () => this.retry());
    // On paper the chat follows the page, instead of lying over it.
    window.addEventListener("beforeprint", () => this.host.hidePopover?.());
    window.addEventListener("afterprint", () => this.host.showPopover?.());
    document.addEventListener("visibilitychange", () => document.hidden || this.refresh());
    try {
      this.channel = new BroadcastChannel("pcso-assistant");
      this.channel.onmessage = ({ data }) => (data === "left" ? this.left() : data === this.store.token ? this.reset() : this.refresh());
    } catch {
      // Without it another tab catches up when it is looked at.
    }
  }

  /** @param {boolean} [focus] false when the page opens with the panel open: focus is the page's */
  open(focus = true) {
    if (!this.panel.filled) this.furnish();
    this.show(true);
    if (focus) this.composer.field.focus();
    if (!this.loaded) this.load();
  }

  /** @param {boolean} [focus] returns it to where it came from */
  close(focus = true) {
    if (this.whole) return;
    this.show(false);
    if (focus) this.opener.focus();
    this.opener = this.panel.launcher;
  }

  /** @param {boolean} open */
  show(open) {
    this.panel.box.hidden = !open;
    this.panel.launcher.setAttribute("aria-expanded", String(open));
    for (const link of this.links) link.setAttribute("aria-expanded", String(open));
    this.host.toggleAttribute("data-open", open);
    this.store.setTab({ open });
  }

  /** A plain link of the page becomes the button that opens the chat; with Ctrl or Shift it is still a link. @param {HTMLAnchorElement} link */
  adopt(link) {
    this.links.push(link);
    link.setAttribute("role", "button");
    link.setAttribute("aria-expanded", String(!this.panel.box.hidden));
    const press = (/** @type {MouseEvent|KeyboardEvent} */ event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.opener = link;
      this.open();
    };
    link.addEventListener("click", press);
    link.addEventListener("keydown", (event) => event.key === " " && press(event));
  }

  /** Reads the chat from the server, and sends what an earlier page couldn't. */
  async load() {
    const { store, history } = this;
    const { era } = this.outbox;
    const token = store.token;
    this.loaded = true;
    for (const entry of this.outbox.queue) if (!entry.silent && !history.shown.has(entry.id)) history.person(entry);
    try {
      if (token) {
        const messages = await this.api.history(token);
        if (era !== this.outbox.era) return;
        history.merge(messages);
        this.follow(messages);
        if (this.panel.list.lastElementChild) this.panel.reveal(this.panel.list.lastElementChild);
        if (!this.outbox.queue.length) this.panel.trouble();
      }
    } catch (error) {
      if (era !== this.outbox.era) return;
      if (/** @type {Trouble} */ (error).kind === "expired") this.ended(token);
      else {
        this.loaded = false;
        this.panel.trouble(this.words.say("down"));
        setTimeout(() => this.loaded || this.load(), 10000);
      }
    }
    this.outbox.pump();
  }

  /** Another tab may have gone on with this chat, or deleted it. */
  refresh() {
    if (this.panel.filled && this.store.token && !this.outbox.queue.length) this.load();
  }

  retry() {
    if (!this.panel.filled) return;
    this.outbox.retry();
    if (!this.loaded) this.load();
  }

  /** The chat isn't on the server any more. @param {string|null} token */
  ended(token) {
    if (this.store.token === token) this.store.setToken(null);
    this.told = false;
    this.force = this.site;
    this.history.clear();
    this.greet();
    this.history.note(this.words.say("expired"));
    for (const entry of this.outbox.queue) if (!entry.silent) this.history.person(entry);
    const [next] = this.outbox.queue;
    if (next && !next.silent) this.introduce(next.alarm || 0, true);
  }

  /** A new chat hears the site's force first, unless somebody is in danger. @param {number} level @param {boolean} [first] before what waits */
  introduce(level, first) {
    if (!this.site || this.store.token || this.told || level > 1) return;
    this.told = true;
    this.outbox.add(this.words.say("setforce", { force: this.words.force(this.site) + " Police" }), { silent: true, first });
  }

  /**
   * @param {string} text what is asked
   * @returns {boolean} false keeps the text in the field
   */
  submit(text) {
    const { outbox, composer, history } = this;
    const level = alarm(text);
    // Somebody in danger never waits.
    if (composer.waiting && level < 2) {
      composer.fail(this.words.say("wait"));
      return false;
    }
    this.introduce(level);
    const entry = outbox.add(text, { alarm: level });
    history.person(entry);
    this.panel.reveal(this.panel.list.lastElementChild);
    if (outbox.queue[0] !== entry) this.warn(entry, outbox.stuck ? 1 : 2);
    outbox.pump();
    return true;
  }

  /** A quick reply or a starting question. @param {string} text */
  choose(text) {
    this.submit(text);
    this.composer.field.focus();
  }

  // What the outbox reports.

  /** @param {Entry} entry */
  asking(entry) {
    this.history.state(entry.id, this.words.say("sending"));
    this.panel.wait(true);
    this.composer.wait(!this.outbox.stuck);
  }

  /** @param {Entry} entry @param {"working"|"slow"} stage */
  late(entry, stage) {
    this.warn(entry, stage === "slow" ? 1 : 2);
    if (stage === "working") return this.panel.tell(this.words.say("working"));
    this.panel.trouble(this.words.say("slow"));
    this.composer.wait(false);
  }

  /** @param {Entry} entry @param {Message[]} messages */
  answer(entry, messages) {
    this.calm();
    this.follow(messages);
    if (entry.silent) return;
    this.history.state(entry.id, "");
    const first = this.history.answers(entry.id, messages);
    // Once more when what stands under the answer has joined it.
    if (first) for (const wait of [0, 90]) setTimeout(() => this.panel.reveal(first), wait);
    this.channel?.postMessage("changed");
    if (!this.loaded) this.load();
  }

  /** @param {Entry} entry @param {Trouble} trouble @param {number} wait */
  trouble(entry, trouble, wait) {
    const { words } = this;
    for (const one of this.outbox.queue) this.history.state(one.id, words.say("unsent"));
    this.panel.wait(false);
    this.composer.wait(false);
    const kind = trouble.kind === "busy" || trouble.kind === "offline" ? trouble.kind : "down";
    this.panel.trouble(words.say(kind, { time: new Date(Date.now() + wait * 1000).toLocaleTimeString("en-GB") }));
    for (const one of this.outbox.queue) this.warn(one, 1);
  }

  /** @param {Entry} entry @param {Trouble} trouble */
  refused(entry, trouble) {
    this.calm();
    if (entry.silent) return;
    this.history.drop(entry.id);
    this.composer.restore(entry.text);
    this.composer.fail(trouble.detail || this.words.say("failed"));
  }

  expired() {
    this.ended(null);
  }

  /** The line is well again. */
  calm() {
    this.panel.wait(false);
    this.panel.trouble();
    this.composer.wait(false);
  }

  /** Says 999 without the server, once for each message. @param {Entry} entry @param {number} level of alarm from which it is said */
  warn(entry, level) {
    if (entry.warned || (entry.alarm || 0) < level) return;
    entry.warned = true;
    this.panel.reveal(this.history.note(this.words.say("call999"), true, entry.id));
  }

  /** Keeps the force that the talk is about. @param {Message[]} messages */
  follow(messages) {
    for (const { force } of messages) if (force) this.force = force;
    this.panel.follow(this.force);
  }

  /** @param {Message} message @param {boolean} yes */
  async judge(message, yes) {
    try {
      await this.api.feedback(this.store.token || "", message.id, yes);
      this.panel.tell(this.words.say("thanks"));
    } catch {
      this.panel.tell(this.words.say("failed"));
    }
  }

  /** @param {Message} message */
  async copy(message) {
    try {
      await navigator.clipboard.writeText(plain(this.words, message));
      this.panel.tell(this.words.say("copied"));
    } catch {
      this.panel.tell(this.words.say("failed"));
    }
  }

  /** A new, empty chat; the old one is deleted on the server. @param {boolean} [quiet] nothing is said of it */
  async forget(quiet) {
    const { token } = this.store;
    this.options.show(false);
    this.reset();
    // The same chat in another tab goes, too.
    if (token) this.channel?.postMessage(token);
    this.composer.field.focus();
    const tell = async () => {
      try {
        if (token) await this.api.forget(token);
      } catch (error) {
        if (/** @type {Trouble} */ (error).kind === "expired") return true;
        setTimeout(tell, 10000);
        return false;
      }
      return true;
    };
    const done = await tell();
    if (!quiet || !done) this.panel.tell(this.words.say(done ? "deleted" : "halfdeleted"));
  }

  reset() {
    this.outbox.clear();
    this.store.setToken(null);
    this.store.setTab({ draft: "" });
    this.force = this.site;
    this.told = false;
    if (!this.panel.filled) return;
    this.calm();
    this.composer.clear();
    this.history.clear();
    this.greet();
  }

  /** Another tab left the site, or deleted what was kept on this device. */
  left() {
    this.reset();
    this.store.wipe();
    this.close(false);
  }

  /** At once: blank, wiped, gone. */
  leave() {
    const { token } = this.store;
    this.host.toggleAttribute("data-gone", true);
    this.shadow.replaceChildren();
    if (token) this.api.forget(token, true).catch(() => {});
    this.outbox.clear();
    this.store.wipe();
    this.store.sealed = true;
    this.channel?.postMessage("left");
    const address = safeAddress(this.config.leave || "") || "";
    leave(/^http/.test(address) ? address : ELSEWHERE);
  }
}
