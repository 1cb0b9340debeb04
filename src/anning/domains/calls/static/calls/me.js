/**
 * The phone page of a unit. Reports go out at once; without network they wait in this browser with the time they were
 * made, and are sent when the network is back. The position is sent only while the person has switched it on.
 */
import { onEvent } from "../anning/js/live.js";

const KEY = "anning-unit-reports";
const EVERY_MS = 15_000;
const me = document.getElementById("me");
const queued = document.getElementById("queued");
const trouble = document.getElementById("trouble");

function waiting() {
  try { return JSON.parse(localStorage.getItem(KEY) ?? "[]"); } catch { return []; }
}

function keep(reports) {
  try { localStorage.setItem(KEY, JSON.stringify(reports)); } catch { /* private window: the report is lost with the page */ }
  if (!queued) return;
  queued.hidden = reports.length === 0;
  queued.textContent = me.dataset.queued.replace("{count}", String(reports.length));
}

async function send(report) {
  const body = new URLSearchParams(report.fields);
  const token = document.querySelector('input[name="csrfmiddlewaretoken"]').value;
  return fetch(report.url, { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json", "X-CSRFToken": token } });
}

async function flush() {
  const reports = waiting();
  while (reports.length) {
    let answer;
    try { answer = await send(reports[0]); } catch { break; }
    reports.shift();
    keep(reports);
    if (!answer.ok) { await refused(answer); return; }
    if (!reports.length) location.reload();
  }
}

async function refused(answer) {
  const body = await answer.json().catch(() => ({}));
  trouble.textContent = body.detail || String(answer.status);
  trouble.hidden = false;
}

async function report(event) {
  const form = event.target.closest("form[data-report]");
  if (!form) return;
  event.preventDefault();
  if ("sent" in form.dataset) return;
  for (const one of document.querySelectorAll("form[data-report]")) {
    one.dataset.sent = "";
    one.querySelector("button").setAttribute("aria-busy", String(one === form));
  }
  const fields = Object.fromEntries(new FormData(form));
  fields.at = new Date().toISOString();
  delete fields.csrfmiddlewaretoken;
  keep([...waiting(), { url: form.getAttribute("action"), fields }]);
  await flush();
  for (const one of document.querySelectorAll("form[data-report]")) {
    delete one.dataset.sent;
    one.querySelector("button").removeAttribute("aria-busy");
  }
}

function position(button) {
  let watch = null;
  let last = 0;
  const show = (on, text) => { button.setAttribute("aria-pressed", String(on)); button.querySelector("span").textContent = text; };
  const stop = (text) => { navigator.geolocation.clearWatch(watch); watch = null; show(false, text); };
  const told = ({ coords, timestamp }) => {
    show(true, me.dataset.positionOn);
    if (Date.now() - last < EVERY_MS) return;
    last = Date.now();
    const fields = { lon: coords.longitude, lat: coords.latitude, at: new Date(timestamp).toISOString() };
    send({ url: me.dataset.positionUrl, fields }).then((answer) => { if (!answer.ok) stop(me.dataset.positionOff); }).catch(() => {});
  };
  button.addEventListener("click", () => {
    if (watch !== null) { stop(me.dataset.positionOff); return; }
    watch = navigator.geolocation.watchPosition(told, () => stop(me.dataset.positionFailed), { enableHighAccuracy: true, maximumAge: 5000 });
    show(true, me.dataset.positionOn);
  });
}

if (me) {
  document.addEventListener("submit", report);
  addEventListener("online", flush);
  keep(waiting());
  flush();
  const button = document.getElementById("position");
  if (navigator.geolocation) position(button); else button.hidden = true;
  onEvent("unit", (event) => { if (event.code === me.dataset.unit && (event.number || "") !== (me.dataset.number || "")) location.reload(); });
}
