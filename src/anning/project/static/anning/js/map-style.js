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
 * The base style. `base`: FeatureCollection in WGS-84 whose features carry `kind` (area, water, road; area when absent),
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
      { id: "roads", type: "line", source: "base", filter: ["==", kind, "road"], paint: { "line-color": token("map-road"), "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.8, 14, 4] } },
      { id: "edges", type: "line", source: "base", filter: ["all", ["==", kind, "area"], ["!", district]], minzoom: 10, paint: { "line-color": token("map-line"), "line-width": 0.6, "line-dasharray": [3, 2] } },
      { id: "borders", type: "line", source: "base", filter: ["all", ["==", kind, "area"], district], paint: { "line-color": token("map-line"), "line-width": ["interpolate", ["linear"], ["zoom"], 7, 0.8, 12, 1.6] } },
    ],
  };
}

/** The layer of place names, drawn above the city's things so that neither hides the other for long. */
export function nameLayer() {
  return {
    id: "names", type: "symbol", source: "names",
    layout: { "text-field": nameIn(), "text-font": FONT, "text-size": ["interpolate", ["linear"], ["zoom"], 8, 12, 13, 15], "text-letter-spacing": 0.08 },
    paint: { "text-color": token("map-label"), "text-halo-color": token("map-land"), "text-halo-width": 1.5 },
  };
}

const priority = ["coalesce", ["get", "priority"], ["get", "worst"], 5];

function points(id, source) {
  const colour = ["match", priority, 1, token("p1"), 2, token("p2"), 3, token("p3"), 4, token("surface"), token("ink-3")];
  const ink = ["match", priority, 1, token("p1-ink"), 2, token("p2-ink"), 3, token("p3-ink"), 4, token("p4"), token("surface")];
  const grouped = ["has", "point_count"];
  return [
    { id: `${id}-halo`, type: "circle", source, filter: ["all", ["==", priority, 1], ["!", grouped]], paint: { "circle-radius": 15, "circle-color": token("p1"), "circle-opacity": 0.22 } },
    { id, type: "circle", source, paint: { "circle-radius": ["case", grouped, ["interpolate", ["linear"], ["get", "point_count"], 2, 11, 100, 18, 1000, 26], 9], "circle-color": colour, "circle-stroke-width": 2, "circle-stroke-color": ["match", priority, 4, token("p4"), token("surface")] } },
    { id: `${id}-text`, type: "symbol", source, layout: { "text-field": ["case", grouped, ["get", "point_count_abbreviated"], ["to-string", ["coalesce", ["get", "letter"], ["get", "priority"], ""]]], "text-font": BOLD, "text-size": 12, "text-allow-overlap": true }, paint: { "text-color": ink } },
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

function cells(id, source, most) {
  const share = ["sqrt", ["/", ["coalesce", ["get", "value"], 0], Math.max(most, 1)]];
  return [
    { id, type: "fill", source, paint: { "fill-color": ["interpolate", ["linear"], share, 0, token("map-low"), 1, token("map-high")], "fill-opacity": 0.72 } },
    { id: `${id}-edge`, type: "line", source, paint: { "line-color": token("surface"), "line-width": 0.5, "line-opacity": 0.6 } },
  ];
}

/** MapLibre layers of one declared layer. `most`: the largest `value` among its features (cells and areas). */
export function thingLayers(layer, source, most) {
  if (layer.kind === "cells" || layer.kind === "areas") return cells(layer.id, source, most);
  return layer.kind === "units" ? units(layer.id, source) : points(layer.id, source);
}
