"use strict";
// Tells how far a hand-in is, as it changes; the report follows by itself.
(() => {
  const line = document.querySelector(".progress[data-events]");
  if (!line || !window.EventSource) return;
  for (const one of document.querySelectorAll(".without-script")) one.hidden = true;
  const source = new EventSource(line.dataset.events);
  const others = (n) => (n === 1 ? "1 other" : `${n} others`);
  source.addEventListener("message", (event) => {
    const told = JSON.parse(event.data);
    if (told.state === "ended") {
      source.close();
      location.replace(line.dataset.report);
    } else if (told.state === "running") {
      const steps = told.of ? `, ${told.done} of ${told.of}` : "";
      line.textContent = `It is being graded${told.exercise ? `: ${told.exercise}${steps}` : ""}.`;
    } else {
      line.textContent = told.place ? `It waits: ${others(told.place)} before it.` : "It is the next to be graded.";
    }
  });
})();
