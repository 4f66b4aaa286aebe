// The leaderboard: one dataset, scale and metric over all papers; plots; rank statistics.

const board = { dataset: "", scale: "", metric: "", measured: false };
// Boards are found by dataset (empty for costs), scale (as text) and metric.
const boardKey = (entry) => [entry.dataset, String(entry.scale ?? ""), entry.metric];
const boardOf = (dataset, scale, metric) => DATA.boards.find((entry) => entry.dataset === dataset && String(entry.scale ?? "") === scale && entry.metric === metric);

/** Choose the board with the most measured methods, of a dataset rather than of costs, and draw it. */
function setUpBoard() {
  const rank = (entry) => entry.lines.filter((line) => line.measured.length).length + (entry.dataset ? 1000 : 0);
  const start = DATA.boards.reduce((best, entry) => (rank(entry) > rank(best) ? entry : best), DATA.boards[0]);
  if (!start) return;
  [board.dataset, board.scale, board.metric] = boardKey(start);
  document.getElementById("board-choice").addEventListener("submit", (event) => event.preventDefault());
  drawBoardChoice();
}

function drawBoardChoice() {
  const datasets = unique(DATA.boards.map((entry) => entry.dataset));
  const scales = unique(DATA.boards.filter((entry) => entry.dataset === board.dataset).map((entry) => String(entry.scale ?? "")));
  if (!scales.includes(board.scale)) board.scale = scales.includes("4") ? "4" : scales[0];
  const metrics = DATA.boards.filter((entry) => entry.dataset === board.dataset && String(entry.scale ?? "") === board.scale);
  if (!metrics.some((entry) => entry.metric === board.metric)) board.metric = metrics[0].metric;
  const change = (key) => (value) => { board[key] = value; drawBoardChoice(); };
  document.getElementById("board-choice").replaceChildren(
    choice("Dataset", datasets.map((name) => [name, name || "costs"]), change("dataset"), board.dataset),
    choice("Scale", scales.map((scale) => [scale, scale ? `x${scale}` : "any"]), change("scale"), board.scale),
    choice("Metric", metrics.map((entry) => [entry.metric, `${entry.title} ${arrow(entry)}`]), change("metric"), board.metric),
    make("label", {}, make("input", { type: "checkbox", checked: board.measured, onchange: (event) => { board.measured = event.target.checked; drawBoard(); } }), " measured only"),
  );
  drawBoard();
}

const arrow = (entry) => (entry.better === "higher" ? "↑" : "↓");
const bestMeasured = (line) => line.measured[0];
const lineValue = (line) => (bestMeasured(line) || line.printed[0]).value;

function drawBoard() {
  const chosen = boardOf(board.dataset, board.scale, board.metric);
  const sign = chosen.better === "higher" ? -1 : 1;
  const lines = chosen.lines.filter((line) => line.measured.length || !board.measured).sort((a, b) => sign * (lineValue(a) - lineValue(b)));
  const head = make("tr", {}, ...["#", "Method", "Measured", "Verdict", "Printed"].map((title) => make("th", { scope: "col" }, title)));
  document.querySelector("#board thead").replaceChildren(head);
  document.querySelector("#board tbody").replaceChildren(...lines.map((line, index) => boardLine(line, index)));
  drawPlots();
  drawStandings();
}

function boardLine(line, index) {
  const printed = make("td", { class: "wraps" }, ...together(line.printed, (number) => `${number.text}${number.disputed ? " ≠" : ""}`, (number) => number.where));
  const measured = make("td", { class: "wraps" }, ...together(line.measured, (number) => number.text, (number) => `${number.where}${number.row === line.method ? "" : `, ${number.row}`}`));
  const all = unique(line.measured.map((number) => number.verdict));
  const compared = all.filter((verdict) => verdict !== "no published value");
  const verdicts = (compared.length ? compared : all).map((verdict) => make("div", { class: `v ${slug(verdict)}` }, verdict));
  const name = make("th", { scope: "row" }, line.method);
  if (line.other.length) name.append(make("small", {}, ` ${line.other.join(", ")}`));
  return make("tr", {}, make("td", { class: "num" }, String(index + 1)), name, measured, make("td", {}, ...verdicts), printed);
}

/** Numbers with the tables that have them; equal numbers once. */
function together(numbers, textOf, whereOf) {
  const places = new Map();
  for (const number of numbers) places.set(textOf(number), [...(places.get(textOf(number)) || []), whereOf(number)]);
  return [...places].map(([words, where]) => make("div", { class: words.endsWith("≠") ? "disputed" : "" }, `${words} `, make("small", {}, unique(where).join("; "))));
}

/** PSNR against LPIPS, and against mult-adds, of the chosen dataset and scale. */
function drawPlots() {
  const box = document.getElementById("plots");
  box.replaceChildren();
  const psnr = boardOf(board.dataset, board.scale, "psnr");
  if (!psnr) {
    box.append(make("p", {}, "No PSNR is printed for this choice."));
    return;
  }
  const lpips = boardOf(board.dataset, board.scale, "lpips");
  const macs = boardOf("", board.scale, "macs") || boardOf("", "", "macs");
  for (const [other, logarithmic] of [[lpips, false], [macs, true]]) {
    if (!other) continue;
    const points = psnr.lines.flatMap((line) => {
      const match = other.lines.find((candidate) => candidate.subject === line.subject);
      if (!match) return [];
      return [{ name: line.method, x: lineValue(match), y: lineValue(line), measured: Boolean(line.measured.length && match.measured.length) }];
    });
    if (points.length > 1) box.append(scatter(points, `${other.title} ${arrow(other)}`, `${psnr.title} ${arrow(psnr)}`, logarithmic));
  }
  if (!box.children.length) box.append(make("p", {}, "Neither LPIPS nor mult-adds of two methods is known for this choice."));
}

