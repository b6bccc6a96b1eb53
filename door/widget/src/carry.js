// @ts-check
// Taking the chat along.

import { h } from "./dom.js";

/**
 * Saves a text file without asking the server for it.
 * @param {string} name
 * @param {string} text
 */
export function saveText(name, text) {
  const file = new Blob([text], { type: "text/plain;charset=utf-8" });
  const href = URL.createObjectURL(file);
  h("a", { href, download: name + "-" + new Date().toISOString().slice(0, 10) + ".txt" }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10000);
}
