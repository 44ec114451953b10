"""What do points of the same kind tell about a hole that the point itself cannot tell?

Asked only where a point has no like days of its own. Points of the same class and tariff group, those of the
same district first, of which the month (for coefficients) or the hole's slots (for neighbours) were measured.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, and_, func, select

from osos import registry
from osos.mdm import canonical_packing, points
from osos.mdm.canonical import CanonicalBlock, Channel
from osos.mdm.estimates.gathering import Help
from osos.mdm.estimates.hole import Hole
from osos.mdm.estimates.similar_points import Similar
from osos.mdm.estimates.standard_profile import Standard
from osos.mdm.labels import date_of_day, day_number
from osos.mdm.tables import canonical_blocks
from osos.quantities import Quality
from osos.registry.point_tables import point_terms, service_points

MOST_LIKE = 200  # points of the kind that are looked at
MOST_TAKEN = 20  # of them that serve
FEWEST = 3  # two points are no group
USUAL_DAYS = 28  # before the hole: how large a point is beside another
NOMINAL_WH = 1_000_000  # of a month whose sum registers will tell: only the shape counts then


def help_of(conn: Connection, point_id: int, now: datetime) -> Help:
    """The areas a storm may be declared for, and points like this one, looked for when they are needed."""
    place = registry.service_point(conn, point_id, at=now)
    if place is None:
        return Help()
    like = _Like(conn, point_id, place)
    return Help(areas=areas_of_place(place), standard=like.standard, similar=like.similar)


def areas_of_place(place: registry.ServicePoint) -> tuple[str, ...]:
    """Region, centre and district by name."""
    named = (("region", place.region), ("centre", place.centre), ("district", place.district))
    return tuple(f"{kind} {name}" for kind, name in named if name)


@dataclass(frozen=True, slots=True)
class _Day:
    """A day's sum of A+ in primary Wh."""

    point_id: int
    day: int
    primary: Decimal


class _Like:
    """Points of the same kind; what was asked once is not asked again for the next hole."""

    def __init__(self, conn: Connection, point_id: int, place: registry.ServicePoint) -> None:
        self._conn, self._point_id, self._place = conn, point_id, place
        self._candidates: list[int] | None = None

    def standard(self, hole: Hole) -> Standard | None:
        """Share of each slot in the month, over points of the kind whose month is whole."""
        days = sorted({day for day, _ in hole.places()})
        month = _month_of(days[0])
        if month != _month_of(days[-1]):
            return None  # a hole over two months has two scales
        sums = self._whole_months(month)
        chosen = list(sums)[:MOST_TAKEN]
        if len(chosen) < FEWEST:
            return None
        total = sum((sums[point] for point in chosen), Decimal(0))
        energies = self._energies(chosen, hole)
        if len(energies) < len(chosen) or not total:
            return None
        slots = [sum((energies[point][place] for point in chosen), Decimal(0)) for place in range(hole.count)]
        name = f"{self._place.point_class} / {self._place.tariff_group or '–'}, {len(chosen)} points"
        return Standard(
            name=f"{name}, {date_of_day(month.start):%Y-%m}",
            month_wh={channel: self._month_wh(hole, channel, month) for channel in hole.channels},
            coefficients=[slot / total for slot in slots],
        )

    def similar(self, hole: Hole) -> tuple[Similar, ...]:
        """Neighbours with the hole's slots measured, and what both used on the same usual days before."""
        first = hole.places()[0][0]
        usual = range(first - USUAL_DAYS, first)
        own = {one.day: one.primary for one in whole_days(self._conn, [self._point_id], usual)}
        if not own:
            return ()
        found = []
        for point, energies in self._energies(self._like(), hole, most=MOST_TAKEN).items():
            theirs = {one.day: one.primary for one in whole_days(self._conn, [point], own)}
            days = own.keys() & theirs.keys()
            if days and sum(theirs[day] for day in days):
                found.append(
                    Similar(
                        point_id=point,
                        energies={Channel.A_PLUS: [int(wh / hole.multiplier) for wh in energies]},
                        usual_wh=int(sum(theirs[day] for day in days)),
                        own_usual_wh=int(sum(own[day] for day in days)),
                    )
                )
        return tuple(found)

    def _month_wh(self, hole: Hole, channel: Channel, month: range) -> int:
        """What the meter may count in this month, from its own days; nominal where registers tell the sum."""
        if hole.difference(channel) is not None:
            return NOMINAL_WH
        if channel is not Channel.A_PLUS:
            return 0
        first = hole.places()[0][0]
        own = [one.primary for one in whole_days(self._conn, [self._point_id], range(first - 62, first))]
        return int(sum(own, Decimal(0)) * len(month) / len(own) / hole.multiplier) if own else 0

    def _whole_months(self, month: range) -> dict[int, Decimal]:
        """The sum of each candidate that misses nothing in the month."""
        sums: dict[int, list[Decimal]] = {}
        for one in whole_days(self._conn, self._like(), month):
            sums.setdefault(one.point_id, []).append(one.primary)
        order = {point: place for place, point in enumerate(self._like())}
        whole = [point for point, days in sums.items() if len(days) == len(month)]
        return {point: sum(sums[point], Decimal(0)) for point in sorted(whole, key=lambda one: order[one])}

    def _energies(
        self, candidates: Sequence[int], hole: Hole, *, most: int | None = None
    ) -> dict[int, list[Decimal]]:
        """Primary A+ of those that measured every slot of the hole."""
        days = {day for day, _ in hole.places()}
        found: dict[int, list[Decimal]] = {}
        for point in candidates:
            held = points.load(self._conn, point_ids=[point], days=days)
            slots = _slots({day: one.block for (_, day), one in held.items()}, hole)
            if slots is not None:
                found[point] = slots
            if len(found) == most:
                break
        return found

    def _like(self) -> list[int]:
        if self._candidates is None:
            self._candidates = same_kind(self._conn, self._point_id, self._place)
        return self._candidates


