/** Picking units by keyboard: type to narrow, arrows walk, Enter ticks the first match or sends when something is ticked. */

function narrow(form, text) {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
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
    event.target.value = "";
    narrow(form, "");
    return;
  }
  if (form.querySelector('input[name="units"]:checked')) form.requestSubmit();
}

/** Listen inside `root`; forms that come later by htmx are covered. */
export function startPicking(root) {
  root.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-send-find]")) narrow(event.target.closest("[data-send]"), event.target.value);
  });
  root.addEventListener("keydown", key);
}
