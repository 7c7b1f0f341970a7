// A figure tells its values to the mouse and to the arrow keys.
const point = (0.5).toLocaleString(language)[1], shown = (value) => `${value}`.replace(".", point);
const points = (path, line) => path.getAttribute("d").split("M").slice(1).flatMap((piece) => {
  const n = piece.match(/-?(\d+\.?\d*|\.\d+)/g), all = [];
  for (let k = 0, x = 0, y = 0; k + 1 < n.length;) all.push([x += +n[k++], y += +n[k++], line]);
  return all;
});
for (const svg of document.querySelectorAll("svg[data-x]")) {
  const lines = [...svg.querySelectorAll("[data-n]")], stops = lines.flatMap(points);
  if (!stops.length) continue;
  const here = svg.querySelector(".here");
  const axes = [...svg.querySelectorAll(".name")].map((one) => one.textContent);
  const value = (axis, place) => {
    const [low, high, start, end] = svg.dataset[axis].split(" ").map(Number);
    const unit = (high - low) / (end - start), v = low + (place - start) * unit;
    if (axis == "y" && "log" in svg.dataset) return shown(+(10 ** v).toPrecision(2));
    const step = 10 ** Math.ceil(Math.log10(Math.abs(unit) / 10));
    return shown(+(Math.round(v / step) * step).toPrecision(9));
  };
  const [box, readout] = ["div", "p"].map((name) => document.createElement(name));
  let now = 0;
  const show = (next) => {
    const [x, y, k] = stops[now = Math.min(Math.max(next, 0), stops.length - 1)];
    const at = `${axes[0]} ${value("x", x)} · ${axes[1]} ${value("y", y)}`;
    box.ariaValueText = readout.textContent = `${lines[k].dataset.n} · ${at}`;
    box.ariaValueNow = now;
    here.setAttribute("d", `M${x - 6} ${y}a6 6 0 1 0 12 0a6 6 0 1 0-12 0`);
  };
  const nearest = (far) => stops.reduce((k, one, n) => far(one) < far(stops[k]) ? n : k, 0);
  const jump = ([x, , k], way) => {
    const next = (k + way + lines.length) % lines.length;
    return nearest((one) => Math.abs(one[0] - x) + 1e4 * (one[2] != next));
  };
  const rest = () => {
    if (box.matches(":focus")) return;
    readout.textContent = inWords("For values: point, or use arrow keys.");
    here.removeAttribute("d");
  };
  box.onpointermove = box.onpointerdown = (event) => {
    const seen = svg.getBoundingClientRect(), unit = svg.viewBox.baseVal.width / seen.width;
    const x = (event.clientX - seen.left) * unit, y = (event.clientY - seen.top) * unit;
    show(nearest((one) => Math.hypot(one[0] - x, one[1] - y)));
  };
  box.onkeydown = (event) => {
    const ways = {Right: 1, Left: -1, PageUp: 10, PageDown: -10, Home: -1e4, End: 1e4};
    const key = event.key.replace("Arrow", ""), way = ways[key], line = {Up: -1, Down: 1}[key];
    if (!way && !line || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    show(way ? now + way : jump(stops[now], line));
  };
  box.onfocus = () => show(now);
  box.onblur = box.onpointerleave = rest;
  Object.assign(box, {role: "slider", tabIndex: 0, className: "values", ariaValueMin: 0,
    ariaValueMax: stops.length - 1, ariaValueNow: 0});
  box.ariaLabel = inWords("Values of %s").replace("%s", svg.closest("figure").querySelector("figcaption").textContent);
  readout.className = "readout";
  readout.ariaHidden = true;
  svg.replaceWith(box);
  box.append(svg);
  box.after(readout);
  rest();
}
