"""What did the registers of these points show at the edges of the slots of these days?

Blocks as said are laid onto the grid together, all blocks of one layout at once; a day of an exchange or of a
clock of its own ways goes the slower way of the canonical block.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from osos.mdm.block import Layout, SaidBlock
from osos.mdm.canonical import CHANNELS, ROLLS_OVER_AT, EdgeRegisters, Said, Segment
from osos.mdm.judge.many_blocks import Loaded
from osos.mdm.keeping.clocks import Clock
from osos.mdm.labels import DAY_MIN, Ints, edge_of_day
from osos.mdm.many_unpacking import BlocksOfLayout
from osos.mdm.rules.facts import NO, YES, Flags, Small

_UNITS = frozenset({"wh", "kwh", "mwh", "varh", "kvarh", "mvarh"})


@dataclass(frozen=True, slots=True)
class PointDay:
    """One day of a point as its canonical row names it."""

    point_id: int
    day: int
    segments: tuple[Segment, ...]
    # energies of the day by channel, if all its slots are known and believable: then the register at its
    # first edge follows from the one at its last, and the day before need not be unpacked
    sums: tuple[int | None, ...] | None = None


@dataclass(slots=True, eq=False)
class Laid:
    """Registers on the grid, `(channels, rows, edges)`."""

    registers: Ints
    held: Flags
    times_said: npt.NDArray[np.uint8]
    off_grid: Ints
    units_fit: Small
    apart: Flags | None = None
    _seams: list[tuple[int, int]] = field(default_factory=list)


def lay(rows: Sequence[PointDay], *, period_min: int, loaded: Loaded) -> Laid:
    """All channels of every row, as the meters said them; a register of another meter never mixes in."""
    slots = DAY_MIN // period_min
    laid = Laid(
        registers=np.zeros((len(CHANNELS), len(rows), slots + 1), dtype=np.int64),
        held=np.zeros((len(CHANNELS), len(rows)), dtype=bool),
        times_said=np.zeros((len(rows), slots + 1), dtype=np.uint8),
        off_grid=np.zeros(len(rows), dtype=np.int64),
        units_fit=np.full(len(rows), YES, dtype=np.int8),
    )
    places = loaded.places()
    whole: dict[int, list[tuple[int, int]]] = {}  # which of the regular → (row, where in it)
    single: dict[Layout, list[tuple[int, int, SaidBlock]]] = {}
    for row, one in enumerate(rows):
        if not _is_plain(one, slots):
            _lay_slowly(laid, row, one, period_min, _Blocks(loaded, places))
            continue
        key = (one.segments[0].meter_id, one.day)
        place = places.get(key)
        if one.sums is not None and place is not None and loaded.regular[place[0]].period_min == period_min:
            whole.setdefault(place[0], []).append((row, place[1]))
            continue
        for told in (key,) if one.sums is not None else ((key[0], one.day - 1), key):
            block = loaded.block(told, places.get(told))
            if block is not None and block.labels.size:
                single.setdefault(block.layout, []).append((row, one.day, block))
    for number, which in whole.items():
        _lay_whole(laid, loaded.regular[number], which)
    for layout, blocks in single.items():
        _lay_together(laid, layout, blocks, period_min)
    _lay_first_edges(laid, rows, slots)
    if laid._seams:
        laid.apart = np.zeros((len(rows), slots), dtype=bool)
        laid.apart[tuple(np.array(laid._seams).T)] = True
    return laid


class _Blocks(Mapping[tuple[int, int], SaidBlock]):
    """The same blocks for those who ask one by one."""

    def __init__(self, loaded: Loaded, places: dict[tuple[int, int], tuple[int, int]]) -> None:
        self._loaded, self._places = loaded, places

    def __getitem__(self, key: tuple[int, int]) -> SaidBlock:
        found = self._loaded.block(key, self._places.get(key))
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter({*self._places, *self._loaded.others})

    def __len__(self) -> int:
        return len(self._places) + len(self._loaded.others)


def _lay_first_edges(laid: Laid, rows: Sequence[PointDay], slots: int) -> None:
    """Of days that rest on themselves: the register at the last edge less the day's energy."""
    own = [row for row, one in enumerate(rows) if one.sums is not None and _is_plain(one, slots)]
    if not own:
        return
    sums = np.array([[energy or 0 for energy in rows[row].sums or ()] for row in own], dtype=np.int64).T
    laid.registers[:, own, 0] = (laid.registers[:, own, -1] - sums) % ROLLS_OVER_AT
    laid.times_said[own, 0] = 1


