// The dialog that opens for a measured number.

const detail = document.getElementById("detail");
const detailBody = document.getElementById("detail-body");

/** Open the dialog with the details of a cell. */
function openCell(number) {
  const cell = DATA.cells[number];
  const where = [cell.dataset, scaleText(cell.scale), cell.metric].filter(Boolean).join(" ");
  detailBody.replaceChildren(
    make("h2", { id: "detail-title" }, `${cell.row}: ${where}`),
    make("p", { class: "where" }, [cell.plugin, cell.table ? `Table ${cell.table}` : ""].filter(Boolean).join(", ")),
    comparison(cell),
    cell.note ? make("p", { class: "note" }, cell.note) : "",
    ...seedValues(cell),
    ...imageValues(cell),
    ...explanation(cell),
    ...(cell.records || []).map((record, index, all) => circumstances(record, all.length > 1)),
  );
  detail.showModal();
  detail.scrollTop = 0;
}

function comparison(cell) {
  const pairs = [
    ["measured", cell.measured],
    ["published", cell.published],
    ["difference", cell.delta],
    ["verdict", `${cell.mark || ""} ${cell.verdict}`.trim()],
    ["95 % interval over images", cell.interval ? `[${cell.interval.map((end) => end.toPrecision(5)).join(", ")}]` : ""],
    ["deviation over images", cell.std ? cell.std.toPrecision(3) : ""],
    ["images", cell.n],
    ["seeds", cell.seeds],
  ];
  return definitions(pairs);
}

function definitions(pairs) {
  const list = make("dl");
  for (const [name, value] of pairs) if (value) list.append(make("dt", {}, name), make("dd", {}, String(value)));
  return list;
}

function seedValues(cell) {
  if (!cell.bySeed) return [];
  return [make("h3", {}, "By seed"), make("p", {}, cell.bySeed.map((value) => value.toPrecision(5)).join(", "))];
}

/** A value of an image as a number; infinity and NaN, which JSON lacks, are text in the data. */
const asNumber = (value) => (typeof value === "number" ? value : { inf: Infinity, "-inf": -Infinity }[value] ?? NaN);

/** Values by image, worst first; NaN comes before all others. */
function imageValues(cell) {
  if (!cell.values) return [];
  const names = DATA.images[cell.values.of];
  const worstFirst = cell.better === "higher" ? 1 : -1;
  const rows = cell.values.values.map((value, index) => [names[index], value]);
  rows.sort(([, a], [, b]) => {
    const x = asNumber(a), y = asNumber(b);
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(y) - Number.isNaN(x);
    return x === y ? 0 : worstFirst * (x < y ? -1 : 1);
  });
  const body = make("tbody");
  for (const [name, value] of rows) {
    body.append(make("tr", {}, make("th", { scope: "row" }, name), make("td", { class: "num" }, typeof value === "number" ? value.toPrecision(6) : value)));
  }
  const head = make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "image"), make("th", { scope: "col" }, "value")));
  return [
    make("h3", {}, `By image, worst first (${rows.length})`),
    histogram(rows.map((row) => row[1]).filter((value) => typeof value === "number")),
    make("div", { class: "scroll values", tabindex: "0", role: "region", "aria-label": "Values by image" }, make("table", {}, head, body)),
  ];
}

/** The value under each change of the protocol, from `srbench explain`. */
function explanation(cell) {
  if (!cell.explanation) return [];
  const digits = (value, sign) => (value === undefined ? "–" : `${sign && value >= 0 ? "+" : ""}${sign ? value.toFixed(4) : value.toPrecision(6)}`);
  const rows = cell.explanation.variants.map((variant) => make("tr", { class: variant.nearest ? "nearest" : "" },
    make("th", { scope: "row" }, variant.label, variant.nearest ? " (nearest to the published value)" : ""),
    make("td", { class: "num" }, digits(variant.value, false)), make("td", { class: "num" }, digits(variant.to_base, true)), make("td", { class: "num" }, digits(variant.to_published, true))));
  const head = make("tr", {}, ...["change of the protocol", "value", "to base", "to published"].map((title) => make("th", { scope: "col" }, title)));
  return [
    make("h3", {}, "Under other protocols (srbench explain)"),
    make("p", { class: "hint" }, [cell.explanation.description, cell.explanation.note].filter(Boolean).join("; ")),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Values under other protocols" }, make("table", { class: "explanation" }, make("thead", {}, head), make("tbody", {}, ...rows))),
  ];
}

function histogram(values) {
  if (values.length < 5) return "";
  const low = Math.min(...values), high = Math.max(...values), bins = Math.min(20, Math.ceil(Math.sqrt(values.length)) * 2);
  const counts = new Array(bins).fill(0);
  for (const value of values) counts[Math.min(bins - 1, Math.floor((bins * (value - low)) / (high - low || 1)))] += 1;
  const most = Math.max(...counts);
  const svg = draw("svg", { viewBox: "0 0 320 74", class: "histogram", role: "img", "aria-label": `Histogram of ${values.length} images from ${low.toPrecision(4)} to ${high.toPrecision(4)}` });
  counts.forEach((count, bin) => {
    const height = (54 * count) / most, width = 320 / bins;
    svg.append(draw("rect", { x: bin * width + 1, y: 56 - height, width: width - 2, height }, `${count} images`));
  });
  svg.append(text(low.toPrecision(4), { x: 0, y: 70 }), text(high.toPrecision(4), { x: 320, y: 70, "text-anchor": "end" }));
  return svg;
}

/** Protocol, weights, versions and further facts of a record. */
function circumstances(record, several) {
  const facts = DATA.facts[record.facts];
  const box = make("div", { class: "facts" }, make("h3", {}, several ? `How it was measured, seed ${record.seed}` : "How it was measured"));
  box.append(definitions([
    ["protocol", facts.protocol ? `${facts.protocol}: ${facts.words || ""}` : ""],
    ["LR", facts.lr === "file" ? "files of the dataset" : (facts.lr || "").replace(/^made:/, "made from HR by ")],
    ["source", facts.source],
    ["training", facts.training],
    ["data fingerprint", facts.data],
    ["derived data", facts.derived],
    ["device", facts.device],
    ["time", `${record.seconds} s for all metrics of the pass`],
    ["versions", facts.versions],
    ["record", record.key],
  ]));
  for (const weights of facts.weights || []) {
    box.append(make("h4", {}, weights.file), definitions([["origin", weights.origin], ["licence", weights.licence], ["SHA-256", weights.sha256], ["page", weights.url]]));
  }
  return box;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button.cell");
  if (button) openCell(Number(button.dataset.cell));
});
detail.addEventListener("click", (event) => {
  if (event.target === detail) detail.close();
});
