"""How is a figure that was worked out told: its sum with the numbers in it, and where each number is from?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from starlette.responses import Response

from osos.mdm.derive.grids import month_at, month_of
from osos.mdm.explain import Derivation, Energy, Fact, Figure, Given, Reading, Row, Tariffs, Term, derived
from osos.mdm.explain.derivation import Down
from osos.mdm.explain.formulas import filled, is_cut, symbols
from osos.mdm.explain.names import figure_said, kind_said, notes_said, term_said
from osos.mdm.explain.names_of_laws import law_said
from osos.portal.asking import parsed_month
from osos.portal.look import Look, address, month_key
from osos.quantities import Interval, local_day
from osos.web import Formats

_KILO = {"Wh": "kWh", "varh": "kVArh", "W": "kW"}
_EXACT, _IN_A_SUM = 3, 1  # digits of a kilo in a table, and in a formula
GIVEN = 12  # numbers of the reader's own in one address: prices


@dataclass(frozen=True, slots=True, kw_only=True)
class TermLine:
    """One number: its letter, what it is, how much, and the page that tells it."""

    symbol: str
    name: str
    value: str
    way: str  # empty: it leads no further down
    law: str  # where a limit or a price is written
    given: bool  # he told it himself


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLine:
    """A day, an hour or a month that the figure was taken from."""

    when: str
    kind: str
    parts: tuple[str, ...]
    value: str
    way: str


def show(look: Look) -> Response:
    """`figure` names it, `month` its month; a reader's own prices come along as he gave them."""
    figure, month = look.query["figure"][:60], _month(look)
    given = given_in(look.query)
    told = derived(look.conn, look.seen, figure=figure, month=month, now=look.now, given=given)
    return look.page("explain", None, "derived", **(_facts(look, told) if told else {"told": None}))


def _month(look: Look) -> Interval:
    named = parsed_month(look.query.get("month", ""))
    today = local_day(look.now)
    return month_at(look.now) if named is None or named > today or named.year < 2000 else month_of(named)


def given_in(query: Mapping[str, str]) -> dict[str, Decimal]:
    """Numbers that the address holds under names of its own, with a comma or a point."""
    found: dict[str, Decimal] = {}
    for name, text in query.items():
        try:
            number = Decimal(text.strip().replace(",", ".")) if len(text) < GIVEN else None
        except InvalidOperation:
            continue
        if number is not None and number.is_finite() and 0 <= number <= 10**6:
            found[name] = number
    return found


def _facts(look: Look, told: Derivation) -> dict[str, object]:
    language, f = look.request.state.language, look.f
    terms = {one.symbol: one for one in told.terms}
    said = figure_said(told.figure, language)
    numbers = Numbers(f, look.t)
    terms_told = [_term(look, one, numbers) for one in told.terms]
    columns = sorted({name for row in told.rows for name in row.parts})

    def worked(formula: str, result: Decimal | None) -> str:
        sum_of = filled(formula, terms, numbers.in_a_sum, look.t("explain.rows"))
        return f"{sum_of} = {numbers.of(result, told.unit)}"

    return {
        "told": told,
        "name": _name(said),
        "says": said,
        "result": numbers.of(told.result, told.unit),
        "sum": ""
        if told.formula in terms or not symbols(told.formula)
        else worked(told.formula, told.result),
        "band": ()
        if told.band is None
        else (worked(told.band.formula_low, told.band.low), worked(told.band.formula_high, told.band.high)),
        "cut": any(map(is_cut, _formulas(told))),
        "terms": terms_told,
        "own_rows": bool(told.rows) and not all(one.way or one.law or one.given for one in terms_told),
        "columns": columns,
        "rows": [_row(look, one, columns, numbers) for one in told.rows],
        "rows_total": numbers.of(_sum(told.rows), told.rows[0].unit)
        if told.rows and "rows" in told.formula
        else "",
        "notes": list(notes_said(told, language)),
        "rule": "" if told.law is None else law_said(told.law.source, language),
        "when": _when(told.period, f),
    }


