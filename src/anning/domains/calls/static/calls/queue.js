/**
 * The live queue: rows made and moved by events alone (JSON summaries), never fetched again one by one.
 * Order: waiting, in hand, to close; in each by priority, then by age. What the filters leave out is not shown.
 */
import { fill, mark } from "./marks.js";

const GROUPS = ["waiting", "at_work", "ending"];
const WAITING = ["new", "received"];
const ENDING = ["cleared", "done"];

/** Which part of the queue a state stands in. */
export function groupOf(state) {
  if (WAITING.includes(state)) return "waiting";
  return ENDING.includes(state) ? "ending" : "at_work";
}

export class Queue {
  constructor(desk, words) {
    this.desk = desk;
    this.words = words;
    this.list = document.getElementById("rows");
    this.template = document.getElementById("row-template");
    this.most = Number(document.getElementById("desk-say").dataset.most);
  }

  get rows() {
    return [...this.list.querySelectorAll("[data-row]")];
  }

  row(number) {
    return this.list.querySelector(`[data-row][data-number="${CSS.escape(number)}"]`);
  }

  wanted(event) {
    const { area, kind, category, priority, view } = this.desk.dataset;
    if (event.closed_at || (event.kind !== "incident" && event.kind !== "matter")) return false;
    if (area && !event.area_code.startsWith(area)) return false;
    if (kind && event.kind !== kind) return false;
    if (category && !event.category.startsWith(category)) return false;
    if (priority && String(event.priority) !== priority) return false;
    if (view === "late") return Boolean(event.due_at) && Date.parse(event.due_at) < Date.now();
    return !view || groupOf(event.state) === view;
  }

  /** Apply one event; returns the row when it is new to this queue. */
  apply(event) {
    const old = this.row(event.number);
    if (old && Number(old.dataset.version) > event.version) return null;
    if (!this.wanted(event)) { old?.remove(); this.count(); return null; }
    if (!old && this.desk.dataset.mine) return null;
    const row = old ?? this.template.content.firstElementChild.cloneNode(true);
    this.write(row, event);
    this.place(row);
    this.count();
    if (old) return null;
    row.dataset.flash = "";
    setTimeout(() => delete row.dataset.flash, 2600);
    return row;
  }

  write(row, event) {
    const title = row.querySelector(".queue__title");
    const address = event.kind === "matter" ? this.words.matter_url : this.words.row_url;
    title.href = address.replace("NUMBER", event.number);
    if (event.kind === "incident") title.dataset.panel = this.words.panel_url.replace("NUMBER", event.number);
    Object.assign(row.dataset, {
      number: event.number, kind: event.kind, state: event.state, version: event.version, priority: event.priority,
      area: event.area_code, category: event.category, opened: event.opened_at, groupOf: groupOf(event.state),
    });
    fill(row, "priority", mark(`priority-${event.priority}`));
    fill(row, "category", this.words.categories[event.category] ?? event.category);
    fill(row, "text", event.title);
    fill(row, "state", mark(`state-${event.kind}-${event.state}`));
    fill(row, "area", this.area(event.area_code));
    fill(row, "number", event.number);
    this.clock(row, event);
    this.time(row, event);
    if (event.flags) fill(row, "flags", this.flags(event.flags));
    this.calls(row, event);
  }

  area(code) {
    const names = [];
    for (let length = 1; length <= code.length; length += 1) {
      const name = this.words.areas[code.slice(0, length)];
      if (name) names.push(name);
    }
    return names.join(" · ");
  }

  clock(row, event) {
    if (!event.due_at) { fill(row, "clock", ""); delete row.dataset.late; return; }
    const copy = mark("clock");
    const late = Date.parse(event.due_at) < Date.now();
    copy.querySelector("[data-clock]").dataset.due = event.due_at;
    fill(row, "clock", copy);
    if (late) row.dataset.late = ""; else delete row.dataset.late;
  }

  time(row, event) {
    const at = new Date(event.opened_at);
    const text = at.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: this.words.time_zone });
    fill(row, "time", text);
  }

  flags(codes) {
    const all = document.createDocumentFragment();
    for (const code of codes) {
      const known = this.words.flags[code];
      const copy = mark("flag");
      const icon = copy.querySelector("svg");
      icon.setAttribute("aria-label", known?.label ?? code);
      const use = icon.querySelector("use");
      if (known) use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${known.icon}`));
      all.append(copy);
    }
    return all;
  }

  calls(row, event) {
    const before = Number(row.dataset.calls ?? 1);
    const calls = event.calls ?? (event.verb === "call-joined" ? before + 1 : before);
    row.dataset.calls = calls;
    const badge = row.querySelector('[data-slot="calls"]');
    badge.textContent = `×${calls}`;
    badge.hidden = calls < 2;
  }

  key(row) {
    return [GROUPS.indexOf(row.dataset.groupOf), Number(row.dataset.priority), Date.parse(row.dataset.opened), row.dataset.number];
  }

  before(a, b) {
    const [x, y] = [this.key(a), this.key(b)];
    const at = x.findIndex((value, i) => value !== y[i]);
    return at >= 0 && x[at] < y[at];
  }

  place(row) {
    const group = this.list.querySelector(`[data-group="${row.dataset.groupOf}"]`);
    const next = this.list.querySelector(`[data-group="${row.dataset.groupOf}"] ~ [data-group]`);
    const peers = this.rows.filter((one) => one !== row && one.dataset.groupOf === row.dataset.groupOf);
    const after = peers.find((one) => this.before(row, one)) ?? next;
    if (row.isConnected && row.nextElementSibling === (after ?? null) && peers.length) return;
    const focused = row.contains(document.activeElement);
    if (after) after.before(row); else if (peers.length) peers.at(-1).after(row); else group.after(row);
    if (focused) row.querySelector("a").focus({ preventScroll: true });
  }

  count() {
    const rows = this.rows;
    for (const group of GROUPS) {
      const head = this.list.querySelector(`[data-group="${group}"]`);
      const number = rows.filter((row) => row.dataset.groupOf === group).length;
      head.hidden = number === 0;
      head.querySelector("[data-count]").textContent = number;
      if (!this.desk.dataset.view) this.tally(group, number);
    }
    if (!this.desk.dataset.view) this.tally("late", rows.filter((row) => "late" in row.dataset).length);
    document.getElementById("shown").textContent = rows.length < this.most ? rows.length : document.getElementById("desk-say").dataset.many;
    document.getElementById("nothing").hidden = rows.length > 0;
  }

  tally(code, number) {
    const box = document.querySelector(`[data-tally="${code}"]`);
    if (!box || this.rows.length >= this.most) return;
    box.querySelector("b").textContent = number;
    if (code === "late") { if (number) box.dataset.tone = "problem"; else delete box.dataset.tone; }
  }

  /** Once a second's clocks pass their limit, the row says so. */
  age() {
    for (const row of this.rows) {
      const due = row.querySelector("[data-clock]")?.dataset.due;
      if (due && Date.parse(due) < Date.now()) row.dataset.late = "";
    }
    this.count();
  }
}
