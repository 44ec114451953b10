"""Which bytes were exchanged, with whom, and what became of them?

Every frame of both directions is kept before it is interpreted (X-4, H-5), also one that nobody understands.
"""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

import zstandard
from sqlalchemy import ColumnElement, Connection, Row, bindparam, exists, false, or_, select, update
from sqlalchemy.sql.dml import ReturningInsert

from osos.mdm.tables import frames
from osos.quantities import DeviceId
from osos.store import insert


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class FrameOutcome(StrEnum):
    """What a frame came to (H-4); the words beside it say why."""

    NO_BYTES = "no bytes"
    BROKEN = "bytes but broken"
    ODD = "decoded but odd"
    DECODED = "decoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class WireFrame:
    """One frame as it was on the wire; empty strings where nobody can tell."""

    payload: bytes
    direction: Direction
    link: str  # tcp, tls, mqtt
    address: str
    session: str
    received_at: datetime  # or sent at
    modem_id: int | None = None
    flag: str = ""
    serial: str = ""
    function: str = ""
    reference_id: str = ""
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a frame lies; `repeated`: these very bytes were there already, only their count went up."""

    frame_id: int
    repeated: bool
    reference_reused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFrame:
    """A frame out of the ledger."""

    frame_id: int
    frame: WireFrame
    repeats: int
    last_repeat_at: datetime | None
    reference_reused: bool
    outcome: FrameOutcome | None
    reason: str | None


class _Own(threading.local):
    """zstd objects are not safe to share between threads: one a thread."""

    def __init__(self) -> None:
        self.press = zstandard.ZstdCompressor(level=3)
        self.unpress = zstandard.ZstdDecompressor()


_own = _Own()


def keep(conn: Connection, frame: WireFrame) -> Kept:
    """Keep the frame in the caller's transaction; acknowledge it only after that has committed (H-4)."""
    payload_hash = hashlib.blake2b(frame.payload, digest_size=16).digest()
    once = once_of(frame, payload_hash)
    row = new_row(frame, payload_hash, once)
    added = conn.execute(_keeping(conn, has_reference=once is not None), row).first()
    if added is not None:
        return Kept(added.id, repeated=False, reference_reused=added.reference_reused)
    return _count_repeat(conn, once, frame.received_at)


def new_row(frame: WireFrame, payload_hash: bytes, once: bytes | None) -> dict[str, object]:
    """Its columns, and the values that a known reference is looked for by."""
    row = _who_and_when(frame) | {
        "size": len(frame.payload),
        "payload": _own.press.compress(frame.payload),
        "payload_hash": payload_hash,
        "once": once,
    }
    if once is not None:
        row |= {f"of_{name}": row[name] for name in _NAMED}
    return row


_NAMED = ("serial", "reference_id", "flag", "function", "direction", "part")
_built: dict[
    tuple[str, bool], ReturningInsert[tuple[int, bool]]
] = {}  # building one takes longer than running it


def _keeping(conn: Connection, *, has_reference: bool) -> ReturningInsert[tuple[int, bool]]:
    """The statement of `keep`; if it inserts a frame whose reference is known, that came with other bytes."""
    key = (conn.dialect.name, has_reference)
    if key not in _built:
        _built[key] = (
            insert(conn, frames)
            .values(repeats=0, reference_reused=reference_known() if has_reference else false())
            .on_conflict_do_nothing(index_elements=[frames.c.once])
            .returning(frames.c.id, frames.c.reference_reused)
        )
    return _built[key]


def reference_known() -> ColumnElement[bool]:
    """Whether this reference and part came already; takes the values as `of_serial` and so on."""
    earlier = frames.alias("earlier")
    same = [
        earlier.c[name].is_not_distinct_from(bindparam(f"of_{name}", type_=frames.c[name].type))
        if name == "part"
        else earlier.c[name] == bindparam(f"of_{name}", type_=frames.c[name].type)
        for name in _NAMED
    ]
    return exists(select(earlier.c.id).where(*same))