def same_kind(conn: Connection, point_id: int, place: registry.ServicePoint) -> list[int]:
    """Those of the district first, then by number, so that the same question has the same answer."""
    if place.point_class is None:
        return []
    t, s = point_terms.c, service_points.c
    kind = and_(t.point_class == place.point_class, t.until.is_(None), t.point_id != point_id)
    if place.tariff_group is not None:
        kind = and_(kind, t.tariff_group == place.tariff_group)
    here = func.coalesce(s.district, "") == (place.district or "")
    joined = point_terms.outerjoin(service_points, s.point_id == t.point_id)
    found: list[int] = []
    for condition in (here, ~here):
        query = select(t.point_id).select_from(joined).where(kind, condition).order_by(t.point_id)
        found += conn.scalars(query.limit(MOST_LIKE - len(found))) if len(found) < MOST_LIKE else []
    return found


def whole_days(conn: Connection, wanted: Collection[int], days: Collection[int]) -> list[_Day]:
    """Days that were measured throughout."""
    if not wanted or not days:
        return []
    c = canonical_blocks.c
    measured = and_(c.missing == 0, c.suspect == 0, c.a_plus_wh.is_not(None))
    query = select(c.point_id, c.day, c.period_min, c.segments, c.a_plus_wh).where(
        c.point_id.in_(list(wanted)), c.day.in_(list(days)), measured
    )
    found = []
    for row in conn.execute(query.order_by(c.point_id, c.day)):
        segments = canonical_packing.segments_of(row.segments, period_min=row.period_min)
        if len({one.multiplier for one in segments}) == 1:
            found.append(_Day(row.point_id, row.day, row.a_plus_wh * segments[0].multiplier))
    return found


def _slots(blocks: Mapping[int, CanonicalBlock], hole: Hole) -> list[Decimal] | None:
    found = []
    for day, slot in hole.places():
        block = blocks.get(day)
        if block is None or block.period_min != hole.period_min or Channel.A_PLUS not in block.channels:
            return None
        if block.quality[slot] != Quality.MEASURED.mark:
            return None
        energy = int(block.energies[block.channels.index(Channel.A_PLUS), slot])
        segment = next(one for one in block.segments if one.from_slot <= slot < one.until_slot)
        found.append(energy * segment.multiplier)
    return found


def _month_of(day: int) -> range:
    first = date_of_day(day).replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return range(day_number(first), day_number(after))
