// @ts-check
// One message as a list item: who speaks (for screen readers), the words, the time, and under an answer where it
// comes from, for whom it holds, and what can be done with it.

import { h } from "./dom.js";
import { rich, link } from "./text.js";
/** @typedef {import("./words.js").Words} Words */
/** @typedef {import("./api.js").Message} Message */

/** What was pressed under an answer. @typedef {{choose: (text: string) => void, helped: (message: Message, yes: boolean) => void, copy: (message: Message) => void}} Actions */

/**
 * The shared frame of both sides.
 * @param {Words} words
 * @param {"you"|"bot"} side
 * @param {string|undefined} at
 * @param {...(Node|null|false)} inside
 * @returns {HTMLLIElement}
 */
function item(words, side, at, ...inside) {
  return h("li", { class: side },
    h("span", { class: "out" }, words.say(side) + ": "),
    ...inside,
    at && h("p", { class: "when" }, h("time", { datetime: at }, words.time(at)), " ", side === "you" && h("span", { class: "state" })));
}

/**
 * What the person said. Not announced again: they know.
 * @param {Words} words
 * @param {Message} message
 * @returns {HTMLLIElement}
 */
export function said(words, { text, at }) {
  const node = item(words, "you", at, h("div", { class: "bubble", dir: "auto" }, text));
  node.setAttribute("aria-live", "off");
  return node;
}

/**
 * What the assistant says.
 * @param {Words} words
 * @param {Pick<Message, "text"|"emergency"|"lang"> & {at?: string}} message
 * @param {boolean} fresh just came, so that an emergency interrupts the screen reader; not when a chat is read back
 * @returns {HTMLLIElement}
 */
export function answered(words, { text, emergency, lang, at }, fresh) {
  return item(words, "bot", at, h("div", { class: emergency ? "bubble urgent" : "bubble", role: emergency && fresh && "alert", lang: lang || "en", dir: "auto" },
    rich(text, words.say("newtab")),
    emergency && h("p", {}, h("a", { class: "call", href: "tel:999", lang: words.lang }, words.say("call")))));
}

/**
 * What stands under an answer. It joins the answer a moment later and outside the announcement, so that a screen
 * reader says the answer and not a row of buttons.
 * @param {Words} words
 * @param {Message} message
 * @param {Actions} actions
 * @returns {HTMLElement}
 */
export function under(words, message, actions) {
  // 'I'm not sure what you mean' and notes about the language are no answers that could be missing or help.
  const states = !!message.sources[0] || (message.scope === "unknown" && message.topic !== "unclear");
  return h("div", { class: "under", "aria-live": "off" },
    states && sources(words, message), states && !message.emergency && tools(words, message, actions), choices(message.choices, actions.choose));
}

/** @param {Words} words @param {Message} message @returns {HTMLElement} */
function sources(words, message) {
  return h("div", {},
    h("p", {}, message.scope === "unknown" ? words.say("unknown") : words.say("for", { force: words.force(message.force) })),
    message.sources[0] && h("details", {},
      h("summary", {}, words.say("sources") + checked(words, message)),
      h("ul", { lang: "en" }, ...message.sources.map(({ title, url, publisher }) =>
        h("li", {}, link(title || url, url, words.say("newtab")), publisher && ", " + publisher)))));
}

/** @param {Words} words @param {Message} message @returns {string} ', checked 21 November 2026' */
function checked(words, message) {
  return message.checked ? ", " + words.say("checked", { date: words.day(message.checked) }) : "";
}

/** @param {Words} words @param {Message} message @param {Actions} actions @returns {HTMLElement} */
function tools(words, message, actions) {
  const judge = (/** @type {string} */ key, /** @type {boolean} */ yes) => h("button", { "aria-pressed": String(message.helpful === yes), click: (/** @type {any} */ { currentTarget }) => {
    for (const button of currentTarget.parentNode.querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", String(button === currentTarget));
    message.helpful = yes;
    actions.helped(message, yes);
  } }, words.say(key));
  return h("div", { class: "tools" }, judge("helped", true), judge("not", false),
    h("button", { click: () => actions.copy(message) }, words.say("copy")));
}

/**
 * Quick replies.
 * @param {import("./api.js").Choice[]} list
 * @param {(text: string) => void} choose
 * @returns {HTMLElement|false}
 */
export function choices(list, choose) {
  return list.length > 0 && h("ul", { class: "choices" }, ...list.map(({ title, payload }) =>
    h("li", {}, h("button", { dir: "auto", click: () => choose(payload) }, title))));
}

/**
 * @param {Words} words
 * @param {Message} message
 * @returns {string} an answer as plain text, with its sources
 */
export function plain(words, message) {
  const from = message.sources.map(({ title, publisher, url }) => "- " + [title, publisher, url].filter(Boolean).join(", "));
  return [message.text, ...(from[0] ? ["", words.say("sources") + checked(words, message) + ":", ...from] : [])].join("\n");
}

/**
 * @param {Words} words
 * @param {Message[]} messages
 * @returns {string} the chat as plain text
 */
export function transcript(words, messages) {
  return [words.say("title"), words.say("danger").replace(/[{}]/g, ""), "", ...messages.map((one) =>
    [words.time(one.at) + " " + words.say(one.from === "person" ? "you" : "bot") + ":", plain(words, one), ""].join("\n"))].join("\n");
}
