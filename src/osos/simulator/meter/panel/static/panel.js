"use strict";
// The page asks for the picture twice a second and draws what changed; every act is one POST.
const SVG = "http://www.w3.org/2000/svg";
const WORDS = {
  tr: {
    title: "OSOS sanal sayaç", button: "buton", reset: "sıfırla", optical: "optik port", terminalCover: "klemens kapağı",
    hint: "Buton: kısa basış gezer, 5 saniye basılı tutmak alt menüye girer. Kapaklara tıklayınca açılır, kapanır.",
    supply: "Besleme ve yük", magnet: "Mıknatıs", registers: "Endeksler", state: "Durum bitleri (F.F.0)", acts: "Yapılanlar",
    volts: "Gerilim", amperes: "Akım", degrees: "Açı", live: "besleme", back: "ters akım", load: "yükten", none: "yok",
    wrong_order: "faz sırası yanlış", external: "harici besleme", terminal_open: "klemens kapağı açık", top_open: "üst kapak açık",
    clock_battery: "saat pili", system_battery: "sistem pili", lost: "Sayaçtan cevap yok", other: "English",
    automatic: "OTOMATİK", button_menu: "BUTON", sub: "ALT MENÜ", sleep: "", kinds: {"1p": "monofaze", "3p": "trifaze", combi: "kombi"}, ways: ["", "tek yönlü", "çift yönlü"],
  },
  en: {
    title: "OSOS virtual meter", button: "button", reset: "reset", optical: "optical port", terminalCover: "terminal cover",
    hint: "Button: a short press turns the page, 5 seconds enter the sub-menu. Click a cover to open or close it.",
    supply: "Supply and load", magnet: "Magnet", registers: "Registers", state: "State bits (F.F.0)", acts: "What was done",
    volts: "Voltage", amperes: "Current", degrees: "Angle", live: "supply", back: "reversed", load: "auto", none: "none",
    wrong_order: "wrong phase order", external: "external supply", terminal_open: "terminal cover open", top_open: "top cover open",
    clock_battery: "clock battery", system_battery: "system battery", lost: "The meter does not answer", other: "Türkçe",
    automatic: "AUTOMATIC", button_menu: "BUTTON", sub: "SUB-MENU", sleep: "", kinds: {"1p": "single-phase", "3p": "three-phase", combi: "combi"}, ways: ["", "one-way", "two-way"],
  },
};
let language = "tr";
let shown = null;
const $ = (id) => document.getElementById(id);
const t = (word) => WORDS[language][word];
const svg = (name, facts, parent) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(facts)) made.setAttribute(key, value);
  if (parent) parent.append(made);
  return made;
};
const text = (node, words) => { if (node.textContent !== words) node.textContent = words; };

async function act(told) {
  const answer = await fetch("/act", {method: "POST", body: JSON.stringify(told)}).catch(() => null);
  text($("trouble"), answer && answer.ok ? "" : answer ? await answer.text() : t("lost"));
  await look();
}

// ---- seven segments: a top, b c right, d bottom, e f left, g middle
const PARTS = {a: "3,0 17,0 14,4 6,4", b: "18,1 18,16 14,13 14,5", c: "18,18 18,33 14,29 14,21", d: "6,30 14,30 17,34 3,34",
  e: "2,18 6,21 6,29 2,33", f: "2,1 6,5 6,13 2,16", g: "4,17 7,15 13,15 16,17 13,19 7,19"};
const LIT = {0: "abcdef", 1: "bc", 2: "abged", 3: "abgcd", 4: "fgbc", 5: "afgcd", 6: "afgedc", 7: "abc", 8: "abcdefg", 9: "abfgcd",
  "-": "g", " ": "", a: "abcefg", b: "fgedc", c: "ged", d: "bgedc", e: "afged", f: "afge", o: "gcde", r: "ge", s: "afgcd", v: "cde", l: "fed", i: "bc", n: "gec", u: "cde", t: "fged", h: "fgec", p: "abfge"};
