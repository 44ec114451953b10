//# allFunctionsCalledOnLoad
/* How is a load profile looked at? uPlot, wrapped once: Turkish axes in Turkish time wherever the browser is,
   tariff bands, hatched estimates, open gaps, linked panes, keyboard, live region, selection, table twin.
   The first line has all of it compiled while the page still loads. */
(() => {
  "use strict";
  const ZONE = 10800; // Europe/Istanbul, UTC+03:00 all year since 2016; older data are cut on the same offset
  const DAY = 86400;
  const BANDS_UNTIL = 8 * DAY;
  const TABLE_STEP = 400; // rows a step: a month of quarter hours must not block the page
  const FONT = "OSOS Sans";
  const STROKE = 1.6; // CSS px
  const STEPS = [900, 1800, 3600, 7200, 10800, 21600, 43200, DAY, 2 * DAY, 3 * DAY, 5 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 60 * DAY, 90 * DAY, 180 * DAY, 365 * DAY];

  const colours = new Map(); // asked of the style sheet once: each question may cost a whole layout
  const css = (name) => {
    if (!colours.has(name)) colours.set(name, getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim());
    return colours.get(name);
  };
  const local = (seconds) => new Date((seconds + ZONE) * 1000); // its UTC fields are the wall clock in Turkey
  const midnight = (seconds) => Math.floor((seconds + ZONE) / DAY) * DAY - ZONE;
  // uPlot reads a date's local fields: they shall show Turkey's wall clock. Its own tzDate is 100 times slower.
  const wall = (seconds) => {
    const at = local(seconds);
    return new Date(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds());
  };
  const pad = (n) => String(n).padStart(2, "0");

  /* Written without the browser's own formats: the first of each kind costs a slow client a seventh of a second. */
  function formats(language, names) {
    const turkish = language === "tr", [thousands, point] = turkish ? [".", ","] : [",", "."];
    const of = (seconds) => {
      const at = local(seconds);
      return { day: at.getUTCDate(), month: at.getUTCMonth(), weekday: at.getUTCDay(), year: at.getUTCFullYear() };
    };
    const number = (value, digits) => {
      const size = Math.abs(value) < 1e-6 ? 0 : Math.abs(value); // smaller ones are written with an exponent already
      const last = Math.round(Number(size + "e" + digits)); // of the decimal that is written, not the binary that is held
      const text = String(last).padStart(digits + 1, "0"), cut = text.length - digits;
      const whole = text.slice(0, cut).replace(/\B(?=(\d{3})+$)/g, thousands);
      return (value < 0 && last ? "−" : "") + whole + (digits ? point + text.slice(cut) : "");
    };
    return {
      number,
      percent: (share) => {
        const text = number(share * 100, 1).replace(/\D0$/, "");
        return turkish ? "%" + text : text + "%";
      },
      clock: (seconds) => pad(local(seconds).getUTCHours()) + ":" + pad(local(seconds).getUTCMinutes()),
      day: (seconds) => { const { day, month } = of(seconds); return `${day} ${names.short_months[month]}`; },
      weekday: (seconds) => names.short_weekdays[of(seconds).weekday],
      month: (seconds) => { const { month, year } = of(seconds); return `${names.short_months[month]} ${year}`; },
      long: (seconds) => {
        const { day, month, weekday } = of(seconds), date = `${day} ${names.months[month]}`;
        return turkish ? `${date} ${names.weekdays[weekday]}` : `${names.weekdays[weekday]} ${date}`;
      },
      stamp: (seconds) => { const { day, month, year } = of(seconds); return [pad(day), pad(month + 1), year].join(turkish ? "." : "/"); },
    };
  }

  function times(coded) {
    if (!coded.length) return [];
    const all = [coded[0]];
    for (const [step, count] of coded.slice(1)) for (let n = 0; n < count; n++) all.push(all[all.length - 1] + step);
    return all;
  }

  /* The least and the greatest of each pixel column, the step from the column before among them; a gap stays open. */
  function extremes(u, m, [first, last], px) {
    const [xs, ys, { min, max }] = [u.data[0], u.data[m], u.scales.x], count = Math.floor(u.bbox.width / px), found = [];
    let column = null, before = null;
    for (let n = first; n <= last; n++) {
      const value = ys[n], at = Math.min(count - 1, Math.max(0, Math.floor(((xs[n] - min) / (max - min)) * count)));
      if (value !== null) {
        if (column === null || column[0] !== at) found.push(column = [at, before ?? value, before ?? value]);
        if (value < column[1]) column[1] = value;
        if (value > column[2]) column[2] = value;
      }
      before = value;
    }
    return found;
  }

  /* More values than pixels: upright strokes on whole pixels show what a polyline would, and are painted in a
     tenth of its time. Dashes are columns left out. */
  function columns(u, m, line) {
    const c = u.ctx, px = Math.max(1, Math.round(devicePixelRatio)), { left, top, height } = u.bbox, { min, max } = u.scales.y;
    const y = (value) => top + (height * (max - value)) / (max - min), ground = Math.min(Math.max(0, min), max);
    const [on, off] = line.dash.length ? line.dash : [1, 0], half = (STROKE * px) / 2, found = extremes(u, m, line.crowd, px);
    const stroke = (column, low, high) => c.fillRect(left + column * px, y(high) - half, px, y(low) - y(high) + 2 * half);
    c.save();
    c.fillStyle = css(line.hue) + "26";
    if (line.filled) for (const [at, low, high] of found) c.fillRect(left + at * px, y(Math.max(high, ground)), px, y(Math.min(low, ground)) - y(Math.max(high, ground)));
    c.fillStyle = css(line.hue);
    for (const [at, low, high] of found) if (at % (on + off) < on) stroke(at, low, high);
    c.restore();
  }

  /* A value between two gaps has no line: it is a point. */
  const lonely = (values) => values.flatMap((value, n) => (value !== null && (values[n - 1] ?? null) === null && (values[n + 1] ?? null) === null ? [n] : []));

  class Chart {
    constructor(figure) {
      this.figure = figure;
      const data = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
      this.data = data;
      this.words = data.words;
      this.f = formats(data.language, data.names);
      this.times = times(data.t);
      this.count = this.times.length;
      this.marks = new Array(this.count).fill("measured");
      for (const [first, many, mark] of data.quality) this.marks.fill(mark, first, first + many);
      this.quality = data.quality.filter(([, , mark]) => mark !== "missing");
      this.place = this.count - 1;
      this.anchor = null;
      this.chosen = null;
      this.box = figure.querySelector(".plots");
      this.readout = figure.querySelector(".readout");
      this.sum = figure.querySelector(".sum");
      this.live = figure.querySelector("[aria-live]");
      if (this.count) this.draw();
      this.listen();
    }

    end(index) { return index + 1 < this.count ? this.times[index + 1] : this.data.end; }

    /* The last interval's end is drawn too: its value holds until there. */
    series(line) {
      const scale = 10 ** line.decimals * (line.down ? -1 : 1);
      const values = line.values.map((value) => (value === null ? null : value / scale));
      values.push(line.stepped ? values[values.length - 1] ?? null : null);
      return values;
    }

    draw() {
      const xs = [...this.times, this.data.end];
      this.values = this.data.panes.map((pane) => pane.lines.map((line) => this.series(line)));
      const places = this.figure.querySelectorAll(".plot");
      const width = Math.max(240, this.box.clientWidth); // asked before anything is moved: one layout, not one a pane
      this.key = "chart-" + (this.figure.id || Math.round(this.data.end));
      this.locked = true; // the panes come up with the same stretch: none has to tell the others
      this.plots = this.data.panes.map((pane, n) => {
        places[n].replaceChildren(); // what kept the room
        return new uPlot(this.options(pane, n, width), [xs, ...this.values[n]], places[n]);
      });
      this.plots.forEach((plot) => { plot.hooks.setScale = [(u, key) => { if (key === "x") this.zoomTo(u.scales.x.min, u.scales.x.max, u); }]; });
      queueMicrotask(() => { this.locked = false; }); // uPlot's own first drawings are queued before this
      this.showSum(this.times[0], this.data.end);
      requestAnimationFrame(() => requestAnimationFrame(() => { // by the second frame it has been painted
        performance.mark("chart-drawn");
        this.figure.dataset.drawn = "yes";
      }));
    }

    options(pane, n, width) {
      const axis = { stroke: () => css("ink3"), font: `12px "${FONT}"`, lineGap: 1.45, grid: { stroke: () => css("rule2"), width: 1 }, ticks: { stroke: () => css("rule"), width: 1 } };
      return {
        width, height: pane.height,
        tzDate: wall,
        legend: { show: false },
        cursor: { y: false, sync: { key: this.key, setSeries: false }, drag: { x: true, y: false, dist: 6 }, points: { size: 7, fill: (u, i) => css(pane.lines[i - 1].hue), stroke: () => css("surface") } },
        scales: { x: { time: true }, y: { range: (u, low, high) => this.range(pane, low, high) } },
        axes: [
          { ...axis, space: 64, size: 46, incrs: STEPS, values: (u, splits, a, f, step) => this.timeLabels(splits, step) },
          { ...axis, space: 26, size: 62, values: (u, splits) => this.valueLabels(splits, pane) },
        ],
        series: [{}, ...pane.lines.map((line) => this.look(line))],
        hooks: {
          drawClear: [(u) => this.bands(u)],
          drawSeries: [(u, m) => { if (pane.lines[m - 1].crowd) columns(u, m, pane.lines[m - 1]); }],
          draw: [(u) => this.overlay(u, n)],
          setCursor: [(u) => { if (n === 0 && u.cursor.idx != null && !this.walking) this.say(Math.min(u.cursor.idx, this.count - 1)); }],
        },
      };
    }

    look(line) {
      const paths = line.stepped ? uPlot.paths.stepped({ align: 1, alignGaps: 1 }) : uPlot.paths.linear();
      return {
        stroke: () => css(line.hue), width: STROKE, spanGaps: false, dash: line.dash.length ? line.dash : undefined,
        fill: line.filled ? () => css(line.hue) + "26" : undefined, points: { show: false, size: 4, fill: () => css(line.hue), filter: (u, m) => (line.crowd || line.stepped ? null : lonely(u.data[m])) },
        paths: (u, m, first, last) => {
          line.crowd = last - first > u.bbox.width / devicePixelRatio ? [first, last] : null;
          return line.crowd ? null : paths(u, m, first, last);
        },
      };
    }

    range(pane, low, high) {
      if (low === null || low === undefined) return [0, 1];
      if (pane.zero) return [low < 0 ? low * 1.12 : 0, high > 0 ? high * 1.12 : low < 0 ? 0 : 1];
      const room = Math.max((high - low) * 0.15, Math.abs(high) * 0.005, 0.01);
      return [low - room, high + room];
    }

    timeLabels(splits, step) {
      const f = this.f;
      if (step >= 27 * DAY) return splits.map((at) => f.month(at));
      return splits.map((at) => (step >= DAY || midnight(at) === at ? f.day(at) + "\n" + f.weekday(at) : f.clock(at)));
    }

    valueLabels(splits, pane) {
      const step = splits.length > 1 ? splits[1] - splits[0] : 1;
      const needed = [0, 1, 2].find((d) => Math.abs(step * 10 ** d - Math.round(step * 10 ** d)) < 1e-6) ?? 3;
      return splits.map((value, n) => this.f.number(value, needed) + (n === splits.length - 1 && pane.unit ? " " + pane.unit : ""));
    }

    span(u, from, to) {
      const { left, width } = u.bbox;
      const a = Math.max(u.valToPos(from, "x", true), left), b = Math.min(u.valToPos(to, "x", true), left + width);
      return b > a ? [a, b - a] : null;
    }

    cuts(at) {
      let found = null;
      for (const [since, cuts] of this.data.bands) if (since <= at) found = cuts;
      return found;
    }

    bands(u) {
      const { min, max } = u.scales.x, context = u.ctx, { top, height } = u.bbox;
      const near = max - min <= BANDS_UNTIL && this.data.bands.length > 0;
      this.labelled = -Infinity; // where the last word of this drawing ends
      context.save();
      for (let day = midnight(min); day < max; day += DAY) {
        if (near) {
          for (const [from, to, hue] of this.cuts(day + DAY - 1) ?? []) {
            const span = this.span(u, day + from * 60, day + to * 60);
            if (!span) continue;
            context.fillStyle = css(hue + "bg");
            context.fillRect(span[0], top, span[1], height);
            context.fillStyle = css(hue);
            context.fillRect(span[0], top, Math.max(1, span[1] - devicePixelRatio), 3 * devicePixelRatio);
          }
        } else if ([0, 6].includes(local(day).getUTCDay()) && max - min < 100 * DAY) {
          const span = this.span(u, day, day + DAY);
          context.fillStyle = css("sunk");
          if (span) context.fillRect(span[0], top, span[1], height);
        }
      }
      context.restore();
    }

    /* Marks of quality over the lines, and the chosen stretch. */
    overlay(u, pane) {
      const { min, max } = u.scales.x;
      for (const [first, many, mark] of this.data.panes[pane].marked ? this.quality : []) {
        const from = this.times[first], to = this.end(first + many - 1);
        if (to <= min || from >= max) continue;
        const span = this.span(u, from, to);
        if (span) this.mark(u, span, mark, pane);
      }
      if (pane === 0) for (const [first, many, mark] of this.data.quality) if (mark === "missing") this.missing(u, first, many);
      if (this.chosen) {
        const span = this.span(u, this.times[this.chosen[0]], this.end(this.chosen[1]));
        if (!span) return;
        u.ctx.save();
        u.ctx.fillStyle = css("accent");
        u.ctx.globalAlpha = 0.14;
        u.ctx.fillRect(span[0], u.bbox.top, span[1], u.bbox.height);
        u.ctx.restore();
      }
    }

    mark(u, [left, width], mark, pane) {
      const c = u.ctx, px = devicePixelRatio, { top, height } = u.bbox;
      c.save();
      c.setLineDash([]); // the last line's dashes are still set
      if (mark === "estimated") this.hatch(c, left, Math.max(width, 3 * px), top, height, css("ink"), 7 * px, 0.5);
      if (mark === "suspect") {
        c.strokeStyle = css("warn");
        c.lineWidth = 2 * px;
        c.strokeRect(left, top + px, Math.max(width, 3 * px), height - 2 * px);
      }
      if (mark === "edited") {
        c.fillStyle = css("info");
        c.beginPath();
        c.arc(left + width / 2, top + 8 * px, 4 * px, 0, 7);
        c.fill();
      }
      if (pane === 0 && (width > 3 * px || mark !== "estimated")) this.label(u, left + width / 2, this.words["quality." + mark]);
      c.restore();
    }

    missing(u, first, many) {
      const span = this.span(u, this.times[first], this.end(first + many - 1));
      if (!span) return;
      u.ctx.save();
      this.hatch(u.ctx, span[0], Math.max(span[1], 3 * devicePixelRatio), u.bbox.top, u.bbox.height, css("ghost"), 10 * devicePixelRatio, 0.7, true);
      if (span[1] > 40 * devicePixelRatio) this.label(u, span[0] + span[1] / 2, this.words["quality.missing"]);
      u.ctx.restore();
    }

    hatch(c, left, width, top, height, colour, step, alpha, falling) {
      c.save();
      c.beginPath();
      c.rect(left, top, width, height);
      c.clip();
      c.setLineDash([]);
      c.strokeStyle = colour;
      c.globalAlpha = alpha;
      c.lineWidth = 1.2 * devicePixelRatio;
      c.beginPath();
      for (let x = left - height; x < left + width + height; x += step) {
        c.moveTo(x, falling ? top : top + height);
        c.lineTo(x + height, falling ? top + height : top);
      }
      c.stroke();
      c.restore();
    }

    label(u, x, text) {
      const c = u.ctx, px = devicePixelRatio;
      c.font = `600 ${Math.round(11 * px)}px "${FONT}"`;
      const width = c.measureText(text).width + 10 * px;
      const at = Math.min(Math.max(x, u.bbox.left + width / 2), u.bbox.left + u.bbox.width - width / 2);
      if (at - width / 2 < this.labelled) return; // no room beside the one before
      this.labelled = at + width / 2 + 4 * px;
      c.fillStyle = css("surface");
      c.fillRect(at - width / 2, u.bbox.top + 14 * px, width, 17 * px);
      c.fillStyle = css("ink");
      c.textAlign = "center";
      c.textBaseline = "middle";
      c.fillText(text, at, u.bbox.top + 23 * px);
    }

    zoomTo(min, max, from) {
      if (this.locked) return;
      this.locked = true;
      const low = Math.max(this.times[0], min), high = Math.min(this.data.end, max);
      this.plots.forEach((plot) => { if (plot !== from) plot.setScale("x", { min: low, max: high }); });
      this.locked = false;
      this.showSum(low, high);
    }

    setX(min, max) {
      const width = Math.min(max - min, this.data.end - this.times[0]);
      const low = Math.min(Math.max(min, this.times[0]), this.data.end - width);
      this.locked = true;
      this.plots.forEach((plot) => plot.setScale("x", { min: low, max: low + width }));
      this.locked = false;
      this.showSum(low, low + width);
    }

    zoom(factor) {
      const { min, max } = this.plots[0].scales.x, at = this.times[this.place];
      const middle = at >= min && at <= max ? at : (min + max) / 2;
      const width = Math.max((max - min) * factor, 4 * (this.end(0) - this.times[0]));
      this.setX(middle - width / 2, middle + width / 2);
    }

    all() { this.choose(null); this.setX(this.times[0], this.data.end); }

    tariff(at) {
      const minute = Math.floor((at - midnight(at)) / 60);
      const cut = (this.cuts(at) ?? []).find(([from, to]) => from <= minute && minute < to);
      return cut ? cut[2] : null;
    }

    /* One line about an interval: what is seen and what is heard are the same words. */
    say(index) {
      this.place = index;
      const { f, words } = this, at = this.times[index], parts = [];
      const long = this.end(index) - at;
      parts.push(document.createTextNode(f.long(at) + (long < DAY ? ` ${f.clock(at)}–${f.clock(at + long)}` : "")));
      this.data.panes.forEach((pane, n) => pane.lines.forEach((line, m) => {
        const value = line.values[index];
        if (value === null && n > 0) return;
        const shown = value === null ? words.no_data : `${f.number(value / 10 ** line.decimals, line.digits)} ${pane.unit}`.trim();
        parts.push(n === 0 && m === 0 ? this.strong(shown) : document.createTextNode(`${line.label} ${shown}`));
      }));
      const mark = this.marks[index];
      parts.push(mark === "measured" ? document.createTextNode(words["quality.measured"]) : this.strong(words["quality." + mark], "pill warn"));
      const tariff = this.tariff(at);
      if (tariff) parts.push(document.createTextNode(`${tariff.toUpperCase()} ${words["tariff." + tariff] ?? ""}`.trim()));
      this.readout.replaceChildren(...parts.flatMap((part, n) => (n ? [document.createTextNode(" · "), part] : [part])));
      this.tell(this.readout.textContent);
    }

    strong(text, kind) {
      const element = document.createElement(kind ? "span" : "b");
      if (kind) element.className = kind;
      element.textContent = text;
      return element;
    }

    tell(text) {
      clearTimeout(this.telling); // the newest word wins, and it waits for a rest
      this.telling = setTimeout(() => { this.live.textContent = text; }, 350); // the last of many is heard
    }

    choose(range) {
      this.chosen = range;
      this.plots?.forEach((plot) => plot.redraw(false));
      if (range) this.showSum(this.times[range[0]], this.end(range[1]), true);
    }

    /* Σ of the stretch: exact, because mean power × its own length is the energy that was given. */
    showSum(min, max, chosen) {
      const pane = this.data.panes[0], line = pane && pane.lines[0];
      if (!line) return;
      let energy = 0, seconds = 0, most = null, estimated = 0, first = null, last = null;
      for (let n = 0; n < this.count; n++) {
        const from = this.times[n], to = this.end(n);
        if (from < min - 1 || to > max + 1) continue;
        first ??= n;
        last = n;
        const value = line.values[n];
        if (value === null) continue;
        const part = (value * (to - from)) / 3600;
        energy += part;
        seconds += to - from;
        if (this.marks[n] === "estimated") estimated += part;
        if (most === null || value > line.values[most]) most = n;
      }
      if (first === null || seconds === 0) { this.sum.textContent = this.words.no_data; return; }
      const { f, words } = this, scale = 10 ** line.decimals;
      const said = [`${f.stamp(this.times[first])} ${f.clock(this.times[first])} – ${f.stamp(this.end(last) - 1)} ${f.clock(this.end(last)).replace("00:00", "24:00")}`];
      if (pane.sum) said.push(`Σ ${f.number(energy / scale, 1)} ${pane.sum}`);
      said.push(`${words.mean} ${f.number((energy * 3600) / seconds / scale, line.digits)} ${pane.unit}`);
      said.push(`${words.greatest} ${f.number(line.values[most] / scale, line.digits)} ${pane.unit} (${f.day(this.times[most])} ${f.clock(this.times[most])})`);
      if (estimated && energy) said.push(`${words.estimated_share} ${f.percent(estimated / energy)}`);
      this.sum.textContent = said.join(" · ");
      if (chosen) this.tell(this.sum.textContent);
    }

    move(by, select) {
      const next = Math.max(0, Math.min(this.count - 1, this.place + by));
      if (select) {
        this.anchor ??= this.place;
        this.choose([Math.min(this.anchor, next), Math.max(this.anchor, next)]);
      } else if (this.anchor !== null) {
        this.anchor = null;
        this.choose(null);
      }
      this.say(next);
      if (this.chosen) this.choose(this.chosen); // the sum is what is told of a selection
      const at = this.times[next], { min, max } = this.plots[0].scales.x;
      if (at < min || at >= max) this.setX(at - (max - min) / 2, at + (max - min) / 2);
      setTimeout(() => this.pointAt(at), 0); // after the scale has moved
    }

    /* The cursor finds the nearest interval of its pixel; what is said is the one that was walked to. */
    pointAt(at) {
      this.walking = true;
      this.plots.forEach((plot) => plot.setCursor({ left: plot.valToPos(at, "x") + 0.5, top: plot.over.clientHeight / 3 }));
      this.walking = false;
    }

    dayAway(direction) {
      const goal = this.times[this.place] + direction * DAY;
      let index = this.place;
      while (index + direction >= 0 && index + direction < this.count && (this.times[index] - goal) * direction < 0) index += direction;
      return index - this.place;
    }

    listen() {
      const does = { closer: () => this.zoom(0.5), wider: () => this.zoom(2), all: () => this.all(), table: (button) => this.table(button) };
      this.figure.addEventListener("click", (event) => {
        const button = event.target.closest("[data-do]");
        if (button && (this.count || button.dataset.do === "table")) does[button.dataset.do](button);
      });
      if (!this.count) return;
      const keys = {
        ArrowRight: (e) => this.move(1, e.shiftKey), ArrowLeft: (e) => this.move(-1, e.shiftKey),
        PageDown: (e) => this.move(this.dayAway(1), e.shiftKey), PageUp: (e) => this.move(this.dayAway(-1), e.shiftKey),
        Home: () => this.move(-this.count), End: () => this.move(this.count),
        "+": () => this.zoom(0.5), "-": () => this.zoom(2), 0: () => this.all(), Escape: () => this.choose(null),
      };
      this.box.addEventListener("keydown", (event) => {
        const act = event.ctrlKey || event.metaKey || event.altKey ? null : keys[event.key];
        if (!act) return;
        act(event);
        event.preventDefault();
      });
      let wait;
      new ResizeObserver(() => {
        clearTimeout(wait);
        wait = setTimeout(() => this.plots.forEach((plot) => {
          const width = Math.max(240, plot.root.parentElement.clientWidth);
          if (width !== plot.width) plot.setSize({ width, height: plot.height });
        }), 60);
      }).observe(this.box);
      const redraw = () => {
        colours.clear();
        this.plots.forEach((plot) => plot.redraw(false, true));
      };
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    }

    table(button) {
      const twin = this.figure.querySelector(".twin"), open = twin.hidden;
      twin.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
      button.textContent = open ? this.words.hide_table : this.words.show_table;
      if (open && !twin.firstChild) this.fill(twin);
    }

    fill(twin) {
      const { f, words } = this, table = document.createElement("table"), body = document.createElement("tbody");
      table.className = "tb dense";
      const lines = this.data.panes.flatMap((pane) => pane.lines.map((line) => ({ ...line, unit: pane.unit })));
      const heads = [words.table_time, words.table_end, ...lines.map((line) => `${line.label} ${line.unit}`.trim()), words.table_quality, words.table_tariff];
      const head = table.createTHead().insertRow();
      heads.forEach((text, n) => {
        const cell = document.createElement("th");
        cell.scope = "col";
        cell.textContent = text;
        if (n > 1 && n < lines.length + 2) cell.className = "r";
        head.append(cell);
      });
      table.append(body);
      twin.append(table);
      const rows = (from) => {
        for (let n = from; n < Math.min(from + TABLE_STEP, this.count); n++) {
          const at = this.times[n], end = this.end(n), tariff = this.tariff(at), row = body.insertRow();
          const cells = [`${f.stamp(at)} ${f.clock(at)}`, `${f.stamp(end)} ${f.clock(end)}`,
            ...lines.map((line) => (line.values[n] === null ? "–" : f.number(line.values[n] / 10 ** line.decimals, Math.min(3, line.decimals)))),
            words["quality." + this.marks[n]], tariff ? tariff.toUpperCase() : ""];
          cells.forEach((text, m) => {
            const cell = row.insertCell();
            cell.textContent = text;
            if (m > 1 && m < lines.length + 2) cell.className = "r";
          });
        }
        if (from + TABLE_STEP < this.count) setTimeout(() => rows(from + TABLE_STEP), 0);
      };
      rows(0);
    }
  }

  const charts = () => document.querySelectorAll("[data-chart]:not([data-seen])").forEach((figure) => {
    figure.dataset.seen = "yes";
    new Chart(figure);
  });
  // A canvas drawn before the font is there keeps the wrong one.
  const fonts = ["400 12px", "600 12px"].map((font) => document.fonts.load(`${font} "${FONT}"`, "ğİ₺"));
  Promise.race([Promise.allSettled(fonts), new Promise((resolve) => setTimeout(resolve, 1500))]).then(() => {
    charts();
    document.addEventListener("htmx:afterSettle", charts);
  });
})();