def _lay_whole(laid: Laid, blocks: BlocksOfLayout, which: list[tuple[int, int]]) -> None:
    """Days of which all is well but what rules may find: no label to look at."""
    row, at = (np.array(part) for part in zip(*which, strict=True))
    laid.times_said[row] = 1
    for place, channel in enumerate(CHANNELS):
        if channel.value not in blocks.layout.codes:
            continue
        column = blocks.layout.codes.index(channel.value)
        flat = SaidBlock(0, blocks.layout, row, blocks.values[at].reshape(-1, blocks.values.shape[2]))
        registers = flat.in_whole_units(column).reshape(row.size, -1)
        laid.registers[place, row, 1:] = registers
        laid.held[place, row] = True
    if not _units_fit(blocks.layout):
        laid.units_fit[row] = NO


def _is_plain(one: PointDay, slots: int) -> bool:
    """One meter all day, its clock at +03:00."""
    if len(one.segments) != 1:
        return False
    whole = one.segments[0]
    return (whole.from_slot, whole.until_slot) == (0, slots) and whole.clock is Clock.FIXED


def _lay_together(
    laid: Laid, layout: Layout, blocks: list[tuple[int, int, SaidBlock]], period_min: int
) -> None:
    sizes = [block.labels.size for _, _, block in blocks]
    row = np.repeat([row for row, _, _ in blocks], sizes)
    minute = np.concatenate([block.labels for _, _, block in blocks])
    minute = minute - np.repeat([edge_of_day(day) for _, day, _ in blocks], sizes)
    inside = (minute >= 0) & (minute <= DAY_MIN)
    on_grid = inside & (minute % period_min == 0)
    np.add.at(laid.off_grid, row[inside & ~on_grid], 1)
    row, edge = row[on_grid], minute[on_grid] // period_min
    _count(laid.times_said, row, edge)
    which = np.unique(np.array([row for row, _, _ in blocks]))
    values = np.concatenate([block.values for _, _, block in blocks])
    for place, channel in enumerate(CHANNELS):
        if channel.value in layout.codes:
            column = layout.codes.index(channel.value)
            whole = SaidBlock(0, layout, minute, values).in_whole_units(column)
            laid.registers[place, row, edge] = whole[on_grid]  # of a label told twice the later counts
            laid.held[place, which] = True
    if not _units_fit(layout):
        laid.units_fit[which] = NO


def _count(times: npt.NDArray[np.uint8], row: Ints, edge: Ints) -> None:
    counts = np.bincount(row * times.shape[1] + edge, minlength=times.size)
    times += np.minimum(counts, 3).astype(np.uint8).reshape(times.shape)


def _units_fit(layout: Layout) -> bool:
    """Every register is printed in a unit of energy, or in none."""
    units = zip(layout.codes, layout.units, strict=True)
    return all(unit.lower() in _UNITS for code, unit in units if ".8." in code and unit)


def _lay_slowly(laid: Laid, row: int, one: PointDay, period_min: int, said: Said) -> None:
    for segment in one.segments:
        found = EdgeRegisters(segment.meter_id, one.day, period_min, said, segment.clock)
        own = slice(segment.from_slot, segment.until_slot + 1)
        times = found.known.astype(np.uint8) + found.twice
        laid.times_said[row, own] = times[own]
        for channel, at_edges in found.at_edges.items():
            place = CHANNELS.index(channel)
            laid.held[place, row] = True
            laid.registers[place, row, own] = at_edges[own]
    for before, after in zip(one.segments, one.segments[1:], strict=False):
        if before.meter_id != after.meter_id:
            laid._seams += [(row, slot) for slot in range(before.until_slot, after.from_slot)]
            if before.until_slot == after.from_slot:  # one edge, two meters: the later one's register stands
                laid._seams.append((row, before.until_slot - 1))


def needs(rows: Iterable[PointDay], *, period_min: int) -> list[tuple[int, int]]:
    """The blocks as said that these days rest on: (meter, day)."""
    return [
        (segment.meter_id, day)
        for one in rows
        for segment in one.segments
        for day in ((one.day,) if _rests_on_itself(one, period_min) else (one.day - 1, one.day))
    ]


def _rests_on_itself(one: PointDay, period_min: int) -> bool:
    return one.sums is not None and _is_plain(one, DAY_MIN // period_min)
