/* Which keys does the desk know? Ctrl K searches, G and a letter goes, J K walk a list, Enter opens, X marks, ? helps;
   what a page marks with data-key="A" is pressed by A.
   Letters do nothing while one types, and can be switched off (WCAG 2.1.4). */
(() => {
  "use strict";
  const GO_WITHIN_MS = 1500;
  const typing = (element) => element.closest("input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable], [role=application]");
  const rows = (list) => [...list.querySelectorAll("tbody tr")];
  let going = 0;

  function search() {
    const field = document.querySelector("[role=search] input");
    field?.focus();
    field?.select();
    return Boolean(field);
  }

  function go(letter) {
    const links = [...document.querySelectorAll(".side nav a")];
    const link = links.find((each) => each.querySelector("kbd")?.textContent.trim().split(" ").pop().toLocaleUpperCase("tr") === letter);
    if (link) link.click();
    return Boolean(link);
  }

  function walk(list, step) {
    const all = rows(list), at = all.indexOf(document.activeElement.closest("tbody tr"));
    const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    if (!next) return false;
    next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  function help() {
    const dialog = document.getElementById("keys");
    if (!dialog) return false;
    if (dialog.open) dialog.close();
    else dialog.showModal();
    return true;
  }

  const inList = {
    J: (list) => walk(list, 1),
    K: (list) => walk(list, -1),
    X: (list, row) => { const box = row?.querySelector("input[type=checkbox]"); box?.click(); return Boolean(box); },
    ENTER: (list, row) => { const link = row === document.activeElement && row?.querySelector("a[href]"); if (link) link.click(); return Boolean(link); },
  };

  function press(key) {
    const marked = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    marked?.click();
    return Boolean(marked);
  }

  // On a page just opened J walks the list that one marks in, or the first one.
  function untouched(focus) {
    if (focus !== document.body && focus.id !== "main") return null;
    return document.querySelector("[data-list]:has(input[type=checkbox])") ?? document.querySelector("[data-list]");
  }

  function letter(key) {
    if (going && performance.now() - going < GO_WITHIN_MS) {
      going = 0;
      return go(key);
    }
    if (key === "?") return help();
    if (key === "G") {
      going = performance.now();
      return true;
    }
    const focus = document.activeElement, list = focus.closest("[data-list]") ?? focus.querySelector?.(":scope > [data-list]") ?? untouched(focus);
    if (list && inList[key]) return inList[key](list, focus.closest("tbody tr"));
    return press(key);
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      if (search()) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.body.dataset.keys === "on" && letter(event.key.toLocaleUpperCase("tr"))) event.preventDefault();
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-keys-help]")) help(); });
})();
