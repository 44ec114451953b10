"""What does the store hold of a modem and its meters? One line a stored copy, for `osos stored`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from osos import registry
from osos.mdm import said
from osos.mdm.decimal_text import decimal_text
from osos.mdm.labels import label_text
from osos.mdm.ledger import Direction, KeptFrame, list_frames
from osos.mdm.origins import Origin, origins
from osos.mdm.said import HeldBlock
from osos.mdm.tables import alarms, frames, readings, readings_history, said_blocks
from osos.quantities import DeviceId, to_local
from osos.store import list_events

Line = dict[str, object]


def stored(
    conn: Connection, modem_id: int, *, sent: bool = False, known_on: datetime | None = None
) -> Iterator[Line]:
    """Frames, readings, load profile values, alarms and events, each kind in the order of its time.

    A message that came in parts is one line. `sent`: also what we sent to the modem. A meter is named as the
    operator admitted it. `known_on`: what was held at that instant, as it stood then (D-3).
    """
    for line in _lines(conn, modem_id, sent=sent, known_on=known_on):
        if known_on is None or _was_known(line, known_on):
            yield line


def _was_known(line: Line, known_on: datetime) -> bool:
    """By when it was received; an event, by when it was written."""
    moment = line["received_at"] or line["time"]
    return moment is None or datetime.fromisoformat(str(moment)) <= known_on


def _lines(conn: Connection, modem_id: int, *, sent: bool, known_on: datetime | None) -> Iterator[Line]:
    listed = next((one for one in registry.list_modems(conn) if one.modem_id == modem_id), None)
    device = None if listed is None else listed.device
    yield from _frames(conn, modem_id, device, sent=sent)
    meters = _meters(conn, modem_id, () if listed is None else listed.meters)
    for meter_id, meter in sorted(meters.items()):
        yield from _readings(conn, meter_id, meter)
        if known_on is not None:
            yield from _older_readings(conn, meter_id, meter, known_on)
        yield from _intervals(conn, meter_id, meter, known_on)
    yield from _alarms(conn, modem_id)
    if device is not None:
        yield from _events(conn, device)


def _line(kind: str, **facts: object) -> Line:
    names = ("reference_id", "meter", "code", "time", "value", "unit", "received_at")
    return {"kind": kind} | {name: facts.get(name) for name in names}


def _frames(conn: Connection, modem_id: int, device: DeviceId | None, *, sent: bool) -> Iterator[Line]:
    """Also those that came before anybody had admitted the modem."""
    parts: dict[str, list[KeptFrame]] = {}
    for kept in list_frames(conn, modem_id=modem_id, device=device):
        if kept.frame.direction is Direction.OUT and not sent:
            continue
        if kept.frame.part is None:
            yield _frame([kept])
            continue
        begun = parts.setdefault(kept.frame.reference_id, [])
        if kept.frame.part in [one.frame.part for one in begun]:  # a second copy is a line of its own
            yield _frame(begun)
            begun.clear()
        begun.append(kept)
    for begun in parts.values():
        yield _frame(begun)


def _frame(kept: list[KeptFrame]) -> Line:
    """One message: its frame, or the parts it came in, one after the other."""
    first = kept[0].frame
    return _line(
        "frame",
        reference_id=first.reference_id,
        meter=f"{first.flag}{first.serial}",
        code=first.function,
        received_at=_local(first.received_at),
        **_payload(b"".join(one.frame.payload for one in kept)),
    )


def _payload(raw: bytes) -> dict[str, str]:
    try:
        return {"value": raw.decode("utf-8"), "unit": "utf-8"}
    except UnicodeDecodeError:
        return {"value": raw.hex(), "unit": "hex"}


def _meters(conn: Connection, modem_id: int, behind: tuple[DeviceId, ...]) -> dict[int, str]:
    """Behind it now, or read through it once; each as the operator wrote it when it was admitted."""
    known = {one.meter_id: one for one in registry.list_meters(conn)}
    through = frames.c.modem_id == modem_id
    told = {
        meter_id
        for table in (readings, said_blocks)
        for meter_id in conn.execute(
            select(table.c.meter_id).distinct().join(frames, frames.c.id == table.c.frame_id).where(through)
        ).scalars()
    }
    return {
        meter_id: one.admitted_as
        for meter_id, one in known.items()
        if meter_id in told or one.device in behind
    }


def _readings(conn: Connection, meter_id: int, meter: str) -> Iterator[Line]:
    query = (
        select(readings, frames.c.reference_id)
        .outerjoin(frames, frames.c.id == readings.c.frame_id)
        .where(readings.c.meter_id == meter_id)
        .order_by(readings.c.at, readings.c.code, readings.c.history)
    )
    for row in conn.execute(query):
        yield _reading(row, meter)


def _older_readings(conn: Connection, meter_id: int, meter: str, known_on: datetime) -> Iterator[Line]:
    """Those that another one has taken the place of since."""
    older = readings_history
    query = (
        select(older, frames.c.reference_id)
        .outerjoin(frames, frames.c.id == older.c.frame_id)
        .where(older.c.meter_id == meter_id, older.c.received_at <= known_on, older.c.replaced_at > known_on)
        .order_by(older.c.at, older.c.code, older.c.history, older.c.version)
    )
    for row in conn.execute(query):
        yield _reading(row, meter)


def _reading(row: Row[Any], meter: str) -> Line:
    return _line(
        "reading",
        reference_id=row.reference_id,
        meter=meter,
        code=row.code if row.row is None else f"{row.code}*{row.row}",
        time=_local(row.at),
        value=row.text,
        unit=row.unit,
        received_at=_local(row.received_at),
    )


def _intervals(conn: Connection, meter_id: int, meter: str, known_on: datetime | None) -> Iterator[Line]:
    blocks = (
        said.of_meter(conn, meter_id=meter_id)
        if known_on is None
        else said.of_meter_on(conn, meter_id=meter_id, known_on=known_on)
    )
    for held, reference_id in blocks:
        yield from _block_lines(held, origins(conn, held, reference_id), meter)


def _block_lines(held: HeldBlock, told: Sequence[Origin], meter: str) -> Iterator[Line]:
    layout = held.block.layout
    columns = tuple(zip(layout.codes, layout.decimals, layout.units, strict=True))
    records = zip(held.block.labels.tolist(), held.block.values.tolist(), told, strict=True)
    for label, values, origin in records:
        for (code, decimals, unit), value in zip(columns, values, strict=True):
            yield _line(
                "interval",
                reference_id=origin.reference_id,
                meter=meter,
                code=code,
                time=label_text(label),
                value=decimal_text(code, value, decimals),
                unit=unit or None,
                received_at=_local(origin.received_at),
            )


def _alarms(conn: Connection, modem_id: int) -> Iterator[Line]:
    query = (
        select(alarms, frames.c.reference_id)
        .outerjoin(frames, frames.c.id == alarms.c.frame_id)
        .where(alarms.c.modem_id == modem_id)
        .order_by(alarms.c.happened_at, alarms.c.id)
    )
    for row in conn.execute(query):
        yield _line(
            "alarm",
            reference_id=row.reference_id,
            meter=row.meter or None,
            code=str(row.incident_code),
            time=_local(row.happened_at),
            value=row.description,
            received_at=_local(row.received_at),
        )


def _events(conn: Connection, device: DeviceId) -> Iterator[Line]:
    for event in list_events(conn, subject=f"modem {device}"):
        yield _line("event", meter=str(device), code=event.act, time=_local(event.at), value=event.after)


def _local(instant: datetime) -> str:
    return to_local(instant).isoformat()
