// @ts-check
// The list of messages on the screen, and how a chat that is read back from the server joins what is there already:
// by id, so that nothing shows twice, in the server's order.

import { said, answered, under } from "./message.js";
import { clean } from "./api.js";
import { SILENT } from "./outbox.js";
/** @typedef {import("./api.js").Message} Message */

export class History {
  /**
   * @param {import("./words.js").Words} words
   * @param {HTMLOListElement} list
   * @param {HTMLElement} log the live region around the list
   * @param {import("./message.js").Actions} actions
   */
  constructor(words, list, log, actions) {
    this.words = words;
    this.list = list;
    this.log = log;
    this.actions = actions;
    /** @type {Map<string, {node: HTMLLIElement, message: Message}>} by id */
    this.shown = new Map();
  }

  /** The messages in the order on the screen. @returns {Message[]} */
  get messages() {
    const order = (/** @type {HTMLElement} */ node) => this.shown.get(node.dataset.id || "")?.message;
    return /** @type {Message[]} */ (Array.from(/** @type {any} */ (this.list.children), order).filter(Boolean));
  }

  /**
   * What the person said, the moment it is sent.
   * @param {{id: string, text: string}} entry
   */
  person({ id, text }) {
    this.list.append(this.draw(/** @type {Message} */ (clean({ id, text, from: "person" })), true));
  }

  /**
   * The answers of one turn, added in one go, under the question they answer.
   * @param {string} to the question's id
   * @param {Message[]} messages
   * @returns {HTMLLIElement|undefined} the first new one
   */
  answers(to, messages) {
    const fresh = messages.filter((one) => !this.shown.has(one.id));
    const nodes = fresh.map((message) => this.draw(message, true));
    // One interruption is enough: what follows the first 999 of a turn is read after it.
    for (const node of nodes.map((one) => one.querySelector("[role=alert]")).filter(Boolean).slice(1)) node?.removeAttribute("role");
    this.place(to, ...nodes);
    return nodes[0];
  }

  /**
   * Puts items under the message that they belong to: at the list's end they could stand under one typed meanwhile.
   * @param {string|undefined} to its id; without one, at the end
   * @param {...HTMLLIElement} nodes
   */
  place(to, ...nodes) {
    const question = this.shown.get(to || "")?.node;
    if (!question) return this.list.append(...nodes);
    // Our own 999, which has no id, was said while the server was away: before the answer.
    const next = /** @type {HTMLElement|null} */ (question.nextElementSibling);
    (next && !next.dataset.id ? next : question).after(...nodes);
  }

  /**
   * A chat as the server holds it.
   * @param {Message[]} messages
   */
  merge(messages) {
    // Read back, not said: a screen reader must not hear the whole chat again.
    this.log.setAttribute("aria-live", "off");
    /** @type {string|undefined} */
    let last;
    let silent = false;
    for (const message of messages) {
      // The widget's own 'my force is …' and its answer aren't part of the talk.
      if (message.from === "person") silent = message.id.startsWith(SILENT);
      if (silent) continue;
      if (!this.shown.has(message.id)) {
        const node = this.draw(message, false);
        if (last) this.place(last, node);
        else this.list.insertBefore(node, this.list.querySelector("[data-id]"));
      }
      last = message.id;
    }
    setTimeout(() => this.log.removeAttribute("aria-live"), 1000);
  }

  /** @param {Message} message @param {boolean} fresh @returns {HTMLLIElement} */
  draw(message, fresh) {
    const mine = message.from === "person";
    const node = (mine ? said : answered)(this.words, message, fresh);
    node.dataset.id = message.id;
    this.shown.set(message.id, { node, message });
    // A moment later: outside what the screen reader announces.
    if (!mine) setTimeout(() => node.append(under(this.words, message, this.actions)), fresh ? 60 : 0);
    return node;
  }

  /** @param {string} text @param {boolean} [urgent] @param {string} [to] the message it belongs to @returns {HTMLLIElement} */
  note(text, urgent, to) {
    const node = answered(this.words, { text, emergency: !!urgent, lang: this.words.lang }, true);
    this.place(to, node);
    return node;
  }

  clear() {
    this.list.replaceChildren();
    this.shown.clear();
  }

  /** How far a message has come, under it. @param {string} id @param {string} state */
  state(id, state) {
    const line = this.shown.get(id)?.node.querySelector(".state");
    if (line && line.textContent !== state) line.textContent = state;
  }

  /** Takes back a message that the server refused. @param {string} id */
  drop(id) {
    this.shown.get(id)?.node.remove();
    this.shown.delete(id);
  }
}
