"use strict";
// What these scripts say is in the page where it is not in English.
const language = document.documentElement.lang;
const translations = JSON.parse(document.body.dataset.words || "{}");
const inWords = (text) => translations[text] ?? text;
// What scrolls is a stop on the way through the page by keyboard; what does not scroll is none.
const boxes = ".scroll, .printed pre, .incidents pre";
function settle() {
  for (const one of document.querySelectorAll(boxes)) {
    if (one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight) one.tabIndex = 0;
    else one.removeAttribute("tabindex");
  }
}
addEventListener("resize", settle);
addEventListener("toggle", settle, true);
settle();
