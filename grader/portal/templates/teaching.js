"use strict";

(() => {
  // A page that shows something live has the stamp of the book that it was made from, and is read
  // again until that is the one which the portal told last: a page of a large class may be some
  // seconds old. Who types in it, or has a menu open, is left alone until they are done.
  const live = document.querySelector("[data-live]");
  if (!live || !window.EventSource) return;
  const said = document.getElementById("live-said");
  const AGAIN = 2000;  // milliseconds until a page that is old still is asked for once more
  let told = live.dataset.stamp, busy = false, later = 0;

  const isInUse = () => {
    const at = document.activeElement;
    return at && live.contains(at) && /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName);
  };

  const refresh = async () => {
    clearTimeout(later);
    if (busy || told === live.dataset.stamp || document.hidden || isInUse()) return;
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.redirected) told = live.dataset.stamp;  // signed out: it stays as it is
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.querySelector("[data-live]");
      if (!next || isInUse()) return;
      const at = document.activeElement;
      const href = at && live.contains(at) ? at.getAttribute("href") : null;
      live.replaceChildren(...next.childNodes);
      live.dataset.stamp = next.dataset.stamp;
      if (href !== null) {
        const same = [...live.querySelectorAll("a[href]")].find((one) => one.getAttribute("href") === href);
        if (same) same.focus({ preventScroll: true });
      }
      if (said) said.textContent = inWords("The page was brought up to date.");
    } catch {
      // The portal is away for a moment.
    } finally {
      busy = false;
      later = setTimeout(refresh, AGAIN);
    }
  };

  const source = new EventSource(live.dataset.live);
  source.addEventListener("stamp", (event) => { told = event.data; refresh(); });
  document.addEventListener("visibilitychange", refresh);
  live.addEventListener("focusout", () => setTimeout(refresh, 0));
  addEventListener("pagehide", () => source.close());
})();
