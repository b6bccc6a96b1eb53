// @ts-check
// What stays in the browser: a key to the conversation (never its text), and what is not sent yet.
// By default in sessionStorage, which ends with the tab; the key moves to localStorage only when the person asks
// for it. Where a browser refuses storage, memory stands in, and the chat works until the page is left.

const KEY = "pcso-assistant";

/**
 * What belongs to this tab alone; `unsent` holds, by id, the messages that the server hasn't answered yet.
 * An object, not a list: pages with old libraries (Prototype.js) make JSON write lists as strings.
 * @typedef {{open?: boolean, draft?: string, unsent?: Record<string, string>}} Tab
 */

/**
 * @param {"sessionStorage"|"localStorage"} kind
 * @returns {Storage|null} null where the browser refuses it: even looking at the property may throw
 */
function drawer(kind) {
  try {
    return window[kind];
  } catch {
    return null;
  }
}

/**
 * @param {Storage|null} storage
 * @param {string} key
 * @returns {any} what was kept there, or an empty object
 */
function read(storage, key) {
  try {
    return Object(JSON.parse(storage?.getItem(key) || ""));
  } catch {
    return {};
  }
}

export class Store {
  constructor() {
    this.session = drawer("sessionStorage");
    this.local = drawer("localStorage");
    const { token } = read(this.local, KEY);
    /** whether the person chose to keep the chat on this device */
    this.keep = !!token;
    /** @type {string|null} the key to the conversation */
    this.token = token || read(this.session, KEY).token || null;
    /** after leaving the site nothing is written any more */
    this.sealed = false;
    /** @type {Tab} */
    this.tab = read(this.session, KEY + "-tab");
  }

  /** @param {string|null} token */
  setToken(token) {
    this.token = token;
    this.write(this.keep ? this.local : this.session, KEY, token && { token });
  }

  /** @param {boolean} keep moves the key to where it is kept from now on */
  setKeep(keep) {
    const { token } = this;
    this.setToken(null);
    this.keep = keep;
    this.setToken(token);
  }

  /** @param {Tab} changes */
  setTab(changes) {
    Object.assign(this.tab, changes);
    this.write(this.session, KEY + "-tab", this.tab);
  }

  /** Forgets everything, in every drawer. */
  wipe() {
    this.token = null;
    this.tab = {};
    for (const storage of [this.session, this.local]) for (const key of [KEY, KEY + "-tab"]) this.write(storage, key, null);
  }

  /**
   * @param {Storage|null} storage
   * @param {string} key
   * @param {any} value null removes it
   */
  write(storage, key, value) {
    if (this.sealed) return;
    try {
      if (value) storage?.setItem(key, JSON.stringify(value));
      else storage?.removeItem(key);
    } catch {
      // Full or refused: the copy in memory carries on.
    }
  }
}
