"""Does the quick way of reading lines say exactly what the careful one says?"""

import random

import pytest

from osos.iec62056 import parse_readout
from osos.meters import PROFILES, catalogue, profile_named, rows
from osos.meters.interpret import interpret
from osos.meters.layouts import FREE
from osos.meters.usual_lines import UsualLines
from osos.quantities import Reading

SHOWN = (
    "123456.789",
    "12345.678",
    "1234567.8*kWh",
    "000000.043*MWh",
    "12.3*kvarh",
    "230.5*V",
    "-0.98",
    "- 1.00",
)
STAMPS = ("26-03-01,00:15", "00-00-00,00:00", "99-99-99,99:99", "26-02-31,10:00", "26-03-01,10:15:30")
ODD = (
    "",
    " 12.5",
    "12;5",
    "V01.02",
    "0",
    "1*min",
    "26-03-01,00:15;26-03-01,01:15",
    "26-03-01,00:15,00-00-00,00:00",
)


def same(profile, lines) -> int:
    """How many of the lines went the quick way."""
    usual, quick = UsualLines(profile.catalogue), 0
    for line in lines:
        found, careful = usual.read(line), interpret(line, profile)
        entry = profile.entry(line.code, line.history)
        if found is None:
            assert careful.complaints or entry is None or entry.layout in FREE, line
            continue
        quick += 1
        assert found == careful.readings, line
        assert careful.complaints == []
        assert all(isinstance(one, Reading) for one in found)
    return quick


@pytest.mark.parametrize("name", PROFILES)
def test_every_code_with_its_example_is_read_alike(name):
    profile = profile_named(name)
    lines = "".join(
        f"{entry.code}{'' if row is None else f'*{row}'}{entry.example or '(0)'}\r\n"
        for entry, row in rows(profile.catalogue.entries)
    )
    read = parse_readout(b"\x02" + lines.encode() + b"!\r\n").lines
    assert (same(profile, read) > 400) == (name != "generic")  # which expects no layout of any code


@pytest.mark.parametrize("count", [5_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_any_value_behind_any_code_is_read_alike(count):
    chance = random.Random(count)
    codes = [(entry.code, entry.history) for entry in catalogue(2).entries]
    lines = []
    for _ in range(count):
        code, history = chance.choice(codes)
        row = f"*{chance.randint(1, history)}" if history else ""
        shown = [
            chance.choice(chance.choice((SHOWN, STAMPS, ODD))) for _ in range(chance.choice((1, 1, 1, 2, 3)))
        ]
        lines.append(f"{chance.choice(('', '', '1-0:'))}{code}{row}" + "".join(f"({one})" for one in shown))
    text = "\r\n".join(lines).encode() + b"\r\n!\r\n"
    assert (
        same(profile_named("gen2"), parse_readout(b"\x02" + text).lines) > count / 50
    )  # most values fit no layout: all those go the careful way


@pytest.mark.captures
def test_every_capture_is_read_alike(captures):
    for path in sorted(captures.iterdir()):
        read = parse_readout(path.read_bytes())
        for name in PROFILES:
            same(profile_named(name), read.lines)


def test_nonsense_codes_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr("osos.meters.usual_lines._MOST", 10)
    usual = UsualLines(catalogue(2))
    lines = "".join(f"{number}.8.0(1)\r\n" for number in range(100))
    for line in parse_readout(b"\x02" + lines.encode() + b"!\r\n").lines:
        usual.read(line)
    assert len(usual._known) <= 10
