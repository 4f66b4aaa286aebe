// Learning curves: validation PSNR, and the losses, which for a GAN show its balance.

function setUpTrainings() {
  const box = document.getElementById("trainings");
  if (!box) return;
  for (const training of DATA.trainings) {
    const card = make("details", {}, make("summary", {}, training.name, training.finished === false ? " (not finished)" : ""));
    if (training.problem) card.append(make("p", {}, training.problem));
    else card.addEventListener("toggle", () => { if (card.open && !card.querySelector("svg")) drawCurves(card, training); });
    for (const warning of training.warnings || []) card.append(make("p", { class: "note" }, warning));
    box.append(card);
  }
  if (box.firstElementChild) box.firstElementChild.open = true;
}

function drawCurves(card, training) {
  const names = Object.keys(training.series);
  const balance = (name) => name.startsWith("accuracy_");
  const plots = [names.filter((name) => name === "psnr"), names.filter((name) => !["psnr", "learning_rate"].includes(name) && !balance(name)), names.filter(balance), names.filter((name) => name === "learning_rate")];
  const titles = ["Validation PSNR [dB]", "Losses", "GAN balance: share of images that the discriminator judges rightly", "Learning rate"];
  plots.forEach((chosen, index) => { if (chosen.length) card.append(curvePlot(training.steps, chosen.map((name) => [name, training.series[name]]), titles[index])); });
}

function curvePlot(steps, series, title) {
  const width = 460, height = 240, left = 58, bottom = 30;
  const known = series.flatMap(([, values]) => values.filter((value) => value !== null && Number.isFinite(value)));
  if (!known.length) return "";
  const low = Math.min(...known), high = Math.max(...known), last = steps[steps.length - 1] || 1;
  const x = (step) => left + (step / last) * (width - left - 12);
  const y = (value) => height - bottom - ((value - low) / (high - low || 1)) * (height - bottom - 26);
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, class: "curve", role: "img", "aria-label": `${title} over ${last} steps` });
  for (const mark of ticks(low, high, 4)) svg.append(draw("line", { x1: left, x2: width - 12, y1: y(mark), y2: y(mark), class: "rule" }), text(String(mark), { x: left - 6, y: y(mark) + 4, "text-anchor": "end" }));
  svg.append(text(title, { x: 4, y: 14 }), text(`${last} steps`, { x: width - 12, y: height - 8, "text-anchor": "end" }));
  series.forEach(([name, values], index) => {
    const points = values.map((value, at) => (value === null || !Number.isFinite(value) ? null : `${x(steps[at]).toFixed(1)},${y(value).toFixed(1)}`)).filter(Boolean);
    svg.append(draw("polyline", { points: points.join(" "), class: `series s${index % 6}` }, name));
    svg.append(text(name, { x: width - 14, y: 28 + 14 * index, "text-anchor": "end", class: `s${index % 6}` }));
  });
  return make("figure", {}, svg);
}
setUpTrainings();
