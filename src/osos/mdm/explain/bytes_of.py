"""Where in a message do the bytes of a load profile record or of a register lie?"""

import re
from dataclasses import dataclass, field

from sqlalchemy import Connection

from osos.mdm import ledger
from osos.mdm.explain.chain import Source
from osos.mdm.imports import retelling
from osos.mdm.labels import EPOCH, label_text
from osos.mdm.ledger import KeptFrame
from osos.mdm.rebuild import parts_of, raw_data

_SEVEN_BITS = bytes(range(128)) * 2  # the eighth is parity


@dataclass(slots=True)
class Messages:
    """Messages out of the ledger, each taken apart once."""

    conn: Connection
    known: dict[int, tuple[KeptFrame, bytes] | None] = field(default_factory=dict)

    def source(self, frame_id: int, label: int, *, nth: int = 0, meter_id: int = 0) -> Source | None:
        """The message of this frame, and in it the record with this label (the nth of them)."""
        found = self._message(frame_id)
        if found is None:
            return None
        kept, raw = found
        is_file = kept.frame.link == retelling.LINK
        place = retelling.place_of(self.conn, kept, meter_id, label) if is_file else _place(raw, label, nth)
        return _source(kept, raw, place)

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


def _source(kept: KeptFrame, raw: bytes, place: tuple[int, int] | None) -> Source:
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


def _place_of_register(raw: bytes, code: str, row: int | None, text: str) -> tuple[int, int] | None:
    """Offset and length of the line `1.8.0(000123.456*kWh)` or `1.8.0*01(…)` that says this very value."""
    kept = rf"\*0*{row}" if row is not None else ""
    line = rf"(?:\d+-\d+:)?{re.escape(code)}{kept}\({re.escape(text)}[*)][^\r\n\x03]*"
    match = re.search(rb"(?<![^\r\n\x02])" + line.encode(), raw.translate(_SEVEN_BITS))
    return None if match is None else (match.start(), match.end() - match.start())


def _place(raw: bytes, label: int, nth: int) -> tuple[int, int] | None:
    """Offset and length of the line `(yy-mm-dd,hh:mm)(…)…` with this label."""
    text = label_text(label)  # ISO
    stamp = rf"{text[2:4]}-{text[5:7]}-{text[8:10]}[, ]{text[11:13]}:{text[14:16]}"
    pattern = re.compile(rb"[^\r\n\x02]*\(" + stamp.encode() + rb"(?::\d\d)?\)[^\r\n\x03]*")
    found = list(pattern.finditer(raw.translate(_SEVEN_BITS)))
    if not found:
        return None
    match = found[min(nth, len(found) - 1)]
    return match.start(), match.end() - match.start()


def first_label() -> str:
    """The label all are counted from, for people."""
    return EPOCH.isoformat()
