"use strict";
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
