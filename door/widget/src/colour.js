// @ts-check
// A force's colour, with contrast kept: text on it is black or white, whichever reads better; where the colour
// alone would be too weak as a link, a border or a focus mark, our own stands in. Ratios are those of WCAG 2.2.

/** @typedef {[number, number, number]} Rgb */

/** @type {Record<"light"|"dark", {page: Rgb, ink: string, link: string}>} */
const GROUND = {
  light: { page: [255, 255, 255], ink: "#0b0c0c", link: "#1a5a96" },
  dark: { page: [21, 25, 31], ink: "#f3f5f7", link: "#8fc3f5" },
};
/** @type {Rgb} */
const NAVY = [22, 54, 92];

/** @param {Rgb} rgb @returns {number} relative luminance, 0 to 1 */
function luminance(rgb) {
  const [red, green, blue] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {Rgb} one @param {Rgb} other @returns {number} 1 to 21 */
export function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/**
 * @param {string} css any CSS colour
 * @returns {Rgb} its parts; navy where it is no colour or is see-through
 */
export function parts(css) {
  const probe = document.createElement("canvas").getContext("2d");
  if (!probe) return NAVY;
  // A canvas ignores what is no colour, so nothing else can slip into our style sheet.
  probe.fillStyle = "rgb(" + NAVY + ")";
  probe.fillStyle = css;
  const hex = String(probe.fillStyle).match(/^#(..)(..)(..)$/);
  return hex ? /** @type {Rgb} */ (hex.slice(1).map((pair) => parseInt(pair, 16))) : NAVY;
}

/**
 * @param {string} css the force's colour
 * @returns {string} rules that set the widget's colour tokens for light and dark
 */
export function tokens(css) {
  const brand = parts(css);
  // Below this, white has the higher contrast: where (1 + .05) / (L + .05) = (L + .05) / .05.
  const white = luminance(brand) < 0.179;
  const colour = "rgb(" + brand.join(" ") + ")";
  const of = (/** @type {"light"|"dark"} */ theme) => {
    const { page, ink, link } = GROUND[theme];
    const against = contrast(brand, page);
    // The tokens of a theme are named, so that the sheet can choose by media query or by data-theme.
    return `--${theme}-link:${against >= 4.5 ? colour : link};--${theme}-edge:${against >= 3 ? colour : ink};`;
  };
  return `:host{--brand:${colour};--on-brand:${white ? "#fff" : "#000"};${of("light")}${of("dark")}}`;
}
