"""Do 5 000 damaged streams give messages or named damage, and never an uncaught error?"""

from random import Random

import pytest

from osos.modems.mass_json import (
    BadDirective,
    BadSchedule,
    Frame,
    Framer,
    Joiner,
    Message,
    NotAMessage,
    decode,
    directive_json,
    encode,
    frame,
    parse_ack,
    parse_alarms,
    parse_directive,
    parse_identification,
    parse_notification,
    parse_read,
    parse_schedule,
    standard_directives,
)
from osos.quantities import DeviceId

DEVICE = DeviceId("ABC", "100200300400500")
BODIES = [
    {
        "registered": False,
        "brand": "Örnek",
        "timezone": "+03:00",
        "meters": [{"serialNumber": "1", "initBaud": 300}],
    },
    {
        "readDate": "2026-03-02 00:05:11",
        "meter": {"serialNumber": "1"},
        "data": {"id": "/X", "rawData": "\x020.0.0(1)\r\n!\r\n\x03#"},
    },
    [{"type": "alarm", "incidentCode": 9001, "date": "2026-03-02 09:14:00", "meter": {"serialNumber": "1"}}],
    {"operation": "add", "directives": [directive_json(standard_directives()["profile1"])]},
    {
        "operation": "add",
        "schedules": [{"id": "h", "directive": "short", "start": "00:05", "everyMinutes": 60}],
    },
    {"type": "info", "changes": [{"field": "registered", "old": False, "new": True}]},
]
SEEDS = [
    frame(
        encode(
            Message(device=DEVICE, function="read", reference_id="r", response=body, part=1, streaming=True)
        )
    )
    for body in BODIES
]


def mutant(chance: Random) -> bytes:
    stream = bytearray(b"".join(chance.choice(SEEDS) for _ in range(chance.randrange(1, 4))))
    for _ in range(chance.randrange(1, 6)):
        at, kind = chance.randrange(len(stream) + 1), chance.randrange(5)
        if kind == 0:
            stream[at:at] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 5)))
        elif kind == 1:
            del stream[at : at + chance.randrange(1, 30)]
        elif kind == 2 and at < len(stream):
            stream[at] ^= 1 << chance.randrange(8)
        elif kind == 3:
            stream[at:at] = chance.choice(
                [b"#{", b"}$", b'"', b"\\", b"{", b"[", b"}", b"]", b"$", b"null", b"9" * 20]
            )
        else:
            stream[at:at] = stream[: chance.randrange(40)]
    return bytes(stream)


def read_all(stream: bytes, chance: Random) -> int:
    framer, joiner, messages = Framer(max_bytes=4096), Joiner(), 0
    found, at = [], 0
    while at < len(stream):
        size = chance.randrange(1, 200)
        found += framer.feed(stream[at : at + size])
        at += size
    found += framer.finish()
    assert b"".join(event.raw for event in found) == stream
    for event in found:
        if isinstance(event, Frame):
            messages += understand(event.payload, joiner)
    return messages


def understand(payload: bytes, joiner: Joiner) -> int:
    try:
        message = decode(payload)
    except NotAMessage:
        return 0
    joiner.add(message, 0.0)
    for parse in (parse_ack, parse_alarms, parse_identification, parse_notification, parse_read):
        parse(message)
    for name, parse in (("directives", parse_directive), ("schedules", parse_schedule)):
        body = message.response if isinstance(message.response, dict) else {}
        for element in body[name] if isinstance(body.get(name), list) else []:
            try:
                parse(element)
            except (BadDirective, BadSchedule) as refused:
                assert str(refused)
    assert decode(encode(message)) == message
    return 1


def check(mutants: int, seed: int) -> None:
    chance = Random(seed)
    messages = sum(read_all(mutant(chance), chance) for _ in range(mutants))
    assert messages > mutants // 10  # most damage hits one message; its neighbours are read


def test_five_thousand_mutants_end_as_messages_or_named_damage():
    check(5_000, seed=25)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_hundred_thousand_mutants_end_as_messages_or_named_damage():
    check(100_000, seed=26)
