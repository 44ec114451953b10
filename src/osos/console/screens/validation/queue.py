"""Which days ask for a look, by rule, and how much energy is in question?

The queue is walked from its oldest day; what persons have found right is stepped over. Sums are of the first
entries only, so that the page costs the same in a town and in a country.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from osos import registry
from osos.mdm import editing, judge, points
from osos.mdm.canonical import CanonicalBlock, Channel
from osos.mdm.editing import Doubts
from osos.mdm.judge import QueueEntry
from osos.mdm.rules import BY_ID, Finding
from osos.registry import ServicePoint

BACK_DAYS = 400  # chosen: a year and what is read late; older days are asked for by address
SUMMED = 400  # entries whose energy is added up
_AT_ONCE = 100
_WALKED = 40  # portions until a page gives up looking for more that fit

# What is done first about what a rule found: filled, asked again, looked at on site; else looked at.
_ACTIONS = {
    "estimate": (
        "MISSING",
        "DUPLICATE",
        "OVERLAP",
        "NEGATIVE",
        "SPIKE",
        "INTERVAL_SIZE",
        "PROLONGED_ESTIMATE",
    ),
    "reread": ("SUM_CHECK", "TIME_TOLERANCE", "TOU_SUM", "DEMAND_CONSISTENCY", "UNIT", "CHANNELS"),
    "visit": ("METER_ID", "MULTIPLIER", "FROZEN", "DEVICE_STATUS", "MAIN_CHECK", "BALANCE", "MAX_POWER"),
}
ACTION = {rule: action for action, of in _ACTIONS.items() for rule in of}  # the others: look and accept


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A day of a point that asks for a look."""

    entry: QueueEntry
    doubts: Doubts
    wh: Decimal  # primary, in the slots in question
    place: ServicePoint | None

    @property
    def key(self) -> tuple[int, int]:
        return self.entry.day, self.entry.point_id


@dataclass(slots=True)
class OfRule:
    """What one rule asks for; sums are of the first entries, `more` says there are others."""

    rule: str
    point_days: int = 0
    wh: Decimal = Decimal(0)
    points: set[int] = field(default_factory=set)
    oldest: int | None = None
    more: bool = False

    @property
    def action(self) -> str:
        return ACTION.get(self.rule, "look")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which part of the queue."""

    rule: str | None = None
    district: str = ""
    point_class: str = ""
    after: tuple[int, int] = (0, 0)

    def fits(self, place: ServicePoint | None) -> bool:
        district = "" if place is None else (place.district or "")
        kind = "" if place is None else (place.point_class or "")
        return self.district in {"", district} and self.point_class in {"", kind}


def page_of(
    conn: Connection, asked: Asked, *, today: int, limit: int, now: datetime
) -> tuple[list[Row], tuple[int, int] | None]:
    """Rows in the order of the queue, and where the next page goes on."""
    after, rows = max(asked.after, (today - BACK_DAYS, 0)), list[Row]()
    for _ in range(_WALKED):
        entries = judge.queue(conn, rule=asked.rule, after=after, limit=_AT_ONCE)
        for row in _rows(conn, entries, asked, now):
            if len(rows) == limit:
                return rows, rows[-1].key
            rows.append(row)
        if len(entries) < _AT_ONCE:
            return rows, None
        after = (entries[-1].day, entries[-1].point_id)
    return rows, after


def summary(conn: Connection, *, today: int) -> list[OfRule]:
    """A line a rule that found something, what is settled taken off; the most first."""
    since = today - BACK_DAYS
    found = {
        rule: OfRule(rule, count)
        for rule, count in judge.counts(conn, days=range(since, today + 1)).items()
        if count
    }
    entries = judge.queue(conn, after=(since, 0), limit=SUMMED)
    for entry, doubts, blocks in _with_blocks(conn, entries):
        for rule in entry.asking - {one.rule for one in doubts.open}:  # settled since it was judged
            found[rule].point_days -= 1
        for rule in {one.rule for one in doubts.open}:
            _add(found[rule], entry, [one for one in doubts.open if one.rule == rule], blocks)
    for one in found.values():
        one.more = len(entries) == SUMMED
    lines = [one for one in found.values() if one.point_days > 0]
    return sorted(lines, key=lambda one: (-one.point_days, one.rule))


def after_entry(conn: Connection, *, rule: str | None, day: int, point_id: int) -> tuple[int, int] | None:
    """(point, day) of the next entry that still asks for something."""
    after = (day, point_id)
    for _ in range(_WALKED):
        entries = judge.queue(conn, rule=rule, after=after, limit=_AT_ONCE)
        told = editing.doubts(conn, {(one.point_id, one.day): one.findings for one in entries})
        for one in entries:
            if _asks(told[one.point_id, one.day], rule):
                return one.point_id, one.day
        if len(entries) < _AT_ONCE:
            return None
        after = (entries[-1].day, entries[-1].point_id)
    return None


def energy_of(findings: Sequence[Finding], block: CanonicalBlock | None) -> Decimal:
    """What passed in the slots in question, each counted once, in primary Wh (A+ unless another is named)."""
    if block is None:
        return Decimal(0)
    if any(one.rule == "MISSING" for one in findings):
        return _missing(block) + energy_of([one for one in findings if one.rule != "MISSING"], block)
    slots: dict[Channel, set[int]] = {}
    for one in findings:
        for first, until in one.slots or ((0, block.quality.size),):
            slots.setdefault(one.channel or Channel.A_PLUS, set()).update(range(first, until))
    return sum((_energy(block, channel, places) for channel, places in slots.items()), Decimal(0))


def _missing(block: CanonicalBlock) -> Decimal:
    """What the day's registers counted beside its profile; nought where they do not tell."""
    if Channel.A_PLUS not in block.channels or len({one.meter_id for one in block.segments}) != 1:
        return Decimal(0)
    row = block.channels.index(Channel.A_PLUS)
    begun, ended = block.first_index[row], block.last_index[row]
    if begun is None or ended is None or ended < begun:
        return Decimal(0)
    return max(0, ended - begun - int(block.energies[row].sum())) * block.segments[0].multiplier


