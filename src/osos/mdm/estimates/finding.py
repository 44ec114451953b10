"""Where in these days is energy missing, of which meter, between which registers?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from osos.mdm.canonical import (
    CHANNELS,
    GREATEST_W,
    ROLLS_OVER_AT,
    CanonicalBlock,
    Channel,
    EdgeRegisters,
    Installed,
    Said,
)
from osos.mdm.estimates.apportion import apportion
from osos.mdm.estimates.hole import Hole
from osos.mdm.keeping.clocks import Flags
from osos.mdm.keeping.exchanges import advance
from osos.mdm.labels import DAY_MIN, HOUR_MIN, Ints, edge_of_day, first_label_since, last_label_until
from osos.quantities import Quality


@dataclass(frozen=True, slots=True, eq=False)
class Bare:
    """A day with nothing put in: what to fill, what was dismissed, what was set by hand."""

    block: CanonicalBlock  # with its dismissals, without estimates
    dismissed: Flags
    by_hand: Flags
    edited: Mapping[Channel, Ints] = field(default_factory=dict)  # Wh of the slots set by hand, else nought

    @property
    def empty(self) -> Flags:
        """Of which no meter told."""
        found: Flags = self.block.quality == Quality.MISSING.mark
        return found

    @property
    def missing(self) -> Flags:
        """Of which nobody told."""
        return self.empty & ~self.by_hand


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """Days of one slot length laid end to end."""

    first_label: int
    period: int
    empty: Flags
    by_hand: Flags
    edited: Mapping[Channel, Ints]
    dismissed: Flags
    channels: tuple[Channel, ...]


def find_holes(
    days: Mapping[int, Bare], *, installed: Sequence[Installed], said: Said, last_label: int
) -> list[list[Hole]]:
    """Holes by time; those that share an exchange's slot come together. Nothing after `last_label` is due."""
    found: list[list[Hole]] = []
    for run in _stretches(days):
        line = _line(run, last_label)
        holes = [hole for one in installed for hole in _of_meter(one, line, run, said)]
        found += [_split(group) for group in _together(sorted(holes, key=lambda hole: hole.first_label))]
    return found


def _stretches(days: Mapping[int, Bare]) -> list[list[Bare]]:
    """Days in a row that have the same slots."""
    found: list[list[Bare]] = []
    for day in sorted(days):
        last = found[-1][-1].block if found else None
        if last is not None and (last.day + 1, last.period_min) == (day, days[day].block.period_min):
            found[-1].append(days[day])
        else:
            found.append([days[day]])
    return found


def _line(run: Sequence[Bare], last_label: int) -> _Line:
    block = run[0].block
    empty = np.concatenate([one.empty for one in run])
    due = (last_label - edge_of_day(block.day)) // block.period_min
    empty[max(0, due) :] = False
    none = np.zeros(block.quality.size, dtype=np.int64)
    set_ = {channel for one in run for channel in one.edited}
    seen = {channel for one in run for channel in one.block.channels}
    return _Line(
        first_label=edge_of_day(block.day),
        period=block.period_min,
        empty=empty,
        by_hand=np.concatenate([one.by_hand for one in run]) & empty,
        edited={c: np.concatenate([one.edited.get(c, none) for one in run]) for c in set_},
        dismissed=np.concatenate([one.dismissed for one in run]),
        channels=tuple(channel for channel in CHANNELS if channel in seen) or (Channel.A_PLUS,),
    )


def _of_meter(one: Installed, line: _Line, run: Sequence[Bare], said: Said) -> list[Hole]:
    """The missing slots this meter was there for, cut where a register in between is known.

    What people set between two registers lies within the hole: the rest has what then is left of them.
    """
    since = first_label_since(one.since, 1) - line.first_label
    end = line.empty.size * line.period
    until = end if one.until is None else last_label_until(one.until, 1) - line.first_label
    first, last = max(0, since // line.period), min(line.empty.size, -(-until // line.period))
    if first >= last:
        return []
    known = _known_registers(one, line, run, said)
    own = np.zeros(line.empty.size, dtype=bool)
    own[first:last] = line.empty[first:last]
    for slot, edge in (
        (first, since),
        (last - 1, until),
    ):  # shared with another meter: whose it is nobody told
        own[slot] &= not (line.by_hand[slot] and edge % line.period)
    return [
        _hole(one, line, known, start, stop, since=since, until=until)
        for start, stop in _runs(own, line, known)
        if not line.by_hand[start:stop].all()
    ]


def _runs(own: Flags, line: _Line, known: Mapping[int, Mapping[Channel, int]]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], own, [False])).astype(np.int8)))
    found = []
    for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        inner = [
            edge
            for edge in range(start + 1, stop)
            if edge in known and not (line.dismissed[edge - 1] and line.dismissed[edge])
        ]
        bounds = [start, *inner, stop]
        found += list(pairwise(bounds))
    return found


