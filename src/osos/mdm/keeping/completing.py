"""What does a day come to once decisions and papers are laid over what its meters said?

A pure function, like the day itself. An estimate fills slots that are missing, as long as what it rests on is
still so; an acceptance or a dismissal holds for the values it was about; an edit holds until it is undone.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from osos.mdm.canonical import (
    CHANNELS,
    CanonicalBlock,
    Channel,
    EdgeRegisters,
    Installed,
    Said,
    build,
    derive,
    segments_of,
)
from osos.mdm.keeping.decisions import Decision, Kind, in_force
from osos.mdm.keeping.exchanges import covering, edge_slots, sharing, slot_of, stitch, unowned
from osos.mdm.labels import DAY_MIN, PERIODS_MIN, Ints
from osos.quantities import Quality


@dataclass(frozen=True, slots=True, eq=False)
class Completed:
    """The day, whether blocks as said alone tell it, and which estimates no longer rest on anything."""

    block: CanonicalBlock | None
    is_plain: bool
    lapsed: tuple[Decision, ...] = ()


def complete(
    day: int, *, installed: Sequence[Installed], said: Said, decisions: Iterable[Decision] = ()
) -> Completed:
    """The day of a point as it is to be believed."""
    plain = derive(day, installed=installed, said=said)
    held = in_force(decisions)
    if not held and (plain is None or not has_edges(day, installed)):
        return Completed(plain, is_plain=True)
    base = _base(day, plain, installed, said, held)
    if base is None:
        return Completed(None, is_plain=True)
    dismissed = _dismissed(base, held)
    estimates = [one for one in held if one.kind is Kind.ESTIMATE]
    lapsed = tuple(one for one in estimates if not _rests(one, dismissed, installed, said))
    block = dismissed
    for one in estimates:
        if one not in lapsed:
            block = _filled(block, one)
    for one in held:
        block = _by_hand(block, one)
    block = _owned(block, installed)
    if _says_the_same(block, plain):
        return Completed(plain, is_plain=True, lapsed=lapsed)
    return Completed(block, is_plain=False, lapsed=lapsed)


def before_filling(
    day: int,
    *,
    installed: Sequence[Installed],
    said: Said,
    decisions: Iterable[Decision] = (),
    period_min: int = PERIODS_MIN[0],
) -> CanonicalBlock | None:
    """The day with its dismissals and nothing else: what an estimate is made for.

    `period_min` cuts a day of which nothing was said.
    """
    held = [one for one in in_force(decisions) if one.kind is Kind.DISMISS]
    plain = derive(day, installed=installed, said=said)
    base = (
        empty_day(day, period_min=period_min, installed=installed, said=said)
        if plain is None
        else _base(day, plain, installed, said, held)
    )
    if base is None:
        return None
    stitched = stitch(base, installed=installed, said=said)
    return _dismissed(stitched, held)


def empty_day(
    day: int, *, period_min: int, installed: Sequence[Installed], said: Said
) -> CanonicalBlock | None:
    """A day of which its own blocks say nothing, all of it missing; None when nothing hung there."""
    segments = tuple(s for one in installed for s in segments_of(one, day, period_min))
    return build(day, period_min=period_min, segments=segments, said=said) if segments else None


def _base(
    day: int,
    plain: CanonicalBlock | None,
    installed: Sequence[Installed],
    said: Said,
    held: Sequence[Decision],
) -> CanonicalBlock | None:
    """The day with all its meters in it, also one that said nothing, if anything was decided."""
    block = plain
    if plain is None and held:
        block = empty_day(day, period_min=held[-1].period_min, installed=installed, said=said)
    elif plain is not None:
        whole = tuple(s for one in installed for s in segments_of(one, day, plain.period_min))
        if whole != plain.segments:
            block = build(day, period_min=plain.period_min, segments=whole, said=said)
    return None if block is None else stitch(block, installed=installed, said=said)


def has_edges(day: int, installed: Sequence[Installed]) -> bool:
    """Whether paper could tell more of this day than its meters did."""
    return bool(edge_slots(day, PERIODS_MIN[0], installed))


def _says_the_same(block: CanonicalBlock, plain: CanonicalBlock | None) -> bool:
    if plain is None:
        return bool((block.quality == Quality.MISSING.mark).all())
    return (
        block.channels == plain.channels
        and np.array_equal(block.quality, plain.quality)
        and np.array_equal(block.energies, plain.energies)
    )


def _dismissed(base: CanonicalBlock, held: Iterable[Decision]) -> CanonicalBlock:
    block = base
    for one in held:
        if one.kind is Kind.DISMISS and _still_so(base, one):
            block = _marked(block, one, Quality.MISSING, energies=0)
    return block


def _still_so(block: CanonicalBlock, decision: Decision) -> bool:
    """Whether the slots hold the very values that were judged."""
    if decision.period_min != block.period_min or not set(decision.channels) <= set(block.channels):
        return False
    rows = [block.channels.index(channel) for channel in decision.channels]
    return bool(np.array_equal(block.energies[rows, decision.slots], decision.values))


def _rests(estimate: Decision, base: CanonicalBlock, installed: Sequence[Installed], said: Said) -> bool:
    """Whether all of it is still missing, and the registers it was made from are still those."""
    if estimate.period_min != base.period_min:
        return False
    if (base.quality[estimate.slots] != Quality.MISSING.mark).any():
        return False
    seen: object = estimate.inputs.get("rests_on", {}).get(str(base.day))
    return footing(base, estimate.first_slot, estimate.until_slot, installed=installed, said=said) == seen


def footing(
    base: CanonicalBlock, first: int, until: int, *, installed: Sequence[Installed], said: Said
) -> str:
    """What is known at the edges of these slots, as a short hash: of which meter, which registers, papers."""
    facts: list[object] = []
    for segment in base.segments:
        begin, end = max(segment.from_slot, first), min(segment.until_slot, until)
        if begin > end:
            continue
        registers = EdgeRegisters(segment.meter_id, base.day, base.period_min, said, segment.clock)
        shown = [
            [edge, channel.value, registers.index(channel, edge)]
            for edge in range(begin, end + 1)
            for channel in registers.at_edges
            if registers.known[edge]
        ]
        facts.append([segment.meter_id, begin, end, shown])
    facts += [[one.meter_id, one.first, one.last] for one in installed if one.first or one.last]
    facts += _shared_by(base, first, until, installed)
    text = json.dumps(facts, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _shared_by(base: CanonicalBlock, first: int, until: int, installed: Sequence[Installed]) -> list[object]:
    """What a slot of two multipliers was added up with: another one, or another moment, is another sum."""
    found: list[object] = []
    for place in np.flatnonzero(unowned(base)[first:until]).tolist():
        there = sharing(slot_of(base.day, base.period_min, first + place), installed)
        if len({one.multiplier for one in there}) > 1:
            found.append([[f"{one.multiplier.normalize():f}", one.since.isoformat()] for one in there])
    return found


def _filled(block: CanonicalBlock, estimate: Decision) -> CanonicalBlock:
    wider = _with_channels(block, estimate.channels)
    energies, quality = wider.energies.copy(), wider.quality.copy()
    energies[_rows(wider, estimate.channels), estimate.slots] = estimate.values
    quality[estimate.slots] = Quality.ESTIMATED.mark
    return replace(wider, energies=energies, quality=quality)


def _owned(block: CanonicalBlock, installed: Sequence[Installed]) -> CanonicalBlock:
    """An exchange's slot that was filled belongs to a segment of its own."""
    for place in np.flatnonzero(unowned(block) & (block.quality != Quality.MISSING.mark)).tolist():
        there = sharing(slot_of(block.day, block.period_min, place), installed)
        if there:
            block = replace(block, segments=covering(block, place, there))
    return block


