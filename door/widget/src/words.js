// @ts-check
/* global STRINGS */
// What the widget says, in the person's language; dates, times and the names of forces.

/** @typedef {"en"|"cy"} Language */

export class Words {
  /** @param {string|undefined} wanted a BCP 47 tag; anything but Welsh is English */
  constructor(wanted) {
    /** @type {Language} */
    this.lang = /^cy\b/i.test(wanted || "") ? "cy" : "en";
  }

  /**
   * @param {string} key
   * @param {Record<string, string|number>} [values] for the {names} in the string
   * @returns {string}
   */
  say(key, values) {
    let text = /** @type {string} */ (STRINGS[this.lang][key]);
    for (const [name, value] of Object.entries(values || {})) text = text.replace("{" + name + "}", () => value.toLocaleString("en-GB"));
    return text;
  }

  /** @returns {{title: string, payload: string}[]} the starting questions; what they ask is English, as the answers are */
  get starts() {
    return STRINGS[this.lang].starts.map((/** @type {string} */ title, /** @type {number} */ place) => ({ title, payload: STRINGS.en.starts[place] }));
  }

  /**
   * @param {string|Date} at
   * @returns {string} '14:05', with the day before it where that isn't today
   */
  time(at) {
    const when = new Date(at);
    if (isNaN(+when)) return "";
    const today = when.toDateString() === new Date().toDateString();
    /** @type {Intl.DateTimeFormatOptions} */
    const clock = { hour: "2-digit", minute: "2-digit" };
    return when.toLocaleString(this.lang + "-GB", today ? clock : { day: "numeric", month: "long", ...clock });
  }

  /**
   * @param {string} iso a day: 2026-11-21
   * @returns {string} '21 November 2026', or the text as it came where it is no day
   */
  day(iso) {
    const when = new Date(iso + "T12:00:00Z");
    return isNaN(+when) ? iso : when.toLocaleDateString(this.lang + "-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  }

  /**
   * @param {string|null|undefined} id a force's id: devon_and_cornwall
   * @returns {string} 'Devon and Cornwall'; the whole of England and Wales where there is none
   */
  force(id) {
    if (!id) return this.say("national");
    return id.split("_").map((word) => (/^(and|of)$/.test(word) ? word : word.charAt(0).toUpperCase() + word.slice(1))).join(" ");
  }
}
