// Keys for the inbox. They only press what is on the page; without them everything works.
"use strict";

{
  const cards = [...document.querySelectorAll(".cards > .card")];
  const toggle = document.getElementById("keys-switch");
  let on = localStorage.getItem("staff-keys") !== "off";
  let at = -1;

  function say() {
    toggle.textContent = on ? "Turn keys off" : "Turn keys on";
  }

  function go(number) {
    if (!cards.length) return;
    at = Math.max(0, Math.min(cards.length - 1, number));
    cards[at].focus();
    cards[at].scrollIntoView({ block: "nearest" });
  }

  function press(button) {
    if (button) button.click();
  }

  if (toggle) {
    toggle.hidden = false;
    say();
    toggle.addEventListener("click", () => {
      on = !on;
      localStorage.setItem("staff-keys", on ? "on" : "off");
      say();
    });
  }

  document.addEventListener("focusin", (event) => {
    const card = event.target.closest(".cards > .card");
    if (card) at = cards.indexOf(card);
  });

  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select, textarea, input:not([type=checkbox])")) return;
    if (event.key === "j") go(at + 1);
    else if (event.key === "k") go(at - 1);
    else if (event.key === "u") press(document.querySelector(".notice button"));
    else if (at >= 0 && /^[123axend]$/.test(event.key)) press(cards[at].querySelector(`[data-key="${event.key}"]`));
    else return;
    event.preventDefault();
  });

  // After teaching, the next message has moved up: go on there.
  const place = /^#card-(\d+)$/.exec(location.hash);
  if (place && cards.length && !document.querySelector(".error-summary")) go(Number(place[1]) - 1);
}
