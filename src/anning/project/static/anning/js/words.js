/** Words of the interface in the reader's language, from the JSON block that components/words.html renders. */
const block = document.getElementById("anning-words");
const words = block ? JSON.parse(block.textContent) : {};

/** The text for `key` with `{name}` filled from `values`. Throws on an unknown key, so that a missing word is seen in tests. */
export function say(key, values = {}) {
  const text = words[key];
  if (text === undefined) throw new RangeError(`words.js: no text "${key}"; add it to components/words.html`);
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** A short notice in the corner. `level`: info, success, warning or error; errors stay until dismissed. */
export function notify(text, level = "info") {
  const notice = document.createElement("div");
  notice.className = `notice notice--${level}`;
  notice.setAttribute("role", level === "error" || level === "warning" ? "alert" : "status");
  notice.dataset.toast = level;
  const span = document.createElement("span");
  span.textContent = text;
  const close = document.createElement("button");
  close.className = "notice__close";
  close.type = "button";
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", say("dismiss"));
  close.textContent = "×";
  notice.append(span, close);
  document.getElementById("toasts")?.append(notice);
  if (level === "info" || level === "success") setTimeout(() => notice.remove(), 8000);
}
