/* How long has a question waited, how long is still to be waited, and where does the reader's eye go when another is asked? */
(() => {
  "use strict";
  const TICK_MS = 250;
  const server = document.querySelector("[data-server-now]")?.dataset.serverNow;
  const ahead = server ? Date.parse(server) - Date.now() : 0;
  let asked = question();

  function question() {
    return document.querySelector("[data-question]")?.dataset.question ?? "";
  }

  function written(seconds) {
    const whole = Math.max(0, Math.round(seconds)), two = (n) => String(n).padStart(2, "0");
    const hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
    return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  }

  function tick() {
    const now = Date.now() + ahead;
    for (const each of document.querySelectorAll("[data-since]")) each.textContent = written((now - Date.parse(each.dataset.since)) / 1000);
    for (const each of document.querySelectorAll("[data-until]")) each.textContent = written((Date.parse(each.dataset.until) - now) / 1000);
  }

  function swapped() {
    tick();
    const present = question();
    if (present && present !== asked) document.querySelector("[data-question] h2")?.focus();
    asked = present;
  }

  document.addEventListener("htmx:afterSwap", swapped);
  document.addEventListener("htmx:sseMessage", swapped);
  document.addEventListener("htmx:sseBeforeMessage", (event) => {
    const comes = /data-question="(\d+)"/.exec(event.detail.data ?? "")?.[1];
    if (comes && comes === question()) event.preventDefault(); // the same question: what is typed stays
  });
  setInterval(tick, TICK_MS);
  tick();
})();