/** A plot of points {name, x, y, measured}, with names where they fit. */
function scatter(points, xTitle, yTitle, logarithmic) {
  const width = 460, height = 320, left = 52, bottom = 44;
  const scaleX = logarithmic ? Math.log10 : (value) => value;
  const pad = (values) => { const low = Math.min(...values), high = Math.max(...values), by = (high - low || 1) * 0.08; return [low - by, high + by]; };
  const [xLow, xHigh] = pad(points.map((point) => scaleX(point.x)));
  const [yLow, yHigh] = pad(points.map((point) => point.y));
  const x = (value) => left + ((scaleX(value) - xLow) / (xHigh - xLow)) * (width - left - 16);
  const y = (value) => height - bottom - ((value - yLow) / (yHigh - yLow)) * (height - bottom - 16);
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, class: "scatter", role: "img", "aria-label": `${yTitle} against ${xTitle}, ${points.length} methods` });
  for (const mark of ticks(yLow, yHigh)) svg.append(draw("line", { x1: left, x2: width - 16, y1: y(mark), y2: y(mark), class: "rule" }), text(String(mark), { x: left - 6, y: y(mark) + 4, "text-anchor": "end" }));
  const xMarks = logarithmic ? decades(xLow, xHigh) : ticks(xLow, xHigh);
  for (const mark of xMarks) svg.append(draw("line", { x1: x(mark), x2: x(mark), y1: 16, y2: height - bottom, class: "rule" }), text(logarithmic ? short(mark) : String(mark), { x: x(mark), y: height - bottom + 16, "text-anchor": "middle" }));
  svg.append(text(xTitle, { x: (left + width) / 2, y: height - 8, "text-anchor": "middle" }), text(yTitle, { x: 4, y: 12 }));
  const taken = points.map((point) => [x(point.x) - 5, y(point.y) - 5, x(point.x) + 5, y(point.y) + 5]);
  for (const point of points) {
    const words = `${point.name}: ${yTitle} ${point.y}, ${xTitle} ${logarithmic ? short(point.x) : point.x}${point.measured ? "" : " (printed)"}`;
    svg.append(draw("circle", { cx: x(point.x), cy: y(point.y), r: 5, class: point.measured ? "point" : "point printed-only", tabindex: "0" }, words));
    const place = labelPlace(point.name, x(point.x), y(point.y), taken, [left, 16, width - 4, height - bottom]);
    if (place) svg.append(text(point.name, { ...place, class: "name" }));
  }
  const figure = make("figure", {}, make("figcaption", {}, "Filled: measured here; open: at least one of the two values is printed only. Names that would overlap show when the pointer rests on the point."));
  figure.prepend(svg);
  return figure;
}

/** Find a free place for a point's name among the boxes `taken`, which it joins; null where there is none. */
function labelPlace(name, x, y, taken, [left, top, right, bottom]) {
  const wide = 6.3 * name.length, high = 11;
  for (const [dx, dy] of [[8, -5], [8, 12], [-8 - wide, -5], [-8 - wide, 12], [-wide / 2, -9], [-wide / 2, 18]]) {
    const box = [x + dx, y + dy - high, x + dx + wide, y + dy + 2];
    const inside = box[0] >= left && box[1] >= top && box[2] <= right && box[3] <= bottom;
    if (inside && !taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) {
      taken.push(box);
      return { x: x + dx, y: y + dy };
    }
  }
  return null;
}

const decades = (low, high) => [1, 2, 5].flatMap((factor) => Array.from({ length: 16 }, (_, power) => factor * 10 ** power)).filter((mark) => Math.log10(mark) >= low && Math.log10(mark) <= high).sort((a, b) => a - b);
/** A number with three digits and a unit: 1.23G. */
const short = (value) => { for (const [size, unit] of [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "K"]]) if (value >= size) return `${Number((value / size).toPrecision(3))}${unit}`; return String(value); };

/** Draw the rank statistics for the chosen scale and metric. */
function drawStandings() {
  const box = document.getElementById("standings");
  const fitting = DATA.standings.filter((entry) => String(entry.scale) === board.scale && entry.metric === board.metric);
  if (!fitting.length) {
    box.replaceChildren(make("p", {}, "Fewer than two methods are measured on the same images at this scale in this metric."));
    return;
  }
  box.replaceChildren(...fitting.map((entry) => {
    const head = make("tr", {}, ...["Method", "Mean rank", "95 %", "Win rate", "95 %"].map((title) => make("th", { scope: "col" }, title)));
    const rows = entry.lines.map((line) => make("tr", {},
      make("th", { scope: "row" }, line.method), make("td", { class: "num" }, line.rank.toFixed(2)),
      make("td", { class: "num" }, line.rankInterval.map((end) => end.toFixed(2)).join(" – ")),
      make("td", { class: "num" }, `${(100 * line.win).toFixed(1)} %`),
      make("td", { class: "num" }, line.winInterval.map((end) => `${(100 * end).toFixed(1)} %`).join(" – "))));
    return make("div", {}, make("p", {}, `${entry.title} x${entry.scale} under protocol ${entry.protocol}: ${entry.datasets.join(", ")}, ${entry.images} images`),
      make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Ranks under ${entry.protocol}` },
        make("table", { class: "long" }, make("thead", {}, head), make("tbody", {}, ...rows))));
  }));
}
setUpBoard();
