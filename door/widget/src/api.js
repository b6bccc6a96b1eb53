// @ts-check
// The public door, as docs/contract.md has it. Everything that comes back is checked here and copied field by
// field, so that the rest of the widget can rely on types whatever the server (or somebody in between) sends.

/**
 * @typedef {{title: string, publisher: string, url: string}} Source
 * @typedef {{title: string, payload: string}} Choice
 * @typedef {object} Message
 * @property {string} id
 * @property {"person"|"assistant"} from
 * @property {string} at ISO time
 * @property {string} text
 * @property {string|null} topic
 * @property {string|null} force
 * @property {string|null} scope
 * @property {boolean} emergency
 * @property {string|null} checked
 * @property {Source[]} sources
 * @property {Choice[]} choices
 * @property {string|null} lang
 * @property {boolean|undefined} helpful what the person thought of it
 */

// Taken before the page's other scripts can replace it.
const ask = window.fetch.bind(window);

/** Why a request failed, in the widget's own words. */
export class Trouble extends Error {
  /**
   * @param {"offline"|"down"|"busy"|"expired"|"refused"} kind
   * @param {number} [wait] seconds after which the server will listen again
   * @param {string} [detail] the server's own explanation
   */
  constructor(kind, wait = 0, detail = "") {
    super(kind);
    this.kind = kind;
    this.wait = wait;
    this.detail = detail;
  }
}

const text = (/** @type {any} */ value) => (typeof value === "string" ? value : null);
const list = (/** @type {any} */ value) => (Array.isArray(value) ? value : []);

/**
 * @param {any} raw one message as the server sent it
 * @returns {Message|null} null where it can't be shown
 */
export function clean(raw) {
  const custom = Object(raw?.custom);
  if (typeof raw?.text !== "string") return null;
  return {
    id: text(raw.id) || "",
    from: raw.from === "person" ? "person" : "assistant",
    at: text(raw.at) || new Date().toISOString(),
    text: raw.text,
    topic: text(custom.topic),
    force: text(custom.force),
    scope: text(custom.scope),
    emergency: custom.emergency === true,
    checked: text(custom.checked),
    // Several parts of an answer may each name the same source.
    sources: [...new Map(list(custom.sources).map(Object).map((source) => ({
      title: text(source.title) || "", publisher: text(source.publisher) || "", url: text(source.url) || "" }))
      .filter(({ title, url }) => title || url).map((one) => [(one.title || one.url) + one.publisher, one])).values()],
    choices: list(raw.buttons).filter((one) => text(one?.title) && text(one?.payload)).slice(0, 12)
      .map(({ title, payload }) => ({ title, payload })),
    lang: text(custom.lang),
    helpful: raw.helpful,
  };
}

/**
 * @param {Response} response
 * @param {any} problem what it carried, if that was JSON
 * @returns {Trouble}
 */
function troubleOf({ status, headers }, problem) {
  const kinds = /** @type {any} */ ({ 400: "refused", 401: "expired", 413: "refused", 422: "refused", 429: "busy" });
  // A header that is missing, a date, or not for the page to read (CORS) leaves a moderate guess.
  const wait = parseInt(headers.get("Retry-After") || "") || 10;
  return new Trouble(kinds[status] || "down", Math.min(wait, 600), text(problem?.detail) || "");
}

export class Api {
  /** @param {string} server origin (and path) of the public door, no slash at its end */
  constructor(server) {
    this.server = server;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{token?: string|null, body?: any, signal?: AbortSignal, keepalive?: boolean}} [options]
   * @returns {Promise<any>} the JSON of the answer, null where it has none
   * @throws {Trouble}
   */
  async call(method, path, { token, body, signal, keepalive } = {}) {
    try {
      const response = await ask(this.server + path, {
        method, keepalive, signal, credentials: "omit", cache: "no-store", redirect: "error",
        headers: { ...(body && { "Content-Type": "application/json" }), ...(token && { Authorization: "Bearer " + token }) },
        body: body && JSON.stringify(body),
      });
      const raw = await response.text();
      let data = null;
      try {
        data = JSON.parse(raw || "null");
      } catch {
        // A proxy's error page, or an answer cut off half-way.
        if (response.ok) throw new Trouble("down");
      }
      if (!response.ok) throw troubleOf(response, data);
      return data;
    } catch (error) {
      if (error instanceof Trouble) throw error;
      throw new Trouble(navigator.onLine === false ? "offline" : "down");
    }
  }

  /**
   * Asks. The id makes a repeat harmless: the server answers the same id with the same answer.
   * @param {{id: string, text: string}} entry
   * @param {string|null} token
   * @param {AbortSignal} signal
   * @returns {Promise<{token: string, messages: Message[]}>}
   */
  async say({ id, text: message }, token, signal) {
    const data = await this.call("POST", "/api/messages", { body: { message, id, conversation: token || undefined }, signal });
    const messages = /** @type {Message[]} */ (list(data?.messages).map(clean).filter(Boolean));
    if (typeof data?.conversation !== "string" || !messages.length) throw new Trouble("down");
    // An answer without an id still needs one, the same at every repeat, to be shown once.
    messages.forEach((one, place) => { one.id = one.id || id + "." + place; });
    return { token: data.conversation, messages };
  }

  /**
   * @param {string} token
   * @returns {Promise<Message[]>} the messages so far
   */
  async history(token) {
    const data = await this.call("GET", "/api/conversation", { token });
    return /** @type {Message[]} */ (list(data?.messages).map(clean).filter((one) => one?.id));
  }

  /** @param {string} token @param {boolean} [leaving] the request must outlive the page */
  async forget(token, leaving) {
    await this.call("DELETE", "/api/conversation", { token, keepalive: leaving });
  }

  /** @param {string} conversation @param {string} message_id @param {boolean} helpful */
  async feedback(conversation, message_id, helpful) {
    await this.call("POST", "/api/feedback", { body: { conversation, message_id, helpful } });
  }
}
