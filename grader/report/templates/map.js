// Every check of every student, to walk through with the arrow keys. The letters in each student's
// line say what came of the checks; the table of checks further down says what they claim.
const OUTCOMES = {
  p: ["passed", "✓", inWords("passed")], s: ["skipped", "–", inWords("not run")], f: ["failed", "×", inWords("not right yet")],
  o: ["over_limit", "∞", inWords("over a limit")], c: ["crashed", "!", inWords("crashed")],
  u: ["unreadable", "?", inWords("cannot be read")], g: ["grader_error", "△", inWords("error of the grader")],
  "-": ["nothing", "", inWords("not handed in")],
};
const RANK = "cofsu-gp"; // the order in which a column is sorted: what went wrong first

function walkable(section) {
  const grid = section.querySelector("table");
  const told = section.querySelector(".told");
  const choice = section.querySelector("select");
  const checks = [...document.querySelectorAll("tr[data-k]")].map((row) => {
    const box = row.closest(".file");
    const claim = row.querySelector(".claim").textContent;
    return { k: Number(row.dataset.k), place: row.dataset.place, claim, exercise: box.dataset.exercise };
  }).sort((one, other) => one.k - other.k);
  const cells = {};
  for (const [letter, [css, sign, word]] of Object.entries(OUTCOMES)) {
    cells[letter] = part("td", css, sign);
    cells[letter].setAttribute("aria-label", word);
    cells[letter].tabIndex = -1;
  }
  let shown = checks;
  let lines = [];
  let active = null;

  function head(text, label, more) {
    const cell = part("th", more);
    const button = part("button", "", text);
    cell.scope = "col";
    cell.setAttribute("aria-sort", "none");
    button.type = "button";
    button.tabIndex = -1;
    if (label) button.setAttribute("aria-label", label);
    cell.append(button);
    return cell;
  }
  function heads() {
    const groups = document.createElement("tr");
    const row = document.createElement("tr");
    groups.append(part("td", ""), part("td", ""));
    row.append(head(inWords("Student"), "", "who"), head(inWords("Passed"), "", "n"));
    let before = null;
    let group = null;
    let number = 0;
    for (const check of shown) {
      if (check.exercise !== before) {
        group = part("th", "group", check.exercise);
        group.scope = "colgroup";
        group.colSpan = 0;
        groups.append(group);
        number = 0;
      }
      const first = check.exercise !== before ? " first" : "";
      before = check.exercise;
      group.colSpan = ++number;
      row.append(head(`${number}`, `${check.exercise}, ${number}: ${check.claim}`, `number${first}`));
    }
    for (const one of groups.querySelectorAll(".group")) one.textContent = one.colSpan < 4 ? one.textContent.split(" ")[0] : one.textContent;
    grid.tHead.replaceChildren(groups, row);
    const widths = ["who", "sum", ...shown.map(() => "one")].map((css) => part("col", css));
    grid.querySelector("colgroup").replaceChildren(...widths);
    grid.style.setProperty("--checks", shown.length);
    grid.setAttribute("aria-colcount", shown.length + 2);
  }
  function passed(line) {
    return shown.reduce((sum, check) => sum + (line.outcomes[check.k] === "p"), 0);
  }
  function rowOf(line) {
    const row = document.createElement("tr");
    const who = part("th", "who");
    who.scope = "row";
    who.append(line.link.cloneNode(true));
    const link = who.querySelector("a");
    if (link) link.tabIndex = -1;
    else who.tabIndex = -1;
    const sum = part("td", "n", `${passed(line)}`);
    sum.tabIndex = -1;
    row.append(who, sum, ...shown.map((check) => cells[line.outcomes[check.k] || "-"].cloneNode(true)));
    return row;
  }
  const board = new Sheets(section, students, SHEET / 2, (those) => {
    lines = those;
    const rows = lines.map(rowOf);
    grid.tBodies[0].replaceChildren(...rows);
    grid.setAttribute("aria-rowcount", board.lines.length + 2);
    rows.forEach((row, index) => row.setAttribute("aria-rowindex", board.start + index + 3));
    stop(grid.tHead.rows[1].cells[0], false);
  });

  // One stop on the way through the page; within it, the arrows.
  function target(cell) {
    return cell.querySelector("button, a") || cell;
  }
  function stop(cell, moves = true) {
    if (active) target(active).tabIndex = -1;
    active = cell;
    target(cell).tabIndex = 0;
    if (moves) target(cell).focus();
  }
  function say(cell) {
    const check = shown[cell.cellIndex - 2];
    const line = lines[cell.parentElement.sectionRowIndex];
    const claim = check ? `${check.exercise}: ${check.claim}` : "";
    if (cell.closest("thead")) told.textContent = claim;
    else if (!check) told.textContent = `${line.name}: ${inWords("%a of %b checks passed").replace("%a", passed(line)).replace("%b", shown.length)}`;
    else told.textContent = `${line.name} · ${claim} · ${cell.getAttribute("aria-label")}`;
  }
  function follow(cell) {
    const check = shown[cell.cellIndex - 2];
    const line = lines[cell.parentElement.sectionRowIndex];
    const links = [...line.row.querySelectorAll("th a")].map((link) => link.getAttribute("href"));
    const isOpen = !"p-".includes(line.outcomes[check.k]);
    // The instructor's page lists what did not pass; the student's has every check.
    const page = (isOpen && links.find((href) => href.startsWith("instructor/"))) || links[0];
    if (page) location.href = `${page}#${check.place}`;
  }
  function cellOf(event) {
    return event.target.closest("tbody th, tbody td, thead tr:last-child th");
  }
  grid.addEventListener("focusin", (event) => { const cell = cellOf(event); if (cell) say(cell); });
  grid.addEventListener("mouseover", (event) => { const cell = cellOf(event); if (cell) say(cell); });
  grid.addEventListener("click", (event) => {
    const cell = cellOf(event);
    if (!cell) return;
    stop(cell);
    if (cell.closest("thead")) {
      const check = shown[cell.cellIndex - 2];
      const isText = cell.cellIndex === 0;
      const value = check ? (line) => RANK.indexOf(line.outcomes[check.k]) : isText ? (line) => line.name : passed;
      const down = turned(cell);
      const at = cell.cellIndex;
      board.sort(value, isText, down);
      stop(grid.tHead.rows[1].cells[at]);
    } else if (cell.cellIndex > 1) follow(cell);
  });
  grid.addEventListener("keydown", (event) => {
    const cell = cellOf(event);
    if (!cell) return;
    const rows = [grid.tHead.rows[1], ...grid.tBodies[0].rows];
    const row = rows.indexOf(cell.parentElement);
    const last = shown.length + 1;
    const to = {
      ArrowLeft: [row, cell.cellIndex - 1], ArrowRight: [row, cell.cellIndex + 1],
      ArrowUp: [row - 1, cell.cellIndex], ArrowDown: [row + 1, cell.cellIndex],
      Home: [event.ctrlKey ? 0 : row, 0], End: [event.ctrlKey ? rows.length - 1 : row, last],
      PageUp: [Math.max(row - 10, 0), cell.cellIndex],
      PageDown: [Math.min(row + 10, rows.length - 1), cell.cellIndex],
    }[event.key];
    if (to) {
      event.preventDefault();
      const next = rows[to[0]] && rows[to[0]].cells[to[1]];
      if (next) stop(next);
    } else if (event.key === "Enter" && target(cell) === cell && cell.cellIndex > 1) follow(cell);
  });

  for (const name of new Set(checks.map((check) => check.exercise))) choice.append(new Option(name, name));
  choice.addEventListener("change", () => {
    shown = choice.value ? checks.filter((check) => check.exercise === choice.value) : checks;
    heads();
    board.draw();
  });
  section.querySelector(".grid-of-checks").hidden = false;
  section.querySelector("img").classList.toggle("for-paper", students.length <= SHEET);
  heads();
  board.draw();
}
const section = document.getElementById("map");
// It is made when somebody comes near it: the page is there sooner.
if (section && students.length) {
  const near = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    near.disconnect();
    walkable(section.closest("section"));
  }, { rootMargin: "50%" });
  near.observe(section.closest("section"));
}
