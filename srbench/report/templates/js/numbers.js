// All numbers as one long table: filters, sorting, and a limit on the lines that are drawn at once.

const PAGE_LINES = 100;
const COLUMNS = [
  ["plugin", "Paper"], ["table", "Table"], ["row", "Method"], ["dataset", "Dataset"], ["scale", "Scale"], ["metric", "Metric"],
  ["value", "Measured"], ["published", "Published"], ["delta", "Difference"], ["verdict", "Verdict"], ["interval", "95 % interval"],
].filter(([key]) => DATA.cells.some((cell) => cell[key] !== undefined));
const FILTERS = ["plugin", "table", "row", "dataset", "scale", "metric", "verdict"];
const numbers = { chosen: {}, sort: null, down: false, shown: PAGE_LINES };

function setUpNumbers() {
  const form = document.getElementById("filters");
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const key of FILTERS) {
    const values = unique(DATA.cells.map((cell) => String(cell[key] ?? ""))).filter((value) => value !== "");
    if (values.length < 2) continue;
    if (key === "scale") values.sort((a, b) => a - b);
    const title = COLUMNS.find((column) => column[0] === key)[1];
    const options = [["", "all"], ...values.map((value) => [value, key === "scale" ? `x${value}` : value])];
    form.append(choice(title, options, (value) => { numbers.chosen[key] = value; numbers.shown = PAGE_LINES; drawNumbers(); }, ""));
  }
  const measured = make("input", { type: "checkbox", onchange: () => { numbers.chosen.measured = measured.checked ? "yes" : ""; drawNumbers(); } });
  form.append(make("label", {}, measured, " measured only"));
  const head = make("tr");
  for (const [key, title] of COLUMNS) {
    const button = make("button", { type: "button", class: "sort", onclick: () => sortNumbers(key) }, title);
    head.append(make("th", { scope: "col", "data-key": key }, button));
  }
  document.querySelector("#long thead").append(head);
  document.getElementById("more").addEventListener("click", () => { numbers.shown += 1000; drawNumbers(); });
  drawNumbers();
}

function sortNumbers(key) {
  numbers.down = numbers.sort === key ? !numbers.down : false;
  numbers.sort = key;
  for (const head of document.querySelectorAll("#long th[data-key]")) {
    if (head.dataset.key === key) head.setAttribute("aria-sort", numbers.down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
  drawNumbers();
}

/** Value of a cell to sort by: a number, a text, or null for none. */
const sortValue = (cell, key) => {
  if (key === "published" || key === "delta") return cell.numbers?.[key] ?? null; // their texts have units: 715K, 0.4M
  return (key === "interval" ? cell.interval?.[0] : cell[key]) ?? null;
};

function drawNumbers() {
  const lines = [];
  DATA.cells.forEach((cell, number) => {
    const fits = FILTERS.every((key) => !numbers.chosen[key] || String(cell[key] ?? "") === numbers.chosen[key]);
    if (fits && (!numbers.chosen.measured || cell.measured)) lines.push([cell, number]);
  });
  if (numbers.sort) {
    const sign = numbers.down ? -1 : 1;
    lines.sort(([a], [b]) => {
      const x = sortValue(a, numbers.sort), y = sortValue(b, numbers.sort);
      if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
      return sign * (typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), "en", { numeric: true }));
    });
  }
  const body = document.createDocumentFragment();
  for (const [cell, number] of lines.slice(0, numbers.shown)) {
    const row = make("tr");
    for (const [key] of COLUMNS) row.append(longCell(cell, key, number));
    body.append(row);
  }
  document.querySelector("#long tbody").replaceChildren(body);
  document.getElementById("shown").textContent = `${lines.length} of ${DATA.cells.length} numbers, ${lines.filter(([cell]) => cell.measured).length} of them measured`;
  document.getElementById("more").hidden = lines.length <= numbers.shown;
}

function longCell(cell, key, number) {
  if (key === "value") {
    return make("td", { class: "num" }, cell.measured ? make("button", { type: "button", class: "cell", "data-cell": number }, cell.measured) : "–");
  }
  if (key === "verdict") return make("td", { class: `v ${slug(cell.verdict)}` }, make("span", { class: "mark" }, cell.mark || ""), ` ${cell.verdict}`);
  if (key === "interval") return make("td", { class: "num" }, cell.interval ? cell.interval.map((end) => end.toPrecision(5)).join(" – ") : "");
  const value = key === "scale" ? scaleText(cell.scale) : String(cell[key] ?? "");
  return make("td", { class: ["published", "delta"].includes(key) ? "num" : "" }, value);
}
setUpNumbers();
