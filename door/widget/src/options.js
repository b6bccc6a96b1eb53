// @ts-check
// Behind 'Options': start again, download, delete (folded, to be asked twice), keep on this device, and what is
// kept.

import { h } from "./dom.js";
import { rich } from "./text.js";

/**
 * @typedef {object} Doings
 * @property {() => void} again
 * @property {() => void} download
 * @property {() => void} remove
 * @property {(keep: boolean) => void} keep
 * @property {() => void} closed focus goes back to the button
 */

export class Options {
  /**
   * @param {import("./words.js").Words} words
   * @param {Doings} doings
   * @param {{keep: boolean, local: Storage|null}} store
   */
  constructor(words, doings, { keep, local }) {
    const button = (/** @type {string} */ key, /** @type {() => void} */ click, /** @type {any} */ more = {}) => h("button", { click, ...more }, words.say(key));
    this.doings = doings;
    this.toggle = h("button", { "aria-expanded": "false", "aria-controls": "options", click: () => this.show(this.box.hidden) }, words.say("options"));

    const box = h("input", { type: "checkbox", id: "keep", "aria-describedby": "keephint", change: () => doings.keep(box.checked) });
    box.checked = keep;
    this.box = h("div", { id: "options", class: "options", hidden: true },
      h("div", { class: "tools" },
        button("again", doings.again), button("download", doings.download)),
      // Folded, so that one stray press deletes nothing.
      h("details", {}, h("summary", {}, words.say("delete")), h("p", {}, words.say("sure")), button("yes", doings.remove, { class: "danger" })),
      local && h("p", { class: "check" }, box, h("label", { for: "keep" }, words.say("keep"))),
      local && h("p", { id: "keephint", class: "hint" }, words.say("keephint")),
      h("h3", {}, words.say("privacy")),
      rich(words.say("privacytext")));
  }

  /** @param {boolean} open */
  show(open) {
    this.box.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
    if (!open) this.doings.closed();
  }
}