const NARROW = {".": 7, ",": 7, ":": 8};
function drawDigits(words) {
  const group = $("digits");
  if (group.dataset.words === words) return;
  group.dataset.words = words;
  group.replaceChildren();
  const widths = [...words].map((one) => NARROW[one] || 23);
  const total = widths.reduce((sum, one) => sum + one, 0);
  const scale = Math.min(1.7, 308 / Math.max(total, 1));
  const row = svg("g", {transform: `translate(${308 - total * scale} ${(58 - 34 * scale) / 2}) scale(${scale})`}, group);
  let x = 0;
  [...words].forEach((one, at) => {
    const place = svg("g", {transform: `translate(${x} 0)`}, row);
    if (NARROW[one]) {
      const dots = one === ":" ? [10, 24] : [32];
      for (const y of dots) svg("circle", {class: "segment on", cx: 3, cy: y, r: 2.4}, place);
      if (one === ",") svg("path", {class: "segment on", d: "M3 32 l2 2 l-3 5 z"}, place);
    } else {
      const lit = LIT[one.toLowerCase()] ?? "";
      for (const [part, points] of Object.entries(PARTS)) svg("polygon", {class: lit.includes(part) ? "segment on" : "segment", points}, place);
    }
    x += widths[at];
  });
}

// ---- icons of the display: a name of the meter, and what is drawn for it
const MARK = {
  terminal_cover: [0, "M2 4h12v8H2zM5 12v3M11 12v3M5 8h6"], top_cover: [1, "M2 13V5l6-3 6 3v8zM8 2v11"], magnet: [2, "M3 14V7a5 5 0 0 1 10 0v7h-3V7a2 2 0 0 0-4 0v7zM3 11h3M10 11h3"],
  system_battery: [3, "M2 5h11v7H2zM13 7h2v3h-2M5 7v3"], clock_battery: [4, "M2 5h11v7H2zM13 7h2v3h-2M7 7v2h2"], clock_fault: [5, "M8 2a6 6 0 1 0 .01 0M8 5v3l2 2"],
  error: [6, "M8 2l7 12H1zM8 6v4M8 12v.4"], reading: [7, "M2 6h8l-2-3M14 10H6l2 3"], flow: [8, "M1 8h5l3-4v8l3-4h3"],
};
const LABEL = {t1: "T1", t2: "T2", t3: "T3", t4: "T4", l1: "L1", l2: "L2", l3: "L3", p: "P", borc: "borc", baS: "baS", OFF: "OFF", ON: "ON", q1: "I", q2: "II", q3: "III", q4: "IV", "+ri": "+Ri", "+rc": "+Rc", "-ri": "−Ri", "-rc": "−Rc"};
function drawIcons(icons) {
  const group = $("icons");
  const names = Object.keys(icons).join();
  if (group.dataset.names !== names) {
    group.dataset.names = names;
    group.replaceChildren();
    let x = 74;
    for (const name of ["t1", "t2", "t3", "t4", "l1", "l2", "l3"]) if (name in icons) { label(name, x, 112); x += 24; }
    for (const n of [1, 2, 3]) if (`i${n}` in icons || `i${n}_back` in icons) { arrow(n, x, 102); x += 24; }
    for (const name of ["p", "borc", "baS", "OFF", "ON"]) if (name in icons) { label(name, x, 112); x += name.length > 2 ? 34 : 20; }
    for (const [name, [place, path]] of Object.entries(MARK)) if (name in icons) {
      const made = svg("g", {class: "icon", id: `icon-${name}`, transform: `translate(${72 + place * 27} 76)`}, group);
      svg("path", {d: path}, made);
    }
    let q = 136;
    for (const name of ["q1", "q2", "q3", "q4", "+ri", "+rc", "-ri", "-rc"]) if (name in icons) { label(name, q, 222); q += name[0] === "q" ? 17 : 27; }
  }
  for (const [name, state] of Object.entries(icons)) {
    const made = document.getElementById(`icon-${name}`);
    if (made) made.setAttribute("class", `icon ${state}`);
  }
}
function label(name, x, y) { text(svg("text", {class: "icon", id: `icon-${name}`, x, y}, $("icons")), LABEL[name]); }
function arrow(n, x, y) {
  const group = $("icons");
  svg("path", {d: "M1 6h12l-4-4M13 6l-4 4"}, svg("g", {class: "icon", id: `icon-i${n}`, transform: `translate(${x} ${y})`}, group));
  svg("path", {d: "M4 2 L0 6 l4 4"}, svg("g", {class: "icon", id: `icon-i${n}_back`, transform: `translate(${x} ${y})`}, group));
}

