// Small comforts. Every page works without them.
"use strict";

{
  const first = document.querySelector(".error-summary");
  if (first) first.focus();

  // Words that aren't saved yet: ask before they are left behind.
  let unsaved = false;
  for (const form of document.querySelectorAll("form[data-warn]")) {
    form.addEventListener("input", () => { unsaved = true; });
    form.addEventListener("submit", () => { unsaved = false; });
  }
  addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

  // What changes at once for people: ask first, before anything else takes the form for sent.
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.ask;
    if (question && !confirm(question)) { event.preventDefault(); event.stopPropagation(); }
  }, true);

  // A second click while the first is on its way would save twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 3000);
  });

  // What goes on beyond the right edge says so: on a phone nothing else shows that it can be pushed.
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) target.previousElementSibling.hidden = target.scrollWidth <= target.clientWidth;
  });
  for (const part of document.querySelectorAll(".wide")) {
    const hint = document.createElement("p");
    hint.className = "hint";
    hint.textContent = "Goes on to the right: push it sideways.";
    part.before(hint);
    watch.observe(part);
    if ("end" in part.dataset) part.scrollLeft = part.scrollWidth;
  }

  // A long list of choices: those with all the words stay, and what is ticked.
  for (const field of document.querySelectorAll("[data-filter]")) {
    const choices = [...document.getElementById(field.dataset.filter).children];
    const around = field.closest("[hidden]");
    around.hidden = false;
    field.addEventListener("input", (event) => {
      event.stopPropagation(); // a search is nothing to be saved
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const choice of choices) {
        const text = choice.textContent.toLowerCase();
        choice.hidden = !choice.querySelector("input").checked && !words.every((word) => text.includes(word));
      }
      around.querySelector("[role=status]").textContent = words.length ? `${choices.filter((choice) => !choice.hidden).length} of ${choices.length}` : "";
    });
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }

  for (const field of document.querySelectorAll("[data-select]")) field.addEventListener("focus", () => field.select());
}
