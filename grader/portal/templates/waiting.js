"use strict";
// Tells how far a hand-in is, as it changes; the report follows by itself.
(() => {
  const line = document.querySelector(".progress[data-events]");
  if (!line || !window.EventSource) return;
  for (const one of document.querySelectorAll(".without-script")) one.hidden = true;
  const source = new EventSource(line.dataset.events);
  const waits = (n) =>
    n === 1 ? inWords("It waits: 1 other before it.") : inWords("It waits: {count} others before it.").replace("{count}", n);
  const isGraded = (told) =>
    (told.of ? inWords("It is being graded: {exercise}, {done} of {of}.") : inWords("It is being graded: {exercise}."))
      .replace("{done}", told.done).replace("{of}", told.of).replace("{exercise}", () => told.exercise);
  source.addEventListener("message", (event) => {
    const told = JSON.parse(event.data);
    if (told.state === "ended") {
      source.close();
      location.replace(line.dataset.report);
    } else if (told.state === "running") {
      line.textContent = told.exercise ? isGraded(told) : inWords("It is being graded.");
    } else {
      line.textContent = told.place ? waits(told.place) : inWords("It is the next to be graded.");
    }
  });
})();
