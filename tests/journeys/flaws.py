"""What makes a page look broken, measured in the browser that shows it?"""

# One line for each flaw: too wide, words over words, a chart without height, words cut off in one.
FLAWS = """() => {
  const found = [], root = document.documentElement;
  if (root.scrollWidth > root.clientWidth)
    found.push(`${root.scrollWidth - root.clientWidth} px wider than the screen`);
  const shown = (box) => box.width > 1 && box.height > 1;
  const part = (box, other) => ({
    left: Math.max(box.left, other.left), right: Math.min(box.right, other.right),
    top: Math.max(box.top, other.top), bottom: Math.min(box.bottom, other.bottom),
    get width() { return this.right - this.left; }, get height() { return this.bottom - this.top; },
  });
  const words = [], walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, holder = node.parentElement;
    if (!node.data.trim() || holder.closest(".vh")) continue;
    if (!holder.checkVisibility({visibilityProperty: true})) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const line of range.getClientRects()) {
      let box = line;
      for (let up = holder; up && shown(box); up = up.parentElement)
        if (getComputedStyle(up).overflow !== "visible" && up.tagName !== "svg")
          box = part(box, up.getBoundingClientRect());
      // letters fill the middle of their line
      const room = box.height * 0.3;
      if (shown(box)) words.push({left: box.left + 1, right: box.right - 1, top: box.top + room,
        bottom: box.bottom - room, text: node.data.trim().slice(0, 40), holder});
    }
  }
  words.sort((a, b) => a.top - b.top);
  words.forEach((one, n) => {
    for (let m = n + 1; m < words.length && words[m].top < one.bottom; m++) {
      const other = words[m], beside = one.right <= other.left || other.right <= one.left;
      if (!beside && one.holder !== other.holder) found.push(`“${one.text}” lies on “${other.text}”`);
    }
  });
  for (const chart of document.querySelectorAll("main svg.ch, main .plot canvas")) {
    const box = chart.getBoundingClientRect();
    if (chart.checkVisibility() && !(box.width >= 30 && box.height >= 6))
      found.push(`a chart of ${box.width} × ${box.height}`);
  }
  for (const word of document.querySelectorAll("main svg.ch text")) {
    if (!word.checkVisibility()) continue;
    const box = word.getBoundingClientRect(), whole = word.ownerSVGElement.getBoundingClientRect();
    if (box.left < whole.left - 1 || box.right > whole.right + 1)
      found.push(`“${word.textContent}” is cut off`);
  }
  return found.slice(0, 8);
}"""
