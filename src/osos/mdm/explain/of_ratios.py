"""Of what are reactive ratios, their limits, what is left of them and what is charged made (D-31)?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.derive.grids import Resolution
from osos.mdm.derive.reactive import Kind, Ratio
from osos.mdm.explain.derivation import Band, Derivation, Energy, Fact, Law, Row, Term
from osos.mdm.explain.question import Maker, Question, energy
from osos.mdm.faces.ratios import CHANNEL_OF, Ratios, ratios
from osos.mdm.faces.series import series
from osos.quantities import Interval, local_day, to_local

PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class _Facts:
    """One kind's ratio of a month, or of its first days."""

    question: Question
    kind: Kind
    found: Ratios
    ratio: Ratio
    period: Interval

    @property
    def law(self) -> Law:
        limits = self.found.rule.limits
        return Law(source=limits.source, since=limits.since)

    @property
    def energies(self) -> tuple[Term, Term]:
        return (
            energy("Q", CHANNEL_OF[self.kind], self.ratio.reactive_varh, self.period),
            energy("A", Channel.A_PLUS, self.ratio.active_wh, self.period),
        )

    @property
    def limit(self) -> Term:
        down = self.question.other(f"limit.{self.kind}")
        return Term(symbol="L", name="limit", value=self.ratio.limit, unit="%", down=down)


def _facts(question: Question, kind: Kind) -> _Facts | None:
    found = ratios(question.conn, question.seen, month=question.month, now=question.now)
    whole = found.month.ratios[kind]
    if not question.detail:
        return _Facts(question, kind, found, whole, question.month)
    for place, end in enumerate(found.day_ends.astype("datetime64[s]").astype(np.int64).tolist()):
        ended = datetime.fromtimestamp(end, UTC)
        if str(local_day(ended - timedelta(seconds=1)).day) == question.detail:
            own = Ratio(
                kind=kind,
                active_wh=int(found.cumulative_active_wh[place]),
                reactive_varh=int(found.cumulative_varh[kind][place]),
                limit=whole.limit,
            )
            return _Facts(question, kind, found, own, Interval(question.month.start, ended))
    return None


def _ratio(question: Question, *, kind: Kind) -> Derivation | None:
    facts = _facts(question, kind)
    if facts is None:
        return None
    return Derivation(
        figure=question.figure,
        period=facts.period,
        formula="Q / A * 100",
        terms=(*facts.energies, facts.limit),
        result=facts.ratio.percent,
        unit="%",
        law=facts.law,
        notes=("limit_passed",) if facts.ratio.is_passed else (),
    )


def _left(question: Question, *, kind: Kind) -> Derivation | None:
    facts = _facts(question, kind)
    if facts is None:
        return None
    left = facts.ratio.left_varh
    return Derivation(
        figure=question.figure,
        period=facts.period,
        formula="floor(A * L / 100) - Q",
        terms=(*facts.energies, facts.limit),
        result=Decimal(left),
        unit="varh",
        law=facts.law,
        notes=("left_over",) if left < 0 else ("left_now",),
    )


def _limit(question: Question, *, kind: Kind) -> Derivation | None:
    """Which row of the rule holds for an installation of this power."""
    found = ratios(question.conn, question.seen, month=question.month, now=question.now)
    limits = found.rule.limits
    law = Law(source=limits.source, since=limits.since)
    kva = question.seen.place.installed_kva
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula="L",
        terms=(
            Term(symbol="L", name="limit", value=limits.of(kind), unit="%", down=law),
            Term(symbol="S", name="installed_kva", value=kva, unit="kVA", down=Fact(name="installed_kva")),
        ),
        result=limits.of(kind),
        unit="%",
        law=law,
        notes=("limit_of_size",) if kva is not None else ("limit_strictest",),
        facts={"from_kva": limits.from_kva},
    )


def _charged(question: Question) -> Derivation | None:
    """What each kind is charged: all of it once its limit is passed, nothing below it."""
    found = ratios(question.conn, question.seen, month=question.month, now=question.now)
    own, rule = found.month, found.rule
    terms: list[Term] = []
    charged: list[str] = []
    for sign, kind in (("i", Kind.INDUCTIVE), ("c", Kind.CAPACITIVE)):
        ratio = own.ratios[kind]
        terms += [
            energy(f"Q{sign}", CHANNEL_OF[kind], ratio.reactive_varh, question.month),
            Term(
                symbol=f"R{sign}",
                name=f"ratio.{kind}",
                value=ratio.percent,
                unit="%",
                down=question.other(f"ratio.{kind}"),
            ),
            Term(
                symbol=f"L{sign}",
                name=f"limit.{kind}",
                value=ratio.limit,
                unit="%",
                down=question.other(f"limit.{kind}"),
            ),
        ]
        charged += [f"Q{sign}"] * (own.charged_varh[kind] > 0)
    exempt, facts = rule.exemption, {}
    law = Law(source=rule.limits.source, since=rule.limits.since)
    if exempt is not None:
        law, facts = (
            Law(source=exempt.source, since=exempt.since),
            {"up_to_kw": exempt.up_to_kw or Decimal(0)},
        )
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula=" + ".join(charged) or "0",
        terms=tuple(terms),
        result=Decimal(sum(own.charged_varh.values())),
        unit="varh",
        law=law,
        notes=tuple(_why(charged, found)),
        facts=facts,
    )


