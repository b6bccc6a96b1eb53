// @ts-check
// The field where a question is typed: its label, the limit said before sending, and errors tied to the field.
// The text is never cut and never lost: a message that can't go stays in the field.

import { h } from "./dom.js";
/** @typedef {import("./words.js").Words} Words */

/** The server's limit (docs/contract.md), counted as it counts: in characters, not in UTF-16 units. */
const LIMIT = 2000;
const NEAR = 200;
/** So soon after the words are sent, a press is the second half of a double tap. */
const AGAIN_MS = 900;

export class Composer {
  /**
   * @param {Words} words
   * @param {(text: string) => boolean} submit takes the text; false keeps it in the field
   * @param {(text: string) => void} draft hears every change
   */
  constructor(words, submit, draft) {
    this.words = words;
    this.draft = draft;
    this.waiting = false;
    /** when the field was emptied last */
    this.sent = 0;
    this.field = h("textarea", { id: "field", rows: "1", autocomplete: "off", enterkeyhint: "send", dir: "auto", "aria-describedby": "error count" });
    this.send = h("button", { type: "submit", class: "send" }, words.say("send"));
    this.error = h("p", { id: "error", class: "error", role: "alert" });
    this.count = h("p", { id: "count", class: "hint", role: "status" });
    this.form = h("form", { novalidate: true },
      h("label", { for: "field" }, words.say("field")),
      this.error,
      h("div", { class: "row" }, this.field, this.send),
      this.count);

    this.form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      const text = this.field.value.trim();
      const over = this.over(text);
      // A second tap on the button, when the first has just sent the words, is no empty question.
      if (!text) Date.now() - this.sent < AGAIN_MS || this.fail(words.say("empty"));
      else if (over > 0) {
        // Said once: the line below the field says the same.
        clearTimeout(this.pause);
        this.count.textContent = "";
        this.fail(words.say("over", { n: over }));
      } else if (submit(text)) this.clear();
      this.field.focus();
    });
    this.field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      // While an input method composes (Chinese, Welsh accents on some keyboards), Enter belongs to it.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
    this.field.addEventListener("input", () => {
      this.fail("");
      this.measure();
      draft(this.field.value);
    });
    // A page's own shortcuts (single keys, as on many sites) must not hear what is typed here.
    for (const kind of ["keydown", "keypress", "keyup"]) {
      this.form.addEventListener(kind, (/** @type {KeyboardEvent} */ event) => event.key !== "Escape" && event.stopPropagation());
    }
  }

  /** @param {string} text @returns {number} characters over the limit; negative: left */
  over(text) {
    return (text.length > 4 * LIMIT ? text.length : Array.from(text).length) - LIMIT;
  }

  /** Says how much room is left, near the limit only, and once typing pauses. */
  measure() {
    clearTimeout(this.pause);
    const over = this.over(this.field.value.trim());
    const message = over > 0 ? this.words.say("over", { n: over }) : over > -NEAR ? this.words.say("left", { n: 0 - over }) : "";
    if (over > 0) this.field.setAttribute("aria-invalid", "true");
    this.count.classList.toggle("bad", over > 0);
    this.pause = setTimeout(() => { this.count.textContent = message; }, 500);
  }

  /** @param {string} message what is wrong; '' when nothing is */
  fail(message) {
    if (this.error.textContent !== message) this.error.textContent = message;
    if (message) this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
  }

  /** @param {boolean} waiting an answer is awaited on a healthy line */
  wait(waiting) {
    this.waiting = waiting;
    // What was wrong is over with the next turn, unless it is the text that still stands there.
    if (this.over(this.field.value) <= 0) this.fail("");
    // Never disabled: the button stays where it is for keyboard and voice, and says why it waits.
    this.send.setAttribute("aria-disabled", String(waiting));
  }

  /** @param {string} text puts it back, unless something new stands there */
  restore(text) {
    if (!this.field.value.trim()) this.field.value = text;
    this.draft(this.field.value);
    this.measure();
  }

  /** Starts a sentence for the person to finish, before what stands there. @param {string} words */
  begin(words) {
    const { field } = this;
    field.value = words + (field.value && ". " + field.value);
    field.focus();
    field.setSelectionRange(words.length, words.length);
  }

  clear() {
    this.field.value = "";
    this.sent = Date.now();
    this.draft("");
    this.fail("");
    this.measure();
  }
}
