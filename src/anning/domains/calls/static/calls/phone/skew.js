/**
 * How far this phone's clock is from the server's, by the Date header of every answer. The header has whole seconds, so
 * one answer tells it to within half a second and half its round trip; the surest of the last ten minutes counts.
 */
import { keep, kept } from "./store.js";

const FRESH_MS = 600_000;
const SEEN_MS = 2_000;
let best = null;

/** Remember what was measured before a reload. */
export async function recall() {
  best ??= (await kept("skew")) ?? null;
}

/** Take an answer's Date header, for a request made between two moments of this clock. */
export function measure(answer, sent, heard) {
  const told = Date.parse(answer.headers.get("Date") ?? "");
  if (Number.isNaN(told) || heard < sent) return;
  const found = { ahead: (sent + heard) / 2 - (told + 500), unsure: 500 + (heard - sent) / 2, at: heard };
  if (best && found.unsure > best.unsure && Math.abs(heard - best.at) < FRESH_MS && Math.abs(found.ahead - best.ahead) < found.unsure + best.unsure) return;
  best = found;
  keep("skew", best).catch(() => {});
}

/** Milliseconds this clock is ahead of the server's; 0 while it is within what can be told. */
export function ahead() {
  return best && Math.abs(best.ahead) > SEEN_MS + best.unsure ? best.ahead : 0;
}
