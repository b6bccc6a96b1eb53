// @ts-check
// The nodes of the launcher and the panel, in reading order. The panel is a labelled dialog that doesn't take the
// page away (not modal): its description, read out on opening, is the line about 999.

import { h } from "./dom.js";
import { inline, safeAddress } from "./text.js";

/**
 * @param {string} [address] the force's logo, as the site gives it
 * @returns {Node|null}
 */
function logo(address) {
  const src = address && safeAddress(address, location.href);
  // A logo that doesn't load must not leave a hole.
  return src && /^http/.test(src) ? h("img", { class: "logo", src, alt: "", error: (/** @type {Event} */ event) => /** @type {Element} */ (event.target).remove() }) : null;
}

/** Between what is read and the edge above it, in CSS pixels. */
const GAP = 8;
const edges = (/** @type {Element} */ node) => node.getBoundingClientRect();

export class Panel {
  /**
   * @param {import("./words.js").Words} words
   * @param {{name?: string, logo?: string}} config
   * @param {{toggle: () => void, close: () => void, leave: () => void, retry: () => void}} doings
   */
  constructor(words, config, doings) {
    this.words = words;
    this.doings = doings;
    const title = config.name || words.say("title");
    this.launcher = h("button", { class: "launcher", "aria-expanded": "false", "aria-controls": "panel", click: doings.toggle }, title);
    this.box = h("section", { id: "panel", class: "panel", role: "dialog", "aria-modal": "false", "aria-labelledby": "title", "aria-describedby": "danger", hidden: true });
    this.root = h("section", { class: "root", lang: words.lang, dir: "ltr", "aria-label": title }, this.launcher, this.box);
    this.config = config;
    this.title = title;
    this.filled = false;
  }

  /**
   * Fills the panel when it is first opened: until then a page pays for one button only.
   * @param {import("./options.js").Options} options
   * @param {HTMLElement} form
   * @param {() => void} change says another force
   */
  fill(options, form, change) {
    const { words, doings, box } = this;
    this.list = h("ol", {});
    this.dots = h("div", { class: "dots", "aria-hidden": "true", hidden: true }, h("i"), h("i"), h("i"));
    this.log = h("div", { class: "log", role: "log", "aria-label": words.say("log"), tabindex: "0" }, this.list, this.dots);
    this.status = h("p", { class: "status", role: "status" });
    this.about = h("strong", {});
    this.change = h("button", { click: change });
    this.banner = h("div", { class: "banner", role: "status" });
    this.safety = h("div", { class: "safety" }, h("p", { id: "danger" }, ...inline(words.say("danger"))),
      h("button", { class: "leave", click: doings.leave }, words.say("leave")));
    box.append(
      h("header", {}, logo(this.config.logo), h("h2", { id: "title" }, this.title), options.toggle,
        h("button", { class: "close", click: doings.close }, words.say("close"))),
      this.safety, options.box, this.log,
      h("div", { class: "foot" }, this.status, this.banner, h("p", { class: "force" }, words.say("answers") + " ", this.about, " ", this.change), form));
    // A moment later: a change of size scrolls by itself first.
    box.addEventListener("scroll", () => setTimeout(() => this.note(), 99), true);
    // A phone is turned, or its keyboard comes up: who read goes on reading there, who typed goes on typing.
    let width = 0, height = 0;
    new ResizeObserver(() => {
      const lower = width === box.clientWidth && height > box.clientHeight;
      width = box.clientWidth;
      height = box.clientHeight;
      if (this.read) this.reveal(this.read);
      // Once now, and once more when what else moved has settled.
      if (lower && form.matches(":focus-within")) for (const wait of [0, 99]) setTimeout(() => (box.scrollTop = 1e6), wait);
    }).observe(box);
    this.filled = true;
  }

  /** Says for which force the answers are. @param {string|null} force */
  follow(force) {
    this.about.textContent = this.words.force(force);
    this.change.textContent = this.words.say(force ? "change" : "choose");
  }

  /** @param {boolean} waiting shows that an answer is being made; what was said in passing before is over */
  wait(waiting) {
    this.dots.hidden = !waiting;
    this.tell("");
  }

  /** @param {string} message a passing word, spoken politely */
  tell(message) {
    if (this.status.textContent !== message) this.status.textContent = message;
  }

  /** @param {string} [problem] what is wrong with the line; none clears it */
  trouble(problem) {
    if (this.problem === problem) return;
    /** @type {string|undefined} */
    this.problem = problem;
    this.banner.replaceChildren(...(problem ? [
      h("p", {}, problem), h("p", {}, ...inline(this.words.say("phone"))),
      h("button", { click: this.doings.retry }, this.words.say("retry"))] : []));
  }

  /**
   * What scrolls the messages, and from which height on they can be read: where the whole panel scrolls, the line about
   * 999 stays over its top, and takes as much of it as the reader's text size makes it.
   * @returns {[HTMLElement, number]}
   */
  sight() {
    const { log, box, safety } = this;
    const inner = log.scrollHeight > log.clientHeight + 1;
    return inner ? [log, edges(log).top + GAP] : [box, edges(box).top + safety.offsetHeight + GAP];
  }

  /** Scrolls to the beginning of a message, not to its end: a long answer is read from its first line. @param {Element} node */
  reveal(node) {
    const [scroller, from] = this.sight();
    this.read = node;
    scroller.scrollTop += edges(node).top - from;
  }

  /** Keeps what is read: what was shown last while its beginning is in sight, else the topmost paragraph that is. */
  note() {
    const [scroller, from] = this.sight();
    const top = this.read ? edges(this.read).top + GAP : 0;
    if (top < from || top > edges(scroller).bottom) this.read = Array.from(this.list.querySelectorAll("p, .bubble li")).find((one) => edges(one).bottom > from);
  }
}
