"""Of what are the highest power, the load factor and the power above the contract made (P-9, D-32)?"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.derive.grids import Resolution
from osos.mdm.explain.derivation import Derivation, Fact, Reading, Term
from osos.mdm.explain.question import Maker, Question, energy
from osos.mdm.faces.demands import IMPORT, MonthDemands, demands
from osos.mdm.faces.series import series
from osos.mdm.labels import HOUR_MIN
from osos.quantities import Interval

_KILO = 1000


def _month(question: Question) -> MonthDemands:
    (found,) = demands(question.conn, question.seen, now=question.at_end, months=1)
    return found


def _peak(question: Question) -> Derivation | None:
    """The quarter hour of the profile in which most was drawn: its energy, for a whole hour."""
    found = _month(question)
    if found.profile_peak_w is None or found.profile_peak_day is None:
        return None
    day = Interval(found.profile_peak_day, found.profile_peak_day + timedelta(days=1))
    slots = series(question.conn, question.seen, period=day, resolution=Resolution.QUARTER)
    minutes = (slots.ends - slots.starts).astype("timedelta64[m]").astype(np.int64)
    place = int(np.argmax(slots.of(Channel.A_PLUS) * HOUR_MIN // minutes))
    start, end = (
        datetime.fromtimestamp(int(at[place].astype("datetime64[s]").astype(np.int64)), UTC)
        for at in (slots.starts, slots.ends)
    )
    per_hour = HOUR_MIN // int(minutes[place])
    return Derivation(
        figure=question.figure,
        period=Interval(start, end),
        formula="E * n",
        terms=(
            energy(
                "E",
                Channel.A_PLUS,
                int(slots.of(Channel.A_PLUS)[place]),
                Interval(start, end),
                name="quarter",
            ),
            Term(symbol="n", name="per_hour", value=Decimal(per_hour), unit="1/h"),
        ),
        result=Decimal(found.profile_peak_w),
        unit="W",
        notes=("peak.fixed",),
    )


def _highest(question: Question, found: MonthDemands) -> Term | None:
    """The meter's own maximum where it told one, else the highest quarter hour of the profile."""
    best = found.maxima.get(IMPORT)
    if best is not None:
        down = Reading(code=IMPORT, at=best.read_at, kept=best.kept)
        return Term(symbol="P", name="demand", value=Decimal(best.w), unit="W", down=down)
    if found.profile_peak_w is None:
        return None
    watts = Decimal(found.profile_peak_w)
    return Term(symbol="P", name="highest", value=watts, unit="W", down=question.other("peak"))


def _load_factor(question: Question) -> Derivation | None:
    found = _month(question)
    highest = _highest(question, found)
    if highest is None or found.load_factor is None:
        return None
    days = series(question.conn, question.seen, period=question.month, resolution=Resolution.DAY)
    minutes = Decimal(int(days.known_minutes.sum()))
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula="A / (P * m / 60) * 100",
        terms=(
            energy("A", Channel.A_PLUS, days.total(Channel.A_PLUS), question.month),
            highest,
            Term(symbol="m", name="minutes_known", value=minutes, unit="min", down=question.other("missing")),
        ),
        result=found.load_factor * 100,
        unit="%",
        notes=("load_factor",),
    )


def over_contract_of(question: Question) -> int:
    """W above the contract; nothing where neither contract nor highest power is known."""
    return _month(question).over_contract_w or 0


def _over_contract(question: Question) -> Derivation | None:
    found, contract = _month(question), question.seen.place.contract_kw
    highest = _highest(question, found)
    if highest is None or contract is None or found.over_contract_w is None:
        return None
    watts = Decimal(int(contract * _KILO))
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula="P - C" if found.over_contract_w else "0",
        terms=(
            highest,
            Term(symbol="C", name="contract_kw", value=watts, unit="W", down=Fact(name="contract_kw")),
        ),
        result=Decimal(found.over_contract_w),
        unit="W",
        notes=("over_contract",) if found.over_contract_w else ("over_contract.none",),
    )


DEMANDS: Mapping[str, Maker] = {"peak": _peak, "load_factor": _load_factor, "over_contract": _over_contract}
