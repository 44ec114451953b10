"""How does a sheet become the PDF of form EK-2? (T-5)"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from osos.conformity.catalogue import Group, form
from osos.conformity.device import SHELF, SHELF_2, TESTED, Device
from osos.conformity.report import batteries
from osos.conformity.report.accuracy import accuracy_facts
from osos.conformity.report.notes import NOTES
from osos.conformity.report.remarks import remarks, withdrawn_words
from osos.conformity.report.rows import WHEN, tables
from osos.conformity.report.sheet import RATINGS, Sheet
from osos.conformity.report.words import (
    CHAPTERS,
    CONNECTIONS,
    KINDS,
    OPTIONS,
    OTHER_REMARKS,
    REMARKS,
    RESULTS,
    TITLES,
    VOLTAGES,
    WAYS,
)
from osos.conformity.verdicts import Verdict
from osos.quantities import to_local
from osos.typesetting import legible, typeset

TEMPLATE = Path(__file__).with_name("ek2.typ")


def form_pdf(sheet: Sheet) -> bytes:
    """The same run gives the same bytes; the time printed is the data's, not of the printing."""
    return typeset(TEMPLATE, legible(facts_of(sheet)), made_at=sheet.data_time)


def facts_of(sheet: Sheet) -> dict[str, Any]:
    report = sheet.report
    counted = Counter(sheet.verdict(step, check) for step in form().steps for check in step.checks)
    return {
        "version": form().version,
        "date": f"{to_local(report.began):%d.%m.%Y}",
        "data_time": f"{to_local(sheet.data_time):{WHEN}}",
        "chain": report.chain,
        "warnings": _warnings(sheet),
        "totals": [
            {"word": RESULTS[verdict], "count": counted[verdict], "kind": str(verdict)}
            for verdict in (Verdict.PASS, Verdict.FAIL, Verdict.NOT_APPLICABLE, Verdict.WAITING)
        ],
        "head": _head(report.device),
        "groups": [_group(group, sheet) for group in form().groups],
        "people": _people(sheet),
        "withdrawn": [withdrawn_words(one) for one in sheet.withdrawn],
        "accuracy": accuracy_facts(sheet.accuracy, report.device),
    }


def _warnings(sheet: Sheet) -> list[str]:
    found = []
    if not sheet.report.whole:
        found.append(
            "Kısa deney: formun istediği tekrarlar yapılmadı; bu belge inceleme formu yerine geçmez."
        )
    if sheet.cut_short:
        found.append("Deney yarıda kesildi ve tamamlanmadı.")
    return found


def _head(device: Device) -> dict[str, Any]:
    head = {"voltage": device.voltage.replace(".", ","), **device.head}
    samples = [device.sample(name) for name in (TESTED, SHELF, SHELF_2)]
    return {
        "names": [[label, head.get(key, "")] for key, label in _NAMES],
        "choices": [
            _choices(KINDS, {device.kind}),
            _choices(CONNECTIONS, {device.connection}),
            _choices(VOLTAGES, {device.voltage}),
            _choices(WAYS, {device.ways}),
        ],
        "options": _choices(OPTIONS, device.options),
        "serials": [
            [f"Seri No{number}", one.address if one else ""] for number, one in enumerate(samples, 1)
        ],
        "ratings": [[label, head.get(key, "")] for key, label in RATINGS.items()],
    }


_NAMES = (("firm", "Firma"), ("make", "Marka"), ("model", "Model"))


def _choices(rows: Sequence[tuple[object, str]], chosen: set[Any] | frozenset[Any]) -> list[list[Any]]:
    return [[value in chosen, words] for value, words in rows]


def _group(group: Group, sheet: Sheet) -> dict[str, Any]:
    label = REMARKS.get(group.id, OTHER_REMARKS)
    return {
        "id": group.id,
        "chapter": CHAPTERS.get(group.id, ""),
        "title": TITLES.get(group.id, group.title.tr),
        "matrix": [row.tr for row in group.matrix],
        "tables": tables(group, sheet),
        "currents": _currents(group, sheet),
        "notes": NOTES.get(group.id, ()),
        "remarks_label": label,
        "remarks": remarks(group, sheet) if label else [],
    }


def _currents(group: Group, sheet: Sheet) -> dict[str, Any] | None:
    if not any(step.id == batteries.STEP for step in group.steps):
        return None
    rows = batteries.battery_currents(sheet.signed(batteries.STEP, 1))
    return {"title": batteries.TABLE, "rows": rows, "how": batteries.HOW}


def _people(sheet: Sheet) -> list[dict[str, Any]]:
    """Each inspector with what was signed and when; those named in the run are all there are."""
    names = dict.fromkeys(one.by for one in sheet.signatures)
    found = []
    for name in names:
        own = [one for one in sheet.signatures if one.by == name]
        times = sorted(to_local(one.at) for one in own)
        found.append(
            {
                "name": name,
                "first": f"{times[0]:{WHEN}}",
                "last": f"{times[-1]:{WHEN}}",
                "checks": len(own),
                "steps": ", ".join(dict.fromkeys(one.step for one in own)),
                "refused": sum(one.verdict is Verdict.FAIL for one in own),
            }
        )
    return found
