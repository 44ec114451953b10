"""Of which pieces is this figure made, and which records told their registers?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection

from osos import registry
from osos.mdm import points, said
from osos.mdm.canonical import PROFILE, CanonicalBlock, Channel, Installed, Registers, Segment
from osos.mdm.explain.bytes_of import Messages
from osos.mdm.explain.chain import Chain, Piece, Register, Way
from osos.mdm.installed import installed_at
from osos.mdm.keeping import decision_rows
from osos.mdm.keeping import known_on as past
from osos.mdm.keeping.clocks import Clock, meant
from osos.mdm.keeping.decisions import Decision, Kind, in_force
from osos.mdm.keeping.exchanges import sharing, slot_of
from osos.mdm.labels import day_of_label, days_of_period, edge_of_day, first_label_since, instant_of_label
from osos.mdm.origins import Origin, origins
from osos.mdm.queries import channel_named
from osos.mdm.said import HeldBlock
from osos.mdm.shelf import Shelf
from osos.quantities import Interval, Quality

_WAY = {
    Quality.MEASURED.mark: Way.MEASURED,
    Quality.ESTIMATED.mark: Way.ESTIMATED,
    Quality.EDITED.mark: Way.EDITED,
    Quality.SUSPECT.mark: Way.SUSPECT,
    Quality.MISSING.mark: Way.MISSING,
}
_DECIDED = {Way.ESTIMATED: Kind.ESTIMATE, Way.EDITED: Kind.EDIT, Way.MEASURED: Kind.ACCEPT}


def explain(
    conn: Connection,
    *,
    point_id: int,
    period: Interval,
    channel: str | Channel = Channel.A_PLUS,
    installed: Sequence[Installed] | None = None,
    known_on: datetime | None = None,
    instead: Mapping[int, CanonicalBlock] | None = None,
) -> Chain:
    """The energy of a period (a slot, a day, a month), down to the bytes; the pieces in the order of time.

    `instead` are days as a correction has them that is not approved yet (D-23).
    """
    which, days = channel_named(channel), days_of_period(period)
    hung = installed_at(conn, point_id=point_id) if installed is None else installed
    shelf = Shelf()  # the blocks as said that tell the registers are those the days derive from
    held = (
        points.load(conn, point_ids=[point_id], days=days, shelf=shelf)
        if known_on is None
        else past.load(conn, point_ids=[point_id], days=days, known_on=known_on)
    )
    decided = decision_rows.load(conn, point_id=point_id, days=days, known_on=known_on)
    names = {one.meter_id: str(one.meter) for one in registry.installations(conn, point_id=point_id)}
    trace = _Trace(conn, Messages(conn), which, hung, names, shelf=shelf)
    blocks = {day: one.block for (_, day), one in held.items()} | dict(instead or {})
    pieces = [
        _with_roots(piece, conn, point_id, decided)
        for day in days
        for piece in trace.of_day(day, blocks.get(day), decided.get(day, ()), period)
    ]
    total = sum((piece.primary for piece in pieces), Decimal(0))
    return Chain(
        point_id=point_id,
        channel=which,
        period=period,
        primary=total,
        pieces=tuple(pieces),
        known_on=known_on,
    )


def _with_roots(piece: Piece, conn: Connection, point_id: int, decided: dict[int, list[Decision]]) -> Piece:
    """What an estimate over several days was made from stands at its first day."""
    own = next((one for one in decided.get(piece.day, ()) if one.number == piece.decision), None)
    if own is None or own.root == (own.day, own.number):
        return piece
    day, number = own.root
    if day not in decided:
        decided |= decision_rows.load(conn, point_id=point_id, days=[day])
    root = next(one for one in decided[day] if one.number == number)
    return replace(piece, inputs=dict(root.inputs), uncertainty_wh=root.uncertainty_wh)


@dataclass(frozen=True, slots=True)
class _Run:
    """Slots in a row with the same way, meter and decision."""

    first: int
    until: int
    mark: int
    segment: Segment | None
    decision: Decision | None


class _Trace:
    """Follows runs of slots to registers, and registers to messages."""

    def __init__(
        self,
        conn: Connection,
        messages: Messages,
        channel: Channel,
        installed: Sequence[Installed],
        names: dict[int, str],
        *,
        shelf: Shelf,
    ) -> None:
        self._conn, self._messages, self._channel = conn, messages, channel
        self._installed, self._names, self._shelf = installed, names, shelf
        self._blocks: dict[tuple[int, int], tuple[HeldBlock, list[Origin]] | None] = {}

    def of_day(
        self, day: int, block: CanonicalBlock | None, rows: Sequence[Decision], period: Interval
    ) -> Iterator[Piece]:
        if block is None:
            yield from _nothing_known(day, period)
            return
        for run in _runs(block, rows, period):
            yield self._piece(block, run)

    def _piece(self, block: CanonicalBlock, run: _Run) -> Piece:
        first_label = edge_of_day(block.day) + run.first * block.period_min
        last_label = edge_of_day(block.day) + run.until * block.period_min
        energy = 0
        if self._channel in block.channels:
            energy = int(block.energies[block.channels.index(self._channel), run.first : run.until].sum())
        multiplier = Decimal(0) if run.segment is None else run.segment.multiplier
        piece = Piece(
            period=Interval(instant_of_label(first_label), instant_of_label(last_label)),
            day=block.day,
            slots=range(run.first, run.until),
            way=_way(block, run, self._installed),
            secondary=energy,
            multiplier=multiplier,
            primary=energy * multiplier,
            meter_id=None if run.segment is None else run.segment.meter_id,
            meter="" if run.segment is None else self._names.get(run.segment.meter_id, ""),
        )
        return self._with_registers(_with_decision(piece, run.decision), run, first_label, last_label)

    def _with_registers(self, piece: Piece, run: _Run, first_label: int, last_label: int) -> Piece:
        if run.segment is None:
            return piece
        if piece.way is Way.EXCHANGED:
            return self._exchanged(piece, first_label, last_label)
        clock, meter_id = run.segment.clock, run.segment.meter_id
        return replace(
            piece,
            begun=self._register(meter_id, first_label, clock),
            ended=self._register(meter_id, last_label, clock),
        )

    def _exchanged(self, piece: Piece, first_label: int, last_label: int) -> Piece:
        """Of a slot that two meters share: a record of each, and what papers say of the moment between."""
        there = [
            one
            for one in sorted(self._installed, key=lambda one: one.since)
            if one.since < piece.period.end and (one.until is None or one.until > piece.period.start)
        ]
        old, new = there[0], there[-1]
        return replace(
            piece,
            begun=self._register(old.meter_id, first_label, Clock.FIXED),
            ended=self._register(new.meter_id, last_label, Clock.FIXED),
            removed=self._paper(old.meter_id, old.last, new.since),
            placed=self._paper(new.meter_id, new.first, new.since),
        )

    def _paper(self, meter_id: int, shown: Registers | None, at: datetime) -> Register | None:
        amount = dict(shown or ()).get(self._channel)
        if amount is None:
            return None
        label = first_label_since(at, 1)
        return Register(meter_id=meter_id, at=at, label=label, amount=amount, paper=True)

    def _register(self, meter_id: int, label: int, clock: Clock) -> Register | None:
        """The register at an edge, from the record that told it."""
        for day in (day_of_label(label), day_of_label(label) - 1):
            found = self._said(meter_id, day)
            if found is None:
                continue
            held, told = found
            codes = held.block.layout.codes
            if self._channel.value not in codes:
                continue
            rows = np.flatnonzero(meant(held.block.labels, clock).labels == label)
            if rows.size:
                row = int(rows[-1])  # of records with the same label the later counts
                amount = int(held.block.in_whole_units(codes.index(self._channel.value))[row])
                return self._of_row(held, told[row], row, meter_id=meter_id, label=label, amount=amount)
        return None

    def _of_row(
        self, held: HeldBlock, origin: Origin, row: int, *, meter_id: int, label: int, amount: int
    ) -> Register:
        printed = int(held.block.labels[row])
        nth = int((held.block.labels[:row] == printed).sum())
        source = (
            None
            if origin.frame_id is None
            else self._messages.source(origin.frame_id, printed, nth=nth, meter_id=meter_id)
        )
        return Register(
            meter_id=meter_id, at=instant_of_label(label), label=printed, amount=amount, source=source
        )

    def _said(self, meter_id: int, day: int) -> tuple[HeldBlock, list[Origin]] | None:
        key = (meter_id, day)
        if key not in self._blocks:
            held = said.load(self._conn, profile=PROFILE, keys=[key], shelf=self._shelf).get(key)
            self._blocks[key] = None if held is None else (held, origins(self._conn, held, None))
        return self._blocks[key]


def _way(block: CanonicalBlock, run: _Run, installed: Sequence[Installed]) -> Way:
    way = _WAY[run.mark]
    if way is Way.MEASURED and run.decision is not None:
        return Way.ACCEPTED
    if way is Way.MEASURED and run.until - run.first == 1:
        there = sharing(slot_of(block.day, block.period_min, run.first), installed)
        if len(there) > 1:
            return Way.EXCHANGED
    return way


def _with_decision(piece: Piece, decision: Decision | None) -> Piece:
    if decision is None:
        return piece
    return replace(
        piece,
        decision=decision.number,
        method=decision.method,
        method_version=decision.method_version,
        code=decision.code,
        inputs=dict(decision.inputs),
        uncertainty_wh=decision.uncertainty_wh,
        actor=decision.actor,
        reason=decision.reason,
        decided_at=decision.known_since,
    )


def _runs(block: CanonicalBlock, rows: Sequence[Decision], period: Interval) -> Iterator[_Run]:
    held = in_force(rows)
    last: _Run | None = None
    for slot in _slots_inside(block, period):
        mark = int(block.quality[slot])
        segment = next((s for s in block.segments if s.from_slot <= slot < s.until_slot), None)
        decision = _decision(held, slot, _WAY[mark])
        if last is not None and (last.mark, last.segment, last.decision) == (mark, segment, decision):
            last = replace(last, until=slot + 1)
            continue
        if last is not None:
            yield last
        last = _Run(slot, slot + 1, mark, segment, decision)
    if last is not None:
        yield last


def _slots_inside(block: CanonicalBlock, period: Interval) -> range:
    """Those that lie wholly in the period."""
    begins, length = instant_of_label(edge_of_day(block.day)), timedelta(minutes=block.period_min)
    first = -((begins - period.start) // length)
    return range(max(0, first), min(block.quality.size, (period.end - begins) // length))


def _decision(held: Sequence[Decision], slot: int, way: Way) -> Decision | None:
    kind = _DECIDED.get(way)
    covering = [one for one in held if one.kind is kind and one.first_slot <= slot < one.until_slot]
    return covering[-1] if covering else None


def _nothing_known(day: int, period: Interval) -> Iterator[Piece]:
    whole = Interval(instant_of_label(edge_of_day(day)), instant_of_label(edge_of_day(day + 1)))
    common = whole.overlap(period)
    if common is not None:
        yield Piece(
            period=common,
            day=day,
            slots=range(0),
            way=Way.MISSING,
            secondary=0,
            multiplier=Decimal(0),
            primary=Decimal(0),
            meter_id=None,
        )
