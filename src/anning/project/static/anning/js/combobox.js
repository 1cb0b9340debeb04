/**
 * Autocomplete by the ARIA combobox pattern.
 * <input data-combobox data-url="/places/search" data-target="id of a hidden input" data-param="q">; the server finds (characters, pinyin, initials)
 * and answers {"results": [{"value", "label", "hint", "lon", "lat"}]}. A choice fills the target and, if it has a place, tells the map.
 * With data-whole the server answers an empty text too, with everything: down or up in the empty field opens the whole list.
 *
 * Keys (WAI-ARIA APG, editable combobox with list autocomplete): down and up open the list and move in it, Alt with down opens
 * without moving, Alt with up closes, Enter takes the marked option (the first when none is marked, even one still on its way),
 * Escape closes.
 */
import { say } from "./words.js";

const PAUSE_MS = 160;
let count = 0;

class Combobox {
  constructor(input) {
    this.input = input;
    this.target = document.getElementById(input.dataset.target ?? "");
    this.results = [];
    this.at = -1;
    this.awaited = null;
    this.build();
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  build() {
    count += 1;
    this.box = document.createElement("div");
    this.box.className = "combo";
    this.input.replaceWith(this.box);
    this.list = document.createElement("ul");
    this.list.className = "combo__list";
    this.list.id = `combo-${count}`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.labels?.[0]?.textContent.trim() ?? this.input.getAttribute("aria-label") ?? "");
    this.list.hidden = true;
    this.status = document.createElement("span");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.box.append(this.input, this.list, this.status);
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id, autocomplete: "off" };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.choose(Number(option.dataset.at));
    });
  }

  later() {
    if (this.target) this.target.value = "";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), PAUSE_MS);
  }

  async search() {
    clearTimeout(this.timer);
    this.timer = 0;
    const text = this.input.value.trim();
    this.abort?.abort();
    if (!text && !("whole" in this.input.dataset)) { this.close(); return; }
    this.abort = new AbortController();
    const url = new URL(this.input.dataset.url, location.href);
    url.searchParams.set(this.input.dataset.param ?? "q", text);
    this.box.dataset.busy = "";
    try {
      const answer = await fetch(url, { signal: this.abort.signal, credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      this.show((await answer.json()).results);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.show([], say("combo_error", { why: error.message }));
    }
    delete this.box.dataset.busy;
  }

  show(results, problem) {
    this.results = results;
    this.at = -1;
    this.list.replaceChildren(...results.map((result, i) => this.option(result, i)));
    if (!results.length) {
      const none = Object.assign(document.createElement("li"), { className: "combo__none", textContent: problem ?? say("combo_none") });
      none.setAttribute("role", "presentation");
      this.list.append(none);
    }
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    const awaited = this.awaited;
    this.awaited = null;
    if (awaited && results.length) awaited();
    this.status.textContent = problem ?? (results.length ? say("combo_count", { count: results.length }) : say("combo_none"));
  }

  option(result, i) {
    const option = document.createElement("li");
    option.className = "combo__option";
    option.id = `${this.list.id}-${i}`;
    option.dataset.at = i;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.append(Object.assign(document.createElement("span"), { textContent: result.label }));
    if (result.hint) option.append(Object.assign(document.createElement("small"), { textContent: result.hint }));
    return option;
  }

  mark(at) {
    this.at = at;
    [...this.list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    const option = this.list.children[at];
    if (option) { this.input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
  }

  key(event) {
    if (event.isComposing) return;
    const last = this.results.length - 1;
    const coming = Boolean(this.timer) || "busy" in this.box.dataset;
    if (coming && event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.awaited = () => this.choose(0);
      return;
    }
    if (this.list.hidden) { this.open(event); return; }
    if (event.altKey && event.key === "ArrowUp") { event.preventDefault(); this.close(); return; }
    const steps = { ArrowDown: Math.min(this.at + 1, last), ArrowUp: Math.max(this.at - 1, 0), Home: 0, End: last };
    if (event.key in steps && (event.key.startsWith("Arrow") || this.at >= 0)) { event.preventDefault(); this.mark(steps[event.key]); }
    if (event.key === "Enter" && last >= 0 && !event.ctrlKey && !event.metaKey) { event.preventDefault(); this.choose(Math.max(this.at, 0)); }
    if (event.key === "Escape") { event.stopPropagation(); this.close(); }
  }

  open(event) {
    if (event.key !== "ArrowDown" && (event.key !== "ArrowUp" || event.altKey)) return;
    event.preventDefault();
    this.awaited = event.altKey ? null : () => this.mark(event.key === "ArrowDown" ? 0 : this.results.length - 1);
    this.search();
  }

  choose(at) {
    const result = this.results[at];
    this.input.value = result.label;
    if (this.target) {
      this.target.value = result.value;
      this.target.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.close();
    this.input.dispatchEvent(new CustomEvent("anning:chosen", { bubbles: true, detail: result }));
    if (Number.isFinite(result.lon) && Number.isFinite(result.lat)) document.dispatchEvent(new CustomEvent("anning:place", { detail: result }));
  }

  close() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.awaited = null;
    this.abort?.abort();
    delete this.box.dataset.busy;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.results = [];
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

/** Bring one input to life. */
export function start(input) {
  return new Combobox(input);
}
