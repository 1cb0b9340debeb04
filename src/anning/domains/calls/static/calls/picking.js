/** Picking units by keyboard: type to narrow, arrows walk, Enter ticks the first match or sends when something is ticked. */

/** What `a` goes to: the recommendation to accept, else the list to pick from. */
export const PICK = "[data-accept], [data-send-find]";

/** Focus the recommendation; when it has the focus already, the list. Answers whether there was anything. */
export function focusPick(root) {
  const [first, list] = root.querySelectorAll(PICK);
  const next = document.activeElement === first && list ? list : first;
  next?.focus();
  return Boolean(next);
}

function narrow(form, text) {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const passed = form.querySelector("details[data-passed]");
  if (passed && words.length) passed.open = true;
  for (const row of form.querySelectorAll("[data-find]")) {
    row.hidden = !words.every((word) => row.dataset.find.toLowerCase().includes(word));
  }
}

function boxes(form) {
  return [...form.querySelectorAll('[data-find]:not([hidden]) input[type="checkbox"]')];
}

function key(event) {
  const form = event.target.closest("[data-send]");
  if (!form || event.isComposing) return;
  const shown = boxes(form);
  const at = shown.indexOf(event.target);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = event.key === "ArrowDown" ? shown[at + 1] : shown[at - 1] ?? form.querySelector("[data-send-find]");
    if (next) { event.preventDefault(); next.focus(); }
  }
  if (event.key !== "Enter") return;
  event.preventDefault();
  if (event.target.matches("[data-send-find]") && event.target.value && shown[0] && !shown[0].checked) {
    shown[0].checked = true;
    weigh(form);
    event.target.value = "";
    narrow(form, "");
    return;
  }
  const why = form.querySelector("[data-why] input:required");
  if (why && !why.value) { why.focus(); return; }
  if (form.querySelector('input[name="units"]:checked')) form.requestSubmit();
}

/** A reason is a must as soon as a recommended unit is left out; the style sheet shows the field then. */
function weigh(form) {
  const why = form.querySelector("[data-why] input");
  if (!why) return;
  const chosen = form.querySelector('input[name="units"]:checked');
  why.required = Boolean(chosen && form.querySelector("[data-recommended]:not(:checked)"));
}

/** The way of the unit that is looked at is drawn strongly on the map. */
function point(event) {
  const row = event.target.closest?.("[data-route]");
  if (row) document.dispatchEvent(new CustomEvent("anning:line", { detail: { layer: "routes", key: row.dataset.route } }));
}

/** Show on the map the ways of the recommendation inside `root`, or none. */
export function drawWays(root) {
  const box = root.querySelector("[data-routes]");
  document.dispatchEvent(new CustomEvent("anning:lines", { detail: { layer: "routes", url: box?.dataset.routes ?? "" } }));
}

/** Listen inside `root`; forms that come later by htmx are covered. */
export function startPicking(root) {
  root.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-send-find]")) narrow(event.target.closest("[data-send]"), event.target.value);
  });
  root.addEventListener("keydown", key);
  root.addEventListener("change", (event) => { if (event.target.name === "units") weigh(event.target.form); });
  for (const kind of ["pointerover", "focusin"]) root.addEventListener(kind, point);
}
