"""What did the meter test bench measure, in the file somebody hands in on the page? (T-24)"""

from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile

from osos.conformity.accuracy import Classes, NoSuchClass, sheets
from osos.conformity.accuracy.kept import keep_accuracy
from osos.conformity.accuracy.reading import read_measurements
from osos.conformity.run_file import RunFileTrouble
from osos.conformity.shelf import Kept
from osos.console.bench import Look

SHOWN = 8  # problems of a file


@dataclass(frozen=True, slots=True)
class Unfit:
    """`reason` has its words in the catalogue; `problems` are the file's own."""

    reason: str
    problems: tuple[str, ...] = ()


def hand_in(look: Look, kept: Kept, form: FormData, body: bytes) -> Unfit | None:
    """None: it stands behind the run now. A file with a problem is not taken in part."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not body:
        return Unfit("no-file")
    assert kept.sheet is not None
    try:
        classes = Classes(active=_text(form, "active", "B"), reactive=_text(form, "reactive", "2"))
    except NoSuchClass:
        return Unfit("no-class")
    found = read_measurements(body, sheets(kept.sheet.report.device))
    if found.problems or not found.measured:
        return Unfit("unreadable", tuple(str(one) for one in found.problems[:SHOWN]))
    by = _text(form, "by", "").strip() if look.bench.is_local else look.viewer.name
    if not by:
        return Unfit("no-name")
    at = look.web.real_clock.now().replace(microsecond=0)
    source = (file.filename or "?")[:100]
    try:
        keep_accuracy(kept.path, found.measured, classes=classes, source=source, by=by[:100], at=at)
    except RunFileTrouble as trouble:
        return Unfit(trouble.reason)
    return None


def _text(form: FormData, name: str, otherwise: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) and value else otherwise
