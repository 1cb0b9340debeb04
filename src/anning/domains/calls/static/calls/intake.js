/** Taking a call: place, protocol and same-event proposals asked for while the form is filled. */
import { start as startProtocol } from "../anning/js/protocol.js";
import { startCategory } from "./category.js";

const PAUSE_MS = 350;
const form = document.getElementById("intake");
const field = (name) => form.elements[name];
const trees = JSON.parse(document.getElementById("protocol-trees").textContent);
let asking = null;
let timer = 0;
let shownTree = "";

async function get(url, parameters, accept) {
  const address = new URL(url, location.href);
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return fetch(address, { signal: asking?.signal, credentials: "same-origin", headers: { Accept: accept } });
}

const placed = () => field("lon").value.trim() !== "" && field("lat").value.trim() !== "";
const point = () => ({ lon: field("lon").value, lat: field("lat").value, system: field("system").value || "wgs84" });

function put(name, value) {
  field(name).value = value;
  field(name).dispatchEvent(new Event("change", { bubbles: true }));
}

/** Coordinates of another system are turned into WGS-84 in the form, so that map and form agree. */
function convert(found) {
  if ((field("system").value || "wgs84") === "wgs84") return;
  field("system").value = "wgs84";
  document.getElementById("where-note").textContent = form.dataset.converted;
  put("lon", found.lon);
  put("lat", found.lat);
}

function lies(found) {
  const cells = document.querySelectorAll("#lies dd");
  found.names.forEach((one, i) => { cells[i].textContent = one.name || (found.outside ? form.dataset.outside : "—"); });
}

async function locate() {
  const note = document.getElementById("where-note");
  const answer = await get(form.dataset.where, point(), "application/json");
  const found = await answer.json();
  if (!answer.ok) { note.textContent = found.detail; return; }
  note.textContent = "";
  lies(found);
  convert(found);
}

async function compare() {
  const asked = { ...point(), category: field("category").value, address: field("address").value, radius_m: field("radius_m").value, received_at: field("received_at").value };
  const answer = await get(form.dataset.similar, asked, "text/html");
  if (!answer.ok) return;
  const box = document.getElementById("similar");
  box.innerHTML = await answer.text();
  if (field("join").value) press(field("join").value);
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    asking?.abort();
    asking = new AbortController();
    if (!placed()) return;
    try {
      await locate();
      await compare();
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }, PAUSE_MS);
}

function press(number) {
  for (const button of document.querySelectorAll("[data-join]")) button.setAttribute("aria-pressed", String(button.dataset.join === number));
  const save = document.getElementById("save");
  save.dataset.plain ??= save.firstChild.textContent;
  save.firstChild.textContent = number ? `${form.dataset.joinText.replace("{number}", number)} ` : save.dataset.plain;
}

/** The protocol of a category: its own or the nearest above it. */
function treeOf(category) {
  for (let code = category; code; code = code.slice(0, Math.max(code.lastIndexOf("."), 0))) {
    if (trees[code]) return trees[code];
  }
  return "";
}

async function ask() {
  const category = field("category").value;
  const wanted = treeOf(category);
  if (wanted === shownTree) return;
  shownTree = wanted;
  const pane = document.getElementById("protocol-pane");
  const none = document.getElementById("no-protocol");
  pane.querySelector(".protocol")?.remove();
  document.getElementById("protocol-data")?.remove();
  none.hidden = Boolean(wanted);
  field("answers").value = "";
  if (!wanted) return;
  const answer = await fetch(`${form.dataset.protocolUrl}?category=${encodeURIComponent(category)}`, { credentials: "same-origin" });
  const tree = await answer.json();
  if (!tree.start) { none.hidden = false; return; }
  const data = Object.assign(document.createElement("script"), { type: "application/json", id: "protocol-data", textContent: JSON.stringify(tree) });
  const box = Object.assign(document.createElement("div"), { className: "protocol" });
  Object.assign(box.dataset, { source: "protocol-data", field: "answers", started: "" });
  pane.append(data, box);
  startProtocol(box);
  box.focus();
}

/** A category's usual priority, unless one was chosen by hand or by the protocol. */
function usual() {
  const option = field("category").selectedOptions[0];
  if (!option?.dataset.priority || form.dataset.priorityChosen !== undefined) return;
  field("priority").value = option.dataset.priority;
}

form.addEventListener("input", (event) => {
  if (["lon", "lat", "address", "radius_m"].includes(event.target.name)) later();
});
form.addEventListener("change", (event) => {
  if (event.target.name === "priority" && event.isTrusted) form.dataset.priorityChosen = "";
  if (event.target.name === "category") { usual(); ask(); later(); }
  if (event.target.name === "system") later();
});
form.addEventListener("anning:chosen", (event) => {
  const { lon, lat, radius_m: radius } = event.detail;
  if (!Number.isFinite(lon)) return;
  field("system").value = "wgs84";
  field("lon").value = lon.toFixed(6);
  field("lat").value = lat.toFixed(6);
  if (radius) field("radius_m").value = Math.round(radius);
  later();
});
form.addEventListener("anning:picked", () => { field("system").value = "wgs84"; later(); });
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-join]");
  if (!button) return;
  field("join").value = field("join").value === button.dataset.join ? "" : button.dataset.join;
  press(field("join").value);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(document.getElementById("save")); }
});
startCategory(field("category"));
if (placed()) later();
if (field("category").value) ask();
