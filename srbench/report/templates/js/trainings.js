// Learning curves: validation PSNR, and the losses, which for a GAN show its balance; samples of validations.

function setUpTrainings() {
  const box = document.getElementById("trainings");
  if (!box) return;
  for (const training of DATA.trainings) {
    const psnr = training.best ? `, ${training.best.toFixed(2)} dB at best` : "";
    const card = make("details", {}, make("summary", {}, training.name, training.finished === false ? " (not finished)" : psnr));
    if (training.problem) card.append(make("p", {}, training.problem));
    for (const warning of training.warnings || []) card.append(make("p", { class: "note" }, warning));
    card.addEventListener("toggle", () => { if (card.open && !card.dataset.drawn) { card.dataset.drawn = "yes"; drawTraining(card, training); } });
    box.append(card);
  }
  if (box.firstElementChild) box.firstElementChild.open = true;
}

function drawTraining(card, training) {
  if (training.series) card.append(curves(training));
  for (const sample of training.samples || []) card.append(strip(sample));
  if (training.more) card.append(make("p", { class: "hint" }, `More samples lie in ${training.more}; srbench report --site shows all.`));
}

function curves(training) {
  const names = Object.keys(training.series);
  const same = (name) => names.some((other) => other !== name && !["psnr", "learning_rate"].includes(other) && String(training.series[other]) === String(training.series[name]));
  const balance = (name) => name.startsWith("accuracy_");
  const kinds = [
    ["Validation PSNR [dB]", names.filter((name) => name === "psnr"), {}],
    ["Losses, with their weights", names.filter((name) => !["psnr", "learning_rate"].includes(name) && !balance(name) && !(name === "loss" && same(name))), { logarithmic: true }],
    ["GAN balance: share of patches that the discriminator judges rightly (0.5: it guesses)", names.filter(balance), { low: 0, high: 1 }],
    ["Learning rate", names.filter((name) => name === "learning_rate"), { low: 0 }],
  ];
  const box = make("div", { class: "plots" });
  for (const [title, chosen, axis] of kinds) {
    const plot = chosen.length && curvePlot(training.steps, chosen.map((name) => [name, training.series[name]]), title, axis);
    if (plot) box.append(plot);
  }
  return box;
}

const finite = (value) => value !== null && Number.isFinite(value);
const tidy = (value) => (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5) ? value.toExponential().replace("e+", "e") : String(value));

/** A plot of series over steps; losses of very different size have a logarithmic axis. */
function curvePlot(steps, series, title, axis) {
  const width = 460, height = 230, left = 62, bottom = 34, right = 14, top = 12;
  const known = series.flatMap(([, values]) => values.filter(finite));
  if (known.length < 2) return null;
  const logarithmic = Boolean(axis.logarithmic) && Math.min(...known) > 0 && Math.max(...known) > 20 * Math.min(...known);
  const onAxis = logarithmic ? Math.log10 : (value) => value;
  const ends = known.map(onAxis);
  let low = axis.low ?? Math.min(...ends), high = axis.high ?? Math.max(...ends);
  const room = (high - low || Math.abs(high) || 1) * 0.05;
  low = axis.low ?? low - room;
  high = axis.high ?? high + room;
  const last = Math.max(...steps, 1);
  const x = (step) => left + (step / last) * (width - left - right);
  const y = (value) => height - bottom - ((onAxis(value) - low) / (high - low)) * (height - bottom - top);
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, class: "curve", role: "img", "aria-label": `${title} over ${last} steps` });
  const marks = logarithmic ? powers(low, high) : ticks(low, high, 4);
  for (const mark of marks) svg.append(draw("line", { x1: left, x2: width - right, y1: y(mark), y2: y(mark), class: "rule" }), text(tidy(mark), { x: left - 6, y: y(mark) + 4, "text-anchor": "end" }));
  for (const mark of ticks(0, last, 4)) svg.append(text(tidy(mark), { x: x(mark), y: height - bottom + 16, "text-anchor": "middle" }));
  svg.append(text("step", { x: width - right, y: height - 4, "text-anchor": "end" }));
  const few = series.every(([, values]) => values.filter(finite).length <= 20);
  series.forEach(([, values], index) => {
    for (const run of runs(values)) {
      const points = run.map((at) => [x(steps[at]).toFixed(1), y(values[at]).toFixed(1)]);
      svg.append(draw("polyline", { points: points.map((point) => point.join(",")).join(" "), class: `series s${index % 6}` }));
      if (few || points.length === 1) for (const [cx, cy] of points) svg.append(draw("circle", { cx, cy, r: 3, class: `dot s${index % 6}` }));
    }
  });
  const keys = series.map(([name], index) => make("span", { class: "key" }, make("i", { class: `swatch s${index % 6}` }), name));
  const reading = make("p", { class: "reading" });
  readAlong(svg, steps, series, reading, (place) => (place * width - left) / (width - left - right) * last);
  const figure = make("figure", { class: "training" }, make("figcaption", {}, make("strong", {}, title), logarithmic ? " (logarithmic)" : "", make("br"), ...(series.length > 1 ? keys : [])));
  figure.append(svg, reading);
  return figure;
}

