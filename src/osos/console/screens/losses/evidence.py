"""What does the radar rest a suspicion on: which curve, which numbers?

Drawn from what the meters tell now, over the days the radar looked at.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from osos.mdm.derive.radar import Meter, Place, Voltage
from osos.mdm.derive.radar.seen import QUARTERS, Flags, Floats
from osos.mdm.explain.of_network import SeenAgain
from osos.mdm.labels import date_of_day
from osos.mdm.network.suspecting import Suspected
from osos.web import Formats, svg
from osos.web.svg import Axis, Line

Say = Callable[..., str]
DOTS = 700  # of a cloud: hours instead of quarter hours
_KILO = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A picture at both widths, and its legend: (swatch, word)."""

    pictures: tuple[Markup, Markup]
    legend: tuple[tuple[str, str], ...]
    title: str  # word


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that a picture is drawn from."""

    one: Suspected
    place: Place
    meter: Meter
    other: Place | None
    f: Formats
    t: Say


def evidence_of(one: Suspected, seen: SeenAgain, *, f: Formats, t: Say) -> Evidence:
    scene = Scene(one=one, place=seen.place, meter=seen.meter, other=seen.other, f=f, t=t)
    return _DRAWN[one.pattern](scene)


def _ratio(scene: Scene) -> Evidence:
    """What is missing against this meter's load, hour by hour, and the slope found."""
    balanced = scene.place.balanced()
    hours = _hours(balanced.astype(np.float64)) == 4
    load = _hours(scene.meter.import_wh.astype(np.float64))[hours] / _KILO
    missing = _hours(scene.place.residual())[hours] / _KILO
    step = max(1, load.size // DOTS)
    dots = list(zip(load[::step].tolist(), missing[::step].tolist(), strict=True))
    slope = scene.one.facts.get("true_over_used", 1.0) - 1
    words = {"across": scene.t("o.losses.across"), "up": scene.t("o.losses.up")}
    title = scene.t("o.losses.picture.ratio")
    drawn = tuple(
        svg.scatter(dots, slope=slope, f=scene.f, title=title, wide=wide, **words) for wide in (True, False)
    )
    return Evidence(
        pictures=(drawn[0], drawn[1]),
        legend=(("imp", scene.t("o.losses.an_hour")), ("line:bad", scene.t("o.losses.slope"))),
        title=title,
    )


def _bypass(scene: Scene) -> Evidence:
    """The meter's day and what is missing that day; the drop and the rise are alike."""
    balanced = scene.place.balanced()
    use = _day_means(scene.meter.import_wh.astype(np.float64), balanced)
    missing = _day_means(scene.place.residual(), balanced)
    mark = int(scene.one.facts.get("from_day", 0))
    words = scene.t("o.losses.since", day=scene.f.day(date_of_day(scene.one.days[mark])))
    return _by_day(scene, [("imp", use, "o.losses.meter"), ("q2", missing, "o.losses.missing")], mark, words)


def _phase(scene: Scene) -> Evidence:
    """What voltage and current say, and what was counted of it."""
    told = scene.meter.told
    apparent = np.nan_to_num(
        scene.meter.apparent_vah if scene.meter.apparent_vah is not None else np.zeros(0)
    )
    given = scene.meter.export_wh if scene.meter.export_wh is not None else 0
    counted = (scene.meter.import_wh - given).astype(np.float64)
    curves = [
        ("imp", _day_means(apparent, told), "o.losses.u_times_i"),
        ("q2", _day_means(counted, told), "o.losses.counted"),
    ]
    return _by_day(scene, curves, None, "")


def _polarity(scene: Scene) -> Evidence:
    """The mean day of import and export: who has no generator gives back when he takes."""
    told = scene.meter.told
    used = _mean_day(scene.meter.import_wh.astype(np.float64), told)
    given = scene.meter.export_wh
    back = _mean_day(np.zeros(told.size) if given is None else given.astype(np.float64), told)
    curves = [("imp", used * 4, "o.losses.import"), ("exp", back * 4, "o.losses.export")]
    return _of_day(scene, curves, unit="kW", kilo=True)


def _place(scene: Scene) -> Evidence:
    """A day's voltage of the meter, of its place in the papers, and of the other place."""
    volts = scene.meter.volts if scene.meter.volts is not None else np.zeros(len(scene.one.days) * QUARTERS)
    own = Voltage.of(scene.place).mean(without=scene.meter.volts)
    curves = [("ink", volts, "o.losses.meter"), ("q2", own, "o.losses.written")]
    if scene.other is not None:
        curves.append(("imp", Voltage.of(scene.other).mean(), "o.losses.likely"))
    last = (len(scene.one.days) - 1) * QUARTERS
    shown = [(hue, values[last : last + QUARTERS], word) for hue, values, word in curves]
    return _of_day(scene, shown, unit="V", kilo=False)


_DRAWN: dict[str, Callable[[Scene], Evidence]] = {
    "ratio": _ratio,
    "bypass": _bypass,
    "phase": _phase,
    "polarity": _polarity,
    "place": _place,
}
Curves = Sequence[tuple[str, Floats, str]]


def _by_day(scene: Scene, curves: Curves, mark: int | None, words: str) -> Evidence:
    days = scene.one.days
    labels = [(n, f"{date_of_day(days[n]):%d.%m}") for n in range(0, len(days), 7)]
    axis = Axis(labels=labels, mark=mark, mark_words=words)
    return _drawn(scene, curves, axis, unit="kWh", kilo=True)


def _of_day(scene: Scene, curves: Curves, *, unit: str, kilo: bool) -> Evidence:
    axis = Axis(labels=[(hour * 4, f"{hour:02d}") for hour in range(0, 24, 4)])
    return _drawn(scene, curves, axis, unit=unit, kilo=kilo)


def _drawn(scene: Scene, curves: Curves, axis: Axis, *, unit: str, kilo: bool) -> Evidence:
    by = _KILO if kilo else 1
    shown = [
        Line(hue=hue, values=_values(values / by), dashed=number > 0)
        for number, (hue, values, _) in enumerate(curves)
    ]
    title = scene.t(f"o.losses.picture.{scene.one.pattern}")
    drawn = [
        svg.lines(shown, axis, f=scene.f, title=title, unit=unit, from_zero=kilo, wide=wide)
        for wide in (True, False)
    ]
    legend = tuple(
        (f"{'dash' if number else 'line'}:{hue}", scene.t(word))
        for number, (hue, _, word) in enumerate(curves)
    )
    return Evidence(pictures=(drawn[0], drawn[1]), legend=legend, title=title)


def _values(values: Floats) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values.tolist()]


def _hours(slots: Floats) -> Floats:
    found: Floats = slots.reshape(-1, 4).sum(axis=1)
    return found


def _day_means(slots: Floats, known: Flags) -> Floats:
    """Wh a day as if the quarter hours not known were like the others; NaN of a day of which little is."""
    if slots.size != known.size:
        return np.full(known.size // QUARTERS, np.nan)
    counted = known.reshape(-1, QUARTERS).sum(axis=1)
    total = np.where(known, slots, 0).reshape(-1, QUARTERS).sum(axis=1)
    found = np.full(counted.size, np.nan)
    np.divide(total * QUARTERS, counted, out=found, where=counted > QUARTERS // 4)
    return found


def _mean_day(slots: Floats, known: Flags) -> Floats:
    counted = known.reshape(-1, QUARTERS).sum(axis=0)
    total = np.where(known, slots, 0).reshape(-1, QUARTERS).sum(axis=0)
    found = np.full(QUARTERS, np.nan)
    np.divide(total, counted, out=found, where=counted > 0)
    return found
