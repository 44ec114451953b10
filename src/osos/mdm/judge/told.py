"""What must others tell before a day can be judged wholly?

The blocks tell the registers. What was agreed for a point, what a check meter saw, what was estimated is
known elsewhere; nobody's word leaves a rule silent, never wrong.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

PointDay = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointTerms:
    """What was agreed for a point; None: nobody has said."""

    active: bool | None = None
    may_export: bool | None = None
    seasonal: bool | None = None
    greatest_primary_w: int | None = None  # what fuses and transformers carry
    groups: Mapping[str, str] = field(default_factory=dict)  # point_class, tariff_group: scopes of thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Of points, and of (point, day)."""

    terms: Mapping[int, PointTerms] = field(default_factory=dict)
    strangers: Set[PointDay] = frozenset()  # another meter answered (F51)
    estimated: Mapping[PointDay, int] = field(default_factory=dict)  # slots
    outages: Mapping[PointDay, tuple[tuple[int, int], ...]] = field(
        default_factory=dict
    )  # slots [from, until) without voltage
    check_wh: Mapping[PointDay, int] = field(default_factory=dict)  # primary, of the check meter
    below_wh: Mapping[PointDay, int] = field(default_factory=dict)  # primary, all meters below
    loss_wh: Mapping[PointDay, int] = field(default_factory=dict)
    ordered: Set[PointDay] = frozenset()  # a work order changed the multiplier
    status: Mapping[PointDay, int] = field(default_factory=dict)  # OVERFLOWED | TESTED | FAULTY
    period_min: Mapping[PointDay, int] = field(default_factory=dict)  # what the profile is configured to