/** Places of values without the gaps between them: where one side of a GAN pauses, its line does too. */
function runs(values) {
  const places = values.flatMap((value, at) => (finite(value) ? [at] : []));
  const gaps = places.slice(1).map((at, index) => at - places[index]).sort((a, b) => a - b);
  const widest = 3 * (gaps[gaps.length >> 1] || 1);
  const parts = [];
  places.forEach((at, index) => {
    if (index && at - places[index - 1] <= widest) parts[parts.length - 1].push(at);
    else parts.push([at]);
  });
  return parts;
}

/** Powers of ten, and where there are fewer than two of them 2 and 5 times these, between two logarithms. */
function powers(low, high) {
  const all = [1, 2, 5].flatMap((factor) => Array.from({ length: 24 }, (_, power) => factor * 10 ** (power - 14)));
  const inside = all.filter((mark) => Math.log10(mark) >= low && Math.log10(mark) <= high).map((mark) => Number(mark.toPrecision(3)));
  const tens = inside.filter((mark) => Number.isInteger(Math.round(Math.log10(mark) * 1e6) / 1e6));
  return (tens.length > 1 ? tens : inside).sort((a, b) => a - b);
}

/** Show the values of the report that is nearest to the pointer. */
function readAlong(svg, steps, series, reading, stepAt) {
  const reports = steps.flatMap((_, at) => (series.some(([, values]) => finite(values[at])) ? [at] : []));
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const wanted = stepAt((event.clientX - box.left) / box.width);
    const at = reports.reduce((best, place) => (Math.abs(steps[place] - wanted) < Math.abs(steps[best] - wanted) ? place : best));
    const values = series.filter(([, all]) => finite(all[at])).map(([name, all]) => `${name} ${tidy(Number(all[at].toPrecision(4)))}`);
    reading.textContent = `step ${steps[at]}: ${values.join(", ")}`;
  });
  svg.addEventListener("pointerleave", () => { reading.textContent = ""; });
}

/** SR of one validation image over the steps, and HR. */
function strip(sample) {
  if (sample.problem) return make("p", { class: "note" }, sample.problem);
  const picture = (source, alt, words) => make("figure", {}, make("img", { src: source, alt, width: sample.width, height: sample.height, class: "pixels", loading: "lazy" }), make("figcaption", {}, words));
  const cards = sample.steps.map((each) => picture(each.src, `SR of ${sample.image} at step ${each.step}`, `step ${each.step}${each.psnr === null ? "" : `, ${each.psnr.toFixed(2)} dB`}`));
  cards.push(picture(sample.hr, `HR of ${sample.image}`, "HR"));
  const left = sample.left ? `; ${sample.left} validations between them are left out` : "";
  return make("section", {}, make("h4", {}, `Samples of ${sample.image}`), make("p", { class: "hint" }, `${sample.width} x ${sample.height} pixels; PSNR on Y of this part${left}`),
    make("div", { class: "strip scroll", tabindex: "0", role: "region", "aria-label": `Samples of ${sample.image}` }, ...cards));
}
setUpTrainings();