def _why(charged: list[str], found: Ratios) -> list[str]:
    rule = found.rule
    if rule.exemption is not None:
        return [f"exempt.{rule.exemption.name.replace(' ', '_')}"]
    notes = ["charged_whole"] if charged else ["charged_none"]
    notes += ["charged_both"] * (len(charged) > 1)
    return notes + ["limit_strictest"] * bool(rule.assumed)


def _projection(question: Question, *, kind: Kind) -> Derivation | None:
    """The ratio at the month's end, from the forecasts of both energies."""
    found = ratios(question.conn, question.seen, month=question.month, now=question.now)
    ahead = found.projections.get(kind)
    if ahead is None:
        return None
    reactive, active = found.forecasts[CHANNEL_OF[kind]], found.forecasts[Channel.A_PLUS]
    code = CHANNEL_OF[kind].value
    down = question.other(f"forecast.{code}")
    foretold = (
        ("Q", "foretold.expected", reactive.expected_wh),
        ("Ql", "foretold.low", reactive.low_wh),
        ("Qh", "foretold.high", reactive.high_wh),
    )
    limit = found.rule.limits.of(kind)
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula="Q / A * 100",
        terms=(
            *(
                Term(symbol=symbol, name=f"{name}.{kind}", value=Decimal(varh), unit="varh", down=down)
                for symbol, name, varh in foretold
            ),
            Term(
                symbol="A",
                name="foretold.expected.active",
                value=Decimal(active.expected_wh),
                unit="Wh",
                down=question.other("forecast.1.8.0"),
            ),
            Term(symbol="L", name="limit", value=limit, unit="%", down=question.other(f"limit.{kind}")),
        ),
        result=ahead.expected,
        unit="%",
        law=Law(source=found.rule.limits.source, since=found.rule.limits.since),
        notes=("projection",),
        band=Band(low=ahead.low, high=ahead.high, formula_low="Ql / A * 100", formula_high="Qh / A * 100"),
    )


def _excess(question: Question, *, kind: Kind) -> Derivation | None:
    """Above the limit's share of each hour's active energy; `@2-14`: Wednesdays from 14 to 15, `@night`."""
    chosen = _hours_of(question.detail)
    if chosen is None:
        return None
    found = ratios(question.conn, question.seen, month=question.month, now=question.now)
    limit = found.rule.limits.of(kind)
    top, bottom = limit.as_integer_ratio()
    hours = series(question.conn, question.seen, period=question.month, resolution=Resolution.HOUR)
    edges = (at.astype("datetime64[s]").astype(np.int64).tolist() for at in (hours.starts, hours.ends))
    drawn, reactive = hours.of(Channel.A_PLUS).tolist(), hours.of(CHANNEL_OF[kind]).tolist()
    rows = []
    for start, end, wh, varh, known in zip(
        *edges, drawn, reactive, hours.known_minutes.tolist(), strict=True
    ):
        begun = datetime.fromtimestamp(start, UTC)
        over = max(varh - wh * top // (100 * bottom), 0)
        if not known or not over or not chosen(to_local(begun)):
            continue
        period = Interval(begun, datetime.fromtimestamp(end, UTC))
        rows.append(
            Row(
                period=period,
                value=Decimal(over),
                unit="varh",
                down=Energy(channel=CHANNEL_OF[kind], period=period),
                parts={"Q": Decimal(varh), "A": Decimal(wh)},
            )
        )
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula="rows",
        terms=(Term(symbol="L", name="limit", value=limit, unit="%", down=question.other(f"limit.{kind}")),),
        result=sum((one.value for one in rows if one.value is not None), Decimal(0)),
        unit="varh",
        law=Law(source=found.rule.limits.source, since=found.rule.limits.since),
        notes=("excess",),
        rows=tuple(rows),
        row_formula="max(Q - floor(A * L / 100), 0)",
    )


def _night(question: Question, *, kind: Kind) -> Derivation | None:
    """How much of the excess arises between 22 and 6."""
    found = {
        symbol: _excess(replace(question, figure=f"excess.{kind}{which}"), kind=kind)
        for symbol, which in (("N", "@night"), ("X", ""))
    }
    values = {symbol: one.result for symbol, one in found.items() if one is not None and one.result}
    if "X" not in values:
        return None
    names = {"N": ("excess_night", "@night"), "X": ("excess_all", "")}
    terms = tuple(
        Term(
            symbol=symbol,
            name=name,
            value=values.get(symbol, Decimal(0)),
            unit="varh",
            down=question.other(f"excess.{kind}{which}"),
        )
        for symbol, (name, which) in names.items()
    )
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula="N / X * 100",
        terms=terms,
        result=values.get("N", Decimal(0)) / values["X"] * 100,
        unit="%",
    )


def _hours_of(detail: str) -> Callable[[datetime], bool] | None:
    """`weekday-hour`, Monday 0; `night`: from 22 to 6; empty: all hours."""
    if not detail:
        return lambda _: True
    if detail == "night":
        return lambda at: at.hour >= 22 or at.hour < 6
    weekday, _, hour = detail.partition("-")
    if not (weekday.isdecimal() and hour.isdecimal()):
        return None
    return lambda at: (at.weekday(), at.hour) == (int(weekday), int(hour))


_OF_KIND: Mapping[str, Callable[..., Derivation | None]] = {
    "ratio": _ratio,
    "left": _left,
    "limit": _limit,
    "projection": _projection,
    "excess": _excess,
    "night": _night,
}
RATIOS: Mapping[str, Maker] = {
    **{f"{name}.{kind}": partial(make, kind=kind) for name, make in _OF_KIND.items() for kind in Kind},
    "charged": _charged,
}
