/** The page of one incident: print, pick units by typing, send by Ctrl+Enter. */
import { startPicking } from "./picking.js";

startPicking(document);
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
document.addEventListener("keydown", (event) => {
  if (event.key !== "a" || event.target.closest("input, textarea, select, dialog")) return;
  const find = document.querySelector("[data-send-find]");
  if (find) { event.preventDefault(); find.focus(); }
});
