"""Of what is a month settled by profile made, hour by hour, and how far is it from what was measured (b4)?

`profile` is the month's share that would go to other hours; `profile.day@12` a day's hours;
`profile.hour@12-14` what the hour from 14 to 15 of that day is given.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.derive.profile_coefficients import MILLIONTHS
from osos.mdm.derive.tariffs import Band
from osos.mdm.explain.derivation import Derivation, Energy, Figure, Law, Row, Tariffs, Term
from osos.mdm.explain.question import Maker, Question, energy
from osos.mdm.faces.group_profile import GroupProfile, group_profile
from osos.mdm.faces.tariff_split import TariffSplit, tariff_split
from osos.mdm.labels import Ints
from osos.quantities import Interval

HOURS = 24
_LAW = Law(source="regulation (b4): energy of the rate × coefficient of that hour")


def _found(question: Question) -> tuple[GroupProfile, TariffSplit] | None:
    split = tariff_split(question.conn, question.seen, period=question.month)
    found = group_profile(question.conn, question.seen, split, now=question.now)
    return None if found is None else (found, split)


def _off(question: Question) -> Derivation | None:
    told = _found(question)
    if told is None or told[0].off_share is None or told[0].measured_wh is None:
        return None
    found, measured = told[0], told[0].measured_wh
    wh = int(measured.sum())
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula="rows / 2 / M * 100",
        terms=(energy("M", Channel.A_PLUS, wh, question.month, name="profile.measured"),),
        result=(found.off_share or Decimal(0)) * 100,
        unit="%",
        law=_LAW,
        notes=("profile",),
        facts={"n": Decimal(found.points)},
        rows=tuple(_days(question, found.spread_wh, measured)),
    )


def _days(question: Question, spread: Ints, measured: Ints) -> Iterator[Row]:
    columns = [
        one.reshape(-1, HOURS).sum(axis=1).tolist() for one in (np.abs(spread - measured), spread, measured)
    ]
    for day, (apart, given, counted) in enumerate(zip(*columns, strict=True)):
        yield Row(
            period=_span(question, day * HOURS, HOURS),
            value=Decimal(apart),
            unit="Wh",
            down=Figure(name=f"profile.day@{day + 1}", month=question.month),
            parts={"profile.spread": Decimal(given), "profile.measured": Decimal(counted)},
        )


def _day(question: Question) -> Derivation | None:
    """Each hour's energy by profile; beside it what was measured, where all of the month was."""
    told, day = _found(question), question.detail
    if told is None or not day.isdecimal() or not 1 <= int(day) <= len(told[0].spread_wh) // HOURS:
        return None
    found, first = told[0], (int(day) - 1) * HOURS
    own = slice(first, first + HOURS)
    return Derivation(
        figure=question.figure,
        period=_span(question, first, HOURS),
        formula="rows",
        terms=(),
        result=Decimal(int(found.spread_wh[own].sum())),
        unit="Wh",
        law=_LAW,
        notes=("profile.hours",),
        facts={"n": Decimal(found.points)},
        rows=tuple(_row(question, found, first + hour) for hour in range(HOURS)),
    )


def _row(question: Question, found: GroupProfile, place: int) -> Row:
    parts = {"profile.coefficient": found.coefficients[place]}
    if found.measured_wh is not None:
        parts["profile.measured"] = Decimal(int(found.measured_wh[place]))
    day, hour = divmod(place, HOURS)
    return Row(
        period=_span(question, place, 1),
        value=Decimal(int(found.spread_wh[place])),
        unit="Wh",
        down=Figure(name=f"profile.hour@{day + 1}-{hour}", month=question.month),
        parts=parts,
    )


def _hour(question: Question) -> Derivation | None:
    """Whole Wh: the energy up to the hour's end less that up to its beginning, each cut."""
    told = _found(question)
    day, _, hour = question.detail.partition("-")
    if told is None or not (day.isdecimal() and hour.isdecimal()) or int(hour) >= HOURS:
        return None
    found, split = told
    place = (int(day) - 1) * HOURS + int(hour)
    if not 0 <= place < len(found.coefficients):
        return None
    own, wh = _of_rate(found, split, place)
    shares = [int(found.coefficients[each] * MILLIONTHS) for each in own]
    until = sum(share for each, share in zip(own, shares, strict=True) if each <= place)
    period = _span(question, place, 1)
    return Derivation(
        figure=question.figure,
        period=period,
        formula="floor(W * b / S) - floor(W * a / S)",
        terms=(
            Term(symbol="W", name="profile.energy", value=Decimal(wh), unit="Wh", down=_tariffs(question)),
            Term(symbol="a", name="profile.before", value=Decimal(until - shares[own.index(place)])),
            Term(symbol="b", name="profile.until", value=Decimal(until)),
            Term(symbol="S", name="profile.all", value=Decimal(sum(shares))),
            Term(symbol="c", name="profile.coefficient", value=found.coefficients[place]),
            Term(symbol="e", name="profile.group_hour", value=Decimal(int(found.group_wh[place])), unit="Wh"),
            Term(symbol="E", name="profile.group", value=Decimal(int(found.group_wh[own].sum())), unit="Wh"),
            *_measured(found, place, period),
        ),
        result=Decimal(int(found.spread_wh[place])),
        unit="Wh",
        law=_LAW,
        notes=("profile.coefficient",),
        facts={"n": Decimal(found.points)},
    )


def _of_rate(found: GroupProfile, split: TariffSplit, place: int) -> tuple[list[int], int]:
    """The hours that share an energy with this one, and that energy."""
    if not found.three_rates:
        return list(range(len(found.coefficients))), sum(split.wh.values())
    band = Band(int(found.bands[place]))
    return np.flatnonzero(found.bands == band).tolist(), split.wh.get(band, 0)


def _measured(found: GroupProfile, place: int, period: Interval) -> Iterator[Term]:
    if found.measured_wh is not None:
        wh = int(found.measured_wh[place])
        down = Energy(channel=Channel.A_PLUS, period=period)
        yield Term(symbol="m", name="profile.measured", value=Decimal(wh), unit="Wh", down=down)


def _tariffs(question: Question) -> Tariffs:
    return Tariffs(period=question.month)


def _span(question: Question, first: int, hours: int) -> Interval:
    start = question.month.start + timedelta(hours=first)
    return Interval(start, start + timedelta(hours=hours))


PROFILES: Mapping[str, Maker] = {"profile": _off, "profile.day": _day, "profile.hour": _hour}
