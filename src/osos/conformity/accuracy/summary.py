"""What of EK-4 stands in the JSON of a run? A line a procedure; the points stand in its workbook."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from osos.conformity.accuracy.judge import Judged, Result
from osos.conformity.accuracy.kept import AccuracyKept
from osos.conformity.verdicts import Verdict


def accuracy_summary(kept: AccuracyKept) -> dict[str, Any]:
    return {
        "source": kept.source,
        "by": kept.by,
        "at": kept.at.isoformat(),
        "classes": asdict(kept.classes),
        "procedures": [_procedure(result) for result in kept.results],
    }


def _procedure(result: Result) -> dict[str, Any]:
    return {
        "name": result.sheet.name,
        "title": result.sheet.title,
        "verdict": str(result.verdict),
        "points": len(result.points),
        "measured": sum(one.verdict is not Verdict.WAITING for one in result.points),
        "failed": sum(one.verdict is Verdict.FAIL for one in result.points),
        "worst": _worst(result),
    }


def _worst(result: Result) -> dict[str, Any] | None:
    """The point nearest to its limit, or farthest beyond."""
    told = [(error, one) for one in result.points if (error := _error(one)) is not None]
    if not told:
        return None
    error, one = max(told, key=lambda each: abs(each[0]) / each[1].limit_percent)
    return {
        "point": one.point.number,
        "error_percent": str(error),
        "limit_percent": str(one.limit_percent),
    }


def _error(one: Judged) -> Decimal | None:
    return one.measured.error_percent if one.measured else None
