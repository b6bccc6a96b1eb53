// @ts-check
// The configurator: writes the tag that fits the choices, and shows the widget as that tag would.

const form = /** @type {HTMLFormElement} */ (document.getElementById("choices"));
const server = location.origin;
const script = server + "/widget.js";
/** The widget's own colour needs no attribute. */
const NAVY = "#16365c";

/** @param {string} text @returns {string} safe between double quotes */
const quoted = (text) => text.replace(/[&"<>]/g, (sign) => "&#" + sign.charCodeAt(0) + ";");

/** @returns {[string, string][]} the attributes that differ from the default */
function chosen() {
  const values = /** @type {[string, string][]} */ ([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
  return values.filter(([name, value]) => value && name !== "pin" && !(name === "colour" && value === NAVY));
}

/** @returns {Promise<string>} the integrity attribute, or '' where it isn't wanted or can't be had (no HTTPS) */
async function integrity() {
  if (!(/** @type {HTMLInputElement} */ (form.elements.namedItem("pin")).checked) || !crypto.subtle) return "";
  const file = await (await fetch(script)).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-384", file));
  return ` integrity="sha384-${btoa(String.fromCharCode(...digest))}" crossorigin="anonymous"`;
}

/** @param {string} id @param {string} text */
const put = (id, text) => { /** @type {HTMLElement} */ (document.getElementById(id)).textContent = text; };

async function show() {
  const attributes = chosen();
  const data = attributes.map(([name, value]) => ` data-${name}="${quoted(value)}"`).join("");
  const name = attributes.find(([key]) => key === "name")?.[1] || "Ask about PCSOs";
  put("tag", `<a data-pcso-assistant href="${server}/">${quoted(name)}</a>\n<script src="${script}"${data}${await integrity()} defer></script>`);
  put("policy", `script-src ${server}; connect-src ${server}`);
  const query = new URLSearchParams(attributes).toString();
  put("frame", `<iframe title="${quoted(name)}" src="${server}/embed-frame${query ? "?" + quoted(query) : ""}" width="400" height="640" allow="clipboard-write"></iframe>`);

  const old = document.querySelector("pcso-assistant");
  const made = document.createElement("pcso-assistant");
  for (const [key, value] of attributes) made.dataset[key] = value;
  document.body.append(made);
  old?.remove();
}

let pause = 0;
form.addEventListener("input", () => {
  clearTimeout(pause);
  pause = window.setTimeout(show, 200);
});
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("copy")?.addEventListener("click", async () => {
  const tag = /** @type {HTMLElement} */ (document.getElementById("tag"));
  try {
    await navigator.clipboard.writeText(tag.textContent || "");
    put("copied", "Copied.");
  } catch {
    getSelection()?.selectAllChildren(tag);
    put("copied", "Select and copy it by hand: your browser didn't allow it.");
  }
});
customElements.whenDefined("pcso-assistant").then(show);
