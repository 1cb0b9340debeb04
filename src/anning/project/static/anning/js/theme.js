/* Classic script, run while the head is read, so that the first paint has the right colours. */
(() => {
  const KEY = "anning-theme";
  const link = document.getElementById("dark-tokens");
  const system = matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try { return localStorage.getItem(KEY); } catch { return null; }
  }

  function apply() {
    const choice = chosen();
    const dark = choice ? choice === "dark" : system.matches;
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    link.media = dark ? "screen" : "not all";
    document.dispatchEvent(new CustomEvent("anning:theme", { detail: { dark } }));
  }

  function toggle() {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem(KEY, next); } catch { /* private window: the choice lasts for this page */ }
    if (chosen() !== next) document.documentElement.dataset.theme = next;
    apply();
  }

  apply();
  system.addEventListener("change", apply);
  addEventListener("storage", (event) => { if (event.key === KEY) apply(); });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-toggle]")) toggle();
  });
})();
