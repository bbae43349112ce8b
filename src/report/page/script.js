"use strict";
(() => {
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const root = document.documentElement;

  // Colours: as the device, unless the reader chooses. Not kept: a page from disk stores nothing.
  const theme = document.getElementById("theme");
  theme.parentElement.hidden = false;
  theme.addEventListener("change", () => {
    if (theme.value) root.dataset.theme = theme.value; else delete root.dataset.theme;
  });

  // On a narrow screen, and where there are many indicators, contents are folded.
  const contents = document.querySelector("nav.contents details");
  if (contents && window.matchMedia("(max-width: 63.99rem)").matches) contents.open = false;

  // What a link within the page points to is opened.
  const reveal = () => {
    let target = null;
    try { target = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { return; }
    for (let e = target; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
  };
  window.addEventListener("hashchange", reveal);
  reveal();

  // Sorting: cells without a value come last, whatever the direction.
  const key = (row, column) => {
    const cell = row.cells[column];
    const exact = cell.dataset.v;
    if (exact !== undefined && exact !== "" && !Number.isNaN(Number(exact))) return Number(exact);
    const text = (exact ?? cell.textContent).trim();
    return cell.classList.contains("n") || text === "" ? null : text;
  };
  const collator = new Intl.Collator(root.lang, { numeric: true });
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b));
  for (const table of all("table[data-sortable]")) {
    if (table.tBodies[0].rows.length < 2) continue;
    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const number = head.classList.contains("n");
        const now = head.getAttribute("aria-sort");
        const direction = now === null ? (number ? -1 : 1) : now === "ascending" ? -1 : 1;
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
        const body = table.tBodies[0];
        const rows = Array.from(body.rows, (row, at) => ({ row, at, key: key(row, column) }));
        rows.sort((a, b) => {
          if (a.key === null || b.key === null) return (a.key === null) - (b.key === null) || a.at - b.at;
          return direction * compare(a.key, b.key) || a.at - b.at;
        });
        body.append(...rows.map((r) => r.row));
      });
    });
  }

  // Filters of a table.
  for (const form of all("form[data-filter]")) {
    const body = document.getElementById(form.dataset.filter).tBodies[0];
    const shown = form.querySelector("[data-pattern]");
    const search = form.querySelector("input[type=search]");
    const rows = Array.from(body.rows, (row) => ({ row, text: row.textContent.toLowerCase() }));
    const apply = () => {
      const wanted = search.value.trim().toLowerCase();
      const chosen = all("select", form).filter((s) => s.value).map((s) => [Number(s.dataset.column), s.value]);
      let n = 0;
      for (const { row, text } of rows) {
        const fits = text.includes(wanted) && chosen.every(([c, value]) => row.cells[c].textContent === value);
        row.hidden = !fits;
        n += fits;
      }
      shown.textContent = shown.dataset.pattern.replace("{shown}", n).replace("{all}", rows.length);
    };
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("reset", () => setTimeout(apply));
    form.addEventListener("submit", (event) => event.preventDefault());
    apply();
  }

  // Exact values on figures: beside the pointer, or by the arrow keys. Escape takes them away.
  const tip = document.getElementById("tip");
  let spot = null;
  const hide = () => { tip.hidden = true; if (spot) spot.remove(); spot = null; };
  for (const drawing of all(".drawing")) {
    const svg = drawing.querySelector("svg");
    const metadata = svg.querySelector("metadata");
    if (!metadata) continue;
    let points = null;
    const load = () => {
      if (points) return points;
      try {
        const data = JSON.parse(metadata.textContent);
        points = data.values.map(([x, y, label, text]) => ({ x, y, label: data.labels[label], text }));
      } catch { points = []; }
      return points;
    };
    const show = (point) => {
      hide();
      spot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
      for (const [name, value] of [["cx", point.x], ["cy", point.y], ["r", 90], ["class", "spot"]]) spot.setAttribute(name, value);
      svg.append(spot);
      tip.textContent = point.label ? `${point.label}: ${point.text}` : point.text;
      tip.hidden = false;
      const at = spot.getBoundingClientRect();
      const width = tip.offsetWidth;
      const left = Math.min(Math.max(8, at.left + at.width / 2 - width / 2), root.clientWidth - width - 8);
      const above = at.top - tip.offsetHeight - 8;
      tip.style.left = `${left + window.scrollX}px`;
      tip.style.top = `${(above > 0 ? above : at.bottom + 8) + window.scrollY}px`;
    };
    const nearest = (event) => {
      const matrix = svg.getScreenCTM();
      if (!matrix) return null;
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
      let best = null;
      let least = (32 / matrix.a) ** 2;
      for (const point of load()) {
        const distance = (point.x - at.x) ** 2 + (point.y - at.y) ** 2;
        if (distance < least) { best = point; least = distance; }
      }
      return best;
    };
    const follow = (event) => { const point = nearest(event); if (point) show(point); else hide(); };
    drawing.addEventListener("pointermove", follow);
    drawing.addEventListener("pointerdown", follow);
    drawing.addEventListener("pointerleave", hide);
    let current = -1;
    drawing.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const n = load().length;
      if (!step || n === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      current = current < 0 ? (step > 0 ? 0 : n - 1) : (current + step + n) % n;
      show(points[current]);
    });
    drawing.addEventListener("blur", hide);
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
})();
