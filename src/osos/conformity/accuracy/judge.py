"""Is every point of a procedure within its limit?"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from osos.conformity.accuracy.limits import Classes, limit_percent
from osos.conformity.accuracy.points import Measured, Measurements, Point, Sheet
from osos.conformity.device import Device
from osos.conformity.verdicts import Verdict

STILL_IMPULSES = 1  # no more than this while a meter without load is watched
START_IMPULSES = 2  # at least this while the starting current flows


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    point: Point
    limit_percent: Decimal
    measured: Measured | None
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A sheet with what was measured: the boxes Yapıldı and Sonuç."""

    sheet: Sheet
    points: tuple[Judged, ...]

    @property
    def done(self) -> bool:
        return all(one.verdict is not Verdict.WAITING for one in self.points)

    @property
    def verdict(self) -> Verdict:
        found = {one.verdict for one in self.points}
        return next(one for one in (Verdict.FAIL, Verdict.WAITING, Verdict.PASS) if one in found)


def judge(
    sheets: Iterable[Sheet], measured: Measurements, device: Device, classes: Classes
) -> tuple[Result, ...]:
    """A point without a value waits; nothing passes unmeasured."""
    return tuple(
        Result(
            sheet=sheet,
            points=tuple(
                _judged(sheet, point, measured.get((sheet.title, point.number)), device, classes)
                for point in sheet.points
            ),
        )
        for sheet in sheets
    )


def _judged(sheet: Sheet, point: Point, found: Measured | None, device: Device, classes: Classes) -> Judged:
    limit = limit_percent(point, device, classes, field_mt=sheet.field_mt)
    return Judged(point=point, limit_percent=limit, measured=found, verdict=_verdict(point, found, limit))


def _verdict(point: Point, found: Measured | None, limit: Decimal) -> Verdict:
    if point.asked == "error":
        if found is None or found.error_percent is None:
            return Verdict.WAITING
        return Verdict.PASS if abs(found.error_percent) <= limit else Verdict.FAIL
    if found is None or found.impulses is None:
        return Verdict.WAITING
    moves = found.impulses >= START_IMPULSES if point.asked == "starts" else found.impulses <= STILL_IMPULSES
    return Verdict.PASS if moves else Verdict.FAIL