def _name(said: str) -> str:
    """Of "Name: what it is." the name; of a sentence without one the sentence."""
    name, colon, _ = said.partition(": ")
    return name if colon else said.rstrip(".")


def _formulas(told: Derivation) -> list[str]:
    band = told.band
    return [told.formula, told.row_formula, *((band.formula_low, band.formula_high) if band else ())]


def _sum(rows: Sequence[Row]) -> Decimal:
    return sum((one.value for one in rows if one.value is not None), Decimal(0))


def _term(look: Look, one: Term, numbers: "Numbers") -> TermLine:
    law = getattr(one.down, "source", "")
    return TermLine(
        symbol=one.symbol,
        name=term_said(one.name, look.request.state.language),
        value=numbers.of(one.value, one.unit),
        way=way_down(look, one.down),
        law=law_said(law, look.request.state.language),
        given=isinstance(one.down, Given),
    )


def _row(look: Look, one: Row, columns: Sequence[str], numbers: "Numbers") -> RowLine:
    units = {"weight": ""}
    return RowLine(
        when=_when(one.period, look.f),
        kind=kind_said(one.kind, look.request.state.language) if one.kind else "",
        parts=tuple(numbers.of(one.parts.get(name), units.get(name, "Wh"), bare=True) for name in columns),
        value=numbers.of(one.value, one.unit),
        way=way_down(look, one.down),
    )


def way_down(look: Look, down: Down | None) -> str:
    """The address of the page that tells this number; a law is told on the page itself."""
    point = look.seen.public_id
    match down:
        case Energy(channel=channel, period=period):
            return address(point, "explain", s=_iso(period.start), e=_iso(period.end), channel=channel.value)
        case Reading(code=code, at=at, kept=kept):
            return address(point, "explain", register=code, at=_iso(at), kept="1" if kept else "")
        case Figure(name=name, month=month):
            return address(point, "explain", figure=name, month=month_key(month.start), **_prices(look))
        case Tariffs(period=period):
            return address(point, "explain", sum="tariffs", s=_iso(period.start), e=_iso(period.end))
        case Fact(name=name):
            return address(point, "explain", fact=name)
    return ""


def _prices(look: Look) -> dict[str, str]:
    asked = {"figure", "month", "lang"}
    return {name: look.query[name] for name in given_in(look.query) if name not in asked}


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _when(period: Interval, f: Formats) -> str:
    """A day by its name, a month by its, hours by their clock."""
    first, last = local_day(period.start), local_day(period.end - timedelta(microseconds=1))
    if period == month_of(first):
        return f.month(period.start)
    if f.clock(period.start) == f.clock(period.end) == "00:00":
        return f.near_day(period.start) if first == last else f.days(first, last)
    return f"{f.near_day(period.start)} {f.clock(period.start)}–{f.clock(period.end)}"


class Numbers:
    """Numbers with their units as the panel writes them: Wh as kWh, a share as %."""

    def __init__(self, f: Formats, t: Callable[..., str]) -> None:
        self._f, self._t = f, t

    def of(self, value: Decimal | None, unit: str, *, bare: bool = False, digits: int = _EXACT) -> str:
        if value is None:
            return self._f.number(None)
        if unit == "%":
            return self._f.percent(value / 100, 2)
        if unit in _KILO:
            text = self._f.number(value / 1000, digits)
            return text if bare else f"{text} {_KILO[unit]}"
        if unit == "TL":
            return self._f.money(value)
        plain = self._f.number(value, _digits(value))
        return plain if bare or unit in {"", "share"} else f"{plain} {self._unit(unit)}"

    def in_a_sum(self, one: Term) -> str:
        return self.of(one.value, one.unit, digits=_IN_A_SUM)

    def _unit(self, unit: str) -> str:
        known = {"d": "explain.unit_days", "h": "explain.unit_hours", "min": "explain.unit_minutes"}
        return self._t(known[unit]) if unit in known else unit


def _digits(value: Decimal) -> int:
    """As many as it has, four at most."""
    exponent = value.normalize().as_tuple().exponent
    return min(4, max(0, -exponent)) if isinstance(exponent, int) else 0