def _hole(
    one: Installed,
    line: _Line,
    known: Mapping[int, Mapping[Channel, int]],
    start: int,
    stop: int,
    *,
    since: int,
    until: int,
) -> Hole:
    begun, ended = known.get(start), known.get(stop)
    if since >= start * line.period:
        begun = begun or (None if one.first is None else dict(one.first))
    if until <= stop * line.period and one.until is not None:
        ended = ended or (None if one.last is None else dict(one.last))
    minutes = [
        0 if line.by_hand[slot] else min(until, (slot + 1) * line.period) - max(since, slot * line.period)
        for slot in range(start, stop)
    ]
    return Hole(
        first_label=line.first_label + start * line.period,
        last_label=line.first_label + stop * line.period,
        period_min=line.period,
        meter_id=one.meter_id,
        multiplier=one.multiplier,
        channels=line.channels,
        begun=begun,
        ended=ended,
        minutes=tuple(minutes),
        by_hand=tuple(_set_by_hand(line, start, stop)),
    )


def _set_by_hand(line: _Line, start: int, stop: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    for slot in (np.flatnonzero(line.by_hand[start:stop]) + start).tolist():
        values = (int(line.edited[c][slot]) if c in line.edited else 0 for c in line.channels)
        yield line.first_label + (slot + 1) * line.period, tuple(values)


def _known_registers(
    one: Installed, line: _Line, run: Sequence[Bare], said: Said
) -> dict[int, dict[Channel, int]]:
    """Edge of the line → what this meter showed there, while it hung there."""
    found: dict[int, dict[Channel, int]] = {}
    slots = DAY_MIN // line.period
    for number, bare in enumerate(run):
        for segment in bare.block.segments:
            if segment.meter_id != one.meter_id or segment.multiplier != one.multiplier:
                continue
            shown = EdgeRegisters(one.meter_id, bare.block.day, line.period, said, segment.clock)
            for edge in range(segment.from_slot, segment.until_slot + 1):
                registers = {c: v for c in shown.at_edges if (v := shown.index(c, edge)) is not None}
                if registers:
                    found[number * slots + edge] = registers
    return found


def _together(holes: Sequence[Hole]) -> list[list[Hole]]:
    found: list[list[Hole]] = []
    for hole in holes:
        last = found[-1][-1] if found else None
        if last is not None and (hole.first_label < last.last_label or _goes_on(last, hole)):
            found[-1].append(hole)
        else:
            found.append([hole])
    return found


def _goes_on(one: Hole, after: Hole) -> bool:
    """Whether the multiplier of a meter changed there, and nobody told what it showed then."""
    touches = one.meter_id == after.meter_id and after.first_label <= one.last_label
    return touches and one.ended is None and after.begun is None


def _split(group: list[Hole]) -> list[Hole]:
    """Between two registers of a meter nothing may appear or be lost, though its multiplier changed (D-20).

    What it showed at the change is counted out by minutes: without a register it cannot be known better.
    """
    found = list(group)
    for start in range(len(group) - 1):
        stop = start + 1
        while stop < len(group) and _goes_on(group[stop - 1], group[stop]):
            stop += 1
        begun, ended = group[start].begun, group[stop - 1].ended
        if stop > start + 1 and begun is not None and ended is not None:
            found[start:stop] = _parts(group[start:stop], begun, ended)
    return found


def _parts(
    chain: Sequence[Hole], begun: Mapping[Channel, int], ended: Mapping[Channel, int]
) -> Iterator[Hole]:
    length = chain[-1].last_label - chain[0].first_label
    minutes = [sum(one.minutes) for one in chain]
    shown: list[dict[Channel, int]] = [{} for _ in chain]
    for channel in begun.keys() & ended.keys():
        counted = advance(begun[channel], ended[channel], most=GREATEST_W * length // HOUR_MIN)
        by_hand = [one.set_wh(channel) for one in chain]
        if counted is None or counted < sum(by_hand) or not any(minutes):
            continue
        shares = apportion(counted - sum(by_hand), minutes)
        passed = 0
        for place, (share, set_) in enumerate(zip(shares, by_hand, strict=True)):
            passed += share + set_
            shown[place][channel] = (begun[channel] + passed) % ROLLS_OVER_AT
    for place, one in enumerate(chain):
        first = begun if place == 0 else shown[place - 1] or None
        last = ended if place == len(chain) - 1 else shown[place] or None
        yield replace(one, begun=first, ended=last, split=True)
