/** Unit rows kept fresh by live events; the server has already left out what this viewer may not see. */
import { onEvent } from "../anning/js/live.js";
import { showContact, startContact } from "./contact.js";
import { fill, mark } from "./marks.js";

const ORDER = ["on_scene", "en_route", "assigned", "free", "off_duty"];

function place(list, row) {
  const rank = (one) => ORDER.indexOf(one.dataset.status);
  const after = [...list.children].find((one) => one !== row && (rank(one) > rank(row) || (rank(one) === rank(row) && one.dataset.unit > row.dataset.unit)));
  if (row.nextElementSibling !== (after ?? null)) list.insertBefore(row, after ?? null);
}

function update(list, event) {
  const row = list.querySelector(`[data-unit="${CSS.escape(event.code)}"]`);
  if (!row) return;
  row.dataset.status = event.status;
  fill(row, "state", mark(`unit-${event.status}`));
  fill(row, "task", event.title ?? "");
  const task = row.querySelector('[data-slot="task"]');
  if (event.number) task.href = list.dataset.itemUrl?.replace("NUMBER", event.number) ?? `/calls/${event.number}`;
  else task.removeAttribute("href");
  const since = row.querySelector('[data-slot="since"]');
  if (event.status_at) since.dataset.since = event.status_at;
  Object.assign(row.dataset, { position: event.position_at ?? "", contact: event.contact_at ?? "" });
  showContact(row);
  place(list, row);
}

/** Keep the units in `list` fresh; `changed()` is called after each change. */
export function startBoard(list, changed = () => {}) {
  if (!list) return;
  startContact(list);
  onEvent("unit", (event) => { update(list, event); changed(); });
}
