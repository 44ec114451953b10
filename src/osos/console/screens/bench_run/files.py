"""Which files of a run can be taken away?"""

from starlette.responses import Response

from osos.conformity.accuracy import Classes, judge, sheets
from osos.conformity.accuracy.workbook import workbook
from osos.conformity.outputs import as_junit
from osos.conformity.report import form_pdf
from osos.conformity.report.sheet import Sheet
from osos.conformity.shelf import Kept

FILES = {
    "pdf": ("EK-2 PDF", "application/pdf"),
    "json": ("JSON", "application/json"),
    "junit": ("JUnit XML", "application/xml"),
    "xlsx": ("EK-4 XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_SUFFIXES = {"junit": "junit.xml"}


def file_of(kept: Kept, kind: str) -> Response:
    assert kept.sheet is not None
    name = f"{kept.name}.{_SUFFIXES.get(kind, kind)}".encode("ascii", "replace").decode().replace('"', "_")
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(_body(kept.sheet, kind), media_type=FILES[kind][1], headers=headers)


def _body(sheet: Sheet, kind: str) -> bytes:
    if kind == "pdf":
        return form_pdf(sheet)
    if kind == "xlsx":
        return _accuracy(sheet)
    return (sheet.as_json() if kind == "json" else as_junit(sheet.report)).encode()


def _accuracy(sheet: Sheet) -> bytes:
    """What was measured; before that the blank sheets, for a test bench to fill in."""
    device = sheet.report.device
    if sheet.accuracy is not None:
        return workbook(sheet.accuracy.results, device)
    return workbook(judge(sheets(device), {}, device, Classes()), device)
