/** The dispatch desk: queue, panel and unit board, by keyboard alone. */
import { onEvent } from "../anning/js/live.js";
import { typing } from "../anning/js/shortcuts.js";
import { Panel } from "./panel.js";
import { PICK, focusPick, startPicking } from "./picking.js";
import { Queue } from "./queue.js";
import { startBoard } from "./unit-board.js";

const desk = document.getElementById("desk");
const words = JSON.parse(document.getElementById("desk-words").textContent);
const queue = new Queue(desk, words);
const panel = new Panel(desk, document.getElementById("panel"), words);
const urgent = document.getElementById("urgent");
const filters = document.getElementById("filters");

function show(row, focus) {
  document.querySelector("[data-row][data-current]")?.removeAttribute("data-current");
  row.dataset.current = "";
  const link = row.querySelector("a.queue__title");
  return Boolean(link.dataset.panel) && panel.open(link.dataset.panel, focus);
}

function alarm(row) {
  if (row.dataset.priority !== "1") return;
  const title = ["category", "text"].map((slot) => row.querySelector(`[data-slot="${slot}"]`).textContent).filter(Boolean).join(" · ");
  urgent.textContent = document.getElementById("desk-say").dataset.newUrgent.replace("{title}", title);
  urgent.dataset.number = row.dataset.number;
  urgent.hidden = false;
  const name = document.title.replace(/^● /, "");
  document.title = `● ${name}`;
}

function calm() {
  urgent.hidden = true;
  document.title = document.title.replace(/^● /, "");
}

function countUnits() {
  const rows = [...document.querySelectorAll("#units [data-unit]")];
  for (const box of document.querySelectorAll("[data-unit-tally]")) {
    box.querySelector("b").textContent = rows.filter((row) => row.dataset.status === box.dataset.unitTally).length;
  }
}

onEvent("work", (event) => {
  if (!event.number) return;
  const fresh = queue.apply(event);
  if (fresh) alarm(fresh);
  if (event.number === urgent.dataset.number && event.state !== "new") calm();
});
onEvent("reset", () => location.reload());
setInterval(() => queue.age(), 5000);
startBoard(document.getElementById("units"), countUnits);
startPicking(document);

urgent.addEventListener("click", () => {
  const row = queue.row(urgent.dataset.number);
  calm();
  if (row) { row.scrollIntoView({ block: "center" }); if (!show(row, PICK)) row.querySelector("a").click(); }
});
filters.addEventListener("change", () => filters.requestSubmit());
document.getElementById("rows").addEventListener("click", (event) => {
  const link = event.target.closest("a.queue__title");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (show(link.closest("[data-row]"), "")) event.preventDefault();
});

function pickPriority(digit) {
  filters.elements.priority.value = filters.elements.priority.value === digit ? "" : digit;
  filters.requestSubmit();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !panel.box.hidden && !document.querySelector("dialog[open], details.menu[open]")) {
    document.activeElement?.blur();
    panel.close();
    return;
  }
  if (typing(event)) return;
  const row = document.querySelector("[data-row][data-current]");
  if (/^[1-4]$/.test(event.key)) { event.preventDefault(); pickPriority(event.key); }
  if (event.key === "f") { event.preventDefault(); filters.elements.area.focus(); }
  if (event.key === "m") { filters.elements.mine.click(); }
  if (event.key === "a") {
    event.preventDefault();
    if (!focusPick(panel.box) && row) show(row, PICK);
  }
});

const first = desk.dataset.open && queue.row(desk.dataset.open);
if (desk.dataset.open) {
  if (first) show(first, PICK);
  else panel.open(words.panel_url.replace("NUMBER", desk.dataset.open), PICK);
}
