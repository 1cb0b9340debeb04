/* Keeps the shell of the unit's page and static files for where there is no network. Never a page with anybody's data, never an answer to a post. */
const CACHE = "anning-unit-{{ version|escapejs }}";
const PAGE = "{{ page|escapejs }}";
const SHELL = "{{ shell|escapejs }}";
const LONGEST_MS = 8000;
const kept = (url) => url.origin === location.origin && (url.pathname.startsWith("/static/") || url.pathname === "/map/base.geojson");

addEventListener("install", (event) => { event.waitUntil(keepShell().then(() => skipWaiting())); });

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("anning-unit-") && name !== CACHE) await caches.delete(name);
    await clients.claim();
  })());
});

/* The shell as the server gives it to somebody signed in; a redirection to the sign-in page is not kept. */
async function keepShell() {
  const answer = await fetch(SHELL, { cache: "no-store", credentials: "same-origin", redirect: "error" });
  if (!answer.ok) throw new Error(`shell: ${answer.status}`);
  await (await caches.open(CACHE)).put(SHELL, answer);
}

addEventListener("message", (event) => {
  const { keep = [] } = event.data ?? {};
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await keepShell().catch(() => {});
    for (const address of keep) {
      const url = new URL(address, location.href);
      if (kept(url) && !(await cache.match(url.href))) await cache.add(url.href).catch(() => {});
    }
    event.source?.postMessage({ kept: (await cache.keys()).length });
  })());
});

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET") return;
  if (event.request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(event.request));
  else if (kept(url)) event.respondWith(file(event.request));
});

/* A link that is up and carries nothing is a dead zone too. */
async function page(request) {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(LONGEST_MS) });
  } catch (error) {
    const shell = await (await caches.open(CACHE)).match(SHELL);
    if (shell) return shell;
    throw error;
  }
}

/* The network first: a file may have changed under its name where names carry no digest. */
async function file(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request.url, answer.clone());
    return answer;
  } catch (error) {
    const held = await cache.match(request.url);
    if (held) return held;
    throw error;
  }
}
