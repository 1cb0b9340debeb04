/** Forms: one submit at a time, one key per intent, a warning before changes are lost, files dropped on a field. */
import { say } from "./words.js";

/** A random key (UUID v4 text) that makes a repeated submit the same submit. Works on plain http too. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function fillKeys(root) {
  for (const input of root.querySelectorAll('input[name="idempotency_key"]')) {
    if (!input.value) input.value = newKey();
  }
}

function free(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
}

function submit(event) {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  if ("sent" in form.dataset) { event.preventDefault(); return; }
  form.dataset.sent = "";
  delete form.dataset.dirty;
  const button = event.submitter ?? form.querySelector('[type="submit"], button:not([type])');
  button?.setAttribute("aria-busy", "true");
}

function leave(event) {
  if (!document.querySelector("form[data-dirty]")) return;
  event.preventDefault();
  event.returnValue = say("unsaved");
}

function drop(event) {
  const zone = event.target.closest?.("[data-drop]");
  if (!zone) return;
  event.preventDefault();
  if (event.type === "dragover") { zone.dataset.over = ""; return; }
  delete zone.dataset.over;
  if (event.type !== "drop" || !event.dataTransfer.files.length) return;
  const input = zone.querySelector('input[type="file"]');
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Listen on the document; forms that come later by htmx are covered. */
export function startForms() {
  fillKeys(document);
  document.body.addEventListener("htmx:load", (event) => fillKeys(event.target));
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-guard]");
    if (form) form.dataset.dirty = "";
  });
  document.addEventListener("submit", submit);
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form[data-once]");
    if (form) free(form);
  });
  addEventListener("beforeunload", leave);
  addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("form[data-once]").forEach(free); });
  for (const type of ["dragover", "dragleave", "drop"]) document.addEventListener(type, drop);
}
