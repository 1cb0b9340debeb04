/**
 * Signing out leaves nothing on the device: what pages kept (databases and caches named "anning-…") and workers go before
 * the session does. A page that holds something not yet sent counts it in localStorage "anning-unsent"; then it is asked.
 */
import { say } from "./words.js";

function unsent() {
  try { return Number(localStorage.getItem("anning-unsent") ?? 0); } catch { return 0; }
}

const PATIENCE_MS = 3000;

/** Resolves when a database is gone, which waits for pages to let go of it, or when patience ends. */
function gone(name) {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = request.onerror = () => resolve();
    setTimeout(resolve, PATIENCE_MS);
  });
}

async function drop() {
  const kept = (await indexedDB.databases?.()) ?? [];
  await Promise.all(kept.filter(({ name }) => name.startsWith("anning-")).map(({ name }) => gone(name)));
  if ("caches" in self) for (const name of await caches.keys()) if (name.startsWith("anning-")) await caches.delete(name);
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
  localStorage.removeItem("anning-unsent");
}

/** Watch every form that signs out. */
export function startLeaving() {
  document.addEventListener("submit", async (event) => {
    if (!event.target.matches('form[action$="/accounts/logout/"]') || event.defaultPrevented) return;
    event.preventDefault();
    const count = unsent();
    if (count && !confirm(say("unsent_leave", { count }))) return;
    await drop().catch(() => {});
    event.target.submit();
  });
}
