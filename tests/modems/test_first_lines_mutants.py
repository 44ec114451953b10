"""Do first lines and their patterns hold, however damaged? (X-41)"""

import random
import re

import pytest

from osos.modems.first_lines import FIRST_LINES, BadFirstLine, own_line
from osos.modems.transparent import LONGEST, Hello, NoHello, Opening

OWN = (
    own_line(r"IMEI=(?P<imei>\d{15}) fw.*"),
    own_line(r"modem (?P<serial>\d+) of (?P<flag>[A-Za-z]{3})"),
    *FIRST_LINES,
)
LINES = (
    b"@ID;OSM;100000000000001;350000000000001;1.0.3;rs485-1;123456789,OSO223456789\r\n/OSO6",
    b"IMEI=350000000000001 fw 2.0\r\n",
    b"modem 100200300400500 of abc\n",
    b"ABC-42;350000000000001\r\n\x02rest",
    b"350000000000001;ABC;42\r",
)
PATTERNS = (
    r"IMEI=(?P<imei>\d{15}) fw.*",
    r"(?P<flag>[A-Z]{3})(?:-|;)(?P<serial>[0-9]{1,20})(?:;(?P<imei>\d{15}))?",
    r"[A-Z]+(?P<serial>\d+)x*",
)
SPECIAL = b"\0\r\n;,@/()[]{}?*+|\\\xff"


def mutant(chance: random.Random, original: bytes) -> bytes:
    data = bytearray(original)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                del data[at : at + chance.randint(1, 6)]
            case 1:
                data[at:at] = bytes([chance.choice(SPECIAL)])
            case 2:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case _:
                data[at:at] = data[at : at + chance.randint(1, 60)]
    return bytes(data)


@pytest.mark.parametrize("count", [5_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_mutants_of_first_lines_name_a_device_or_say_why_not(count: int) -> None:
    chance, named = random.Random(count), 0
    for _ in range(count):
        opening, data = Opening(OWN), mutant(chance, chance.choice(LINES))
        cut = chance.randrange(len(data) + 1)
        told = opening.feed(data[:cut]) or opening.feed(data[cut:]) or opening.quiet()
        assert told is None or isinstance(told, Hello | NoHello)
        if isinstance(told, Hello):
            named += 1
            assert told.rest in data
            assert re.fullmatch(r"(?:[A-Z]{3})?[0-9A-Za-z]{1,32}", str(told.device))
        elif told is not None:
            assert told.detail
            assert len(told.raw) <= LONGEST
    assert named > count / 20


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("count", [5_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_mutants_of_patterns_are_taken_or_refused_and_none_keeps_the_door_busy(count: int) -> None:
    chance, taken = random.Random(count), 0
    hostile = (b"A" * 128, b"1" * 128, b"IMEI=" + b"1" * 120 + b"!", b"A" * 64 + b"1" * 60 + b"y")
    for _ in range(count):
        text = mutant(chance, chance.choice(PATTERNS).encode()).decode("latin-1")
        try:
            one = own_line(text)
        except BadFirstLine as error:
            assert error.what
            assert error.do
            continue
        taken += 1
        for line in hostile:
            one.pattern.fullmatch(line)  # the suite's own time limit ends a pattern that never comes back
    assert taken > count / 200
