/** Countdowns: every [data-clock] says how long is left or over, by the server's time, once a second. */
import { say } from "./words.js";

const WARN_S = 120;
const served = Date.parse(document.querySelector('meta[name="anning-now"]')?.content ?? "");
/* the page was asked for at timeOrigin by this machine's clock; a difference within a request's time is not skew */
const apart = served - performance.timeOrigin;
const skew = Math.abs(apart) > 5000 ? apart : 0;

/** Milliseconds since 1970 by the server's clock. */
export function now() {
  return Date.now() + skew;
}

/** "4:05", "1:02:09" or "3 d 04:10" for a length in seconds. */
export function length(seconds) {
  const whole = Math.floor(Math.abs(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const [d, h, m, s] = [Math.floor(whole / 86400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60, whole % 60];
  if (d) return `${d} ${say("day_short")} ${two(h)}:${two(m)}`;
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function level(left, warnLeft) {
  if (left < 0) return "late";
  return left <= warnLeft ? "warn" : "";
}

function tick(clock, time) {
  if (clock.dataset.state !== "running" && clock.dataset.state !== "late") return;
  const due = Date.parse(clock.dataset.due);
  const left = (due - time) / 1000;
  const warnLeft = clock.dataset.warn ? (due - Date.parse(clock.dataset.warn)) / 1000 : WARN_S;
  clock.dataset.level = level(left, warnLeft);
  clock.querySelector(".clock__text").textContent = say(left < 0 ? "clock_over" : "clock_left", { time: length(left) });
}

function rise(element, time) {
  element.textContent = length((time - Date.parse(element.dataset.since)) / 1000);
}

/** Begin ticking; elements that come later by htmx tick too. [data-since] counts upwards. */
export function startClocks() {
  const all = () => {
    if (document.hidden) return;
    const time = now();
    document.querySelectorAll("[data-clock]").forEach((clock) => tick(clock, time));
    document.querySelectorAll("[data-since]").forEach((element) => rise(element, time));
  };
  all();
  setInterval(all, 1000);
  document.addEventListener("visibilitychange", all);
  document.body.addEventListener("htmx:load", all);
}
