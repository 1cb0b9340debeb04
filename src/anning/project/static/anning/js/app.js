/** Entry point of every page: starts what the page asks for by data attributes, and nothing else. */
import "./live.js";
import { startClocks } from "./clock.js";
import { startForms } from "./forms.js";
import { startLeaving } from "./leaving.js";
import { startShortcuts } from "./shortcuts.js";
import { startTables } from "./table.js";
import { notify, say } from "./words.js";

const WIDGETS = [
  ["[data-map]", () => import("./map.js")],
  ["[data-chart]", () => import("./charts.js")],
  ["[data-combobox]", () => import("./combobox.js")],
  ["[data-protocol]", () => import("./protocol.js")],
];

/** Start the widgets inside `root` that are not started yet; htmx calls it again for what it swaps in. */
function start(root) {
  for (const [selector, load] of WIDGETS) {
    const found = [...root.querySelectorAll(selector)].filter((element) => !("started" in element.dataset));
    if (root.matches?.(selector) && !("started" in root.dataset)) found.push(root);
    for (const element of found) element.dataset.started = "";
    if (found.length) load().then((module) => found.forEach((element) => module.start(element)));
  }
}

startClocks();
startForms();
startLeaving();
startShortcuts();
startTables();
start(document.body);

document.body.addEventListener("htmx:load", (event) => start(event.target));
document.body.addEventListener("htmx:responseError", (event) => notify(say("request_failed", { status: event.detail.xhr.status }), "error"));
document.body.addEventListener("htmx:sendError", () => notify(say("request_lost"), "error"));

document.addEventListener("click", (event) => {
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest(".notice").remove();
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
});
for (const toast of document.querySelectorAll('[data-toast="success"], [data-toast="info"]')) {
  setTimeout(() => toast.remove(), 8000);
}
document.querySelector("[data-focus]")?.focus();
