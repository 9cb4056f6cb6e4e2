
"use strict";
(() => {
  const order = new Intl.Collator("zh-CN", { numeric: true });
  const value = (cell) => cell.dataset.k ?? cell.textContent.trim();
  const compare = (a, b) => (isNaN(a) || isNaN(b) || a === "" || b === "" ? order.compare(a, b) : a - b);

  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].sort((a, b) => compare(value(a.cells[at]), value(b.cells[at])));
        body.append(...(down ? rows.reverse() : rows));
      });
    });
  }

  const filter = document.getElementById("filter");
  const rows = filter ? [...document.querySelector("table.filtered").tBodies[0].rows] : [];
  if (rows.length > 1) {
    const words = filter.querySelector("input");
    const choices = [...filter.querySelectorAll("select")];
    for (const choice of choices) {
      const found = new Map(rows.map((row) => row.cells[choice.dataset.at]).map((cell) => [value(cell), cell.textContent.trim()]));
      for (const [key, text] of [...found].sort((a, b) => compare(a[0], b[0]))) choice.add(new Option(text, key));
      choice.parentElement.hidden = found.size < 2;
    }
    const apply = () => {
      const wanted = words.value.trim().toLowerCase().split(/\s+/);
      let shown = 0;
      for (const row of rows) {
        const fits = choices.every((choice) => !choice.value || value(row.cells[choice.dataset.at]) === choice.value);
        row.hidden = !(fits && wanted.every((word) => row.textContent.toLowerCase().includes(word)));
        shown += row.hidden ? 0 : 1;
      }
      filter.querySelector("output").value = `显示 ${shown} 条，本页共 ${rows.length} 条`;
    };
    filter.addEventListener("input", apply);
    filter.hidden = false;
    apply();
  }
})();
