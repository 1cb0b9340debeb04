/**
 * The phone page of a unit. What the crew says is kept on the phone, shown at once as not yet sent, and sent in order when
 * there is a link (phone/outbox.js); the desk's answer brings the page up to date. In a dead zone the page opens from its
 * shell (phone/shell.js) with what the phone knew last.
 */
import { onEvent } from "../anning/js/live.js";
import { Outbox, newId } from "./phone/outbox.js";
import { Position } from "./phone/position.js";
import { keepShell } from "./phone/shell.js";
import { measure, recall } from "./phone/skew.js";
import * as store from "./phone/store.js";
import * as view from "./phone/view.js";

const AGES_MS = 15_000;
const SAFETY_MS = 60_000;
const phone = document.getElementById("phone");
let snapshot = null;
let why = "";
let position = null;
let refreshing = null;

const inShell = () => "shell" in phone.dataset;
const present = () => document.getElementById("me");

const outbox = new Outbox({
  changed: () => render(),
  answered: () => refresh(),
  link: (state) => { why = { none: "waiting", signed_out: "signed_out" }[state] ?? ""; render(); if (state === "open" && inShell()) leaveShell(); },
});

async function render() {
  if (!present()) return;
  const words = await store.all();
  const waiting = words.filter((word) => !word.refused);
  view.showWaiting(waiting, why || (waiting.length ? "sending" : ""));
  view.showRefused(words.filter((word) => word.refused), (seq) => outbox.drop(seq));
  const stage = view.stageOf(snapshot, waiting);
  view.showStage(stage, stage !== snapshot?.stage);
  view.showSkew();
  if (why === "signed_out") view.showTrouble("signed_out");
  else if (waiting.length && !store.keeps()) view.showTrouble("lost");
  else view.showTrouble("");
}

/** What the page tells of the task: kept for dead zones, with whose it is. */
async function take() {
  view.learn();
  const told = document.getElementById("phone-snapshot");
  if (told) {
    snapshot = JSON.parse(told.textContent);
    await store.own(snapshot.owner);
    await store.keep("snapshot", snapshot);
  }
}

function typing() {
  return [...phone.querySelectorAll("details[open] textarea, details[open] input[type=text]")].some((field) => field.value.trim());
}

/** Bring the page up to date by its own address; the map stays while it shows the same scene. */
async function refresh() {
  if (inShell()) return;
  if (refreshing) { refreshing.again = true; return; }
  refreshing = { again: false };
  try {
    const sent = Date.now();
    const answer = await fetch(phone.dataset.page, { credentials: "same-origin", redirect: "manual", headers: { "X-Phone": "refresh" } });
    if (answer.type === "opaqueredirect") { why = "signed_out"; return; }
    measure(answer, sent, Date.now());
    if (answer.ok) await swap(await answer.text());
  } catch {
    /* without a link the page stays as it is; the outbox says so */
  } finally {
    const { again } = refreshing;
    refreshing = null;
    await render();
    if (again) refresh();
  }
}

/** Ask the server the time before anything is said. */
async function setClock() {
  const sent = Date.now();
  const answer = await fetch(phone.dataset.worker, { method: "HEAD", cache: "no-store", credentials: "same-origin", redirect: "manual" }).catch(() => null);
  if (answer && answer.type !== "opaqueredirect") measure(answer, sent, Date.now());
  await render();
}

async function swap(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("phone");
  if (!fresh || "shell" in fresh.dataset) return;
  if (typing()) {
    document.getElementById("odds")?.replaceChildren(...(fresh.querySelector("#odds")?.children ?? []));
    const told = fresh.querySelector("#phone-snapshot");
    if (told) document.getElementById("phone-snapshot")?.replaceWith(told);
  } else {
    const [map, next] = [phone.querySelector(".map"), fresh.querySelector(".map")];
    if (map?.dataset.point && map.dataset.point === next?.dataset.point) next.replaceWith(map);
    const open = document.activeElement?.id;
    phone.replaceChildren(...fresh.childNodes);
    document.getElementById(open)?.focus();
    phone.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  }
  await take();
  position?.show();
}

async function leaveShell() {
  if (await fetch(phone.dataset.page, { redirect: "manual", credentials: "same-origin" }).then((answer) => answer.ok || answer.type === "opaqueredirect", () => false)) location.replace(phone.dataset.page);
}

async function said(event) {
  const form = event.target.closest?.("form[data-outbox]");
  if (!form) return;
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(form, event.submitter));
  delete fields.csrfmiddlewaretoken;
  const button = event.submitter ?? form.querySelector("button");
  const word = { url: form.getAttribute("action"), action: form.dataset.outbox, after: form.dataset.after ?? "", title: button.textContent.trim(), made: Date.now(), fields };
  if (word.action !== "settle") about(fields);
  if (await repeated(word)) return;
  try {
    await outbox.say(word);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    view.showTrouble("full", { count: store.MOST });
    return;
  }
  if (form.closest("details")) { form.reset(); form.closest("details").open = false; }
  form.closest("[data-odds]")?.remove();
}

/** A word is about the task its form was drawn for; the shell's forms were drawn for none. */
function about(fields) {
  fields.key = newId();
  for (const name of ["number", "task", "version"]) fields[name] ||= String(snapshot[name]);
}

/** Whether the same step, or a choice about the same report, waits already: a second tap. */
async function repeated({ action, after, fields }) {
  const waiting = (await store.all()).filter((word) => !word.refused);
  if (action === "settle") return waiting.some((word) => word.action === action && word.fields.key === fields.key);
  return Boolean(after) && waiting.some((word) => word.after === after && word.fields.task === fields.task);
}

async function start() {
  await recall().catch(() => {});
  await take();
  if (inShell()) { snapshot = (await store.kept("snapshot")) ?? null; view.showKept(snapshot); why = "waiting"; }
  position = inShell() ? null : new Position(phone.dataset.positionUrl, view.say);
  position?.show();
  document.addEventListener("submit", said);
  await render();
  setInterval(() => render(), AGES_MS);
  if (inShell()) {
    setInterval(leaveShell, AGES_MS);
    addEventListener("online", leaveShell);
    await outbox.flush();
    return;
  }
  await setClock();
  await outbox.flush();
  keepShell(phone.dataset);
  onEvent("unit", (event) => { if (event.code === snapshot?.unit) refresh(); });
  onEvent("reset", () => refresh());
  onEvent("work.incident", (event) => { if (event.number === snapshot?.number) refresh(); });
  setInterval(() => { if (!document.hidden) refresh(); }, SAFETY_MS);
}

if (phone && present()) start();
