/** The page of one incident: print, accept or pick units by keyboard, ways drawn on the map. */
import { drawWays, focusPick, startPicking } from "./picking.js";

startPicking(document);
drawWays(document);
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
document.addEventListener("keydown", (event) => {
  if (event.key !== "a" || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select, dialog")) return;
  if (focusPick(document)) event.preventDefault();
});
