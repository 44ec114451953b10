"""Which message does the centre send for what it wants? (Reference ids are the caller's.)"""

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from osos.modems.mass_json import wall_time
from osos.modems.mass_json.codes import fail_words
from osos.modems.mass_json.directives import Directive, directive_json
from osos.modems.mass_json.message import Message
from osos.modems.mass_json.schedules import Schedule, schedule_json
from osos.quantities import TURKIYE, DeviceId


def ack(
    *, device: DeviceId, reference_id: str, fail_code: int | None = None, fail_description: str = ""
) -> Message:
    """Taken and safe, or refused (X-15, X-18); both sides send it."""
    body: dict[str, Any] | None = None
    if fail_code is not None:
        words = fail_description or fail_words(fail_code).en
        body = {"failCode": int(fail_code), "failDescription": words}
    return Message(device=device, function="ack", reference_id=reference_id, response=body)


def configuration(
    *,
    device: DeviceId,
    reference_id: str,
    registered: bool | None = None,
    device_date: datetime | None = None,
    zone: tzinfo = TURKIYE,
    **fields: Any,
) -> Message:
    """Settable fields of X-20 by their own names; what is absent stays as it is (X-22)."""
    body: dict[str, Any] = {}
    if registered is not None:
        body["registered"] = registered
    if device_date is not None:
        body["deviceDate"] = wall_time.wall(device_date, zone)
    return _request(device, "configuration", reference_id, {**body, **fields})


def identification_request(*, device: DeviceId, reference_id: str) -> Message:
    return Message(device=device, function="identification", reference_id=reference_id)


def read_request(
    *,
    device: DeviceId,
    reference_id: str,
    directive: str,
    meter: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    obis: Iterable[str] = (),
    parameters: Mapping[str, Any] | None = None,
    zone: tzinfo = TURKIYE,
) -> Message:
    """An on-demand read; `start` and `end` go as STARTDATE and ENDDATE on the unit's wall (X-25)."""
    words: dict[str, Any] = {}
    if start is not None:
        words["STARTDATE"] = wall_time.wall(start, zone)
    if end is not None:
        words["ENDDATE"] = wall_time.wall(end, zone)
    if codes := list(obis):
        words["OBIS"] = codes
    words.update(parameters or {})
    body: dict[str, Any] = {"directive": directive}
    if meter is not None:
        body["meter"] = meter
    if words:
        body["parameters"] = words
    return _request(device, "read", reference_id, body)


def directive_add(*, device: DeviceId, reference_id: str, directives: Iterable[Directive]) -> Message:
    """Replaces directives of the same id; the standard ones fit one package singly, not together."""
    body = {"operation": "add", "directives": [directive_json(each) for each in directives]}
    return _request(device, "directive", reference_id, body)


def directive_list(*, device: DeviceId, reference_id: str) -> Message:
    return _request(device, "directive", reference_id, {"operation": "list"})


def directive_remove(*, device: DeviceId, reference_id: str, ids: Iterable[str]) -> Message:
    body = {"operation": "remove", "directives": [{"id": each} for each in ids]}
    return _request(device, "directive", reference_id, body)


def schedule_add(*, device: DeviceId, reference_id: str, schedules: Iterable[Schedule]) -> Message:
    """Replaces schedules of the same id."""
    body = {"operation": "add", "schedules": [schedule_json(each) for each in schedules]}
    return _request(device, "schedule", reference_id, body)


def schedule_list(*, device: DeviceId, reference_id: str) -> Message:
    return _request(device, "schedule", reference_id, {"operation": "list"})


def schedule_remove(*, device: DeviceId, reference_id: str, id: str) -> Message:  # the wire's own name
    return _request(device, "schedule", reference_id, {"operation": "remove", "filter": {"id": id}})


def log_request(
    *, device: DeviceId, reference_id: str, start: datetime, end: datetime, zone: tzinfo = TURKIYE
) -> Message:
    body = {"startDate": wall_time.wall(start, zone), "endDate": wall_time.wall(end, zone)}
    return _request(device, "log", reference_id, body)


def _request(device: DeviceId, function: str, reference_id: str, body: dict[str, Any]) -> Message:
    return Message(device=device, function=function, reference_id=reference_id, request=body)
