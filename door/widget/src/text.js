// @ts-check
// Text from people and from the server becomes nodes, never markup. The grammar is small and the same in every
// channel: paragraphs (a blank line), line breaks, lists ('- ' or '1. '), addresses of web pages, [words](address).

import { h } from "./dom.js";

/**
 * @param {string} address
 * @param {string} [base] of the page, for an address that may be a short one
 * @returns {string|null} the address if a link may lead there: http, https, tel and mailto, nothing else
 */
export function safeAddress(address, base) {
  try {
    const url = new URL(address, base);
    return /^(https?|tel|mailto):$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} words
 * @param {string} address
 * @param {string} [newTab] said to screen readers after the words of a link that opens a new tab
 * @returns {Node} a link, or the bare words where the address isn't allowed
 */
export function link(words, address, newTab) {
  const href = safeAddress(address);
  if (!href) return document.createTextNode(words);
  if (!/^http/.test(href)) return h("a", { href }, words);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, words, newTab && h("span", { class: "out" }, " (" + newTab + ")"));
}

// [words](address) | an address | a number in braces, used by our own strings for what can be dialled
const PIECE = /\[([^\]\n]{1,200})\]\(([^\s)]{1,2000})\)|(https?:\/\/[^\s<>"]{1,2000})|\{([\d ]{3,12})\}/g;

/**
 * One line of text with its links.
 * @param {string} line
 * @param {string} [newTab]
 * @returns {(Node|string)[]}
 */
export function inline(line, newTab) {
  const nodes = [];
  let end = 0;
  for (const found of line.matchAll(PIECE)) {
    let [all, words, address, bare, phone] = found;
    // A full stop or bracket after an address belongs to the sentence.
    if (bare) all = address = bare.replace(/[.,;:!?)\]'’”]+$/, "");
    nodes.push(line.slice(end, found.index));
    nodes.push(phone ? link(phone, "tel:" + phone.replace(" ", "")) : link(words || address, address, newTab));
    end = (found.index || 0) + all.length;
  }
  nodes.push(line.slice(end));
  return nodes.filter(Boolean);
}

/**
 * @param {string} text
 * @param {string} [newTab]
 * @returns {DocumentFragment} paragraphs and lists
 */
export function rich(text, newTab) {
  const out = document.createDocumentFragment();
  /** @type {any} */
  let block = null;
  for (const raw of text.replace(/\r\n?/g, "\n").split("\n")) {
    const line = raw.trim();
    const item = line.match(/^(?:[-•*]|(\d{1,2})[.)])\s+(.*)/);
    const kind = !line ? "" : item ? (item[1] ? "OL" : "UL") : "P";
    if (!kind) block = null;
    else if (block?.tagName === kind && kind === "P") block.append(h("br"));
    else if (block?.tagName !== kind) out.append((block = h(kind)));
    if (item) block.append(h("li", { value: item[1] }, ...inline(item[2], newTab)));
    else if (kind) block.append(...inline(line, newTab));
  }
  return out;
}
