"use strict";

(() => {
  // A page that shows something live is read again when the portal says that something changed.
  // Who types in it, or has a menu open, is left alone until they are done.
  const live = document.querySelector("[data-live]");
  if (!live || !window.EventSource) return;
  const said = document.getElementById("live-said");
  let due = false, busy = false;

  const isInUse = () => {
    const at = document.activeElement;
    return at && live.contains(at) && /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName);
  };

  const refresh = async () => {
    if (busy || document.hidden || isInUse()) { due = true; return; }
    busy = true;
    due = false;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.querySelector("[data-live]");
      if (!next || isInUse()) { due = Boolean(next); return; }
      const at = document.activeElement;
      const href = at && live.contains(at) ? at.getAttribute("href") : null;
      live.replaceChildren(...next.childNodes);
      if (href !== null) {
        const same = [...live.querySelectorAll("a[href]")].find((one) => one.getAttribute("href") === href);
        if (same) same.focus({ preventScroll: true });
      }
      if (said) said.textContent = inWords("The page was brought up to date.");
    } catch {
      due = true;  // the portal is away for a moment; the next change tells
    } finally {
      busy = false;
    }
  };

  const source = new EventSource(live.dataset.live);
  source.addEventListener("changed", refresh);
  const late = () => { if (due) refresh(); };
  document.addEventListener("visibilitychange", late);
  live.addEventListener("focusout", () => setTimeout(late, 0));
  addEventListener("pagehide", () => source.close());
})();
