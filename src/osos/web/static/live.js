/* Is the page live? Says so, says since when it is not, and then asks every half minute. */
(() => {
  "use strict";
  const POLL_MS = 30000;
  const badge = () => document.querySelector("[data-live]");
  const region = () => document.querySelector("[data-live-region]");
  const asOf = () => region()?.querySelector("[data-as-of]")?.dataset.asOf ?? badge()?.dataset.asOf ?? "";
  let polling = null;

  function show(live) {
    const element = badge();
    if (!element) return;
    element.classList.toggle("lost", !live);
    element.textContent = live ? element.dataset.on : element.dataset.lost.replace("…", asOf());
  }

  function lost() {
    show(false);
    polling ??= setInterval(() => {
      const place = region();
      if (place?.dataset.poll) htmx.ajax("GET", place.dataset.poll, { target: place, swap: "innerHTML" });
    }, POLL_MS);
  }

  function found() {
    clearInterval(polling);
    polling = null;
    show(true);
  }

  document.addEventListener("htmx:sseOpen", (event) => {
    found();
    event.detail.source?.addEventListener("alive", found); // nothing is new, and the line lives
  });
  document.addEventListener("htmx:sseError", lost);
  document.addEventListener("htmx:sseClose", lost);
  document.addEventListener("htmx:sseBeforeMessage", (event) => {
    found(); // a line that only stumbled never opens again: what comes over it shows that it lives
    if (event.detail.type !== "reload") return;
    event.preventDefault();
    location.reload();
  });
  window.addEventListener("offline", lost);
})();
