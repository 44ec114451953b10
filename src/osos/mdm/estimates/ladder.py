"""Which method fills this hole: the first that can, in the order of D-20?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.estimates import (
    by_hand,
    check_meter,
    interruption,
    last_year,
    re_read,
    reference_day_mean,
    register_evenly,
    register_scaled,
    similar_points,
    standard_profile,
    straight_line,
)
from osos.mdm.estimates.apportion import apportion
from osos.mdm.estimates.history import History
from osos.mdm.estimates.hole import Fill, Guess, Hole
from osos.mdm.estimates.interruption import powered_minutes
from osos.mdm.estimates.re_read import Asked
from osos.mdm.estimates.reference_days import References, references
from osos.mdm.estimates.similar_points import Similar
from osos.mdm.estimates.standard_profile import Standard
from osos.mdm.estimates.straight_line import EndPoint
from osos.quantities import Interval

T1_NOTE = "the meter's clock had failed: it booked all energy to T1, and that is left as it is (D-21)"


class Why(StrEnum):
    """Why a hole stays a hole."""

    STORM = "storm"  # its area is out: nobody guesses (D-21)
    RE_READ = "re-read"  # the meter may still tell
    BY_HAND = "by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """All that a method may look at; what is not known stays empty."""

    now: datetime
    asked: Asked
    storm: bool = False
    clock_failed: bool = False
    check_point: int | None = None
    check_primary: Mapping[Channel, Sequence[Decimal | None]] = field(default_factory=dict)
    interruptions: tuple[Interval, ...] = ()
    before: EndPoint | None = None
    after: EndPoint | None = None
    history: History = field(default_factory=dict)
    standard: Standard | None = None
    similar: tuple[Similar, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """A hole that nothing was put into."""

    why: Why
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """A rung: a method with its name and version, and the code its values get."""

    name: str
    version: int
    code: str
    guess: Callable[[Hole, Given, References | None], Guess | None]


LADDER = (
    Step(
        check_meter.NAME,
        check_meter.VERSION,
        check_meter.CODE,
        lambda hole, given, _: (
            None
            if given.check_point is None
            else check_meter.fill(hole, check_point=given.check_point, primary=given.check_primary)
        ),
    ),
    Step(
        interruption.NAME,
        interruption.VERSION,
        interruption.CODE,
        lambda hole, given, _: interruption.fill(hole, interruptions=given.interruptions),
    ),
    Step(
        straight_line.NAME,
        straight_line.VERSION,
        straight_line.CODE,
        lambda hole, given, _: straight_line.fill(hole, before=given.before, after=given.after),
    ),
    Step(
        register_scaled.NAME,
        register_scaled.VERSION,
        register_scaled.CODE,
        lambda hole, _, like: register_scaled.fill(hole, references=like),
    ),
    Step(
        reference_day_mean.NAME,
        reference_day_mean.VERSION,
        reference_day_mean.CODE,
        lambda hole, _, like: reference_day_mean.fill(hole, references=like),
    ),
    Step(
        last_year.NAME,
        last_year.VERSION,
        last_year.CODE,
        lambda hole, given, _: last_year.fill(hole, history=given.history),
    ),
    Step(
        standard_profile.NAME,
        standard_profile.VERSION,
        standard_profile.CODE,
        lambda hole, given, _: standard_profile.fill(hole, standard=given.standard),
    ),
    Step(
        similar_points.NAME,
        similar_points.VERSION,
        similar_points.CODE,
        lambda hole, given, _: similar_points.fill(hole, similar=given.similar),
    ),
    Step(
        register_evenly.NAME,
        register_evenly.VERSION,
        register_evenly.CODE,
        lambda hole, _given, _like: register_evenly.fill(hole),
    ),
)


def climb(hole: Hole, given: Given, *, method: str | None = None) -> Fill | Left:
    """The fill of the first method that can, exact to the registers; or why there is none.

    `method`: of this rung alone, because a person chose it; he need not wait for the meter.
    """
    if given.storm:
        return Left(Why.STORM, "the area is out of supply: no estimate while a storm is on")
    if hole.is_overfilled:
        return Left(Why.BY_HAND, by_hand.TOO_MUCH)
    if method is None and re_read.should_wait(hole, asked=given.asked, now=given.now):
        return Left(Why.RE_READ, "the meter may still tell these records")
    like = references(hole, given.history)
    for step in LADDER:
        guess = step.guess(hole, given, like) if method in {None, step.name} else None
        if guess is not None:
            return _fill(hole, given, step, guess)
    has_registers = hole.difference(Channel.A_PLUS) is not None
    return Left(Why.BY_HAND, by_hand.why(has_registers=has_registers))


def survey(hole: Hole, given: Given) -> dict[str, Fill]:
    """What each method would put in, of those that can, in the order of the ladder."""
    if hole.is_overfilled:
        return {}
    like = references(hole, given.history)
    tried = ((step, step.guess(hole, given, like)) for step in LADDER)
    return {step.name: _fill(hole, given, step, guess) for step, guess in tried if guess is not None}


def _fill(hole: Hole, given: Given, step: Step, guess: Guess) -> Fill:
    shaped = _only_powered(hole, given, guess)
    values = [_exact(hole, channel, _open(hole, channel, shaped.shape[channel])) for channel in hole.channels]
    exact = hole.difference(Channel.A_PLUS) is not None
    return Fill(
        values=np.array(values, dtype=np.int64).reshape(len(hole.channels), hole.count),
        method=step.name,
        version=step.version,
        code=step.code,
        inputs=dict(shaped.inputs)
        | {"registers": _registers(hole), "slot_sigma_wh": guess.slot_sigma_wh}
        | ({"register_by_minutes": True} if hole.split else {}),
        uncertainty_wh=0 if exact and not hole.split else guess.sigma_wh,
        notes=(T1_NOTE,) if given.clock_failed else (),
    )


def _only_powered(hole: Hole, given: Given, guess: Guess) -> Guess:
    """Without power nothing passed, whatever other days say; a slot cut by an exchange holds a part of it."""
    powered = powered_minutes(hole, given.interruptions)
    whole = [hole.period_min] * hole.count
    if powered == whole or guess.inputs.get("powered_min") == powered:
        return guess
    shape = {
        channel: [value * part // hole.period_min for value, part in zip(values, powered, strict=True)]
        for channel, values in guess.shape.items()
    }
    if any(powered) and not any(any(values) for values in shape.values()):
        shape = {channel: list(powered) if hole.difference(channel) else shape[channel] for channel in shape}
    return replace(guess, shape=shape, inputs=dict(guess.inputs) | {"powered_min": powered})


def _open(hole: Hole, channel: Channel, shape: list[int]) -> list[int]:
    """Nothing goes where people said how much it was."""
    if not hole.by_hand:
        return shape
    kept = [value if minutes else 0 for value, minutes in zip(shape, hole.minutes, strict=True)]
    return kept if any(kept) or hole.difference(channel) is None else list(hole.minutes)


def _exact(hole: Hole, channel: Channel, shape: list[int]) -> list[int]:
    """When both registers are known the fill is their difference, to the Wh (D-20)."""
    counted = hole.difference(channel)
    return shape if counted is None else apportion(counted, shape)


def _registers(hole: Hole) -> dict[str, list[int]]:
    if hole.begun is None or hole.ended is None:
        return {}
    return {
        channel.value: [hole.begun[channel], hole.ended[channel]]
        for channel in hole.channels
        if hole.difference(channel) is not None
    }
