"""How much energy passed this metering point in each slot of a day?

A pure function of blocks as said and of what was installed when (D-1): the same in, the same hash out.
A slot needs the register at both its edges. Of a label that occurs twice the later record counts, so that
every Wh between the first and the last register of a day lands in some slot; slots at such a label are
suspect.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from osos.mdm.block import SaidBlock
from osos.mdm.keeping.clocks import Clock, Regime, meant
from osos.mdm.labels import (
    DAY_MIN,
    HOUR_MIN,
    Ints,
    edge_of_day,
    first_label_since,
    last_label_until,
)
from osos.mdm.periods import period_of
from osos.quantities import Quality

PROFILE = "P.01"  # the one with the registers (M-101)
RULE_VERSION = 1  # goes up when the same records would derive to something else
ROLLS_OVER_AT = 10**9  # Wh: from 999999.999 kWh to 000000.000 (M-60)
GREATEST_W = 999_999  # what 3+3 digits of kW can show; more in a slot is no consumption (F41)

Marks = npt.NDArray[np.uint8]


class Channel(StrEnum):
    """An energy direction of a point, by the register that counts it (M-61, M-62)."""

    A_PLUS = "1.8.0"
    A_MINUS = "2.8.0"
    Q1 = "5.8.0"
    Q2 = "6.8.0"
    Q3 = "7.8.0"
    Q4 = "8.8.0"


CHANNELS = tuple(Channel)
Registers = tuple[tuple[Channel, int], ...]  # Wh or varh a channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """Which meter measured a point from when until when, and by what its registers are multiplied (D-30)."""

    meter_id: int
    multiplier: Decimal
    since: datetime
    until: datetime | None = None
    clocks: tuple[Regime, ...] = ()  # oldest first; before the first one, and without any, at +03:00
    first: Registers | None = None  # what it showed when it was put there, if paper says so
    last: Registers | None = None  # what it showed when it was taken away


@dataclass(frozen=True, slots=True)
class Segment:
    """From this slot until before that one, this meter with this multiplier."""

    from_slot: int
    until_slot: int
    meter_id: int
    multiplier: Decimal
    clock: Clock = Clock.FIXED


@dataclass(frozen=True, slots=True, eq=False)
class CanonicalBlock:
    """One day of one point, in secondary Wh and varh; what is not known is zero and marked missing."""

    day: int
    period_min: int
    channels: tuple[Channel, ...]
    energies: Ints  # (channels, slots)
    quality: Marks  # (slots,), Quality.mark
    first_index: tuple[int | None, ...]  # the register at the day's first edge, a channel
    last_index: tuple[int | None, ...]
    segments: tuple[Segment, ...]

    def content_hash(self) -> bytes:
        """The same for the same content, whatever the packing."""
        head = f"[{RULE_VERSION},{self.day},{self.period_min},{_channels_text(self.channels)}"
        edges = f"{_registers_text(self.first_index)},{_registers_text(self.last_index)}"
        facts = f"{head},{edges},{_segments_text(self.segments)}]"
        content = hashlib.blake2b(facts.encode(), digest_size=16)
        content.update(np.ascontiguousarray(self.energies, dtype="<i8").ravel().data)
        content.update(np.ascontiguousarray(self.quality).data)
        return content.digest()

    def sum_of(self, channel: Channel) -> int | None:
        """Of all known slots; None when the meter has no such register."""
        if channel not in self.channels:
            return None
        return int(self.energies[self.channels.index(channel)].sum())

    def primary_of(self, channel: Channel) -> Decimal:
        """Of all known slots, each times the multiplier of its meter (D-30)."""
        if channel not in self.channels:
            return Decimal(0)
        row = self.energies[self.channels.index(channel)]
        parts = ((int(row[s.from_slot : s.until_slot].sum()) * s.multiplier) for s in self.segments)
        return sum(parts, Decimal(0))

    def count(self, quality: Quality) -> int:
        return int((self.quality == quality.mark).sum())


_written = json.JSONEncoder(separators=(",", ":")).encode
Said = Mapping[tuple[int, int], SaidBlock]  # (meter, day) → what it said in P.01


@lru_cache(64)
def _channels_text(channels: tuple[Channel, ...]) -> str:
    return _written([channel.value for channel in channels])


def _registers_text(shown: tuple[int | None, ...]) -> str:
    """As JSON has it; a year of days is hashed for one page."""
    return f"[{','.join(['null' if one is None else str(one) for one in shown])}]"


@lru_cache(1024)
def _segments_text(segments: tuple[Segment, ...]) -> str:
    return _written([_segment_facts(segment) for segment in segments])


def _segment_facts(segment: Segment) -> list[object]:
    """A clock at +03:00 goes without saying: blocks from before there were others keep their hash."""
    facts = [segment.from_slot, segment.until_slot, segment.meter_id, multiplier_text(segment.multiplier)]
    return [*facts, *([segment.clock.mark] if segment.clock.mark else [])]


@lru_cache(4096)
def multiplier_text(multiplier: Decimal) -> str:
    """One way to write one number: 40, not 40.0 or 4E+1."""
    return f"{multiplier.normalize():f}"


def derive(day: int, *, installed: Sequence[Installed], said: Said) -> CanonicalBlock | None:
    """The day of a point; None when nothing was installed or nothing at all is known of it."""
    meters = [one for one in sorted(installed, key=lambda one: one.since) if (one.meter_id, day) in said]
    if not meters:
        return None
    period = max(period_of(said[one.meter_id, day].labels) for one in meters)
    segments = tuple(segment for one in meters for segment in segments_of(one, day, period))
    return build(day, period_min=period, segments=segments, said=said) if segments else None


def build(day: int, *, period_min: int, segments: tuple[Segment, ...], said: Said) -> CanonicalBlock:
    """The day of a point whose slots and meters are known."""
    registers = [EdgeRegisters(one.meter_id, day, period_min, said, one.clock) for one in segments]
    channels = tuple(c for c in CHANNELS if any(c in one.at_edges for one in registers))
    energies = np.zeros((len(channels), DAY_MIN // period_min), dtype=np.int64)
    quality = np.full(energies.shape[1], Quality.MISSING.mark, dtype=np.uint8)
    for segment, one in zip(segments, registers, strict=True):
        own = slice(segment.from_slot, segment.until_slot)
        known, fine = one.known_slots(), one.unambiguous_slots()
        for row, channel in enumerate(channels):
            steps, believable = one.advances(channel, GREATEST_W * period_min // HOUR_MIN)
            energies[row, own] = np.where(known, steps, 0)[own]
            fine &= believable
        marks = np.where(fine, Quality.MEASURED.mark, Quality.SUSPECT.mark)
        quality[own] = np.where(known, marks, Quality.MISSING.mark)[own]
    first = tuple(registers[0].index(channel, 0) for channel in channels)
    last = tuple(registers[-1].index(channel, -1) for channel in channels)
    return CanonicalBlock(day, period_min, channels, energies, quality, first, last, segments)


class EdgeRegisters:
    """One meter's registers at the edges of one day's slots."""

    def __init__(self, meter_id: int, day: int, period: int, said: Said, clock: Clock = Clock.FIXED) -> None:
        self.clock = clock
        edges = np.arange(0, DAY_MIN + 1, period, dtype=np.int64) + edge_of_day(day)
        blocks = [block for d in (day - 1, day) if (block := said.get((meter_id, d))) is not None]
        self.known = np.zeros(edges.size, dtype=bool)
        self.twice = np.zeros(edges.size, dtype=bool)
        self.at_edges: dict[Channel, Ints] = {}
        for block in blocks:
            self._read(block, edges)

    def _read(self, block: SaidBlock, edges: Ints) -> None:
        columns = {code: column for column, code in enumerate(block.layout.codes)}
        shown = meant(block.labels, self.clock)
        place = np.searchsorted(edges, shown.labels)
        fits = (place < edges.size) & (edges[np.minimum(place, edges.size - 1)] == shown.labels)
        at, rows = place[fits], np.flatnonzero(fits)
        self.known[at] = True
        self.twice[np.flatnonzero(np.bincount(at, minlength=edges.size) > 1)] = True
        self.twice[at[shown.unsure[fits]]] = True
        for channel in CHANNELS:
            if channel.value in columns:
                held = self.at_edges.setdefault(channel, np.zeros(edges.size, dtype=np.int64))
                column = columns[channel.value]
                held[at] = block.in_whole_units(column)[rows]

    def known_slots(self) -> npt.NDArray[np.bool_]:
        return self.known[:-1] & self.known[1:]

    def unambiguous_slots(self) -> npt.NDArray[np.bool_]:
        return ~(self.twice[:-1] | self.twice[1:])

    def index(self, channel: Channel, edge: int) -> int | None:
        """The register at an edge of the day, if it is known."""
        if channel not in self.at_edges or not self.known[edge]:
            return None
        return int(self.at_edges[channel][edge])

    def advances(self, channel: Channel, most: int) -> tuple[Ints, npt.NDArray[np.bool_]]:
        """Energy of each slot and whether it is believable; one that went back or leapt tells none (F42)."""
        if channel not in self.at_edges:
            return np.zeros(self.known.size - 1, dtype=np.int64), np.ones(self.known.size - 1, dtype=bool)
        steps = np.diff(self.at_edges[channel])
        rolled = (steps < 0) & (steps + ROLLS_OVER_AT <= most)  # F41: only if so little energy passed
        steps = np.where(rolled, steps + ROLLS_OVER_AT, steps)
        believable = (steps >= 0) & (steps <= most)
        return np.where(believable, steps, 0), believable


def segments_of(one: Installed, day: int, period: int) -> tuple[Segment, ...]:
    """The slots wholly within the installation, cut where its clock changed its ways.

    The slot in which meters were exchanged is nobody's.
    """
    since = first_label_since(one.since, period)
    until = edge_of_day(day + 1) if one.until is None else last_label_until(one.until, period)
    first = max(0, (since - edge_of_day(day)) // period)
    end = min(DAY_MIN // period, (until - edge_of_day(day)) // period)
    if first >= end:
        return ()
    whole = Segment(first, end, one.meter_id, one.multiplier)
    return _by_clock(whole, one.clocks, day, period) if one.clocks else (whole,)


def _by_clock(whole: Segment, clocks: Sequence[Regime], day: int, period: int) -> tuple[Segment, ...]:
    found = [whole]
    for regime in clocks:
        slot = (first_label_since(regime.since, period) - edge_of_day(day)) // period
        last = found[-1]
        if slot <= last.from_slot:
            found[-1] = replace(last, clock=regime.clock)
        elif slot < last.until_slot:
            found[-1:] = [
                replace(last, until_slot=slot),
                replace(last, from_slot=slot, clock=regime.clock),
            ]
    return tuple(found)
