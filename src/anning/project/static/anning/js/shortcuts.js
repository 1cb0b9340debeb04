/**
 * Keyboard: "?" the list, "/" search, "g x" to a module with data-go="x", a single key for any element with data-key.
 * Rests while a field has the focus, while a dialog is open, and when the person has switched it off (WCAG 2.1.4).
 */
const KEY = "anning-shortcuts";
const PAIR_MS = 1200;
let pairUntil = 0;

function enabled() {
  try { return localStorage.getItem(KEY) !== "off"; } catch { return true; }
}

/** True when a key should go to a field or dialog and not to a shortcut. */
export function typing(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  if (document.querySelector("dialog[open]")) return true;
  return Boolean(event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"));
}

function act(element) {
  if (element.matches("summary")) {
    element.parentElement.open = true;
    element.parentElement.querySelector("input:not([type=hidden]), select, textarea, button")?.focus();
  } else {
    element.click();
  }
}

function escape() {
  const open = [...document.querySelectorAll("details.menu[open]")].pop();
  if (open) { open.open = false; open.querySelector("summary").focus(); return; }
  if (location.hash === "#modules") location.hash = "content";
}

function press(event) {
  if (event.key === "Escape") { escape(); return; }
  if (typing(event) || !enabled()) return;
  const key = event.key;
  let target = null;
  if (pairUntil > Date.now()) {
    target = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    pairUntil = 0;
  } else if (key === "g") {
    pairUntil = Date.now() + PAIR_MS;
    return;
  } else if (key === "?") {
    document.getElementById("shortcuts")?.showModal();
    return;
  } else if (key === "/") {
    target = document.getElementById("global-search");
  } else if (key.length === 1) {
    target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  }
  if (!target) return;
  event.preventDefault();
  if (target.matches("input")) { target.focus(); target.select(); } else act(target);
}

/** Listen on the document; also closes menus on a click elsewhere. */
export function startShortcuts() {
  document.addEventListener("keydown", press);
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  const box = document.getElementById("shortcuts-on");
  if (!box) return;
  box.checked = enabled();
  box.addEventListener("change", () => {
    try { localStorage.setItem(KEY, box.checked ? "on" : "off"); } catch { /* private window: stays on */ }
  });
}
