// @ts-check
// Nodes are made one by one: no innerHTML and no style attribute, so a strict Content-Security-Policy holds.

/**
 * Makes an element.
 * @param {string} tag
 * @param {Record<string, any>} [props] attributes; a function is a listener for the event of that name; null and false are left out
 * @param {...(Node|string|null|undefined|false)} children text is always text, never markup
 * @returns {any} the element
 */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  // Inside a form a button sends it, unless it says otherwise.
  if (tag === "button") node.setAttribute("type", "button");
  for (const [name, value] of Object.entries(props || {})) {
    if (value == null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child || child === "") node.append(child);
  return node;
}

/**
 * An id that nobody can guess, also on a page without HTTPS (where crypto.randomUUID is missing).
 * @returns {string} a UUID, version 4
 */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
