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
// A link to a passed check unfolds its evidence.
function unfold() {
  const id = decodeURIComponent(location.hash.slice(1));
  const details = id && document.getElementById(id)?.querySelector(":scope > details");
  if (details) details.open = true;
}
addEventListener("hashchange", unfold);
unfold();