// ---- terminals beneath the cover
function drawTerminals(phases) {
  const group = $("terminals");
  if (group.childNodes.length) return;
  const names = phases === 1 ? ["1", "3", "4", "6"] : ["1", "3", "4", "6", "7", "9", "10", "12"];
  const step = 380 / names.length;
  svg("rect", {class: "block", x: 30, y: 496, width: 400, height: 76, rx: 8}, group);
  names.forEach((name, at) => {
    const x = 40 + step * (at + 0.5), phase = Math.floor(at / 2);
    const neutral = phase >= phases;
    svg("path", {class: `wire ${neutral ? "n" : `l${phase + 1}`}`, "data-phase": neutral ? "" : phase, d: `M${x} 560 V640`}, group);
    svg("circle", {class: "screw", cx: x, cy: 520, r: 10}, group);
    svg("path", {class: "wire n", d: `M${x - 6} 520h12`, "stroke-width": "2"}, group).setAttribute("class", "hidden");
    svg("circle", {class: "screw", cx: x, cy: 548, r: 10}, group);
    text(svg("text", {class: "terminal-name", x, y: 510, "text-anchor": "middle"}, group), name);
  });
}

// ---- hands
function toggle(parent, key, pressed, onclick) {
  const made = document.createElement("button");
  made.type = "button"; made.className = "toggle"; made.dataset.t = key; made.textContent = t(key);
  made.setAttribute("aria-pressed", pressed); made.addEventListener("click", onclick);
  parent.append(made);
  return made;
}
function slider(parent, key, min, max, step, onchange) {
  const row = document.createElement("label"); row.className = "slider";
  const name = document.createElement("span"); name.dataset.t = key; name.textContent = t(key);
  const input = document.createElement("input"); Object.assign(input, {type: "range", min, max, step});
  const value = document.createElement("output");
  input.addEventListener("change", onchange); row.append(name, input, value); parent.append(row);
  return {input, value};
}
const rows = [];
function drawHands(told) {
  if (!rows.length) {
    told.phases.forEach((_, phase) => {
      const box = document.createElement("div"); box.className = "phase";
      const head = document.createElement("h3"); const values = document.createElement("span");
      head.append(`L${phase + 1}`, values); box.append(head); $("phases").append(box);
      const row = {box, values};
      const current = () => act({do: "current", phase, milliamperes: Math.round(row.amperes.input.value * 1000), degrees: Number(row.degrees.input.value)});
      row.volts = slider(box, "volts", 0, told.meter.kind === "1p" ? 300 : 300, 1, () => act({do: "voltage", phase, tenths: row.volts.input.value * 10}));
      row.amperes = slider(box, "amperes", 0, 20, 0.1, current);
      row.degrees = slider(box, "degrees", -180, 180, 5, current);
      const tools = document.createElement("div"); tools.className = "tools"; box.append(tools);
      row.live = toggle(tools, "live", true, () => act({do: "supply", phase, on: !shown.rig.supply[phase]}));
      row.back = toggle(tools, "back", false, () => act({do: "reverse", phase, on: !shown.rig.reversed_current[phase]}));
      row.load = toggle(tools, "load", true, async () => { await act({do: "voltage", phase, by_load: true}); await act({do: "current", phase, by_load: true}); });
      rows.push(row);
    });
    for (const name of ["wrong_order", "external", "terminal_open", "top_open", "clock_battery", "system_battery"]) {
      if (name === "wrong_order" && told.phases.length === 1) continue;
      toggle($("switches"), name, false, () => act({do: "switch", name, on: !shown.rig[name]})).id = `switch-${name}`;
    }
  }
  rows.forEach((row, phase) => {
    const now = told.phases[phase], rig = told.rig;
    row.box.classList.toggle("live", now.live);
    text(row.values, `${now.volts.toFixed(1)} V · ${now.amperes.toFixed(3)} A · ${now.watts} W · cos φ ${now.cos.toFixed(2)}`);
    const show = (one, value, words) => { if (document.activeElement !== one.input) one.input.value = value; text(one.value, words); };
    const byHand = rig.current[phase];
    show(row.volts, now.volts, rig.voltage[phase] === null ? t("load") : `${now.volts.toFixed(0)} V`);
    show(row.amperes, byHand ? byHand[0] / 1000 : now.amperes, byHand ? `${(byHand[0] / 1000).toFixed(1)} A` : t("load"));
    show(row.degrees, byHand ? byHand[1] : 0, byHand ? `${byHand[1]}°` : t("load"));
    row.live.setAttribute("aria-pressed", rig.supply[phase]);
    row.back.setAttribute("aria-pressed", rig.reversed_current[phase]);
    row.load.setAttribute("aria-pressed", rig.voltage[phase] === null && !byHand);
  });
  for (const name of ["wrong_order", "external", "terminal_open", "top_open", "clock_battery", "system_battery"]) {
    const made = $(`switch-${name}`); if (made) made.setAttribute("aria-pressed", told.rig[name]);
  }
  if (document.activeElement !== $("magnet")) $("magnet").value = told.rig.magnet;
  text($("magnet-value"), `${told.rig.magnet} mT`);
}

