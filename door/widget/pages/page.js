// @ts-check
// The door's own page: once the widget stands, the plain form makes room for it. Until then, and without
// JavaScript, the form is the chat.

customElements.whenDefined("pcso-assistant").then(() => {
  const plain = document.querySelector("#pcso-chat[data-upgrade=replace]");
  const token = /** @type {HTMLInputElement|null|undefined} */ (plain?.querySelector("input[name=conversation]"))?.value;
  // A chat that was begun in the form stays there: what was said is on this page.
  if (!plain || token) return;
  for (const part of plain.querySelectorAll("section, form")) part.setAttribute("hidden", "");
  const open = document.createElement("p");
  const button = document.createElement("button");
  button.className = "main";
  button.textContent = "Open the chat";
  button.addEventListener("click", () => document.querySelector("pcso-assistant")?.shadowRoot?.querySelector("button")?.click());
  open.append(button);
  plain.append(open);
});
