"""In how few requests can the missing records be asked for?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from osos.mdm.gap_rows import Gap

BRIDGE = 4  # records known already that a request may span: they cost less than another request


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One range to ask a meter for, both labels included (M-107), and the gaps it would fill."""

    point_id: int
    meter_id: int
    profile: str
    first_label: int
    last_label: int
    period_min: int
    missing: int
    gap_ids: tuple[int, ...]

    @property
    def records(self) -> int:
        return (self.last_label - self.first_label) // self.period_min + 1


def merge(found: Iterable[Gap], *, at_most: int, bridge: int = BRIDGE) -> list[Request]:
    """Requests of at most so many records: gaps that lie near each other become one, long ones are cut."""
    requests: list[Request] = []
    for gap in sorted(found, key=lambda gap: (gap.meter_id, gap.profile, gap.period_min, gap.first_label)):
        for piece in _pieces(gap, at_most):
            joined = _join(requests[-1], piece, at_most, bridge) if requests else None
            if joined is None:
                requests.append(piece)
            else:
                requests[-1] = joined
    return requests


def _pieces(gap: Gap, at_most: int) -> Iterator[Request]:
    step = at_most * gap.period_min
    for first in range(gap.first_label, gap.last_label + 1, step):
        last = min(gap.last_label, first + step - gap.period_min)
        yield Request(
            point_id=gap.point_id,
            meter_id=gap.meter_id,
            profile=gap.profile,
            first_label=first,
            last_label=last,
            period_min=gap.period_min,
            missing=(last - first) // gap.period_min + 1,
            gap_ids=(gap.gap_id,),
        )


def _join(one: Request, other: Request, at_most: int, bridge: int) -> Request | None:
    same = (one.meter_id, one.profile, one.period_min) == (other.meter_id, other.profile, other.period_min)
    between = (other.first_label - one.last_label) // one.period_min - 1
    joined = replace(
        one,
        last_label=max(one.last_label, other.last_label),
        missing=one.missing + other.missing,
        gap_ids=tuple(dict.fromkeys(one.gap_ids + other.gap_ids)),
    )
    return joined if same and 0 <= between <= bridge and joined.records <= at_most else None
