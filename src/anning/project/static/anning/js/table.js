/** Rows: j and k walk, Enter opens, a click anywhere on the row opens its first link; row height is remembered. */
import { typing } from "./shortcuts.js";

const KEY = "anning-density";

const link = (row) => row.querySelector("a[href]");

function current(list) {
  return list.querySelector("[data-row][data-current]");
}

function mark(list, row) {
  current(list)?.removeAttribute("data-current");
  if (!row) return;
  row.dataset.current = "";
  link(row)?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function walk(event) {
  if (typing(event) || (event.key !== "j" && event.key !== "k")) return;
  const list = event.target.closest?.("[data-rows]") ?? document.querySelector("[data-rows]");
  if (!list) return;
  const rows = [...list.querySelectorAll("[data-row]")];
  const at = rows.indexOf(current(list));
  const next = event.key === "j" ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0);
  event.preventDefault();
  mark(list, rows[next]);
}

function open(event) {
  const row = event.target.closest("[data-rows] [data-row]");
  if (!row || event.target.closest("a, button, input, select, label, summary, form")) return;
  if (String(getSelection())) return;
  const first = link(row);
  if (!first) return;
  if (event.ctrlKey || event.metaKey) window.open(first.href, "_blank", "noopener"); else first.click();
}

function density(value) {
  for (const table of document.querySelectorAll("[data-density-table]")) {
    if (value) table.dataset.density = value; else delete table.dataset.density;
  }
  for (const button of document.querySelectorAll("[data-density]:is(button)")) {
    button.setAttribute("aria-pressed", String(button.dataset.density === value));
  }
}

function saved() {
  try { return localStorage.getItem(KEY) ?? ""; } catch { return ""; }
}

/** Listen on the document; htmx-swapped rows get the saved height. */
export function startTables() {
  document.addEventListener("keydown", walk);
  document.addEventListener("click", open);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-density]");
    if (!button) return;
    try { localStorage.setItem(KEY, button.dataset.density); } catch { /* private window: for this page only */ }
    density(button.dataset.density);
  });
  density(saved());
  document.body.addEventListener("htmx:load", () => density(saved()));
}
