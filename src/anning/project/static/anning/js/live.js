/**
 * The live link: one EventSource a page, kept open with growing pauses, its state shown in the bar.
 *
 * The address is in <meta name="anning-events">. Every message is JSON: one event or a list of them, each with at least `topic`; an event is dispatched on the document as
 * `anning:event` {topic, …}, and on the body as `anning:<topic>` for htmx triggers. After a break the server gets the last
 * id seen: by header when the browser re-connects itself, as `last_event_id` when this module has to begin anew.
 */
import { say } from "./words.js";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const QUIET_MS = 60_000;

const url = document.querySelector('meta[name="anning-events"]')?.content;
const indicator = document.getElementById("live");
const listeners = new Map();
let source = null;
let lastId = "";
let pause = FIRST_PAUSE_MS;
let retry = 0;
let lastHeard = Date.now();

/** Call `fn(event)` for every live event of `topic` ("*" = all; "work" also hears "work.incident"). Returns a function that stops it. */
export function onEvent(topic, fn) {
  if (!listeners.has(topic)) listeners.set(topic, new Set());
  listeners.get(topic).add(fn);
  return () => listeners.get(topic).delete(fn);
}

function show(state) {
  if (!indicator || indicator.dataset.state === state) return;
  indicator.dataset.state = state;
  indicator.querySelector(".live__text").textContent = say(`live_${state}`);
}

function dispatch(data) {
  document.dispatchEvent(new CustomEvent("anning:event", { detail: data }));
  const parts = String(data.topic).split(".");
  for (let length = parts.length; length > 0; length -= 1) {
    const topic = parts.slice(0, length).join(".");
    document.body.dispatchEvent(new CustomEvent(`anning:${topic}`, { detail: data }));
    listeners.get(topic)?.forEach((fn) => fn(data));
  }
  listeners.get("*")?.forEach((fn) => fn(data));
}

function receive(message) {
  lastHeard = Date.now();
  if (message.lastEventId) lastId = message.lastEventId;
  if (!message.data) return;
  let data;
  try {
    data = JSON.parse(message.data);
  } catch (error) {
    console.error("live.js: a message that is not JSON was left out", error);
    return;
  }
  (Array.isArray(data) ? data : [data]).forEach(dispatch);
}

function connect() {
  clearTimeout(retry);
  source?.close();
  show("wait");
  const address = new URL(url, location.href);
  if (lastId) address.searchParams.set("last_event_id", lastId);
  source = new EventSource(address, { withCredentials: true });
  source.addEventListener("open", () => {
    lastHeard = Date.now();
    pause = FIRST_PAUSE_MS;
    show("open");
  });
  source.addEventListener("message", receive);
  source.addEventListener("ping", () => { lastHeard = Date.now(); });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CONNECTING) { show("wait"); return; }
    show(pause > 4000 ? "down" : "wait");
    retry = setTimeout(connect, pause * (0.75 + Math.random() / 2));
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  });
}

if (url) {
  connect();
  addEventListener("online", connect);
  addEventListener("offline", () => show("down"));
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && (source.readyState === EventSource.CLOSED || Date.now() - lastHeard > QUIET_MS)) connect();
  });
  onEvent("alerts", (event) => {
    const count = document.getElementById("alerts-count");
    if (!count || !Number.isInteger(event.count)) return;
    count.textContent = event.count;
    count.hidden = event.count === 0;
  });
}
