"""What does a unit do about a message of the centre?"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timezone
from typing import Any, TypeVar

from osos.modems.mass_json import (
    BadDirective,
    BadSchedule,
    Directive,
    Fail,
    Message,
    MissingWord,
    Schedule,
    Step,
    ack,
    directive_json,
    instant,
    meter_stamp,
    parse_directive,
    parse_schedule,
    render,
    schedule_json,
)
from osos.simulator.modem.configuring import configured
from osos.simulator.modem.unit import ReadOrder, Unit

T = TypeVar("T")
_METER_STAMP = re.compile(r"\d\d-\d\d-\d\d,\d\d:\d\d")


@dataclass(slots=True)
class Doing:
    """What follows from a message: the ack at once, then these, in this order."""

    ack: Message | None = None
    answers: list[Message] = field(default_factory=list)  # kept until acked
    orders: list[ReadOrder] = field(default_factory=list)
    run_now: list[Schedule] = field(default_factory=list)  # newly added: their first delivery (C-3)
    restart: bool = False


class _Refused(Exception):
    def __init__(self, code: Fail, description: str) -> None:
        super().__init__(description)
        self.code, self.description = code, description


def answer(message: Message, unit: Unit, new_reference: Callable[[], str]) -> Doing:
    """Every message but an ack is acked with its reference; a repeated one is not done again (X-15, X-16)."""
    device, reference = unit.settings.device, message.reference_id
    doing = Doing(ack=ack(device=device, reference_id=reference))
    if message.function == "ack":
        return Doing()
    work = _FUNCTIONS.get(message.function) if message.device == device else None
    if work is None:
        doing.ack = ack(device=device, reference_id=reference, fail_code=Fail.UNKNOWN)
        return doing
    if unit.repeated(reference):
        return doing
    try:
        work(message, unit, doing, new_reference)
    except _Refused as no:
        text = no.description[:200]
        refusal = ack(device=device, reference_id=reference, fail_code=no.code, fail_description=text)
        return Doing(ack=refusal)
    return doing


def _identification(message: Message, unit: Unit, doing: Doing, _: Callable[[], str]) -> None:
    doing.answers.append(unit.identification(message.reference_id))


def _configuration(message: Message, unit: Unit, doing: Doing, new_reference: Callable[[], str]) -> None:
    for function, body in configured(_request(message), unit):
        doing.answers.append(unit.message(function, new_reference(), body))


def _directive(message: Message, unit: Unit, doing: Doing, _: Callable[[], str]) -> None:
    body = _request(message)
    elements = body.get("directives", [])
    if body.get("operation") == "list":
        listed = {"directives": [directive_json(each) for each in unit.directives.values()]}
        doing.answers.append(unit.message("directive", message.reference_id, listed))
    elif body.get("operation") == "add":
        added = _parsed(elements, parse_directive)
        unit.directives.update({each.id: each for each in added})
    elif body.get("operation") == "remove":
        for name in _named(body, elements, unit.directives):
            del unit.directives[name]
    else:
        raise _Refused(Fail.VALUE_REFUSED, "operation is one of add, list, remove")


def _schedule(message: Message, unit: Unit, doing: Doing, _: Callable[[], str]) -> None:
    body = _request(message)
    elements = body.get("schedules", [])
    if body.get("operation") == "list":
        wanted = body.get("filter", {}).get("id") if isinstance(body.get("filter"), dict) else None
        listed = [schedule_json(each) for each in unit.schedules.values() if wanted in (None, each.id)]
        doing.answers.append(unit.message("schedule", message.reference_id, {"schedules": listed}))
    elif body.get("operation") == "add":
        for each in _parsed(elements, parse_schedule):
            if each.directive not in unit.directives:
                raise _Refused(Fail.UNKNOWN, f"no directive {each.directive}")
            if each.enabled and unit.schedules.get(each.id) != each:
                doing.run_now.append(each)
            unit.schedules[each.id] = each
    elif body.get("operation") == "remove":
        for name in _named(body, elements, unit.schedules):
            del unit.schedules[name]
    else:
        raise _Refused(Fail.VALUE_REFUSED, "operation is one of add, list, remove")


def _read(message: Message, unit: Unit, doing: Doing, _: Callable[[], str]) -> None:
    body = _request(message)
    directive = unit.directives.get(str(body.get("directive")))
    if directive is None:
        raise _Refused(Fail.UNKNOWN, f"no directive {body.get('directive')}")
    meter = unit.settings.meter(body.get("meter"))
    if meter is None:
        raise _Refused(Fail.UNKNOWN, f"no meter {body.get('meter')}")
    given = body.get("parameters")
    parameters: dict[str, Any] = given if isinstance(given, dict) else {}
    words = {"METERSERIALNUMBER": meter.address}
    words |= {name: _word(value, unit.settings.zone) for name, value in parameters.items() if name != "OBIS"}
    obis = _codes(parameters.get("OBIS", []))
    _rehearse(directive, {**words, "OBIS": b"", "BCC": b""})
    doing.orders.append(
        ReadOrder(
            function=message.function,
            directive=directive,
            meter=meter,
            words=words,
            obis=obis,
            reference_id=message.reference_id,
        )
    )


def _log(message: Message, unit: Unit, doing: Doing, _: Callable[[], str]) -> None:
    body, zone = _request(message), unit.settings.zone
    start, end = instant(body.get("startDate"), zone), instant(body.get("endDate"), zone)
    entries = [
        entry
        for entry in unit.log
        if (at := instant(entry["date"], zone)) is not None
        and (start is None or start <= at)
        and (end is None or at < end)
    ]
    doing.answers.append(unit.message("log", message.reference_id, entries))


def _reset(message: Message, unit: Unit, doing: Doing, _: Callable[[], str]) -> None:
    """A factory reset forgets what the centre taught; readings not yet delivered stay."""
    if _request(message).get("factoryDefault") is True:
        unit.registered = False
        unit.fields.clear()
        unit.directives.clear()
        unit.schedules.clear()
    doing.restart = True


_FUNCTIONS: dict[str, Callable[[Message, Unit, Doing, Callable[[], str]], None]] = {
    "identification": _identification,
    "configuration": _configuration,
    "directive": _directive,
    "schedule": _schedule,
    "read": _read,
    "profile": _read,
    "log": _log,
    "reset": _reset,
}


def _request(message: Message) -> dict[str, Any]:
    return message.request if message.request is not None else {}


def _parsed(elements: object, parse: Callable[[object], T]) -> list[T]:
    """All of them, or none is taken."""
    try:
        return [parse(each) for each in elements] if isinstance(elements, list) else []
    except (BadDirective, BadSchedule) as no:
        raise _Refused(Fail.VALUE_REFUSED, str(no)) from None


def _named(body: dict[str, Any], elements: object, known: Iterable[str]) -> list[str]:
    """The ids to remove, from `filter` or from the elements; an unknown one is a refusal."""
    wanted = [body["filter"].get("id")] if isinstance(body.get("filter"), dict) else []
    if isinstance(elements, list):
        wanted += [each.get("id") if isinstance(each, dict) else each for each in elements]
    known = set(known)
    for name in wanted:
        if name not in known:
            raise _Refused(Fail.UNKNOWN, f"none is called {name}")
    return list(dict.fromkeys(wanted))


def _word(value: object, zone: timezone) -> bytes:
    """A word's bytes: dates become what a meter wants, `yy-mm-dd,hh:mm` (X-25); byte lists stay."""
    if isinstance(value, list):
        return _codes([value])[0]
    text = str(value)
    moment = instant(text, zone) if not _METER_STAMP.fullmatch(text) else None
    return (meter_stamp(moment, zone) if moment is not None else text).encode("latin-1", "replace")


def _codes(value: object) -> tuple[bytes, ...]:
    """The read's OBIS list: strings, or lists of byte numbers."""
    if not isinstance(value, list):
        raise _Refused(Fail.VALUE_REFUSED, "OBIS is a list")
    try:
        return tuple(bytes(each) if isinstance(each, list) else str(each).encode("latin-1") for each in value)
    except (ValueError, TypeError):
        raise _Refused(Fail.VALUE_REFUSED, "OBIS holds codes as texts or as lists of bytes") from None


def _rehearse(directive: Directive, words: dict[str, bytes]) -> None:
    """Refuse at once what would stop in the middle for want of a word."""
    for step in flat(directive.steps):
        if step.operation == "sendData" and isinstance(step.parameter, tuple):
            try:
                render([each for each in step.parameter if not isinstance(each, Step)], words)
            except MissingWord as no:
                raise _Refused(Fail.VALUE_REFUSED, str(no)) from None


def flat(steps: Iterable[Step]) -> Iterator[Step]:
    """All steps, those of loops where the loop stands."""
    for step in steps:
        if step.operation == "loop" and isinstance(step.parameter, tuple):
            yield from flat(each for each in step.parameter if isinstance(each, Step))
        else:
            yield step
