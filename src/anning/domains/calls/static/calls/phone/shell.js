/** Keeping the page's shell and static files for where there is no network; nothing personal goes into that cache. */

/** Register the worker and hand it the static files this page needed. */
export async function keepShell({ worker, page }) {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(worker, { scope: page, updateViaCache: "none" });
    const ready = await navigator.serviceWorker.ready;
    const used = () => performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => new URL(name).origin === location.origin);
    ready.active.postMessage({ keep: used() });
    setTimeout(() => ready.active.postMessage({ keep: used() }), 5000);
  } catch (error) {
    console.info("phone/shell.js: the page is not kept for dead zones:", error.message);
  }
}
