/** What the phone shows: the stage reached as far as the crew knows, what waits to be sent, what was not taken. */
import { length } from "../../anning/js/clock.js";
import { ahead } from "./skew.js";

const at = (selector, root = document) => root.querySelector(selector);
let words = {};
let announced = null;

/** Read the words of the page anew. */
export function learn() {
  words = JSON.parse(at("#phone-words")?.textContent ?? "{}");
}

export function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** The stage a task is at with these words said of it. */
export function stageOf(snapshot, waiting) {
  const order = ["assigned", "accepted", "en_route", "on_scene", "over"];
  const said = waiting.filter((word) => word.after && Number(word.fields.task) === snapshot?.task).map((word) => word.after);
  return [snapshot?.stage ?? "free", ...said].reduce((far, stage) => (order.indexOf(stage) > order.indexOf(far) ? stage : far));
}

/** State and dock for the stage reached; `unsent` when the desk has not heard of it. */
export function showStage(stage, unsent) {
  for (const chip of document.querySelectorAll("#state [data-stage]")) chip.hidden = chip.dataset.stage !== stage;
  for (const form of document.querySelectorAll("#dock form")) {
    form.hidden = !form.dataset.stages.split(" ").includes(stage);
    at("button", form).classList.toggle("btn--primary", form.dataset.first.split(" ").includes(stage));
  }
  const dock = at("#dock");
  if (dock) dock.hidden = !at("#dock form:not([hidden])");
  const decline = at("[data-before-scene]");
  if (decline) decline.hidden = !["assigned", "accepted", "en_route"].includes(stage);
  const state = at(`#state [data-stage="${stage}"]`)?.textContent.trim() ?? "";
  const text = say(unsent ? "now_unsent" : "now", { state });
  if (announced !== null && announced !== text) at("#heard").textContent = text;
  announced = text;
}

/** The words that wait: how many, how old, why. */
export function showWaiting(waiting, why) {
  const text = waiting.length ? say("unsent", { count: waiting.length }) : "";
  for (const part of ["#outbox", "#unsent-mark"]) at(part).hidden = !text;
  for (const part of ["#outbox-head", "#unsent-mark"]) if (at(part).textContent !== text) at(part).textContent = text;
  at("#outbox-why").textContent = why ? say(why) : "";
  at("#outbox-list").replaceChildren(...waiting.map((word) => {
    const item = document.createElement("li");
    item.append(Object.assign(document.createElement("b"), { textContent: word.title }), " ", Object.assign(document.createElement("span"), { className: "soft num", textContent: say("age", { age: length((Date.now() - word.made) / 1000) }) }));
    if (word.fields.text) item.append(Object.assign(document.createElement("p"), { className: "soft", textContent: word.fields.text }));
    return item;
  }));
}

/** The words the desk did not take, each until the crew has seen it. */
export function showRefused(refused, drop) {
  at("#refused").replaceChildren(...refused.map((word) => {
    const card = at("#refused-card").content.firstElementChild.cloneNode(true);
    card.setAttribute("role", "alert");
    at("[data-slot=what]", card).textContent = `${word.title}: ${word.refused === "old" ? say("old") : say("refused", { why: word.refused })}`;
    at("[data-drop]", card).addEventListener("click", () => drop(word.seq));
    return card;
  }));
}

/** Something the crew must know at once; nothing to say hides it. */
export function showTrouble(key, values) {
  const trouble = at("#trouble");
  const text = key ? say(key, values) : "";
  trouble.hidden = !text;
  if (trouble.textContent !== text) trouble.textContent = text;
}

export function showSkew() {
  const seconds = Math.round(ahead() / 1000);
  at("#skew").hidden = seconds === 0;
  if (seconds) at("#skew").textContent = say(seconds > 0 ? "ahead" : "behind", { seconds: Math.abs(seconds) });
}

/** In the shell: what the phone knew last. */
export function showKept(snapshot) {
  const known = Boolean(snapshot?.unit);
  at("#status").hidden = !known;
  at("#nothing-kept").hidden = known;
  for (const part of ["#task", "#say-more"]) at(part).hidden = !snapshot?.task;
  for (const slot of document.querySelectorAll("#me [data-slot]")) slot.textContent = snapshot?.[slot.dataset.slot] ?? "";
}
