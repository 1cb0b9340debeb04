/** Styles for the map: the base from local GeoJSON, and the layers of the city's things over it. Colours come from tokens.css. */

export const FONTS = '"Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';
const FONT = ["Noto Sans CJK SC"];
const BOLD = ["Noto Sans CJK SC Bold"];

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const nameIn = () => (document.documentElement.lang.startsWith("zh")
  ? ["coalesce", ["get", "name"], ["get", "name_en"]]
  : ["coalesce", ["get", "name_en"], ["get", "name"]]);

function ringArea(ring) {
  let twice = 0;
  for (let i = 1; i < ring.length; i += 1) twice += ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1];
  return Math.abs(twice / 2);
}

function centroid(ring) {
  let [x, y, twice] = [0, 0, 0];
  for (let i = 1; i < ring.length; i += 1) {
    const cross = ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1];
    x += (ring[i - 1][0] + ring[i][0]) * cross;
    y += (ring[i - 1][1] + ring[i][1]) * cross;
    twice += cross;
  }
  return twice ? [x / (3 * twice), y / (3 * twice)] : ring[0];
}

/** One point a feature to write its name at, so that a polygon cut into tiles is named once. */
export function labelPoints(collection) {
  const features = collection.features.filter((f) => f.properties?.name && f.geometry && /Polygon$/.test(f.geometry.type));
  return {
    type: "FeatureCollection",
    features: features.map((feature) => {
      const polygons = feature.geometry.type === "Polygon" ? [feature.geometry.coordinates] : feature.geometry.coordinates;
      const largest = polygons.map((rings) => rings[0]).sort((a, b) => ringArea(b) - ringArea(a))[0];
      const { label_lon: lon, label_lat: lat } = feature.properties;
      return { type: "Feature", properties: feature.properties, geometry: { type: "Point", coordinates: lon ? [lon, lat] : centroid(largest) } };
    }),
  };
}

/**
 * The base style. `base`: FeatureCollection in WGS-84 whose features carry `kind` (area, water, river, road, motorway, rail; area when absent),
 * `level` (district, street, community; districts are drawn stronger) and `name`, `name_en`.
 */
