// @ts-check
// 'Leave this site': people under somebody's control use police sites, and must be able to go at once. Everything
// the widget keeps is wiped first, the page turns blank, and the address is replaced, so that Back doesn't return.

/** Where to: a page that anybody might look at. The same as GOV.UK's 'Exit this page'. */
export const ELSEWHERE = "https://www.bbc.co.uk/weather";

const PRESSES = 3;
const WITHIN_MS = 2000;

/** @param {string} address */
export function leave(address) {
  try {
    // In an iframe the whole page has to go. A browser may refuse that; then at least the frame does.
    (window.top || window).location.replace(address);
  } catch {
    window.location.replace(address);
  }
}

/**
 * Counts presses of Escape, one after the other; holding the key down is one press.
 * @param {() => void} three
 * @returns {(event: KeyboardEvent) => void} listener
 */
export function threeEscapes(three) {
  /** @type {number[]} */
  let times = [];
  return (event) => {
    if (event.repeat) return;
    // Another key between means: this was no flight.
    times = event.key === "Escape" ? [...times.filter((time) => event.timeStamp - time < WITHIN_MS), event.timeStamp] : [];
    if (times.length >= PRESSES) three();
  };
}
