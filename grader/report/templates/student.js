"use strict";
// On paper everything is unfolded; afterwards the page is as it was.
let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("details:not([open])")];
  for (const one of unfolded) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of unfolded) one.open = false;
  unfolded = [];
});
// A link to a passed check unfolds it, and its evidence.
function unfold() {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id && document.getElementById(id);
  if (!target) return;
  const around = target.closest("details");
  for (const one of [around, target.querySelector(":scope > details")]) if (one) one.open = true;
  if (around) target.scrollIntoView();
}
addEventListener("hashchange", unfold);
unfold();
