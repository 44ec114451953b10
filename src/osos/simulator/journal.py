"""What did the pretend world really send, and what of it did the centre acknowledge?

The ground truth for a checker that imports nothing of osos: JSON, one object a line, each line flushed before
the bytes it speaks of go out. Times are ISO 8601 with offset, of the simulated clock. The first line of a
journal says what its other lines mean.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

EXPLANATION = {
    "event": "journal",
    "version": 1,
    "every_line": "event, at (simulated time), device (FLAG+serial of the unit)",
    "lines": {
        "made": (
            "the unit stored a read to send until it is acked: reference_id, function, meter (FLAG+serial), "
            "raw_sha256 and raw_bytes of the line bytes it carries, and what they say in the meter's own "
            "characters: values = [[code, bracket, …], …] of a readout; or profile = its name, columns = the "
            "codes of its columns (null when the meter did not tell), rows = [[label, [value, …]], …] in "
            "storage order, labels at +03:00"
        ),
        "sent": (
            "a message went out: reference_id, function, part and parts (1 of 1 when not split), attempt on "
            "this connection, sha256 and bytes of the JSON between # and $"
        ),
        "acked": "an ack came in: reference_id, fail_code (null: taken), known (false: nothing waited)",
        "heard": "another message of the centre came in: reference_id, function, repeated",
        "garbled": "bytes came in that are no message: reason, bytes",
        "dropped": "the unit gave a message up: reference_id, reason",
        "failed": "a directive brought nothing: meter, directive, reference_id, fail_code, detail",
        "link": "the connection: state = up or down, reason",
    },
}

_LINE = re.compile(
    r"(?:^|[\n\x02])(?:\d+-\d+:)?([0-9A-Z.]{1,12}(?:\*\d+)?)((?:\([^)\r\n]*\))+)", re.MULTILINE
)
_ROW = re.compile(r"(?:^|[\n\x02])(?:P\.\d\d)?\((\d\d-\d\d-\d\d,\d\d:\d\d)\)\(([^)\r\n]*)\)", re.MULTILINE)
_PROFILE = re.compile(r"\bP\.\d\d\b")

Columns = Callable[[str], tuple[str, ...] | None]


class Journal:
    """Writes the lines; `None` for the path keeps nothing."""

    def __init__(self, path: Path | None = None) -> None:
        self._file: TextIO | None = path.open("a", encoding="utf-8") if path is not None else None
        if self._file is not None and self._file.tell() == 0:
            self._write(EXPLANATION)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def note(self, event: str, *, device: str, at: datetime, **facts: Any) -> None:
        if self._file is not None:
            self._write({"event": event, "at": at.isoformat(), "device": device, **facts})

    def made(
        self,
        *,
        device: str,
        at: datetime,
        reference_id: str,
        function: str,
        meter: str,
        raw: bytes,
        profile: str | None,
        columns: tuple[str, ...] | None,
    ) -> None:
        """A read enters the store; all it carries, in plain form."""
        if self._file is None:
            return
        facts = {"reference_id": reference_id, "function": function, "meter": meter}
        digest = {"raw_sha256": hashlib.sha256(raw).hexdigest(), "raw_bytes": len(raw)}
        self.note("made", device=device, at=at, **facts, **digest, **carried(raw, profile, columns))

    def sent(self, payload: bytes, *, device: str, at: datetime, **facts: Any) -> None:
        digest = hashlib.sha256(payload).hexdigest() if self._file is not None else ""
        self.note("sent", device=device, at=at, sha256=digest, bytes=len(payload), **facts)

    def _write(self, line: dict[str, Any]) -> None:
        assert self._file is not None  # the callers look
        self._file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
        self._file.flush()


def carried(raw: bytes, profile: str | None, columns: tuple[str, ...] | None) -> dict[str, Any]:
    """What a read's bytes say, found by two plain patterns and not by the reader that is to be checked."""
    text = raw.decode("latin-1")
    if profile is None:
        return {"values": [[code, *brackets[1:-1].split(")(")] for code, brackets in _LINE.findall(text)]}
    rows = [[_iso(label), values.split(",")] for label, values in _ROW.findall(text)]
    return {"profile": profile, "columns": list(columns) if columns else None, "rows": rows}


def profile_of(parameter_bytes: bytes) -> str | None:
    """The load profile a directive asks for, from the bytes it sends."""
    found = _PROFILE.search(parameter_bytes.decode("latin-1"))
    return found[0] if found else None


def _iso(label: str) -> str:
    day, time = label.split(",")
    return f"20{day}T{time}:00+03:00"
