const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const SHEET = 100; // as in class_rows.py

// Nobody has to type an accent, or to know where a name has a capital: "ze" finds "Zoé" and "Żeleński".
const letters = { "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i" };
function plain(text) {
  const spread = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return spread.replace(/[ßæœøłđðþı]/g, (letter) => letters[letter]).replace(/\s+/g, " ").trim();
}

function part(name, css, text = "") {
  const made = document.createElement(name);
  made.className = css;
  made.textContent = text;
  return made;
}

// Says in the heads of a table by which column it is sorted; returns whether downwards.
function turned(head) {
  // Numbers are asked for from below first: who, or what, needs help.
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of head.closest("thead").querySelectorAll("[aria-sort]")) other.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  return down;
}

function sorted(things, value, isText, down) {
  const keyed = things.map((thing) => [value(thing), thing]);
  const sign = down ? -1 : 1;
  keyed.sort(isText ? ([a], [b]) => sign * names.compare(a, b) : ([a], [b]) => sign * (a - b));
  return keyed.map(([, thing]) => thing);
}

// The small tables: each is laid out whole.
for (const table of document.querySelectorAll("table.sortable:not(#student-table)")) {
  const body = table.tBodies[0];
  for (const button of table.tHead.querySelectorAll("button")) {
    const head = button.closest("th");
    const isText = button.dataset.kind === "text";
    const value = (row) => isText ? row.cells[head.cellIndex].textContent.trim() : Number(row.cells[head.cellIndex].dataset.v);
    button.addEventListener("click", () => body.append(...sorted([...body.rows], value, isText, turned(head))));
  }
}

// Lines of which few are laid out at once: sorting 2,000 of them then takes a blink.
class Sheets {
  constructor(section, lines, size, show) {
    this.all = this.lines = lines;
    this.size = size;
    this.show = show;
    this.start = 0;
    this.filter = section.querySelector("input");
    this.found = section.querySelector(".found");
    this.pager = section.querySelector(".pager");
    this.filter.addEventListener("input", () => { this.start = 0; this.draw(); });
    const [before, after] = this.pager.querySelectorAll("button");
    before.addEventListener("click", () => this.turn(-size));
    after.addEventListener("click", () => this.turn(size));
    section.querySelector(".tools").hidden = false;
  }
  turn(by) {
    this.start += by;
    this.draw();
  }
  sort(value, isText, down) {
    this.all = sorted(this.all, value, isText, down);
    this.start = 0;
    this.draw();
  }
  draw() {
    const wanted = plain(this.filter.value);
    this.lines = this.all.filter((line) => line.plain.includes(wanted));
    const end = Math.min(this.start + this.size, this.lines.length);
    this.found.textContent = wanted ? `${this.lines.length.toLocaleString(language)} ${inWords("of")} ${this.all.length.toLocaleString(language)}` : "";
    this.pager.hidden = this.lines.length <= this.size;
    const [before, after] = this.pager.querySelectorAll("button");
    before.disabled = this.start === 0;
    after.disabled = end >= this.lines.length;
    this.pager.querySelector("output").textContent =
      `${(this.start + 1).toLocaleString(language)} ${inWords("to")} ${end.toLocaleString(language)} ${inWords("of")} ${this.lines.length.toLocaleString(language)}`;
    this.show(this.lines.slice(this.start, end));
  }
}

const table = document.getElementById("student-table");
const body = table.tBodies[0];
const students = [...document.querySelectorAll("tr[data-o]")].map((row) => {
  const link = row.querySelector("th a, th bdi");
  const name = row.querySelector("bdi").textContent;
  return { row, name, plain: plain(name), outcomes: row.dataset.o, link };
});
for (const one of document.querySelectorAll("details.more-lines")) one.remove();
const sheets = new Sheets(document.getElementById("students").closest("section"), students, SHEET, (lines) => {
  body.replaceChildren(...lines.map((line) => line.row));
});
for (const button of table.tHead.querySelectorAll("button")) {
  const head = button.closest("th");
  const isText = button.dataset.kind === "text";
  const value = isText ? (line) => line.name : (line) => Number(line.row.cells[head.cellIndex].dataset.v);
  button.addEventListener("click", () => sheets.sort(value, isText, turned(head)));
}
sheets.draw();

// On paper there is every line, and what is folded is unfolded.
let folded = [];
addEventListener("beforeprint", () => {
  body.replaceChildren(...sheets.lines.map((line) => line.row));
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => {
  sheets.draw();
  for (const one of folded) one.open = false;
});
