/**
 * Words of the crew on their way to the desk: kept first, then sent in the order they were said, one tab at a time. That
 * there is a link is known by an answer, not by the browser's opinion; without one it is tried again with growing pauses.
 * Each word has its own id, so that sending one twice does nothing.
 */
import { ahead, measure } from "./skew.js";
import * as store from "./store.js";

const FIRST_MS = 2_000;
const LONGEST_MS = 60_000;
const PATIENCE_MS = 15_000;
const MOST_FAULTS = 6;
const others = "BroadcastChannel" in self ? new BroadcastChannel("anning-unit") : null;

/** A random UUID; `crypto.randomUUID` exists only where pages come by https. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function token() {
  const cookie = /(?:^|; )anning_csrf=([^;]+)/.exec(document.cookie);
  return cookie ? cookie[1] : document.querySelector('input[name="csrfmiddlewaretoken"]')?.value ?? "";
}

/** Post fields as a form; the clock is measured by the answer. Throws when no answer comes. */
export async function post(url, fields) {
  const sent = Date.now();
  const answer = await fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    credentials: "same-origin",
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE_MS),
    headers: { Accept: "application/json", "X-CSRFToken": token() },
  });
  if (answer.type !== "opaqueredirect") measure(answer, sent, Date.now());
  return answer;
}

export class Outbox {
  /** `changed()` after every change; `answered(word, body)` when one was taken; `link("open" | "none" | "signed_out")`. */
  constructor({ changed, answered, link }) {
    Object.assign(this, { changed, answered, link });
    this.pause = FIRST_MS;
    this.timer = 0;
    this.running = null;
    others?.addEventListener("message", () => changed());
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.flush(); });
  }

  async say(word) {
    const kept = await store.add(word);
    this.tell();
    this.pause = FIRST_MS;
    this.flush();
    return kept;
  }

  async drop(seq) {
    await store.drop(seq);
    this.tell();
  }

  tell() {
    this.changed();
    others?.postMessage("changed");
  }

  /** Send what waits; a second call while one runs is the same one. */
  flush() {
    clearTimeout(this.timer);
    this.running ??= this.alone(() => this.sendAll()).finally(() => { this.running = null; });
    return this.running;
  }

  alone(act) {
    return navigator.locks ? navigator.locks.request("anning-unit-outbox", act) : act();
  }

  async sendAll() {
    for (;;) {
      const word = (await store.all()).find((one) => !one.refused);
      if (!word) return;
      let answer;
      try {
        answer = await post(word.url, this.fields(word));
      } catch {
        this.later("none");
        return;
      }
      if (!(await this.heard(word, answer))) return;
    }
  }

  fields(word) {
    if (word.action === "settle") return word.fields;
    const skew = ahead();
    return { ...word.fields, at: new Date(word.made - skew).toISOString(), skew_s: (skew / 1000).toFixed(1) };
  }

  /** What an answer means for a word; returns whether to go on with the next. */
  async heard(word, answer) {
    if (answer.type === "opaqueredirect" || answer.status === 401) { this.link("signed_out"); return false; }
    const body = await answer.json().catch(() => ({}));
    if (answer.status === 200 || (answer.status === 409 && body.standing)) {
      this.pause = FIRST_MS;
      await this.drop(word.seq);
      this.link("open");
      this.answered(word, body);
      return true;
    }
    const faults = (word.faults ?? 0) + (answer.status === 500 ? 1 : 0);
    if ([403, 408, 409, 429].includes(answer.status) || (answer.status >= 500 && faults < MOST_FAULTS)) {
      await store.change({ ...word, faults });
      this.later("none");
      return false;
    }
    await store.change({ ...word, refused: body.detail || String(answer.status) });
    this.link("open");
    this.tell();
    return true;
  }

  later(state) {
    this.link(state);
    this.changed();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), this.pause * (0.75 + Math.random() / 2));
    this.pause = Math.min(this.pause * 2, LONGEST_MS);
  }
}
