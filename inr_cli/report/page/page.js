"use strict";
const table = document.querySelector("table"), body = table.tBodies[0];
const dialog = document.querySelector("dialog"), image = dialog.querySelector("img");
const pictures = JSON.parse(document.getElementById("pictures").textContent);
let shown = null;

function order(cell) {
  return "sort" in cell.dataset ? Number(cell.dataset.sort) : cell.textContent;
}

// What was not measured stands last either way.
function compare(one, other, sign) {
  if (typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
  return sign * (typeof one === "number" ? one - other : one.localeCompare(other));
}

// The first click shows the largest numbers first, and names from A to Z; the next one turns it round.
function sort(header) {
  const place = header.cellIndex, was = header.getAttribute("aria-sort");
  const rows = [...body.rows], numeric = rows.some(row => "sort" in row.cells[place].dataset);
  const down = was ? was === "ascending" : numeric;
  rows.sort((one, other) => compare(order(one.cells[place]), order(other.cells[place]), down ? -1 : 1));
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", down ? "descending" : "ascending");
  body.append(...rows);
}

function show(row) {
  if (!row) return;
  shown = row;
  const label = row.dataset.label || document.title, data = pictures[row.dataset.row];
  image.hidden = !data;
  if (data) image.src = data;
  image.alt = data ? `target, result, error and spectrum of ${label}` : "";
  const cells = [...row.cells].map((cell, place) => `${table.tHead.rows[0].cells[place].textContent} ${cell.textContent}`);
  document.getElementById("shown").textContent = cells.join(", ")
    + (data ? "" : " (no picture here)") + (row.dataset.warning && `. Warning: ${row.dataset.warning}`);
  if (!dialog.open) dialog.showModal();
}

const row = number => body.querySelector(`tr[data-row="${number}"]`);
const go = by => show(by < 0 ? shown.previousElementSibling : shown.nextElementSibling);

table.tHead.addEventListener("click", event => event.target.closest("button") && sort(event.target.closest("th")));
body.addEventListener("click", event => show(event.target.closest("tr")));
document.querySelector("main").addEventListener("click", event => {
  const tile = event.target.closest(".tile");
  if (tile) show(row(tile.dataset.row));
});
dialog.addEventListener("click", event => {
  if (event.target === dialog || "close" in event.target.dataset) dialog.close();
  else if ("go" in event.target.dataset) go(Number(event.target.dataset.go));
});
dialog.addEventListener("keydown", event => {
  if (event.key === "ArrowLeft") go(-1);
  if (event.key === "ArrowRight") go(1);
});
