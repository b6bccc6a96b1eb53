// @ts-check
/* global CSS_TEXT */
// The style sheet and the force's colours. All sheets are constructed, as a strict Content-Security-Policy asks.

import { tokens } from "./colour.js";

/**
 * @param {HTMLElement} host
 * @param {ShadowRoot} shadow
 * @param {string} [colour] the force's own; else the page's --pcso-colour
 */
export function dress(host, shadow, colour) {
  const [looks, theme, fit] = (shadow.adoptedStyleSheets = [0, 1, 2].map(() => new CSSStyleSheet()));
  looks.replaceSync(CSS_TEXT);
  theme.replaceSync(tokens(colour || getComputedStyle(host).getPropertyValue("--pcso-colour").trim()));
  // A phone's keyboard covers the page without changing its size: only the visual viewport knows.
  const view = window.visualViewport;
  view?.addEventListener("resize", () => fit.replaceSync(view.scale > 1 ? "" : `:host{--view:${Math.round(view.height)}px}`));
}
