"""What did trying a rule come to: findings, energy, money, points, month by month?

The energy of a finding is what was measured in its slots (of the whole day, if it names none) as A+ with the
multiplier: what a bill would have to wait for. What is missing was not measured and counts nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.labels import date_of_day
from osos.mdm.rules import DayFacts, Finding
from osos.mdm.rules.facts import UNKNOWN

_KURUS = Decimal("0.01")
_MILLI = 1000
SHOWN = 20  # findings kept to be looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthShare:
    """One month of a trial."""

    month: date  # its first day
    findings: int
    point_days: int
    points: int
    energy_wh: int  # primary


@dataclass(frozen=True, slots=True, kw_only=True)
class PointShare:
    """One point that the rule spoke of."""

    point_id: int
    findings: int
    energy_wh: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A rule's word on every judged day of the time."""

    rule: str
    thresholds: Mapping[str, int]  # as tried, for every point
    judged_point_days: int
    findings: int
    point_days: int  # with a finding
    energy_wh: int
    money: Decimal  # TL, to the kuruş
    months: tuple[MonthShare, ...]
    points: tuple[PointShare, ...]  # the most energy first
    examples: tuple[Finding, ...]


@dataclass(slots=True)
class Tally:
    """Counts while the days go by."""

    judged: int = 0
    energies: dict[tuple[int, int], int] = field(default_factory=dict)  # (point, day) → Wh
    counts: dict[tuple[int, int], int] = field(default_factory=dict)
    examples: list[Finding] = field(default_factory=list)

    def add(self, day: DayFacts, found: Iterable[Finding]) -> None:
        self.judged += day.rows
        by_point: dict[int, list[Finding]] = {}
        for one in found:
            by_point.setdefault(one.point_id, []).append(one)
        if not by_point:
            return
        row_of = {point: row for row, point in enumerate(day.points.tolist())}
        for point, each in by_point.items():
            key = (point, each[0].day)
            self.counts[key] = len(each)
            self.energies[key] = energy_at_stake(day, row_of[point], each)
            self.examples += each[: max(0, SHOWN - len(self.examples))]

    def take(self, more: "Tally") -> None:
        """What later points came to."""
        self.judged += more.judged
        self.energies |= more.energies
        self.counts |= more.counts
        self.examples += more.examples[: max(0, SHOWN - len(self.examples))]

    def result(self, rule: str, thresholds: Mapping[str, int], price_tl_kwh: Decimal) -> Trial:
        energy = sum(self.energies.values())
        return Trial(
            rule=rule,
            thresholds=thresholds,
            judged_point_days=self.judged,
            findings=sum(self.counts.values()),
            point_days=len(self.counts),
            energy_wh=energy,
            money=(Decimal(energy) / 1000 * price_tl_kwh).quantize(_KURUS, ROUND_HALF_UP),
            months=tuple(self._months()),
            points=tuple(self._points()),
            examples=tuple(self.examples),
        )

    def _months(self) -> Iterable[MonthShare]:
        by_month: dict[date, list[tuple[int, int]]] = {}
        for key in self.counts:
            by_month.setdefault(date_of_day(key[1]).replace(day=1), []).append(key)
        for month, keys in sorted(by_month.items()):
            yield MonthShare(
                month=month,
                findings=sum(self.counts[key] for key in keys),
                point_days=len(keys),
                points=len({point for point, _ in keys}),
                energy_wh=sum(self.energies[key] for key in keys),
            )

    def _points(self) -> list[PointShare]:
        by_point: dict[int, list[tuple[int, int]]] = {}
        for key in self.counts:
            by_point.setdefault(key[0], []).append(key)
        shares = [
            PointShare(
                point_id=point,
                findings=sum(self.counts[key] for key in keys),
                energy_wh=sum(self.energies[key] for key in keys),
            )
            for point, keys in by_point.items()
        ]
        return sorted(shares, key=lambda one: (-one.energy_wh, -one.findings, one.point_id))


def energy_at_stake(day: DayFacts, row: int, found: Iterable[Finding]) -> int:
    """Primary Wh of A+ in the slots of these findings, each slot once."""
    place = day.place(Channel.A_PLUS)
    if place is None:
        return 0
    slots = np.zeros(day.slots, dtype=bool)
    for one in found:
        for first, until in one.slots or ((0, day.slots),):
            slots[first:until] = True
    own = int(day.energies[place, row][slots].sum())
    milli = int(day.meter.multiplier_milli[row])
    return own if milli == UNKNOWN else own * milli // _MILLI
