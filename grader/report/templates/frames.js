// Pictures of one network in time: all beside each other, or one after the other, by a slider.
for (const frames of document.querySelectorAll(".frames")) {
  const pictures = [...frames.children], label = document.createElement("label");
  const range = document.createElement("input"), told = document.createElement("output");
  const names = pictures.map((one) => one.querySelector(".name").textContent);
  Object.assign(range, {type: "range", min: 0, max: pictures.length, value: 0});
  range.oninput = () => {
    range.ariaValueText = told.textContent = [inWords("all beside each other"), ...names][range.value];
    frames.classList.toggle("one", range.value > 0);
    pictures.forEach((one, n) => one.classList.toggle("now", n + 1 == range.value));
  };
  label.className = "turn";
  label.append(inWords("Shown:") + " ", range, told);
  frames.before(label);
  range.oninput();
}
