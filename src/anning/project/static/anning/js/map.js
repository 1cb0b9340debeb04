/**
 * Maps. Each [data-map] element (components/map.html) becomes a MapLibre map; its layers come as GeoJSON by address.
 * An address may hold {bbox} (west,south,east,north) and {zoom}: it is then asked again whenever the view moves.
 */
import { EMPTY, getJson } from "./geojson.js";
import { onEvent } from "./live.js";
import { FONTS, addMarks, baseStyle, nameLayers, thingLayers } from "./map-style.js";
import { say } from "./words.js";

const LIST_MOST = 200;
const moves = (layer) => /\{(bbox|zoom)\}/.test(layer.url);

const numbers = (text) => (text ? text.split(",").map(Number) : null);

class CityMap {
  constructor(element, library) {
    this.element = element;
    this.library = library;
    const layers = document.getElementById(`${element.id}-layers`);
    this.layers = (layers && JSON.parse(layers.textContent)) || [];
    this.shown = new Set(this.layers.filter((layer) => layer.on).map((layer) => layer.id));
    this.data = new Map();
    this.base = EMPTY;
    this.calls = new Map();
  }

  async open() {
    const { dataset } = this.element;
    if (dataset.base && !dataset.styleUrl) this.base = await getJson(dataset.base);
    const bounds = numbers(dataset.bounds);
    const view = dataset.centre ? { center: numbers(dataset.centre), zoom: Number(dataset.zoom ?? 13) } : { bounds, fitBoundsOptions: { padding: 24 } };
    this.map = new this.library.Map({
      container: this.element.querySelector(".map__canvas"),
      style: this.style(),
      ...view,
      maxBounds: bounds ? [[bounds[0] - 2, bounds[1] - 2], [bounds[2] + 2, bounds[3] + 2]] : undefined,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      localIdeographFontFamily: FONTS,
      locale: { "Map.Title": this.element.querySelector(".map__canvas").dataset.title, "Popup.Close": say("dismiss") },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.on("style.load", () => this.draw());
    this.map.on("moveend", () => this.layers.filter(moves).forEach((layer) => this.load(layer)));
    this.map.on("click", (event) => this.click(event));
    this.map.on("mousemove", (event) => { this.map.getCanvas().style.cursor = this.hits(event.point).length ? "pointer" : ""; });
    this.map.getCanvas().addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("anning:theme", () => this.map.setStyle(this.style(), { diff: false }));
    for (const layer of this.layers) {
      if (!moves(layer) && layer.url) this.load(layer);
      if (layer.topic) onEvent(layer.topic, () => this.reloadSoon(layer));
    }
    this.map.once("load", () => { this.layers.filter(moves).forEach((layer) => this.load(layer)); this.element.dataset.ready = ""; });
    this.bind();
    if (dataset.point) this.setPoint(...numbers(dataset.point));
  }

  style() {
    return this.element.dataset.styleUrl || baseStyle(this.base);
  }

  bind() {
    this.element.addEventListener("click", (event) => {
      const button = event.target.closest("[data-map-do]");
      if (!button) return;
      const act = { in: () => this.map.zoomIn(), out: () => this.map.zoomOut(), home: () => this.home(), pick: () => this.picking(!("picking" in this.element.dataset)) };
      act[button.dataset.mapDo]();
    });
    this.element.addEventListener("change", (event) => {
      const id = event.target.dataset.mapLayer;
      if (!id) return;
      if (event.target.checked) this.shown.add(id); else this.shown.delete(id);
      this.show(id);
      this.list();
    });
    document.addEventListener("anning:place", (event) => {
      if (this.element.dataset.pickLon) this.pick(event.detail.lon, event.detail.lat, true);
    });
    document.addEventListener("anning:lines", (event) => this.lines(event.detail));
    document.addEventListener("anning:line", (event) => this.look(event.detail));
    for (const id of [this.element.dataset.pickLon, this.element.dataset.pickLat].filter(Boolean)) {
      document.getElementById(id)?.addEventListener("change", () => this.fromInputs());
    }
  }

  /** Lines of another address in a layer of lines; none for an empty address. */
  async lines({ layer: id, url }) {
    const layer = this.layers.find((one) => one.id === id);
    if (!layer || layer.url === url) return;
    layer.url = url;
    this.looked = "";
    if (url) await this.load(layer);
    else { this.data.set(id, EMPTY); this.refresh(layer, EMPTY); }
    this.fit(this.data.get(id)?.features ?? []);
  }

  /** Draw one line of a layer strongly; one that is not there yet is asked for, once. */
  async look({ layer: id, key }) {
    const layer = this.layers.find((one) => one.id === id);
    if (!layer?.url || this.looked === key) return;
    this.looked = key;
    const known = this.data.get(id)?.features ?? [];
    if (known.length && !known.some((feature) => feature.properties.key === key)) {
      const more = await getJson(`${layer.url}?unit=${encodeURIComponent(key)}`).catch(() => EMPTY);
      this.data.set(id, { ...this.data.get(id), features: [...known, ...more.features] });
      this.refresh(layer, this.data.get(id));
    }
    if (this.map.getLayer(`${id}-looked`)) this.map.setFilter(`${id}-looked`, ["==", ["get", "key"], this.looked]);
  }

  /** Bring all of some lines into view. */
  fit(features) {
    const points = features.flatMap((feature) => feature.geometry.coordinates);
    if (points.length < 2) return;
    const box = points.reduce((held, at) => held.extend(at), new this.library.LngLatBounds(points[0], points[0]));
    this.map.fitBounds(box, { padding: 36, maxZoom: 15, animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
  }

  home() {
    const bounds = numbers(this.element.dataset.bounds);
    if (bounds) this.map.fitBounds(bounds, { padding: 24 });
  }

  /** Put the layers of the city's things on a style that has just been loaded. */
  draw() {
    addMarks(this.map);
    if (this.map.getSource("names")) nameLayers().forEach((layer) => this.map.addLayer(layer));
    for (const layer of this.layers) {
      const cluster = layer.cluster ? { cluster: true, clusterRadius: 42, clusterMaxZoom: 14, clusterProperties: { worst: ["min", ["coalesce", ["get", "priority"], 5]] } } : {};
      const data = this.data.get(layer.id) ?? EMPTY;
      this.map.addSource(layer.id, { type: "geojson", data, ...cluster });
      const most = Math.max(1, ...data.features.map((feature) => Number(feature.properties.value) || 0));
      for (const drawn of thingLayers(layer, layer.id, most)) this.map.addLayer(drawn);
      this.show(layer.id);
    }
  }

  drawn(id) {
    return (this.map.getStyle()?.layers ?? []).filter((layer) => layer.source === id).map((layer) => layer.id);
  }

  show(id) {
    for (const drawn of this.drawn(id)) this.map.setLayoutProperty(drawn, "visibility", this.shown.has(id) ? "visible" : "none");
  }

  address(layer) {
    const box = this.map.getBounds();
    const bbox = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((x) => x.toFixed(5)).join(",");
    return layer.url.replace("{bbox}", bbox).replace("{zoom}", String(Math.round(this.map.getZoom())));
  }

  async load(layer) {
    if (!layer.url) return;
    const call = (this.calls.get(layer.id) ?? 0) + 1;
    this.calls.set(layer.id, call);
    try {
      const data = await getJson(this.address(layer));
      if (this.calls.get(layer.id) !== call) return;
      this.data.set(layer.id, data);
      this.refresh(layer, data);
      if (layer.fit) { this.fit(data.features); layer.fit = false; }
      this.list();
    } catch (error) {
      this.tell(say("map_error", { why: error.message }));
    }
  }

  refresh(layer, data) {
    const source = this.map.getSource(layer.id);
    if (!source) return;
    source.setData(data);
    if (layer.kind !== "cells" && layer.kind !== "areas") return;
    const most = Math.max(1, ...data.features.map((feature) => Number(feature.properties.value) || 0));
    const [fill] = thingLayers(layer, layer.id, most);
    this.map.setPaintProperty(layer.id, "fill-color", fill.paint["fill-color"]);
  }

  /** Live events come in bursts; one reload answers all of the last second. */
  reloadSoon(layer) {
    clearTimeout(layer.timer);
    layer.timer = setTimeout(() => this.load(layer), 800);
  }

  hits(point) {
    const box = [[point.x - 4, point.y - 4], [point.x + 4, point.y + 4]];
    const ids = [...this.shown].flatMap((id) => [id, `${id}-mark`]).filter((id) => this.map.getLayer(id));
    return ids.length ? this.map.queryRenderedFeatures(box, { layers: ids }) : [];
  }

  async click(event) {
    if ("picking" in this.element.dataset) { this.pick(event.lngLat.lng, event.lngLat.lat, false); return; }
    const [feature] = this.hits(event.point).sort((a, b) => Number(b.geometry.type === "Point") - Number(a.geometry.type === "Point"));
    if (!feature) return;
    if (feature.properties.cluster) {
      const zoom = await this.map.getSource(feature.source).getClusterExpansionZoom(feature.properties.cluster_id);
      this.map.easeTo({ center: feature.geometry.coordinates, zoom });
      return;
    }
    const at = feature.geometry.type === "Point" ? feature.geometry.coordinates : event.lngLat;
    new this.library.Popup({ maxWidth: "20rem", offset: 12 }).setLngLat(at).setDOMContent(this.card(feature.properties)).addTo(this.map);
  }

  card(properties) {
    const card = document.createElement("div");
    card.className = "pop";
    const line = (tag, text) => { if (text) card.append(Object.assign(document.createElement(tag), { textContent: text })); };
    line("small", [properties.number, properties.priority && say("priority", { priority: properties.priority })].filter(Boolean).join(" · "));
    line("b", properties.title);
    line("span", properties.text);
    if (properties.value !== undefined) line("span", say("map_here", { count: properties.value }));
    if (properties.url) {
      line("a", say("map_open"));
      card.lastChild.href = properties.url;
    }
    return card;
  }

  key(event) {
    if (!("picking" in this.element.dataset)) return;
    const centre = this.map.getCenter();
    if (event.key === "Enter") this.pick(centre.lng, centre.lat, false);
    if (event.key === "Escape") this.picking(false);
  }

  picking(on) {
    if (on) this.element.dataset.picking = ""; else delete this.element.dataset.picking;
    this.element.querySelector('[data-map-do="pick"]')?.setAttribute("aria-pressed", String(on));
    this.tell(on ? say("map_pick") : "");
    if (on) this.map.getCanvas().focus();
  }

  pick(lon, lat, fly) {
    const fixed = [lon, lat].map((x) => Number(x).toFixed(6));
    [this.element.dataset.pickLon, this.element.dataset.pickLat].forEach((id, i) => {
      const input = document.getElementById(id);
      if (!input) return;
      input.value = fixed[i];
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    this.picking(false);
    this.setPoint(lon, lat);
    if (fly) this.map.easeTo({ center: [lon, lat], zoom: Math.max(this.map.getZoom(), 14) });
    this.tell(say("map_picked", { lon: fixed[0], lat: fixed[1] }));
    this.element.dispatchEvent(new CustomEvent("anning:picked", { bubbles: true, detail: { lon: Number(fixed[0]), lat: Number(fixed[1]) } }));
  }

  fromInputs() {
    const [lon, lat] = [this.element.dataset.pickLon, this.element.dataset.pickLat].map((id) => parseFloat(document.getElementById(id)?.value));
    if (Number.isFinite(lon) && Number.isFinite(lat)) { this.setPoint(lon, lat); this.map.easeTo({ center: [lon, lat] }); }
  }

  /** Mark one place with the pin. */
  setPoint(lon, lat) {
    if (!this.pin) {
      const pin = document.createElement("div");
      pin.className = "map__pin";
      this.pin = new this.library.Marker({ element: pin, anchor: "bottom" });
    }
    this.pin.setLngLat([lon, lat]).addTo(this.map);
  }

  tell(text) {
    this.element.querySelector(".map__say").textContent = text;
  }

  list() {
    const list = document.querySelector(`[data-map-list="${this.element.id}"] ol`);
    if (!list) return;
    const things = this.layers.filter((layer) => this.shown.has(layer.id)).flatMap((layer) => (this.data.get(layer.id) ?? EMPTY).features);
    list.replaceChildren(...things.slice(0, LIST_MOST).map(({ properties }) => {
      const item = document.createElement("li");
      const name = document.createElement(properties.url ? "a" : "span");
      if (properties.url) name.href = properties.url;
      const value = properties.value === undefined ? "" : say("map_here", { count: properties.value });
      name.textContent = [properties.number, properties.priority && say("priority", { priority: properties.priority }), properties.title, value].filter(Boolean).join(" · ");
      item.append(name);
      return item;
    }));
    if (!things.length) list.append(Object.assign(document.createElement("li"), { textContent: say("map_empty") }));
  }
}

/** Bring one [data-map] element to life; `element.cityMap` then offers setPoint, load and map. */
export async function start(element) {
  const { module, worker, css } = element.dataset;
  if (!document.querySelector(`link[href="${css}"]`)) {
    document.head.prepend(Object.assign(document.createElement("link"), { rel: "stylesheet", href: css }));
  }
  try {
    const library = await import(module);
    library.setWorkerUrl(new URL(worker, location.href).href);
    element.cityMap = new CityMap(element, library);
    await element.cityMap.open();
  } catch (error) {
    element.querySelector(".map__say").textContent = say("map_error", { why: error.message });
    console.error("map.js:", error);
  }
}
