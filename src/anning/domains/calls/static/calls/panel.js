/** The incident beside the queue: opened by key or click, refreshed when somebody else changes it, conflicts shown in it. */
import { onEvent } from "../anning/js/live.js";
import { notify } from "../anning/js/words.js";
import { drawWays } from "./picking.js";

const WIDE = matchMedia("(min-width: 64.01rem)");

export class Panel {
  constructor(desk, box, words) {
    this.desk = desk;
    this.box = box;
    this.words = words;
    this.stale = false;
    box.addEventListener("click", (event) => { if (event.target.closest("[data-panel-close]")) this.close(); });
    document.body.addEventListener("htmx:beforeSwap", (event) => this.swap(event));
    document.body.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target === box) this.shown(); });
    onEvent("work.incident", (event) => this.heard(event));
  }

  get number() {
    return this.box.querySelector("[data-number]")?.dataset.number ?? "";
  }

  /** Open the incident at `url`; false when the screen is too narrow for a panel, and the page should be followed. */
  open(url, focus = "") {
    if (!WIDE.matches) return false;
    this.focus = focus;
    this.box.hidden = false;
    this.desk.dataset.panel = "";
    window.htmx.ajax("GET", url, { target: "#panel", swap: "innerHTML" }).catch(() => notify(document.getElementById("desk-say").dataset.failed, "error"));
    return true;
  }

  close() {
    this.box.hidden = true;
    this.box.replaceChildren();
    drawWays(this.box);
    delete this.desk.dataset.panel;
    document.querySelector("[data-row][data-current] a")?.focus({ preventScroll: true });
  }

  /** Refusals and conflicts are panels too: swap them in and do not call them failures. */
  swap(event) {
    const { xhr, target } = event.detail;
    if (target !== this.box || ![409, 422].includes(xhr.status)) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }

  shown() {
    this.stale = false;
    const wanted = this.focus ? this.box.querySelector(this.focus) : null;
    this.focus = "";
    drawWays(this.box);
    (wanted ?? this.box.querySelector('[role="alert"] button'))?.focus();
  }

  /** Somebody changed it: read it again, unless a form in it is being filled. */
  heard(event) {
    const seen = Number(this.box.querySelector("[data-version]")?.dataset.version ?? 0);
    if (event.number !== this.number || (event.version <= seen && event.verb !== "proposed")) return;
    if (this.busy()) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { if (!this.busy() && this.number === event.number) this.open(this.words.panel_url.replace("NUMBER", event.number)); }, 300);
  }

  busy() {
    const typed = [...this.box.querySelectorAll("textarea, input[type=text], input[type=search]")].some((field) => field.value);
    return typed || Boolean(this.box.querySelector("input:checked, [role=alert], .htmx-request, details[open]"));
  }
}
