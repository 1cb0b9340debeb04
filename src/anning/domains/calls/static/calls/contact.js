/** How old a unit's position is, and since when nothing was heard of a unit at work: counted on in its row. */
import { length, now } from "../anning/js/clock.js";

const EVERY_MS = 5_000;
const AT_WORK = ["assigned", "en_route", "on_scene"];
const words = document.getElementById("marks")?.content.querySelector('[data-mark="contact"]')?.dataset;

/** Whether a unit at work was not heard of for too long; also when it never was. */
const isQuiet = ({ status, contact }) => AT_WORK.includes(status) && !(now() - Date.parse(contact) < Number(words.quietS) * 1000);

function text({ status, position, contact }, quiet) {
  if (status === "off_duty") return "";
  const heard = Date.parse(contact);
  if (quiet && Number.isNaN(heard)) return words.never;
  if (quiet) return words.quiet.replace("{time}", new Date(heard).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }));
  return position ? words.position.replace("{age}", length(Math.max(0, now() - Date.parse(position)) / 1000)) : "";
}

/** Bring one row up to date. */
export function showContact(row) {
  if (!words) return;
  const slot = row.querySelector('[data-slot="contact"]');
  const quiet = isQuiet(row.dataset);
  const said = text(row.dataset, quiet);
  if (slot.textContent !== said) slot.textContent = said;
  row.toggleAttribute("data-quiet", quiet);
}

/** Keep every row of the list counting. */
export function startContact(list) {
  const all = () => { if (!document.hidden) list.querySelectorAll("[data-unit]").forEach(showContact); };
  all();
  setInterval(all, EVERY_MS);
}
