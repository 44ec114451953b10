"""Of what are the figures of a place's balance, and what a suspicion could recover, made (D-33, D-34)?

A balance is told from the sums that the page shows. A suspicion is found again in what the meters tell now,
by the detector that found it: where the data have changed since, it says so.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection

from osos.mdm.canonical import Channel
from osos.mdm.day_changes import QUARTERS
from osos.mdm.derive.radar import Meter, Place, Suspicion, Voltage, wrong_here
from osos.mdm.derive.radar.bypass import bypasses
from osos.mdm.derive.radar.phase import USUAL, wrong_phases
from osos.mdm.derive.radar.polarity import reversed_phases
from osos.mdm.derive.radar.ratio import wrong_ratios
from osos.mdm.derive.radar.seen import Floats
from osos.mdm.explain.derivation import Derivation, Energy, Figure, Law, Row, Term
from osos.mdm.labels import date_of_day
from osos.mdm.network.asking import Sums
from osos.mdm.network.counting import topology_of
from osos.mdm.network.seeing import see
from osos.mdm.network.suspecting import Suspected
from osos.mdm.network.topology import day_span
from osos.quantities import Interval

A_YEAR = 365
_FIGURES = ("loss", "share", "unexplained", "unexplained_share", "known", "worth")
_PERCENT = Decimal(100)


def balance_told_by_sums(sums: Sums, *, period: Interval, price: Decimal | None = None) -> list[Derivation]:
    """Each figure of a balance from the ones before it; what is not known is left out."""
    made = (_balance(name, sums, period, price) for name in _FIGURES)
    return [one for one in made if one is not None]


def _balance(name: str, sums: Sums, period: Interval, price: Decimal | None) -> Derivation | None:
    found = _FORMULAS[name](sums, price)
    if found is None:
        return None
    formula, unit, result, parts = found
    terms = tuple(_term(symbol, sums, period, price) for symbol in parts)
    return Derivation(
        figure=f"balance.{name}",
        period=period,
        formula=formula,
        terms=terms,
        result=result,
        unit=unit,
        notes=("balance.known_only",) if name == "known" else (),
    )


_Made = tuple[str, str, Decimal | None, str]  # formula, unit, result, the symbols of its terms


def _loss(sums: Sums, _: Decimal | None) -> _Made | None:
    return "M - B", "Wh", Decimal(sums.loss_wh), "MB"


def _share(sums: Sums, _: Decimal | None) -> _Made | None:
    share = sums.loss_share
    return None if share is None else ("K / M * 100", "%", share * _PERCENT, "KM")


def _unexplained(sums: Sums, _: Decimal | None) -> _Made | None:
    left = sums.unexplained_wh
    return None if left is None else ("K - T", "Wh", Decimal(left), "KT")


def _unexplained_share(sums: Sums, _: Decimal | None) -> _Made | None:
    left = sums.unexplained_wh
    if left is None or not sums.main_wh:
        return None
    return "A / M * 100", "%", Decimal(left) / sums.main_wh * _PERCENT, "AM"


def _known(sums: Sums, _: Decimal | None) -> _Made | None:
    return ("S / (D * Q) * 100", "%", sums.known_share * _PERCENT, "SDQ") if sums.days else None


def _worth(sums: Sums, price: Decimal | None) -> _Made | None:
    left = sums.unexplained_wh
    if price is None or left is None:
        return None
    return "A / 1000 * P", "TL", Decimal(left) / 1000 * price, "AP"


_FORMULAS: Mapping[str, Callable[[Sums, Decimal | None], _Made | None]] = {
    "loss": _loss,
    "share": _share,
    "unexplained": _unexplained,
    "unexplained_share": _unexplained_share,
    "known": _known,
    "worth": _worth,
}
_NAMES = {
    "M": ("main", "Wh"),
    "B": ("below", "Wh"),
    "K": ("loss", "Wh"),
    "T": ("technical", "Wh"),
    "A": ("unexplained", "Wh"),
    "S": ("slots", ""),
    "D": ("days", ""),
    "Q": ("quarters", ""),
    "P": ("price", "TL"),
}


def _term(symbol: str, sums: Sums, period: Interval, price: Decimal | None) -> Term:
    name, unit = _NAMES[symbol]
    values: Mapping[str, Decimal | int | None] = {
        "M": sums.main_wh,
        "B": sums.below_wh,
        "K": sums.loss_wh,
        "T": sums.technical_wh,
        "A": sums.unexplained_wh,
        "S": sums.slots,
        "D": sums.days,
        "Q": QUARTERS,
        "P": price,
    }
    value = values[symbol]
    down = Figure(name=f"balance.{name}", month=period) if symbol in "KA" else None
    return Term(
        symbol=symbol, name=name, value=None if value is None else Decimal(value), unit=unit, down=down
    )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SeenAgain:
    """The place of a suspicion as the meters tell it now, and the place that a meter may belong to."""

    place: Place
    meter: Meter
    other: Place | None


def seen_again(conn: Connection, one: Suspected, *, now: datetime) -> SeenAgain | None:
    """None: of these days nothing is left."""
    ids = [one.node.node_id] + ([] if one.other is None else [one.other.node_id])
    topology = topology_of(conn, one.days, node_ids=ids)
    place = see(conn, topology, one.node.node_id, days=one.days, now=now)
    if place is None or one.point_id not in place.meters:
        return None
    other = None if one.other is None else see(conn, topology, one.other.node_id, days=one.days, now=now)
    return SeenAgain(place=place, meter=place.meters[one.point_id], other=other)


def suspicion_told(one: Suspected, seen: SeenAgain) -> Derivation | None:
    """What could be recovered, from the days looked at; None: the pattern is not there any more."""
    found = _found_again(one, seen)
    if found is None:
        return None
    formula, terms, rows, notes, facts = _OF_PATTERN[one.pattern](one, seen, found)
    changed = found.recoverable_wh != one.recoverable_wh
    return Derivation(
        figure=f"suspicion.{one.pattern}",
        period=Interval(day_span(one.days[0]).start, day_span(one.days[-1]).end),
        formula=formula,
        terms=terms,
        result=Decimal(found.recoverable_wh),
        unit="Wh",
        notes=("radar.told_only", *notes, *(("radar.changed",) if changed else ())),
        facts={**facts, "then": Decimal(one.recoverable_wh) / 1000},
        rows=rows,
    )


def year_told(one: Suspected) -> Derivation:
    """The same pace for a year, whole Wh."""
    days = max(1, len(one.days))
    period = Interval(day_span(one.days[0]).start, day_span(one.days[-1]).end)
    return Derivation(
        figure="suspicion.year",
        period=period,
        formula=f"floor(R * {A_YEAR} / D)",
        terms=(
            Term(
                symbol="R",
                name="recoverable",
                value=Decimal(one.recoverable_wh),
                unit="Wh",
                down=Figure(name=f"suspicion.{one.pattern}", month=period),
            ),
            Term(symbol="D", name="days_looked_at", value=Decimal(days)),
        ),
        result=Decimal(one.recoverable_a_year_wh),
        unit="Wh",
    )


def _found_again(one: Suspected, seen: SeenAgain) -> Suspicion | None:
    if one.pattern == "place":
        places = [seen.place] + ([] if seen.other is None else [seen.other])
        some: Iterator[Suspicion] = wrong_here(seen.place, {each.name: Voltage.of(each) for each in places})
    else:
        some = _DETECTORS[one.pattern](seen.place)
    return next((each for each in some if each.meter == one.point_id), None)


_DETECTORS: Mapping[str, Callable[[Place], Iterator[Suspicion]]] = {
    "polarity": reversed_phases,
    "phase": wrong_phases,
    "ratio": wrong_ratios,
    "bypass": bypasses,
}
_Parts = tuple[str, tuple[Term, ...], tuple[Row, ...], tuple[str, ...], Mapping[str, Decimal | str]]


def _polarity(one: Suspected, seen: SeenAgain, _: Suspicion) -> _Parts:
    given = seen.meter.export_wh
    wh = np.zeros(seen.meter.import_wh.size) if given is None else given
    return "rows", (), _rows(one.days, np.where(seen.meter.told, wh, 0), Channel.A_MINUS), (), {}


def _place(one: Suspected, seen: SeenAgain, found: Suspicion) -> _Parts:
    terms = tuple(
        Term(symbol=symbol, name=f"following.{name}", value=_exact(found.facts[name]))
        for symbol, name in (("r1", "own"), ("r2", "other"))
    )
    wh = np.where(seen.meter.told, seen.meter.import_wh, 0)
    return "rows", terms, _rows(one.days, wh, Channel.A_PLUS), ("radar.following",), {}


def _phase(one: Suspected, seen: SeenAgain, _: Suspicion) -> _Parts:
    meter = seen.meter
    apparent = np.zeros(meter.import_wh.size) if meter.apparent_vah is None else meter.apparent_vah
    known = np.isfinite(apparent) & (apparent > 0) & meter.told
    given = 0 if meter.export_wh is None else meter.export_wh
    net = np.where(known, meter.import_wh - given, 0)
    terms = (
        Term(
            symbol="c",
            name="power_factor",
            value=Decimal(str(USUAL)),
            down=Law(source="Kayıp Katsayıları Metodolojisi, RG 01.06.2011 / 27951"),
        ),
        Term(symbol="S", name="apparent", value=_exact(float(apparent[known].sum())), unit="VAh"),
        Term(symbol="N", name="net", value=Decimal(int(net.sum())), unit="Wh"),
    )
    volts = np.where(known, apparent, 0).reshape(-1, QUARTERS).sum(axis=1).tolist()
    rows = _rows(one.days, net, Channel.A_PLUS, beside=volts)
    return "max(0, round(c * S - N))", terms, rows, (), {}


def _ratio(one: Suspected, seen: SeenAgain, found: Suspicion) -> _Parts:
    wh = np.where(seen.meter.told, seen.meter.import_wh, 0)
    terms = (
        Term(symbol="k", name="true_over_used", value=_exact(found.facts["true_over_used"])),
        Term(symbol="E", name="import", value=Decimal(int(wh.sum())), unit="Wh"),
    )
    slots = Decimal(int(seen.place.balanced().sum()))
    rows = _rows(one.days, wh, Channel.A_PLUS)
    return "round(max(k - 1, 1 - k) * E)", terms, rows, ("radar.fitted",), {"slots": slots}


def _bypass(one: Suspected, seen: SeenAgain, found: Suspicion) -> _Parts:
    terms = (
        Term(symbol="d", name="rise", value=_exact(found.facts["rise_wh"]), unit="Wh"),
        Term(symbol="n", name="days_since", value=_exact(found.facts["days_since"])),
    )
    balanced = seen.place.balanced()
    missing = np.where(balanced, seen.place.residual(), 0).reshape(-1, QUARTERS).sum(axis=1).tolist()
    rows = _rows(one.days, np.where(balanced, seen.meter.import_wh, 0), Channel.A_PLUS, missing=missing)
    since = date_of_day(one.days[int(found.facts["from_day"])])
    return "round(d * n)", terms, rows, ("radar.rise",), {"day": f"{since:%d.%m.%Y}"}


_OF_PATTERN: Mapping[str, Callable[[Suspected, SeenAgain, Suspicion], _Parts]] = {
    "polarity": _polarity,
    "place": _place,
    "phase": _phase,
    "ratio": _ratio,
    "bypass": _bypass,
}


def _rows(
    days: Sequence[int],
    wh: Floats,
    channel: Channel,
    *,
    beside: Sequence[float] | None = None,
    missing: Sequence[float] | None = None,
) -> tuple[Row, ...]:
    """Each day with what the meter counted, and what stands beside it."""
    sums = wh.reshape(-1, QUARTERS).sum(axis=1).tolist()
    rows = []
    for number, (day, value) in enumerate(zip(days, sums, strict=True)):
        parts = {} if beside is None else {"S": _exact(beside[number])}
        parts |= {} if missing is None else {"missing_wh": _exact(missing[number])}
        rows.append(
            Row(
                period=day_span(day),
                value=Decimal(int(value)),
                unit="Wh",
                down=Energy(channel=channel, period=day_span(day)),
                parts=parts,
            )
        )
    return tuple(rows)


def _exact(value: float) -> Decimal:
    """A float as the detector had it, to the last bit."""
    return Decimal(value)
