"""Which files of a run can be taken away?"""

from starlette.responses import Response

from osos.conformity.outputs import as_json, as_junit
from osos.conformity.report import form_pdf
from osos.conformity.report.sheet import Sheet
from osos.conformity.shelf import Kept

FILES = {
    "pdf": ("EK-2 PDF", "application/pdf"),
    "json": ("JSON", "application/json"),
    "junit": ("JUnit XML", "application/xml"),
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
    return (as_json(sheet.report) if kind == "json" else as_junit(sheet.report)).encode()