def set_outcome(conn: Connection, frame_id: int, *, outcome: FrameOutcome, reason: str) -> None:
    """Write down what a frame came to, in words."""
    conn.execute(update(frames).where(frames.c.id == frame_id).values(outcome=outcome.value, reason=reason))


def load(conn: Connection, frame_id: int) -> KeptFrame | None:
    """A frame, byte for byte."""
    row = conn.execute(select(frames).where(frames.c.id == frame_id)).first()
    return None if row is None else _kept(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameLine:
    """A frame in a list, without its bytes."""

    frame_id: int
    direction: str
    received_at: datetime
    function: str
    reference_id: str
    size: int
    repeats: int
    outcome: str | None
    reason: str | None


def latest_frames(conn: Connection, *, modem_id: int, limit: int = 30) -> list[FrameLine]:
    """Of one modem, the latest first."""
    c = frames.c
    names = [field.name for field in fields(FrameLine)][1:]
    query = (
        select(c.id.label("frame_id"), *(c[name] for name in names))
        .where(c.modem_id == modem_id)
        .order_by(c.id.desc())
        .limit(limit)
    )
    return [FrameLine(**row._mapping) for row in conn.execute(query)]


def list_frames(
    conn: Connection,
    *,
    modem_id: int | None = None,
    device: DeviceId | None = None,
    after_id: int = 0,
    until_id: int | None = None,
) -> Iterator[KeptFrame]:
    """The ledger in the order it was written, of one modem (also what its name said before) or of all."""
    query = select(frames).where(frames.c.id > after_id).order_by(frames.c.id)
    if until_id is not None:
        query = query.where(frames.c.id <= until_id)
    if modem_id is not None:
        named = (frames.c.flag == device.flag) & (frames.c.serial == device.serial) if device else false()
        query = query.where(or_(frames.c.modem_id == modem_id, named))
    for row in conn.execute(query.execution_options(yield_per=500)):
        yield _kept(row)


def _who_and_when(frame: WireFrame) -> dict[str, object]:
    return {
        "direction": frame.direction.value,
        "link": frame.link,
        "address": frame.address,
        "session": frame.session,
        "modem_id": frame.modem_id,
        "flag": frame.flag,
        "serial": frame.serial,
        "function": frame.function,
        "reference_id": frame.reference_id,
        "part": frame.part,
        "received_at": frame.received_at,
    }


def once_of(frame: WireFrame, payload_hash: bytes) -> bytes | None:
    """What makes two frames the same; None when the frame does not say enough, then each is kept."""
    if not frame.serial or not frame.reference_id:
        return None
    parts = (
        frame.direction.value,
        frame.flag,
        frame.serial,
        frame.function,
        frame.reference_id,
        str(frame.part),
    )
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(payload_hash + text, digest_size=16).digest()


def _count_repeat(conn: Connection, once: bytes | None, at: datetime) -> Kept:
    row = conn.execute(
        update(frames)
        .where(frames.c.once == once)
        .values(repeats=frames.c.repeats + 1, last_repeat_at=at)
        .returning(frames.c.id, frames.c.reference_reused)
    ).one()
    return Kept(row.id, repeated=True, reference_reused=row.reference_reused)


def _kept(row: Row[tuple[object, ...]]) -> KeptFrame:
    facts = row._mapping
    frame = WireFrame(
        payload=_own.unpress.decompress(facts["payload"], max_output_size=facts["size"]),
        direction=Direction(facts["direction"]),
        **{name: facts[name] for name in ("link", "address", "session", "received_at", "modem_id")},
        **{name: facts[name] for name in ("flag", "serial", "function", "reference_id", "part")},
    )
    return KeptFrame(
        frame_id=facts["id"],
        frame=frame,
        repeats=facts["repeats"],
        last_repeat_at=facts["last_repeat_at"],
        reference_reused=facts["reference_reused"],
        outcome=None if facts["outcome"] is None else FrameOutcome(facts["outcome"]),
        reason=facts["reason"],
    )
