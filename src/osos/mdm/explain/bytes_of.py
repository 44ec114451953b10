"""Where in a message do the bytes of a load profile record or of a register lie?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from osos.mdm import ledger
from osos.mdm.explain.chain import Source
from osos.mdm.imports import retelling
from osos.mdm.labels import EPOCH, label_text
from osos.mdm.ledger import KeptFrame
from osos.mdm.rebuild import parts_of, raw_data

Place = tuple[int, int]  # offset and length
_SEVEN_BITS = bytes(range(128)) * 2  # the eighth is parity
_LINE = re.compile(rb"[^\r\n\x02\x03]+")
_STAMP = re.compile(rb"\((\d\d-\d\d-\d\d[, ]\d\d:\d\d)(?::\d\d)?\)")


@dataclass(slots=True)
class Messages:
    """Messages out of the ledger, each taken apart once."""

    conn: Connection
    known: dict[int, tuple[KeptFrame, bytes] | None] = field(default_factory=dict)
    stamped: dict[int, Mapping[bytes, list[Place]]] = field(default_factory=dict)

    def source(self, frame_id: int, label: int, *, nth: int = 0, meter_id: int = 0) -> Source | None:
        """The message of this frame, and in it the record with this label (the nth of them)."""
        found = self._message(frame_id)
        if found is None:
            return None
        kept, raw = found
        is_file = kept.frame.link == retelling.LINK
        if is_file:
            return _source(kept, raw, retelling.place_of(self.conn, kept, meter_id, label))
        if frame_id not in self.stamped:
            self.stamped[frame_id] = _stamped_lines(raw)
        return _source(kept, raw, _place(self.stamped[frame_id], label, nth))

    def of_register(self, frame_id: int, *, code: str, row: int | None, text: str) -> Source | None:
        """The message of this frame, and in it the line of a register, `*row` if the meter kept it."""
        found = self._message(frame_id)
        return None if found is None else _source(*found, _place_of_register(found[1], code, row, text))

    def bytes_of(self, source: Source) -> bytes:
        """The record's own bytes; the whole message's where it has no place of its own."""
        found = self._message(source.frame_id)
        raw = b"" if found is None else found[1]
        if source.offset is None or source.length is None:
            return raw
        return raw[source.offset : source.offset + source.length]

    def _message(self, frame_id: int) -> tuple[KeptFrame, bytes] | None:
        if frame_id not in self.known:
            kept = ledger.load(self.conn, frame_id)
            if kept is None:
                self.known[frame_id] = None
            else:
                raw = b"".join(raw_data(one) for one in parts_of(self.conn, kept))
                self.known[frame_id] = (kept, raw)
        return self.known[frame_id]


def _source(kept: KeptFrame, raw: bytes, place: Place | None) -> Source:
    return Source(
        frame_id=kept.frame_id,
        reference_id=kept.frame.reference_id or None,
        session=kept.frame.session,
        link=kept.frame.link,
        received_at=kept.frame.received_at,
        size=len(raw),
        offset=None if place is None else place[0],
        length=None if place is None else place[1],
    )


def _place_of_register(raw: bytes, code: str, row: int | None, text: str) -> Place | None:
    """Offset and length of the line `1.8.0(000123.456*kWh)` or `1.8.0*01(…)` that says this very value."""
    kept = rf"\*0*{row}" if row is not None else ""
    line = rf"(?:\d+-\d+:)?{re.escape(code)}{kept}\({re.escape(text)}[*)][^\r\n\x03]*"
    match = re.search(rb"(?<![^\r\n\x02])" + line.encode(), raw.translate(_SEVEN_BITS))
    return None if match is None else (match.start(), match.end() - match.start())


def _stamped_lines(raw: bytes) -> Mapping[bytes, list[Place]]:
    """By the stamp `yy-mm-dd,hh:mm`: the lines `…(stamp)(…)…` of the message; a month of them in one walk."""
    found: dict[bytes, list[Place]] = {}
    for line in _LINE.finditer(raw.translate(_SEVEN_BITS)):
        for stamp in {one[1].replace(b" ", b",") for one in _STAMP.finditer(line[0])}:
            found.setdefault(stamp, []).append((line.start(), line.end() - line.start()))
    return found


def _place(stamped: Mapping[bytes, list[Place]], label: int, nth: int) -> Place | None:
    """Offset and length of the nth line with this label, or of the last one."""
    text = label_text(label)  # ISO
    found = stamped.get(f"{text[2:10]},{text[11:16]}".encode())
    return found[min(nth, len(found) - 1)] if found else None


def first_label() -> str:
    """The label all are counted from, for people."""
    return EPOCH.isoformat()
