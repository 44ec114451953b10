"""How is a derivation written for whoever works at the desk: formula, numbers, terms, days?"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from osos.console.screens.explain.ways import in_address, way_of
from osos.mdm.explain import Derivation, Law, Row, Term
from osos.mdm.explain.derivation import Down, Given
from osos.mdm.explain.names import figure_said, kind_said, notes_said, term_said
from osos.mdm.explain.names_of_laws import law_said
from osos.quantities import Interval, local_day
from osos.web import Formats

Say = Callable[..., str]
Way = Callable[[Down | None], str | None]
BIG = 100  # from here on a number is an amount, below it may be a factor that much is multiplied by
DIGITS, DIGITS_OF_FACTORS = 3, 6  # written of a number that has more
KILO = {"Wh": "kWh", "varh": "kVArh", "W": "kW", "VAh": "kVAh"}
_WORD = re.compile(r"[A-Za-z]\w*|\d+(?:\.\d+)?|[-+*/(),]")
_SIGNS = {"*": " × ", "/": " ÷ ", "+": " + ", "-": " − ", ",": "; "}
_CALLS = {"max": "o.figure.max", "min": "o.figure.min", "floor": "o.figure.floor", "round": "o.figure.round"}
_LONGEST_DAY, _LONGEST_MONTH = timedelta(hours=25), timedelta(days=32)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTerm:
    """A line of the table of terms; `source` where the way down is a text."""

    key: str  # its name in the derivation
    symbol: str
    name: str
    value: str
    href: str | None
    source: str
    given: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A day, a month, an hour."""

    label: str
    href: str | None
    value: str
    kind: str
    parts: tuple[str, ...]
    start: str  # as addresses write it
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFigure:
    """A derivation in the reader's language."""

    name: str
    said: str
    formula: str
    in_words: str  # the same by what its symbols are
    numbers: str
    result: str
    result_kilo: str  # the same in thousands; empty where its unit has none
    band: str
    terms: tuple[ShownTerm, ...]
    columns: tuple[str, ...]  # of the rows' parts
    rows: tuple[ShownRow, ...]
    row_formula: str
    row_sum: str
    law: Law | None
    notes: tuple[str, ...]


def shown_figure(
    told: Derivation, *, point: str, f: Formats, t: Say, kept: Mapping[str, str] | None = None
) -> ShownFigure:
    def way(down: Down | None) -> str | None:
        return way_of(down, point=point, kept=kept)

    symbols = tuple(dict.fromkeys(name for row in told.rows for name in row.parts))
    return ShownFigure(
        name=told.figure,
        said=figure_said(told.figure, f.language),
        formula=written(told.formula, {}, t),
        in_words=written(
            told.formula, {one.symbol: term_said(one.name, f.language) for one in told.terms}, t
        ),
        numbers=written(told.formula, _numbers(told, f), t),
        result=value_text(told.result, told.unit, f),
        result_kilo=_in_thousands(told.result, told.unit, f),
        band=_band(told, f),
        terms=tuple(_term(one, way, f) for one in told.terms),
        columns=tuple(_column(name, f.language) for name in symbols),
        rows=tuple(_row(one, symbols, way, f) for one in told.rows),
        row_formula=written(told.row_formula, {}, t) if told.row_formula else "",
        row_sum=_row_sum(told, f),
        law=None if told.law is None else replace(told.law, source=law_said(told.law.source, f.language)),
        notes=tuple(notes_said(told, f.language)),
    )


def written(formula: str, numbers: Mapping[str, str], t: Say) -> str:
    """As people write sums; symbols that have no number stay.

    >>> written("Q / A * 100", {"Q": "2", "A": "8"}, lambda word: word)
    '2 ÷ 8 × 100'
    """
    parts = []
    for word in _WORD.findall(formula):
        if word == "rows":
            parts.append(numbers.get(word, "Σ"))
        elif word in _CALLS:
            parts.append(t(_CALLS[word]))
        else:
            parts.append(numbers.get(word, _SIGNS.get(word, word)))
    return "".join(parts)


def value_text(value: Decimal | None, unit: str, f: Formats) -> str:
    """A number with its unit; a percentage as the reader writes it."""
    if value is None:
        return "–"
    if unit == "%":
        return f.percent(value / 100, min(_digits(value), DIGITS))
    if unit == "TL":
        return f.money(value)
    text = number_text(value, f)
    return f"{text} {unit}" if unit and unit != "d" else text


def number_text(value: Decimal | None, f: Formats) -> str:
    return "–" if value is None else f.number(value, _digits(value))


def _digits(value: Decimal) -> int:
    """Those it has, up to what is read."""
    exponent = value.normalize().as_tuple().exponent
    has = -exponent if isinstance(exponent, int) else 0
    return max(0, min(has, DIGITS if abs(value) >= BIG else DIGITS_OF_FACTORS))


def _numbers(told: Derivation, f: Formats) -> dict[str, str]:
    found = {one.symbol: _in_brackets(one.value, f) for one in told.terms}
    if told.rows:
        found["rows"] = _in_brackets(_sum(told.rows), f)
    return found


def _in_brackets(value: Decimal | None, f: Formats) -> str:
    text = number_text(value, f)
    return f"({text})" if value is not None and value < 0 else text


def _in_thousands(value: Decimal | None, unit: str, f: Formats) -> str:
    return f.unit(value / 1000, KILO[unit], 3) if value is not None and unit in KILO else ""


def _band(told: Derivation, f: Formats) -> str:
    if told.band is None:
        return ""
    return " – ".join(value_text(one, told.unit, f) for one in (told.band.low, told.band.high))


def _term(one: Term, way: Way, f: Formats) -> ShownTerm:
    law = one.down if isinstance(one.down, Law) else None
    return ShownTerm(
        key=one.name,
        symbol=one.symbol,
        name=term_said(one.name, f.language),
        value=value_text(one.value, one.unit, f),
        href=way(one.down),
        source="" if law is None else law_said(law.source, f.language),
        given=isinstance(one.down, Given),
    )


def _column(name: str, language: str) -> str:
    said = term_said(name, language)
    return name if said == name else said


def _row(one: Row, symbols: Sequence[str], way: Way, f: Formats) -> ShownRow:
    return ShownRow(
        label=span_text(one.period, f),
        href=way(one.down),
        value=value_text(one.value, one.unit, f),
        kind=kind_said(one.kind, f.language) if one.kind else "",
        parts=tuple(number_text(one.parts.get(name), f) for name in symbols),
        start=in_address(one.period.start),
        end=in_address(one.period.end),
    )


def _row_sum(told: Derivation, f: Formats) -> str:
    return value_text(_sum(told.rows), told.rows[0].unit, f) if "rows" in told.formula and told.rows else ""


def _sum(rows: Sequence[Row]) -> Decimal:
    return sum((one.value for one in rows if one.value is not None), Decimal(0))


def span_text(period: Interval, f: Formats) -> str:
    """A quarter hour, a day, a month, some days."""
    first, last = local_day(period.start), local_day(period.end - timedelta(microseconds=1))
    length = period.end - period.start
    if first == last and length < timedelta(hours=23):
        return f"{f.when(period.start)}–{f.clock(period.end)}"
    if length <= _LONGEST_DAY and first == last:
        return f.day(first)
    whole_month = first.day == 1 and (last + timedelta(days=1)).day == 1 and length <= _LONGEST_MONTH
    return f.month(first) if whole_month else f.days(first, last)
