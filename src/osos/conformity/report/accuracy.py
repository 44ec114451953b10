"""How do the accuracy tests of EK-4 stand on paper: the form's own table, and a sheet a test? (T-5, T-24)"""

from typing import Any

from osos.conformity.accuracy.columns import ENERGIES, WORDS
from osos.conformity.accuracy.judge import Judged, Result
from osos.conformity.accuracy.kept import AccuracyKept
from osos.conformity.accuracy.plot import error_plot
from osos.conformity.catalogue import form
from osos.conformity.device import Device, Kind
from osos.conformity.verdicts import Verdict

_KINDS: tuple[Kind, ...] = ("combi", "3p", "1p")  # the form's order of columns


def accuracy_facts(kept: AccuracyKept | None, device: Device) -> dict[str, Any]:
    """The table stands on every form; the sheets where something was measured."""
    results = kept.results if kept else ()
    return {
        "rows": [_row(number, told, results, device) for number, told in enumerate(form().accuracy, 1)],
        "classes": {"active": kept.classes.active, "reactive": kept.classes.reactive} if kept else {},
        "source": f"{kept.source}; {kept.by}" if kept else "",
        "phases": device.phases,
        "sheets": [_sheet(result) for result in results if _was_tried(result)],
    }


def _row(number: int, told: Any, results: tuple[Result, ...], device: Device) -> dict[str, Any]:
    prefix = "DB" if device.connection == "direct" else "X/5"  # notes 2 and 4
    own = [result for result in results if result.sheet.id == told["id"]]
    return {
        "number": number,
        "id": f"EK-4.{told['id'][-1]}",
        "name": f"{prefix}--{told['tr']}",
        "points": [told["points"].get(kind, "") for kind in _KINDS],
        "concerns": device.kind in told["points"],
        "done": bool(own) and all(result.done for result in own),
        "results": [_result(result, many=len(own) > 1) for result in own],
    }


def _result(result: Result, *, many: bool) -> dict[str, str]:
    field = f"{result.sheet.field_mt} mT: " if many else ""
    return {"word": field + WORDS[result.verdict], "kind": str(result.verdict)}


def _was_tried(result: Result) -> bool:
    return any(one.verdict is not Verdict.WAITING for one in result.points)


def _sheet(result: Result) -> dict[str, Any]:
    sheet = result.sheet
    return {
        "id": f"EK-4.{sheet.id[-1]}",
        "name": sheet.name,
        "field": sheet.field_mt,
        "word": WORDS[result.verdict],
        "kind": str(result.verdict),
        "plot": error_plot(result, font="OSOS Sans"),
        "points": [_point(one) for one in result.points],
    }


def _point(one: Judged) -> dict[str, Any]:
    point = one.point
    return {
        "number": str(point.number),
        "energy": ENERGIES[point.quantity],
        "why": " · ".join(filter(None, (point.why, point.register))),
        "volts": _alike([f"{value / 10:.1f}" for value in point.volts_dv]),
        "amps": _alike([f"{value / 1000:g}" for value in point.amps_ma]),
        "degrees": _alike([str(value) for value in point.degrees]),
        "limit": _comma(f"±{one.limit_percent}") if point.asked == "error" else "",
        "error": _found(one),
        "word": WORDS[one.verdict],
        "kind": str(one.verdict),
    }


def _alike(values: list[str]) -> str:
    """One value where all phases have the same."""
    return _comma(values[0] if len(set(values)) == 1 else " / ".join(values))


def _found(one: Judged) -> str:
    if one.measured is None:
        return ""
    if one.point.asked != "error":
        return "" if one.measured.impulses is None else f"{one.measured.impulses} imp"
    error = one.measured.error_percent
    return "" if error is None else _comma(f"{error:+.3f}")


def _comma(text: str) -> str:
    return text.replace(".", ",")
