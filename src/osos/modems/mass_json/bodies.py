"""What does a unit say in its identification, reads, alarms, notifications, logs and acks?

Each `parse_*` takes a Message, never raises, keeps unknown members in `extra` and names in `odd` those that
did not fit. Times come out in UTC; `zone` is the unit's own time zone from its identification.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from osos.modems.mass_json import wall_time
from osos.modems.mass_json.members import Members, body_of
from osos.modems.mass_json.message import Message
from osos.quantities import TURKIYE, DeviceId, NotADevice


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterOnPort:
    """A meter behind the unit (X-21); its flag is not on the wire."""

    serial: str
    brand: str = ""
    protocol: str = ""
    type: str = ""
    serial_port: str = ""
    init_baud: int | None = None
    fix_baud: bool | None = None
    frame: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """A unit introducing itself and its meters (X-20)."""

    registered: bool | None
    brand: str
    model: str
    firmware: str
    protocol_version: str
    signal: int | None
    device_date: dt.datetime | None
    timezone: str
    zone: dt.timezone
    retry_interval_s: int | None
    retry_count: int | None
    max_package_size: int | None
    meters: tuple[MeterOnPort, ...]
    servers: tuple[dict[str, Any], ...]
    communication_interfaces: tuple[dict[str, Any], ...]
    serial_ports: tuple[dict[str, Any], ...]
    schedules: tuple[dict[str, Any], ...]
    odd: tuple[str, ...]
    extra: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """Received and accepted for work, or refused with a code (X-15, X-18)."""

    fail_code: int | None
    fail_description: str

    @property
    def accepted(self) -> bool:
        return self.fail_code is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """What a directive run heard from one meter (X-26); `raw_data` is the line's own bytes."""

    read_date: dt.datetime | None
    meter_serial: str
    brand: str
    data_id: str
    raw_data: bytes
    profile_data: tuple[dict[str, Any], ...]
    schedule_id: str
    directive: str
    odd: tuple[str, ...]
    extra: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    type: str
    level: str
    incident_code: int | None
    description: str
    date: dt.datetime | None
    meter_serial: str
    extra: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    incident_code: int | None
    description: str
    date: dt.datetime | None
    meter_serial: str
    extra: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    type: str
    message: str
    date: dt.datetime | None
    changes: tuple[Change, ...]
    odd: tuple[str, ...]
    extra: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    signal: int | None
    device_date: dt.datetime | None
    cpu_temp: float | None
    odd: tuple[str, ...]
    extra: dict[str, Any]


def parse_identification(message: Message) -> Identification:
    body = body_of(message.response)
    said = body.get("timezone") if isinstance(body, dict) else None
    zone = wall_time.offset(said) if isinstance(said, str) else None
    members = Members(body, zone or TURKIYE)
    text = members.text("timezone")
    if text and zone is None:
        members.call_odd("timezone")
    return Identification(
        registered=members.flag("registered"),
        brand=members.text("brand"),
        model=members.text("model"),
        firmware=members.text("firmware"),
        protocol_version=members.text("protocolVersion"),
        signal=members.number("signal"),
        device_date=members.time("deviceDate"),
        timezone=text,
        zone=zone or TURKIYE,
        retry_interval_s=members.number("retryInterval"),
        retry_count=members.number("retryCount"),
        max_package_size=members.number("maxPackageSize"),
        meters=members.each("meters", _meter_on_port),
        servers=members.each("servers", _object),
        communication_interfaces=members.each("communicationInterfaces", _object),
        serial_ports=members.each("serialPorts", _object),
        schedules=members.each("schedules", _object),
        odd=members.odd,
        extra=members.extra,
    )


def parse_ack(message: Message) -> Ack:
    """An empty response, or one without a failCode, is a plain yes."""
    members = Members(body_of(message.response), TURKIYE)
    code, words = members.number("failCode"), members.text("failDescription")
    if code is None and (words or "failCode" in members.odd):
        code = _UNREADABLE_REFUSAL
    return Ack(fail_code=code, fail_description=words)


