"use strict";
(function () {
  const body = document.getElementById("rows");
  const shown = document.getElementById("shown");
  const query = document.getElementById("q");
  const provider = document.getElementById("provider");
  const least = document.getElementById("least");
  const chips = Array.from(document.querySelectorAll("[data-grade].chip"));
  const heads = Array.from(document.querySelectorAll("[data-key]"));
  const ORDER = "ABCDEF-";

  const rows = Array.from(body.rows, function (element, place) {
    const numbers = element.dataset.n.split(",").map(Number);
    const cells = element.cells;
    return {
      element: element, place: place, visible: true,
      domain: cells[0].textContent.trim().toLowerCase(),
      provider: cells[5].textContent.trim(),
      text: element.textContent.toLowerCase(),
      grade: element.dataset.grade,
      error: numbers[0], warning: numbers[1], open: numbers[2],
    };
  });

  for (const name of Array.from(new Set(rows.map(function (r) { return r.provider; }))).filter(Boolean).sort()) {
    const option = document.createElement("option");
    option.value = option.textContent = name;
    provider.append(option);
  }
  for (const chip of chips) {
    const count = rows.filter(function (r) { return r.grade === chip.dataset.grade; }).length;
    chip.querySelector("span").textContent = count;
    chip.hidden = count === 0;
  }

  const fits = {
    "": function () { return true; },
    error: function (r) { return r.error > 0; },
    warning: function (r) { return r.error + r.warning > 0; },
    open: function (r) { return r.open > 0; },
    clean: function (r) { return r.error + r.warning === 0; },
  };

  function filter() {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const grades = chips.filter(function (c) { return c.getAttribute("aria-pressed") === "true"; }).map(function (c) { return c.dataset.grade; });
    let count = 0;
    for (const row of rows) {
      const visible = fits[least.value](row)
        && (!provider.value || row.provider === provider.value)
        && (!grades.length || grades.includes(row.grade))
        && words.every(function (word) { return row.text.includes(word); });
      if (visible !== row.visible) {
        row.element.hidden = !visible;
        row.visible = visible;
      }
      if (visible) count += 1;
    }
    shown.textContent = shown.dataset.text.replace("{shown}", count).replace("{total}", rows.length);
    document.getElementById("nothing").hidden = count > 0;
  }

  function value(row, key) {
    return key === "grade" ? ORDER.indexOf(row.grade) : row[key];
  }
  function sort(head) {
    const key = head.dataset.key;
    const numeric = key === "error" || key === "warning" || key === "open";
    const before = head.getAttribute("aria-sort");
    const direction = before === "none" ? (numeric ? "descending" : "ascending") : before === "ascending" ? "descending" : "ascending";
    for (const other of heads) other.setAttribute("aria-sort", other === head ? direction : "none");
    const sign = direction === "ascending" ? 1 : -1;
    rows.sort(function (a, b) {
      const x = value(a, key), y = value(b, key);
      return (x < y ? -sign : x > y ? sign : 0) || a.place - b.place;
    });
    const all = document.createDocumentFragment();
    for (const row of rows) all.append(row.element);
    body.append(all);
  }

  for (const head of heads) head.querySelector("button").addEventListener("click", function () { sort(head); });
  for (const chip of chips) {
    chip.addEventListener("click", function () {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      filter();
    });
  }
  query.addEventListener("input", filter);
  provider.addEventListener("change", filter);
  least.addEventListener("change", filter);
  document.querySelector("form").addEventListener("submit", function (event) { event.preventDefault(); });
  document.documentElement.classList.add("js");
  for (const part of document.querySelectorAll(".needs-script")) part.hidden = false;
  filter();
})();