def _energy(block: CanonicalBlock, channel: Channel, places: set[int]) -> Decimal:
    if channel not in block.channels:
        return Decimal(0)
    row = block.energies[block.channels.index(channel)]
    return sum(
        (
            int(row[place]) * one.multiplier
            for one in block.segments
            for place in places
            if one.from_slot <= place < one.until_slot
        ),
        Decimal(0),
    )


def _add(line: OfRule, entry: QueueEntry, findings: Sequence[Finding], block: CanonicalBlock | None) -> None:
    line.wh += energy_of(findings, block)
    line.points.add(entry.point_id)
    line.oldest = entry.day if line.oldest is None else min(line.oldest, entry.day)


def _rows(conn: Connection, entries: Sequence[QueueEntry], asked: Asked, now: datetime) -> Iterator[Row]:
    places = _places(conn, entries, now)
    fitting = [one for one in entries if asked.fits(places.get(one.point_id))]
    for entry, doubts, block in _with_blocks(conn, fitting):
        if _asks(doubts, asked.rule):
            wh = energy_of([one for one in doubts.open if asked.rule in {None, one.rule}], block)
            yield Row(entry=entry, doubts=doubts, wh=wh, place=places.get(entry.point_id))


def _asks(doubts: Doubts, rule: str | None) -> bool:
    return any(rule is None or one.rule == rule for one in doubts.open)


def _places(conn: Connection, entries: Sequence[QueueEntry], now: datetime) -> Mapping[int, ServicePoint]:
    wanted = list(dict.fromkeys(one.point_id for one in entries))
    found: Mapping[int, ServicePoint] = registry.service_points_of(conn, wanted, at=now)
    return found


def _with_blocks(
    conn: Connection, entries: Sequence[QueueEntry]
) -> Iterator[tuple[QueueEntry, Doubts, CanonicalBlock | None]]:
    """Each entry with what is open of it, and its day's block; blocks are read a day at a time."""
    told = editing.doubts(conn, {(one.point_id, one.day): one.findings for one in entries})
    by_day: dict[int, list[QueueEntry]] = {}
    for one in entries:
        by_day.setdefault(one.day, []).append(one)
    for day, some in by_day.items():
        held = points.load(conn, point_ids=[one.point_id for one in some], days=[day])
        for one in some:
            block = held.get((one.point_id, day))
            yield one, told[one.point_id, day], None if block is None else block.block


def known_rule(name: str) -> str | None:
    return name if name in BY_ID else None