export function baseStyle(base) {
  const kind = ["coalesce", ["get", "kind"], "area"];
  const polygon = ["==", ["geometry-type"], "Polygon"];
  const district = ["in", ["coalesce", ["get", "level"], "district"], ["literal", ["city", "district"]]];
  return {
    version: 8,
    sources: {
      base: { type: "geojson", data: base },
      names: { type: "geojson", data: labelPoints(base) },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": token("map-water") } },
      { id: "land", type: "fill", source: "base", filter: ["all", polygon, ["==", kind, "area"]], paint: { "fill-color": token("map-land") } },
      { id: "water", type: "fill", source: "base", filter: ["all", polygon, ["==", kind, "water"]], paint: { "fill-color": token("map-water") } },
      { id: "rivers", type: "line", source: "base", filter: ["==", kind, "river"], layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": token("map-water"), "line-width": ["interpolate", ["linear"], ["zoom"], 8, 2, 14, 14] } },
      { id: "rails", type: "line", source: "base", filter: ["==", kind, "rail"], paint: { "line-color": token("map-line"), "line-width": 1, "line-dasharray": [4, 3] } },
      { id: "motorways", type: "line", source: "base", filter: ["==", kind, "motorway"], layout: { "line-join": "round" }, paint: { "line-color": token("map-motorway"), "line-width": ["interpolate", ["linear"], ["zoom"], 8, 1.4, 14, 6] } },
      { id: "roads", type: "line", source: "base", filter: ["==", kind, "road"], paint: { "line-color": token("map-road"), "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.8, 14, 4] } },
      { id: "edges", type: "line", source: "base", filter: ["all", ["==", kind, "area"], ["!", district]], minzoom: 10, paint: { "line-color": token("map-line"), "line-width": 0.6, "line-dasharray": [3, 2] } },
      { id: "borders", type: "line", source: "base", filter: ["all", ["==", kind, "area"], district], paint: { "line-color": token("map-line"), "line-width": ["interpolate", ["linear"], ["zoom"], 7, 0.8, 12, 1.6] } },
    ],
  };
}

/** Place names, drawn below the city's things: districts always, smaller areas from zoom 11 and where there is room. */
export function nameLayers() {
  const district = ["in", ["coalesce", ["get", "level"], "district"], ["literal", ["city", "district"]]];
  const names = (id, filter, more, zoom) => ({
    id, type: "symbol", source: "names", filter, ...zoom,
    layout: { ...more, "text-field": nameIn(), "text-font": FONT, "text-size": ["interpolate", ["linear"], ["zoom"], 8, 12, 13, 15], "text-letter-spacing": 0.08 },
    paint: { "text-color": token("map-label"), "text-halo-color": token("map-land"), "text-halo-width": 1.5 },
  });
  return [
    names("names", district, { "text-allow-overlap": true, "text-ignore-placement": true }, {}),
    names("names-small", ["!", district], {}, { minzoom: 11 }),
  ];
}

const SHAPES = {
  1: (pen) => { pen.moveTo(24, 2); pen.lineTo(46, 24); pen.lineTo(24, 46); pen.lineTo(2, 24); pen.closePath(); },
  2: (pen) => pen.rect(6, 6, 36, 36),
  3: (pen) => pen.arc(24, 24, 19, 0, 7),
  4: (pen) => pen.arc(24, 24, 18, 0, 7),
};

/** Draw the priority marks (diamond, square, disc, ring, each with its digit) as images of the map. */
export function addMarks(map) {
  for (const level of [1, 2, 3, 4]) {
    const canvas = Object.assign(document.createElement("canvas"), { width: 48, height: 48 });
    const pen = canvas.getContext("2d");
    const ring = level === 4;
    pen.beginPath();
    SHAPES[level](pen);
    pen.fillStyle = ring ? token("surface") : token(`p${level}`);
    pen.fill();
    pen.lineWidth = ring ? 5 : 3;
    pen.strokeStyle = ring ? token("p4") : token("surface");
    pen.stroke();
    pen.fillStyle = ring ? token("p4") : token(`p${level}-ink`);
    pen.font = `700 24px ${FONTS}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(String(level), 24, 25);
    map.addImage(`priority-${level}`, pen.getImageData(0, 0, 48, 48), { pixelRatio: 2 });
  }
}

const priority = ["coalesce", ["get", "priority"], ["get", "worst"], 5];

function points(id, source) {
  const colour = ["match", priority, 1, token("p1"), 2, token("p2"), 3, token("p3"), 4, token("surface"), token("ink-3")];
  const ink = ["match", priority, 1, token("p1-ink"), 2, token("p2-ink"), 3, token("p3-ink"), 4, token("p4"), token("surface")];
  const grouped = ["has", "point_count"];
  const marked = ["all", ["!", grouped], ["<=", priority, 4]];
  const centred = { "text-font": BOLD, "text-size": 12, "text-allow-overlap": true };
  return [
    { id: `${id}-halo`, type: "circle", source, filter: ["all", ["==", priority, 1], ["!", grouped]], paint: { "circle-radius": 17, "circle-color": token("p1"), "circle-opacity": 0.22 } },
    { id, type: "circle", source, filter: ["!", marked], paint: { "circle-radius": ["case", grouped, ["interpolate", ["linear"], ["get", "point_count"], 2, 12, 100, 19, 1000, 27], 8], "circle-color": colour, "circle-stroke-width": 2, "circle-stroke-color": ["match", priority, 4, token("p4"), token("surface")] } },
    { id: `${id}-text`, type: "symbol", source, filter: ["!", marked], layout: { "text-field": ["case", grouped, ["get", "point_count_abbreviated"], ["coalesce", ["get", "letter"], ""]], ...centred }, paint: { "text-color": ink } },
    { id: `${id}-mark`, type: "symbol", source, filter: marked, layout: { "icon-image": ["concat", "priority-", ["to-string", ["get", "priority"]]], "icon-allow-overlap": true, "symbol-sort-key": ["-", 5, priority] } },
  ];
}

function units(id, source) {
  const tones = ["match", ["coalesce", ["get", "tone"], ""], "done", token("ok"), "waiting", token("warn"), "problem", token("bad"), "void", token("ink-3"), token("accent")];
  return [
    { id, type: "circle", source, paint: { "circle-radius": 8, "circle-color": token("surface"), "circle-stroke-width": 2.5, "circle-stroke-color": tones } },
    { id: `${id}-text`, type: "symbol", source, layout: { "text-field": ["coalesce", ["get", "letter"], "▲"], "text-font": BOLD, "text-size": 10, "text-allow-overlap": true }, paint: { "text-color": tones } },
    { id: `${id}-name`, type: "symbol", source, minzoom: 11, layout: { "text-field": ["coalesce", ["get", "title"], ""], "text-font": FONT, "text-size": 11, "text-offset": [0, 1.3], "text-anchor": "top", "text-optional": true }, paint: { "text-color": token("ink"), "text-halo-color": token("map-land"), "text-halo-width": 1.5 } },
  ];
}

/** Lines: ways to be driven (strong where `first`, faint else) and stretches of road by their tone; one may be looked at. */
function lines(id, source) {
  const colour = ["match", ["coalesce", ["get", "tone"], ""], "problem", token("bad"), "waiting", token("warn"), token("accent")];
  const strong = ["boolean", ["get", "first"], false];
  const width = (thin, wide) => ["case", strong, wide, thin];
  const layout = { "line-join": "round", "line-cap": "round" };
  return [
    { id: `${id}-case`, type: "line", source, layout, paint: { "line-color": token("surface"), "line-width": width(5, 8), "line-opacity": 0.9 } },
    { id, type: "line", source, layout, paint: { "line-color": colour, "line-width": width(2.5, 5), "line-opacity": width(0.65, 1) } },
    { id: `${id}-looked`, type: "line", source, layout, filter: ["==", ["get", "key"], ""], paint: { "line-color": token("p2"), "line-width": 6 } },
    { id: `${id}-name`, type: "symbol", source, layout: { "symbol-placement": "line-center", "text-field": ["coalesce", ["get", "label"], ""], "text-font": BOLD, "text-size": 12, "text-optional": true }, paint: { "text-color": token("ink"), "text-halo-color": token("surface"), "text-halo-width": 2 } },
  ];
}

/** Cells or areas shaded by their value; where the address answered with single things instead, their marks. */
function cells(id, source, most) {
  const polygon = ["==", ["geometry-type"], "Polygon"];
  const share = ["sqrt", ["/", ["coalesce", ["get", "value"], 0], Math.max(most, 1)]];
  return [
    { id, type: "fill", source, filter: polygon, paint: { "fill-color": ["interpolate", ["linear"], share, 0, token("map-low"), 1, token("map-high")], "fill-opacity": 0.72 } },
    { id: `${id}-edge`, type: "line", source, filter: polygon, paint: { "line-color": token("surface"), "line-width": 0.5, "line-opacity": 0.6 } },
    { id: `${id}-mark`, type: "symbol", source, filter: ["all", ["!", polygon], ["<=", priority, 4]], layout: { "icon-image": ["concat", "priority-", ["to-string", ["get", "priority"]]], "icon-allow-overlap": true, "symbol-sort-key": ["-", 5, priority] } },
  ];
}

/** Cells by tone: better, worse or the same; blue-green and orange are told apart by every eye, and the sign is written. */
function changes(id, source) {
  const tone = ["coalesce", ["get", "tone"], "same"];
  const colour = ["match", tone, "better", token("c1"), "worse", token("c2"), token("ink-3")];
  return [
    { id, type: "fill", source, paint: { "fill-color": colour, "fill-opacity": ["match", tone, "same", 0.14, 0.6] } },
    { id: `${id}-edge`, type: "line", source, paint: { "line-color": colour, "line-width": 1, "line-opacity": 0.8 } },
    { id: `${id}-text`, type: "symbol", source, minzoom: 9, layout: { "text-field": ["coalesce", ["get", "letter"], ""], "text-font": BOLD, "text-size": 12 }, paint: { "text-color": token("ink"), "text-halo-color": token("surface"), "text-halo-width": 2 } },
  ];
}

/** MapLibre layers of one declared layer. `most`: the largest `value` among its features (cells and areas). */
export function thingLayers(layer, source, most) {
  if (layer.kind === "cells" || layer.kind === "areas") return cells(layer.id, source, most);
  if (layer.kind === "changes") return changes(layer.id, source);
  if (layer.kind === "lines") return lines(layer.id, source);
  return layer.kind === "units" ? units(layer.id, source) : points(layer.id, source);
}
