"""What does the radar see of one transformer over some whole days?

Energies are the canonical quarter hours; voltage and current are what the meters recorded beside them
(M-101): 1p and 3p meters keep the extremes of voltage in P.01, combi meters voltage, current in P.03.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import numpy as np
from sqlalchemy import Connection

from osos import registry
from osos.mdm import points, said
from osos.mdm.block import SaidBlock
from osos.mdm.canonical import Channel, Segment
from osos.mdm.day_changes import QUARTERS
from osos.mdm.derive.amounts import primary
from osos.mdm.derive.radar import Meter, Place
from osos.mdm.derive.radar.seen import Flags, Floats
from osos.mdm.keeping.clocks import Clock
from osos.mdm.labels import NOMINAL_MIN, Ints, edge_of_day
from osos.mdm.network.topology import Topology
from osos.mdm.points import HeldDay
from osos.mdm.shelf import Shelf
from osos.quantities import Quality

MAY_EXPORT = frozenset({"GEN_SUPPLY", "UNLICENSED_GEN"})
PHASES = (("32.7.0", "31.7.0"), ("52.7.0", "51.7.0"), ("72.7.0", "71.7.0"))  # U, I
_PROFILES = ("P.01", "P.03")
_QUARTER_H = NOMINAL_MIN / 60


def see(
    conn: Connection, topology: Topology, node_id: int, *, days: Sequence[int], now: datetime
) -> Place | None:
    """None: there was no main meter or nobody below on all of these days."""
    whole = [_all_day(topology, node_id, day) for day in days]
    mains = set.intersection(*(some for some, _ in whole))
    below = set.intersection(*(some for _, some in whole))
    if not mains or not below:
        return None
    shelf = Shelf()
    held = points.load(conn, point_ids=mains | below, days=days, shelf=shelf)
    main = [_energies(held, point, days, (Channel.A_PLUS, Channel.A_MINUS)) for point in sorted(mains)]
    generating = _generating(conn, below, now)
    return Place(
        name=str(node_id),
        main_wh=np.sum([wh[0] - wh[1] for wh, _ in main], axis=0, dtype=np.int64),
        known=np.all([known for _, known in main], axis=0),
        meters={
            point: _meter(conn, held, point, days, shelf, generates=point in generating)
            for point in sorted(below)
        },
    )


def _all_day(topology: Topology, node_id: int, day: int) -> tuple[set[int], set[int]]:
    """Who hung there for the whole day, as main meter and below."""
    sides = topology.mains(node_id, day), topology.counted_below(node_id, day)
    main, below = (
        {one.point_id for one in side if one.point_id is not None and one.holds.all()} for side in sides
    )
    return main, below


def _generating(conn: Connection, point_ids: Collection[int], now: datetime) -> set[int]:
    found = registry.service_points_of(conn, sorted(point_ids), at=now)
    return {point for point, place in found.items() if place.point_class in MAY_EXPORT}


def _meter(
    conn: Connection,
    held: Mapping[tuple[int, int], HeldDay],
    point: int,
    days: Sequence[int],
    shelf: Shelf,
    *,
    generates: bool,
) -> Meter:
    channels = (Channel.A_PLUS, Channel.A_MINUS, Channel.Q1)
    (used, given, inductive), known = _energies(held, point, days, channels)
    volts, apparent = _electrical(conn, held, point, days, shelf)
    counts = {channel for day in days if (point, day) in held for channel in held[point, day].block.channels}
    return Meter(
        import_wh=used,
        export_wh=given if Channel.A_MINUS in counts else None,
        q1_varh=inductive if Channel.Q1 in counts else None,
        volts=volts,
        apparent_vah=apparent,
        generates=generates,
        known=known,
    )


def _energies(
    held: Mapping[tuple[int, int], HeldDay], point: int, days: Sequence[int], channels: Sequence[Channel]
) -> tuple[list[Ints], Flags]:
    """Primary, quarter hour by quarter hour; what was estimated tells a detector nothing."""
    wh = [np.zeros(len(days) * QUARTERS, dtype=np.int64) for _ in channels]
    known = np.zeros(len(days) * QUARTERS, dtype=bool)
    for number, day in enumerate(days):
        one = held.get((point, day))
        if one is None or one.block.period_min != NOMINAL_MIN:
            continue
        own = slice(number * QUARTERS, (number + 1) * QUARTERS)
        known[own] = one.block.quality == Quality.MEASURED.mark
        for column, channel in zip(wh, channels, strict=True):
            column[own] = primary(one.block, channel).wh
    return wh, known


def _electrical(
    conn: Connection,
    held: Mapping[tuple[int, int], HeldDay],
    point: int,
    days: Sequence[int],
    shelf: Shelf,
) -> tuple[Floats | None, Floats | None]:
    """Mean voltage of the phases, and Σ U × I in primary VAh; None where the meter keeps neither."""
    volts = np.full(len(days) * QUARTERS, np.nan)
    apparent = np.full(len(days) * QUARTERS, np.nan)
    keys = {(segment.meter_id, day) for day in days for segment in _segments(held, point, day)}
    blocks = {
        (profile, *key): one.block
        for profile in _PROFILES
        for key, one in said.load(conn, profile=profile, keys=sorted(keys), shelf=shelf).items()
    }
    for number, day in enumerate(days):
        for segment in _segments(held, point, day):
            if segment.clock is not Clock.FIXED:
                continue
            for profile in _PROFILES:
                block = blocks.get((profile, segment.meter_id, day))
                if block is not None:
                    slots = slice(segment.from_slot, segment.until_slot)
                    seen_v, seen_va = _of_block(block, day)
                    own = slice(number * QUARTERS + slots.start, number * QUARTERS + slots.stop)
                    _fill(volts, own, seen_v[slots])
                    _fill(apparent, own, seen_va[slots] * float(segment.multiplier))
    return (
        volts if np.isfinite(volts).any() else None,
        apparent if np.isfinite(apparent).any() else None,
    )


def _segments(held: Mapping[tuple[int, int], HeldDay], point: int, day: int) -> Sequence[Segment]:
    one = held.get((point, day))
    return () if one is None or one.block.period_min != NOMINAL_MIN else one.block.segments


def _fill(column: Floats, own: slice, values: Floats) -> None:
    column[own] = np.where(np.isfinite(values), values, column[own])


def _of_block(block: SaidBlock, day: int) -> tuple[Floats, Floats]:
    """One day of one profile in its quarter hours; NaN where no record stands."""
    volts, apparent = [], []
    for voltage, current in PHASES:
        high, low = (_column(block, day, f"{voltage} {which}") for which in ("max", "min"))
        mean = (high + low) / 2
        volts.append(mean)
        apparent.append(mean * _column(block, day, current) * _QUARTER_H)
    return _mean(volts), np.sum(apparent, axis=0)


def _column(block: SaidBlock, day: int, code: str) -> Floats:
    found = np.full(QUARTERS, np.nan)
    if code in block.layout.codes:
        place = block.layout.codes.index(code)
        slots = (block.labels - edge_of_day(day)) // NOMINAL_MIN - 1
        inside = (slots >= 0) & (slots < QUARTERS)
        found[slots[inside]] = block.values[inside, place] / 10 ** block.layout.decimals[place]
    return found


def _mean(phases: Sequence[Floats]) -> Floats:
    """Of the phases a meter has."""
    stacked = np.vstack(phases)
    seen = np.isfinite(stacked)
    found = np.full(stacked.shape[1], np.nan)
    counted = seen.sum(axis=0)
    np.divide(np.where(seen, stacked, 0).sum(axis=0), counted, out=found, where=counted > 0)
    return found
