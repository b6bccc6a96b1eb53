// @ts-check
// <pcso-assistant>: finds or makes the element, reads its attributes, and turns the plain link that a page may hold
// into the button that opens the chat.

import { Chat } from "./chat.js";

const NAME = "pcso-assistant";
const script = /** @type {HTMLScriptElement|null} */ (document.currentScript || document.querySelector('script[src*="widget.js"]'));

class PcsoAssistant extends HTMLElement {
  connectedCallback() {
    // In the browser's top layer no transform, filter or z-index of the page has a hold on it.
    this.popover = "manual";
    this.showPopover?.();
    if (this.chat) return;
    // Attributes of the element win over those of the script tag.
    Object.assign(this.dataset, { ...script?.dataset, ...this.dataset });
    this.dataset.server ||= new URL(script?.src || location.href).origin;
    this.chat = new Chat(this, this.attachShadow({ mode: "open" }), this.dataset);
  }

  /** A page that swaps its body (as single-page sites do) must not lose the way to 999. */
  disconnectedCallback() {
    this.lost = (this.lost || 0) + 1;
    if (this.lost < 20) setTimeout(() => document.querySelector(NAME) || document.body.append(this));
  }
}

function start() {
  // Browsers without constructable style sheets (before 2023) keep the page's plain link.
  if (customElements.get(NAME) || !("adoptedStyleSheets" in document)) return;
  customElements.define(NAME, PcsoAssistant);
  const made = document.querySelector(NAME) || document.body.appendChild(document.createElement(NAME));
  const chat = /** @type {PcsoAssistant} */ (made).chat;
  if (chat) for (const link of document.querySelectorAll("a[data-pcso-assistant]")) chat.adopt(/** @type {HTMLAnchorElement} */ (link));
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
