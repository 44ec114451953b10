"""Does any parser of mode C fall over a damaged telegram?"""

import random

import pytest

from osos.iec62056 import (
    Command,
    DataBlock,
    Line,
    MeterSide,
    PeerBrokeProtocol,
    ProgrammingSession,
    ReadoutSession,
    parse_identification,
    parse_readout,
    readout_message,
    split_dialogue,
)
from osos.iec62056.message_reader import MessageReader

IDENT = b"/MKS6<2>ADM(M550.2251)\r\n"
SEEDS = [
    IDENT
    + readout_message(
        b"0.0.0(000123456)\r\n1.8.0(000123.456*kWh)\r\n1.6.0*1(001.234*kW)(26-03-02,00:15)\r\n"
    ),
    IDENT + b"\x06" + DataBlock(b"1.8.0(000123.456*kWh)").render(),
    b"/?MKS000123456!\r\n" + IDENT + b"\x06051\r\n" + Command.for_code("R2", "P.01", ";").render(),
    b"#00603~L12345604000000000010262790X0.0.PX0.0.0(600065257)\r\n1.8.0(000000.000*kWh)!$",
    b"/KFM5KAIFA-METER\r\n\r\n1-0:1.8.1(001581.123*kWh)\r\n!6796\r\n",
]
SPECIAL = b"\x00\x01\x02\x03\x06\x15()!/*\r\n\xff\x8d"


def mutants(seed, count):
    chance = random.Random(seed)
    for _ in range(count):
        data = bytearray(chance.choice(SEEDS))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data) + 1)
            match chance.randrange(6):
                case 0:
                    del data[at : at + chance.randint(1, 8)]
                case 1:
                    data[at:at] = bytes([chance.choice(SPECIAL)])
                case 2:
                    data[at : at + 1] = bytes([chance.randrange(256)])
                case 3:
                    data[at:at] = data[at : at + chance.randint(1, 40)]
                case 4:
                    data[at : at + 1] = (
                        bytes([data[at] ^ 1 << chance.randrange(8)]) if at < len(data) else b""
                    )
                case _:
                    data[at:at] = chance.choice(SEEDS)[: chance.randint(1, 60)]
        yield bytes(data)


def readout(data):
    read = parse_readout(data)
    assert read.lines or read.complaints
    assert all(0 <= each.offset <= len(data) for each in read.complaints)
    assert all(0 <= line.offset <= len(data) for line in read.lines)


def dialogue(data):
    assert b"".join(piece.data for piece in split_dialogue(data)) == data


def identification(data):
    try:
        parse_identification(data)
    except PeerBrokeProtocol as error:
        assert str(error)


def one_message(data):
    for parse in (Command.parse, DataBlock.parse):
        try:
            parse(data)
        except PeerBrokeProtocol as error:
            assert str(error)


def streams(data):
    for hears in ("reader", "meter"):
        reader = MessageReader(hears)
        for item in [*reader.feed(data), *reader.flush()]:
            assert str(item)


def a_session(data):
    session = ReadoutSession(line=Line(rounds=1))
    session.start(0.0)
    session.receive(IDENT, 1.0)
    session.receive(data, 2.0)
    while (wake := session.wake_at()) is not None:
        session.tick(wake)


def programming(data):
    session = ProgrammingSession(
        "MKS000123456",
        [Command.for_code("R2", "0.0.0"), Command.for_code("R2", "P.01", ";")],
        line=Line(rounds=1),
    )
    session.start(0.0)
    session.receive(IDENT, 1.0)
    session.receive(b"\x06", 2.0)
    session.receive(data, 3.0)
    while (wake := session.wake_at()) is not None:
        session.tick(wake)


PARSERS = [readout, dialogue, identification, one_message, streams, a_session, programming]


@pytest.mark.parametrize("parse", PARSERS)
def test_5000_mutants(parse):
    for data in mutants(7, 5_000):
        parse(data)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("parse", PARSERS)
def test_100000_mutants(parse):
    for data in mutants(11, 100_000):
        parse(data)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("count", [5_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_mutants_heard_by_a_meter(kit, count):
    meter, now = MeterSide(kit.PaperMeter(), (300, 9600)), 0.0
    for data in mutants(13, count):
        now += 1.0
        meter.receive(b"/?!\r\n\x06051\r\n" if now % 20 == 0 else data, baud=None, now=now)
    meter.tick(now + 1000)
    assert not meter.in_session
