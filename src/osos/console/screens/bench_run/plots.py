"""How do the errors of EK-4 look on the page, between their limits?"""

from collections.abc import Iterator
from dataclasses import dataclass

from osos.conformity.accuracy.judge import Judged, Result
from osos.conformity.shelf import Kept
from osos.conformity.verdicts import Verdict

WIDTH, HEIGHT, SIDE = 640.0, 130.0, 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One sheet, as its picture is drawn."""

    result: Result
    measured: int
    out: int  # points beyond their limit
    worst: Judged | None  # nearest to its limit, or farthest beyond
    limits: str  # a path: a dash above and below each point
    dots: tuple[tuple[str, str, bool], ...]  # x, y, is out of its limit


def plots(kept: Kept) -> tuple[Plot, ...]:
    found = kept.sheet.accuracy if kept.sheet else None
    return tuple(_plot(result) for result in found.results) if found else ()


def _plot(result: Result) -> Plot:
    shown = [one for one in result.points if _error(one) is not None]
    return Plot(
        result=result,
        measured=sum(one.verdict is not Verdict.WAITING for one in result.points),
        out=sum(one.verdict is Verdict.FAIL for one in result.points),
        worst=max(shown, key=lambda one: abs(_error(one) or 0) / float(one.limit_percent), default=None),
        limits="".join(_dashes(result)),
        dots=tuple(_dot(one, result) for one in shown),
    )


def _dashes(result: Result) -> Iterator[str]:
    count = len(result.points)
    width = (WIDTH - 2 * SIDE) / count
    for sign in (1, -1):
        for one in result.points:
            y = _y(sign * float(one.limit_percent), _top(result))
            yield f"M{_x(one, count) - width / 2:.1f} {y:.1f}h{width:.1f}"


def _dot(one: Judged, result: Result) -> tuple[str, str, bool]:
    y = _y(_error(one) or 0.0, _top(result))
    return f"{_x(one, len(result.points)):.1f}", f"{y:.1f}", one.verdict is Verdict.FAIL


def _top(result: Result) -> float:
    return 1.5 * max(float(one.limit_percent) for one in result.points)


def _x(one: Judged, count: int) -> float:
    return SIDE + (WIDTH - 2 * SIDE) * (one.point.number - 0.5) / count


def _y(percent: float, top: float) -> float:
    return HEIGHT * (1 - max(-top, min(top, percent)) / top) / 2


def _error(one: Judged) -> float | None:
    if one.measured is None or one.measured.error_percent is None:
        return None
    return float(one.measured.error_percent)