def parse_read(message: Message, *, zone: dt.timezone = TURKIYE) -> ReadResult:
    """Also of `profile` messages, whose `profileData` a simulator was seen to send."""
    members = Members(body_of(message.response), zone)
    meter, data = Members(members.one("meter"), zone), Members(members.one("data"), zone)
    raw = data.raw("rawData")
    if raw is not None and not isinstance(raw, str):
        members.call_odd("data.rawData")
    return ReadResult(
        read_date=members.time("readDate"),
        meter_serial=meter.text("serialNumber"),
        brand=meter.text("brand"),
        data_id=data.text("id"),
        raw_data=raw_bytes(raw) if isinstance(raw, str) else b"",
        profile_data=members.each("profileData", _object),
        schedule_id=members.text("scheduleId"),
        directive=members.text("directive"),
        odd=members.odd,
        extra=members.extra,
    )


def parse_alarms(message: Message, *, zone: dt.timezone = TURKIYE) -> tuple[Alarm, ...]:
    return tuple(
        Alarm(
            type=members.text("type"),
            level=members.text("level"),
            incident_code=members.number("incidentCode"),
            description=members.text("description"),
            date=members.time("date"),
            meter_serial=_meter_serial(members),
            extra=members.extra,
        )
        for members in _elements(message, zone)
    )


def parse_log(message: Message, *, zone: dt.timezone = TURKIYE) -> tuple[LogEntry, ...]:
    return tuple(
        LogEntry(
            incident_code=members.number("incidentCode"),
            description=members.text("description"),
            date=members.time("date"),
            meter_serial=_meter_serial(members),
            extra=members.extra,
        )
        for members in _elements(message, zone)
    )


def parse_notification(message: Message, *, zone: dt.timezone = TURKIYE) -> Notification:
    members = Members(body_of(message.response), zone)
    return Notification(
        type=members.text("type"),
        message=members.text("message"),
        date=members.time("date"),
        changes=members.each("changes", _change),
        odd=members.odd,
        extra=members.extra,
    )


def parse_heartbeat(message: Message, *, zone: dt.timezone = TURKIYE) -> Heartbeat:
    members = Members(body_of(message.response), zone)
    temp = members.raw("cpuTemp")
    return Heartbeat(
        signal=members.number("signal"),
        device_date=members.time("deviceDate"),
        cpu_temp=float(temp) if isinstance(temp, (int, float)) and abs(temp) < 1000 else None,
        odd=members.odd,
        extra=members.extra,
    )


def raw_bytes(text: str) -> bytes:
    """The line's bytes that a rawData text stands for, one character a byte (latin-1).

    A unit that decoded its meter as UTF-8 sends characters above U+00FF: then UTF-8 gives its bytes back.
    """
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8")


def raw_text(data: bytes) -> str:
    """The rawData text of these bytes; JSON writes its control characters as escapes."""
    return data.decode("latin-1")


_UNREADABLE_REFUSAL = 0  # an ack that carries words or a code that is no number is a refusal all the same


def _meter_on_port(value: object) -> MeterOnPort | None:
    members = Members(value, TURKIYE)
    serial = members.text("serialNumber")
    try:
        DeviceId("", serial)
    except NotADevice:
        return None
    return MeterOnPort(
        serial=serial,
        brand=members.text("brand"),
        protocol=members.text("protocol"),
        type=members.text("type"),
        serial_port=members.text("serialPort"),
        init_baud=members.number("initBaud"),
        fix_baud=members.flag("fixBaud"),
        frame=members.text("frame"),
        extra=members.extra,
    )


def _meter_serial(members: Members) -> str:
    """`meter` is an object {brand, serialNumber}, or the serial itself as in requests."""
    value = members.raw("meter")
    if isinstance(value, dict):
        return Members(value, TURKIYE).text("serialNumber")
    return value if isinstance(value, str) else ""


def _object(value: object) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _change(value: object) -> Change | None:
    if not isinstance(value, dict) or not isinstance(value.get("field"), str):
        return None
    return Change(field=value["field"], old=value.get("old"), new=value.get("new"))


def _elements(message: Message, zone: dt.timezone) -> list[Members]:
    """A list of incidents; a single object counts as a list of one (X-23)."""
    body = message.response
    return [Members(each, zone) for each in (body if isinstance(body, list) else [body]) if each is not None]
