"use strict";
const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

function value(row, column, kind) {
  const cell = row.cells[column];
  return kind === "text" ? cell.textContent.trim() : Number(cell.dataset.v);
}

for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = head.querySelector("button");
    if (!button) return;
    const kind = button.dataset.kind;
    button.addEventListener("click", () => {
      // Numbers are asked for from below first: who, or what, needs help.
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows].map((row) => [value(row, column, kind), row]);
      rows.sort(([a], [b]) => (kind === "text" ? names.compare(a, b) : a - b) * (down ? -1 : 1));
      table.tBodies[0].append(...rows.map(([, row]) => row));
    });
  });
}

// Nobody has to type an accent, or to know where a name has a capital: "ze" finds "Zoé" and "Żeleński".
const letters = { "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i" };
function plain(text) {
  const spread = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return spread.replace(/[ßæœøłđðþı]/g, (letter) => letters[letter]).replace(/\s+/g, " ").trim();
}

const filter = document.getElementById("filter");
if (filter) {
  const rows = [...document.querySelectorAll("#student-table tbody tr")];
  const texts = new Map(rows.map((row) => [row, plain(row.cells[0].firstElementChild.textContent)]));
  const shown = document.getElementById("shown");
  filter.closest("p").hidden = false;
  filter.addEventListener("input", () => {
    const wanted = plain(filter.value);
    for (const [element, text] of texts) element.hidden = !text.includes(wanted);
    const count = rows.filter((row) => !row.hidden).length;
    shown.textContent = wanted ? `${count} of ${rows.length}` : "";
  });
}
