// On paper the checks that did not pass are unfolded, and those that passed are named.
let unfolded = [];
addEventListener("beforeprint", () => {
  const those = "main details:not([open], .check.passed *, .check.passed)";
  unfolded = [...document.querySelectorAll(those)];
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
