"""Where does a point stand against its reactive limits, and in which hours does the excess arise?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.faces import Kind, Ratios, Series
from osos.portal.times import instant
from osos.quantities import local_day

CHANNEL_OF = {Kind.INDUCTIVE: Channel.Q1, Kind.CAPACITIVE: Channel.Q4}
DAYS, HOURS = 7, 24
_TURKIYE_S = 3 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One sentence about both ratios: how grave, which message, which kind it is about."""

    tone: Literal["ok", "warn", "bad", "none"]
    text: str  # message id
    kind: Kind | None = None


def standing(found: Ratios) -> Standing:
    """The gravest thing that can be said of the month."""
    if not found.has_reactive:
        return Standing(tone="none", text="ratios.says.not_counted")
    if found.rule.exemption is not None:
        return Standing(tone="none", text="ratios.says.exempt")
    if not found.month.ratios[Kind.INDUCTIVE].active_wh:
        return Standing(tone="none", text="ratios.says.no_active")
    passed = [kind for kind, ratio in found.month.ratios.items() if ratio.is_passed]
    if passed:
        word = "both" if len(passed) > 1 else passed[0].value
        return Standing(tone="bad", text=f"ratios.says.{word}_passed", kind=passed[0])
    return _ahead(found)


def _ahead(found: Ratios) -> Standing:
    """Of a month in which nothing is passed yet."""
    for name, word in (("will_pass", "heading"), ("may_pass", "near")):
        for kind, ahead in found.projections.items():
            if getattr(ahead, name):
                return Standing(tone="warn", text=f"ratios.says.{kind.value}_{word}", kind=kind)
    return Standing(tone="ok", text="ratios.says.fine")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcessMap:
    """varh above the limit in each hour of the week, Monday first; None: such an hour was not known."""

    varh: tuple[tuple[int | None, ...], ...]  # 7 × 24
    total: int

    @property
    def worst(self) -> tuple[int, int] | None:
        """Weekday and hour of the most; None when nothing is above."""
        cells = [(v or 0, -d, -h) for d, row in enumerate(self.varh) for h, v in enumerate(row)]
        most, day, hour = max(cells, default=(0, 0, 0))
        return (-day, -hour) if most else None

    @property
    def night_share(self) -> float:
        """Of the excess, between 22 and 06."""
        night = sum(v or 0 for row in self.varh for h, v in enumerate(row) if h >= 22 or h < 6)
        return night / self.total if self.total else 0.0


def excess_map(hours: Series, kind: Kind, limit_percent: Decimal) -> ExcessMap:
    """Of hourly sums: what is above the limit's share of the same hour's active energy."""
    local = hours.starts.astype("datetime64[s]").astype(np.int64) + _TURKIYE_S
    weekday, hour = (local // 86400 + 3) % 7, local % 86400 // 3600
    top, bottom = limit_percent.as_integer_ratio()
    allowed = hours.of(Channel.A_PLUS) * top // (100 * bottom)
    excess = np.maximum(hours.of(CHANNEL_OF[kind]) - allowed, 0)
    known = hours.known_minutes > 0
    rows = tuple(
        tuple(
            int(excess[own].sum()) if (own := (weekday == d) & (hour == h) & known).any() else None
            for h in range(HOURS)
        )
        for d in range(DAYS)
    )
    return ExcessMap(varh=rows, total=int(excess[known].sum()))


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRatio:
    """The running ratios at one day's end, in per cent."""

    day: int  # of the month
    percent: Mapping[Kind, float | None]
    active_wh: int
    varh: Mapping[Kind, int]


def last_day_of(end: np.datetime64) -> int:
    """Of the month: who came on the tenth has no first day."""
    return local_day(instant(end - np.timedelta64(1, "s"))).day


def by_day(found: Ratios) -> Sequence[DayRatio]:
    """For the drawing and its table, from the same figures."""
    percents = {kind: found.percent_by_day(kind) for kind in Kind}
    return [
        DayRatio(
            day=last_day_of(end),
            percent={k: None if np.isnan(percents[k][n]) else float(percents[k][n]) for k in Kind},
            active_wh=int(found.cumulative_active_wh[n]),
            varh={k: int(found.cumulative_varh[k][n]) for k in Kind},
        )
        for n, end in enumerate(found.day_ends)
    ]