// ---- the whole picture
function draw(told) {
  shown = told;
  const meter = told.meter, display = told.display;
  text($("device"), meter.device);
  text($("kind"), `${t("kinds")[meter.kind]}, ${t("ways")[meter.ways]} · ${meter.profile}${meter.faults.length ? " · " + meter.faults.join(", ") : ""}`);
  text($("clock"), told.time);
  $("lcd").setAttribute("class", display.menu === "sleep" ? "asleep" : display.backlight ? "lit" : "");
  drawIcons(display.icons); drawDigits(display.text);
  text($("code"), display.code === "test" ? "" : display.code); text($("unit"), display.unit); text($("symbol"), display.symbol);
  text($("menu"), t(display.menu === "button" ? "button_menu" : display.menu));
  text($("plate-model"), meter.model); text($("plate-serial"), meter.device);
  text($("plate-rating"), `${meter.phases === 1 ? "230 V" : "3×230/400 V"}  50 Hz`); text($("impulses"), `${meter.impulses} imp/kWh`);
  drawTerminals(meter.phases); drawHands(told);
  for (const wire of document.querySelectorAll(".wire[data-phase]")) if (wire.dataset.phase !== "") wire.classList.toggle("live", told.phases[wire.dataset.phase].live);
  $("terminal-cover").setAttribute("class", told.rig.terminal_open ? "open" : "");
  $("top-cover").setAttribute("class", told.rig.top_open ? "open" : ""); $("seal-top").setAttribute("class", told.rig.top_open ? "open" : "");
  $("magnet-picture").setAttribute("class", told.rig.magnet ? "" : "hidden");
  document.querySelector(".optical").classList.toggle("reading", display.icons.reading === "on");
  $("reset").setAttribute("class", meter.kind === "combi" ? "button" : "hidden");
  const body = document.createElement("tbody");
  for (const [code, value] of Object.entries(told.registers)) { const row = body.insertRow(); row.insertCell().textContent = code; row.insertCell().textContent = value; }
  $("registers").replaceChildren(body);
  text($("state"), told.state.join(" · ") || t("none"));
  $("acts").replaceChildren(...told.acts.map(([when, port, what, argument, done]) => {
    const made = document.createElement("li"); const time = document.createElement("time"); time.textContent = when;
    made.className = done ? "" : "no"; made.append(time, `${port}: ${what} ${argument}`); return made;
  }));
}
async function look() {
  try { draw(await (await fetch("/picture")).json()); text($("trouble"), ""); } catch { text($("trouble"), t("lost")); }
}
function flash() {
  const watts = shown ? shown.phases.reduce((sum, one) => sum + Math.abs(one.watts), 0) : 0;
  const every = watts > 0 ? Math.max(120, 3.6e9 / (watts * shown.meter.impulses)) : 1000;
  if (watts > 0) { $("led").setAttribute("class", "led flash"); setTimeout(() => $("led").setAttribute("class", "led"), 60); }
  setTimeout(flash, Math.min(every, 10000));
}
function speak() {
  document.documentElement.lang = language; document.title = t("title");
  for (const node of document.querySelectorAll("[data-t]")) text(node, t(node.dataset.t));
  text($("language"), t("other")); $("language").lang = language === "tr" ? "en" : "tr";
  if (shown) draw(shown);
}
let held = null;
const down = () => { $("press").classList.add("held"); held = setTimeout(() => { held = null; $("press").classList.remove("held"); act({do: "press", on: true}); }, 5000); };
const up = () => { if (held === null) return; clearTimeout(held); held = null; $("press").classList.remove("held"); act({do: "press", on: false}); };
$("press").addEventListener("pointerdown", down);
addEventListener("pointerup", up);
$("press").addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); act({do: "press", on: event.shiftKey}); } });
$("reset").addEventListener("click", () => act({do: "reset"}));
$("terminal-cover").addEventListener("click", () => act({do: "switch", name: "terminal_open", on: !shown.rig.terminal_open}));
$("top-cover").addEventListener("click", () => act({do: "switch", name: "top_open", on: !shown.rig.top_open}));
$("magnet").addEventListener("change", (event) => act({do: "magnet", millitesla: Number(event.target.value)}));
$("language").addEventListener("click", () => { language = language === "tr" ? "en" : "tr"; speak(); });
speak(); look().then(flash); setInterval(look, 500);
