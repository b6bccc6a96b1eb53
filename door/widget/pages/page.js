// @ts-check
// The door's own page: once the widget stands, the plain form makes room for it. Until then, and without
// JavaScript, the form is the chat.

customElements.whenDefined("pcso-assistant").then(() => {
  const plain = document.querySelector("#pcso-chat[data-upgrade=replace]");
  const inside = document.querySelector("pcso-assistant")?.shadowRoot;
  const token = /** @type {HTMLInputElement|null|undefined} */ (plain?.querySelector("input[name=conversation]"))?.value;
  // A chat that was begun in the form stays there: what was said is on this page.
  if (!plain || !inside || token) return;
  const typed = /** @type {HTMLTextAreaElement} */ (plain.querySelector("textarea"));
  if (typed.value || plain.contains(document.activeElement)) {
    const field = inside.querySelector("textarea");
    // On a slow line somebody has begun to type before the widget came: the form stays, too …
    if (!field) return;
    // … but where the chat was open on the page before, it lies over the form: there the words go on.
    field.value = [field.value, typed.value].filter(Boolean).join(" ");
    field.dispatchEvent(new Event("input"));
    field.focus();
  }
  for (const part of plain.querySelectorAll("section, form")) part.setAttribute("hidden", "");
  const open = document.createElement("p");
  const button = document.createElement("button");
  button.className = "main";
  button.textContent = "Open the chat";
  button.addEventListener("click", () => inside.querySelector("button")?.click());
  open.append(button);
  // High up: on a small screen the widget's own button lies over the lower corner.
  plain.querySelector("h1")?.after(open);
});
