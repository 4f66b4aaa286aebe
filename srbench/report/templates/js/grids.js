// Tables in the papers' layout: sorting by a column, folding columns.

for (const article of document.querySelectorAll("article.table")) {
  const grid = article.querySelector("table.grid");
  if (!grid) continue;
  const groups = JSON.parse(grid.dataset.groups);
  const labels = grid.tHead.rows[0].querySelectorAll("th.label").length;
  const original = [...grid.tBodies[0].rows];
  const leaves = [...grid.tHead.rows[grid.tHead.rows.length - 1].cells].filter((cell) => !cell.classList.contains("label"));
  if (original.length > 1 && "sortable" in grid.dataset) leaves.forEach((head, column) => sortable(grid, head, labels + column, original));
  const names = unique(groups);
  if (names.length > 1 && groups.length > 3) article.querySelector(".tools").append(folding(grid, groups, names, labels));
}

/** Make a column heading sort the lines: descending, ascending, then as in the paper; empty cells stay last. */
function sortable(grid, head, index, original) {
  const label = head.textContent;
  const button = make("button", { type: "button", class: "sort" }, label);
  head.replaceChildren(button);
  button.addEventListener("click", () => {
    const order = { none: "descending", descending: "ascending", ascending: "none" }[head.getAttribute("aria-sort") || "none"]; // the next one
    for (const other of grid.tHead.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
    const rows = [...original];
    if (order !== "none") {
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const value = (row) => (row.cells[index].dataset.value === "" || row.cells[index].dataset.value === undefined ? null : Number(row.cells[index].dataset.value));
      rows.sort((a, b) => (value(a) === null ? (value(b) === null ? 0 : 1) : value(b) === null ? -1 : sign * (value(a) - value(b))));
    }
    grid.classList.toggle("sorted", order !== "none");
    grid.tBodies[0].append(...rows);
  });
}

/** Checkboxes that show and hide the columns under one outer heading. */
function folding(grid, groups, names, labels) {
  const box = make("details", { class: "columns" }, make("summary", {}, "Columns"));
  const levels = [...grid.tHead.rows].map((row) => [...row.cells].filter((cell) => !cell.classList.contains("label")));
  const show = (name, visible) => {
    groups.forEach((group, column) => {
      if (group !== name) return;
      for (const row of grid.tBodies[0].rows) row.cells[labels + column].hidden = !visible;
      for (const level of levels) {
        let start = 0;
        for (const head of level) {
          if (start <= column && column < start + head.colSpan && groups[start] === name) head.hidden = !visible;
          start += head.colSpan;
        }
      }
    });
  };
  for (const name of names) {
    const tick = make("input", { type: "checkbox", checked: true, onchange: () => show(name, tick.checked) });
    box.append(make("label", {}, tick, ` ${name || "costs"}`));
  }
  return box;
}
