"""Of which two readings is a month's difference of a register made (P-6)?"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from osos.mdm.canonical import Channel
from osos.mdm.derive.grids import Resolution
from osos.mdm.explain.derivation import Derivation, Fact, Reading, Term
from osos.mdm.explain.question import Maker, Question, energy
from osos.mdm.faces.month_ends import MonthEndRow, MonthEnds, month_ends
from osos.mdm.faces.registers import RegisterRow
from osos.mdm.faces.series import series
from osos.quantities import local_day

RATES = ("1", "2", "3", "4")
_MONTHS = 12


def ends_of(question: Question) -> tuple[MonthEndRow, MonthEndRow] | None:
    """The month end it begins with, and the one it ends with, or the latest reading in it, of one meter."""
    here, then = local_day(question.now), local_day(question.month.start)
    back = (here.year - then.year) * _MONTHS + here.month - then.month
    found: MonthEnds = month_ends(question.conn, question.seen, max(1, back) + 1)
    by_time = sorted(found.ends, key=lambda one: one.at)
    for before, after in pairwise(by_time):
        begins = before.at == question.month.start and not before.is_latest
        if (
            begins
            and before.meter == after.meter
            and (after.at in question.month or _closes(after, question))
        ):
            return before, after
    return None


def _closes(end: MonthEndRow, question: Question) -> bool:
    return end.at == question.month.end and not end.is_latest


def _rows(end: MonthEndRow, code: str) -> list[RegisterRow]:
    """The register, or the four of its tariffs where the meter keeps no total of a month's end (M-75)."""
    if code in end.rows:
        return [end.rows[code]]
    rates = [end.rows.get(f"{code[:-1]}{rate}") for rate in RATES] if code.endswith(".8.0") else []
    return [row for row in rates if row is not None] if all(rates) else []


def _terms(rows: Sequence[RegisterRow], symbol: str, name: str) -> Iterator[Term]:
    for row in rows:
        sign = symbol if len(rows) == 1 else f"{symbol}{row.code[-1]}"
        down = Reading(code=row.code, at=row.at, kept=row.row is not None)
        yield Term(symbol=sign, name=name, value=Decimal(int(row.value)), unit=_unit(row), down=down)


def _unit(row: RegisterRow) -> str:
    return "varh" if row.base_unit == "varh" else "Wh"


def _advance(question: Question, *, profile: bool = False) -> Derivation | None:
    """`@1.8.1`: which register. With `profile`, less what the profile came to in the same month."""
    ends, code = ends_of(question), question.detail or Channel.A_PLUS.value
    if ends is None:
        return None
    begun, ended = (_rows(end, code) for end in ends)
    multipliers = {row.multiplier for row in (*begun, *ended)}
    if len(multipliers) != 1 or not begun or not ended:
        return None
    (times,) = multipliers
    step = sum(int(row.value) for row in ended) - sum(int(row.value) for row in begun)
    if step < 0:
        return None
    terms = [
        *_terms(ended, "b", "register.ended"),
        *_terms(begun, "a", "register.begun"),
        Term(symbol="k", name="multiplier", value=times, down=Fact(name="multiplier")),
    ]
    last, first = (" + ".join(one.symbol for one in terms if one.symbol[0] == sign) for sign in "ba")
    formula = f"({last} - {first}) * k" if "+" not in first + last else f"(({last}) - ({first})) * k"
    result = step * times
    if profile:
        days = series(question.conn, question.seen, period=question.month, resolution=Resolution.DAY)
        drawn = days.total(Channel.A_PLUS)
        terms.append(energy("P", Channel.A_PLUS, drawn, question.month, name="profile"))
        formula, result = f"floor({formula}) - P", Decimal(int(result) - drawn)
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula=formula,
        terms=tuple(terms),
        result=result,
        unit=_unit(begun[0]),
        notes=("register.added_up",) if max(len(begun), len(ended)) > 1 else (),
    )


def _rounding(question: Question) -> Derivation | None:
    return _advance(question, profile=True)


REGISTERS: Mapping[str, Maker] = {"advance": _advance, "rounding": _rounding}
