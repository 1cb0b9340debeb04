/** What maps read: GeoJSON by address, and the collection that holds nothing. */
export const EMPTY = { type: "FeatureCollection", features: [] };

/** The JSON at an address; throws with path and status where there is none. */
export async function getJson(url) {
  const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) throw new Error(`${new URL(url, location.href).pathname}: ${answer.status}`);
  return answer.json();
}
