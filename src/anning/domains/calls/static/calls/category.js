/**
 * The category as a combobox: type characters, pinyin or initials. The select it stands for stays the field of the form
 * (and all there is without scripts); it is hidden, and whoever sets it is shown in the text.
 */
import { start } from "../anning/js/combobox.js";

/** Put a combobox in the place of the select. */
export function startCategory(select) {
  const input = Object.assign(document.createElement("input"), { type: "text", id: `${select.id}-text`, required: select.required });
  const hint = Object.assign(document.createElement("span"), { className: "field__help", id: `${input.id}-hint`, textContent: select.dataset.hint });
  const shown = () => select.selectedOptions[0]?.textContent.trim() ?? "";
  Object.assign(input.dataset, { url: select.dataset.url, target: select.id, whole: "" });
  input.setAttribute("aria-describedby", hint.id);
  for (const label of [...select.labels]) label.htmlFor = input.id;
  input.value = shown();
  select.required = false;
  select.hidden = true;
  select.before(input);
  select.after(hint);
  const check = () => input.setCustomValidity(input.value.trim() && !select.value ? select.dataset.unchosen : "");
  select.addEventListener("change", () => { input.value = shown(); check(); });
  start(input);
  input.addEventListener("input", check);
}
