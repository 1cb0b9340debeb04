/** The unit's own position: sent only while the person has switched it on, marked on the map with how far it is to the scene. */
import { post } from "./outbox.js";
import { ahead } from "./skew.js";

const EVERY_MS = 15_000;
const EARTH_M = 6_371_008.8;
const rad = (degrees) => (degrees * Math.PI) / 180;

function metres([lon1, lat1], [lon2, lat2]) {
  const a = Math.sin(rad(lat2 - lat1) / 2) ** 2 + Math.cos(rad(lat1)) * Math.cos(rad(lat2)) * Math.sin(rad(lon2 - lon1) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(a));
}

const distance = (m) => (m < 950 ? `${Math.round(m / 10) * 10} m` : `${(m / 1000).toFixed(1)} km`);

export class Position {
  constructor(url, say) {
    Object.assign(this, { url, say, watch: null, last: 0, here: null, text: "off" });
    document.addEventListener("click", (event) => { if (event.target.closest("#position")) this.toggle(); });
  }

  /** Bring button, mark and distance up to date; after the page was refreshed too. */
  show() {
    const button = document.getElementById("position");
    if (button) {
      button.hidden = !navigator.geolocation;
      button.setAttribute("aria-pressed", String(this.watch !== null));
      button.querySelector("span").textContent = button.dataset[this.text];
    }
    if (this.here) this.mark(document.getElementById("scene"));
  }

  toggle() {
    if (this.watch !== null) { this.stop("off"); return; }
    this.watch = navigator.geolocation.watchPosition((found) => this.told(found), () => this.stop("failed"), { enableHighAccuracy: true, maximumAge: 5000 });
    this.text = "on";
    this.show();
  }

  stop(text) {
    navigator.geolocation.clearWatch(this.watch);
    Object.assign(this, { watch: null, text });
    this.show();
  }

  told({ coords, timestamp }) {
    this.here = [coords.longitude, coords.latitude];
    this.show();
    if (Date.now() - this.last < EVERY_MS) return;
    this.last = Date.now();
    const fields = { lon: coords.longitude, lat: coords.latitude, at: new Date(timestamp - ahead()).toISOString() };
    post(this.url, fields).then((answer) => { if (answer.status === 422) this.stop("off"); }).catch(() => { /* the next position counts, not this one */ });
  }

  mark(element) {
    const away = document.getElementById("away");
    const scene = element?.dataset.point?.split(",").map(Number);
    if (away && scene) {
      away.hidden = false;
      away.textContent = this.say("away", { distance: distance(metres(this.here, scene)) });
    }
    const city = element?.cityMap;
    if (!city?.map) return;
    if (!city.own) {
      const dot = Object.assign(document.createElement("div"), { className: "map__own" });
      city.own = new city.library.Marker({ element: dot }).setLngLat(this.here).addTo(city.map);
      const [west, east] = [this.here[0], scene[0]].sort((a, b) => a - b);
      const [south, north] = [this.here[1], scene[1]].sort((a, b) => a - b);
      city.map.fitBounds([[west, south], [east, north]], { padding: 48, maxZoom: 15 });
    }
    city.own.setLngLat(this.here);
  }
}