def _by_hand(block: CanonicalBlock, decision: Decision) -> CanonicalBlock:
    if decision.period_min != block.period_min:
        return block
    if decision.kind is Kind.EDIT:
        wider = _with_channels(block, decision.channels)
        return _marked(wider, decision, Quality.EDITED, energies=decision.values)
    if decision.kind is Kind.ACCEPT and _still_so(block, decision):
        return _marked(block, decision, Quality.MEASURED)
    return block


def _marked(
    block: CanonicalBlock, decision: Decision, quality: Quality, *, energies: Ints | int | None = None
) -> CanonicalBlock:
    marks, values = block.quality.copy(), block.energies.copy()
    marks[decision.slots] = quality.mark
    if isinstance(energies, int):
        values[:, decision.slots] = energies
    elif energies is not None:
        values[_rows(block, decision.channels), decision.slots] = energies
    return replace(block, quality=marks, energies=values)


def _rows(block: CanonicalBlock, channels: Iterable[Channel]) -> list[int]:
    return [block.channels.index(channel) for channel in channels]


def _with_channels(block: CanonicalBlock, more: Iterable[Channel]) -> CanonicalBlock:
    """The block with room for channels that its own registers did not show."""
    wanted = tuple(c for c in CHANNELS if c in {*block.channels, *more})
    if wanted == block.channels:
        return block
    energies = np.zeros((len(wanted), DAY_MIN // block.period_min), dtype=np.int64)
    first: dict[Channel, int | None] = dict(zip(block.channels, block.first_index, strict=True))
    last: dict[Channel, int | None] = dict(zip(block.channels, block.last_index, strict=True))
    for row, channel in enumerate(block.channels):
        energies[wanted.index(channel)] = block.energies[row]
    return replace(
        block,
        channels=wanted,
        energies=energies,
        first_index=tuple(first.get(c) for c in wanted),
        last_index=tuple(last.get(c) for c in wanted),
    )
