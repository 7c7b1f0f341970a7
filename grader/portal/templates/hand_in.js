"use strict";
// Drag and drop, and a word about what was chosen; without this, the form is an ordinary form.
(() => {
  const form = document.querySelector("form.hand-in");
  if (!form) return;
  const zone = form.querySelector(".drop");
  const chosen = form.querySelector(".chosen");
  const button = form.querySelector("button");
  const pickers = [...form.querySelectorAll("input[type=file]")];
  const most = { bytes: Number(form.dataset.mostBytes), files: Number(form.dataset.mostFiles) };
  let dropped = null; // [path, file] of what was dropped, where that is a folder
  form.querySelector(".drop-here").hidden = false;

  function list() {
    return dropped || pickers.flatMap((p) => [...p.files].map((f) => [f.webkitRelativePath || f.name, f]));
  }

  function tell() {
    const all = list();
    const bytes = all.reduce((sum, [, file]) => sum + file.size, 0);
    let said = "";
    if (all.length) {
      const shown = all.slice(0, 5).map(([path]) => path).join(", ");
      const more = all.length - 5;
      const told = more > 0 ? inWords("Chosen: {files} and {count} more.") : inWords("Chosen: {files}.");
      said = told.replace("{count}", more).replace("{files}", () => shown);
    }
    const tooMany = all.length > most.files;
    if (bytes > most.bytes) said += " " + inWords("That is more than {size}: leave out what no exercise needs.").replace("{size}", form.dataset.mostSize);
    if (tooMany) said += " " + inWords("These are more than {count} files: leave out what no exercise needs.").replace("{count}", most.files);
    button.disabled = bytes > most.bytes || tooMany;
    chosen.textContent = said;
  }

  async function walk(entry, path, found) {
    if (found.length > most.files) return;
    if (entry.isFile) {
      found.push([path + entry.name, await new Promise((ok, no) => entry.file(ok, no))]);
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((ok, no) => reader.readEntries(ok, no));
      if (!some.length) return;
      for (const one of some) await walk(one, `${path}${entry.name}/`, found);
    }
  }

  for (const picker of pickers) {
    picker.addEventListener("change", () => {
      dropped = null;
      for (const other of pickers) if (other !== picker && picker.files.length) other.value = "";
      tell();
    });
  }
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const entries = items.map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
    const files = event.dataTransfer.files;
    for (const picker of pickers) picker.value = "";
    dropped = null;
    if (entries.some((entry) => entry.isDirectory)) {
      const found = [];
      for (const entry of entries) await walk(entry, "", found);
      dropped = found;
    } else {
      pickers[0].files = files;
    }
    tell();
  });
  form.addEventListener("submit", async (event) => {
    if (!dropped) return;
    event.preventDefault();
    button.disabled = true;
    const body = new FormData();
    for (const name of ["form_token", "once"]) body.append(name, form.elements[name].value);
    for (const [path, file] of dropped) body.append("files", file, path);
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
      if (answer.redirected) {
        location.assign(answer.url);
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const why = page.querySelector("[role=alert] .message, main .message");
      chosen.textContent = why ? why.textContent : inWords("This was not taken: reload the page, and try again.");
    } catch {
      chosen.textContent = inWords("The portal could not be reached: try again.");
    }
    button.disabled = false;
  });
})();
