"""How patient is the centre on a transparent line, and how does it go on when an answer is damaged?"""

from datetime import UTC, datetime

from osos.headend import outcomes
from osos.headend.conversation import Request
from osos.headend.round_trip import RoundTrip
from osos.headend.settings import TransparentLimits
from osos.headend.transparent_talk import MeterTalk
from osos.iec62056 import BREAK, Command, DataBlock, Write, readout_message
from osos.quantities import TURKIYE

AT = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
IDENTIFICATION = b"/OSO5<2>TED(OSOS.VM25)\r\n"
READOUT = readout_message(b"0.0.0(123456789)\r\n1.8.0(000123.456*kWh)\r\n")
LIMITS = TransparentLimits()


def talk(directive: str = "short", *, way: RoundTrip | None = None, **body) -> MeterTalk:
    request = Request(
        what="read", function="read", body=body, at=AT, meter="123456789", directive=directive, answered=True
    )
    return MeterTalk(request, TURKIYE, limits=LIMITS, way=way or RoundTrip(), most_bytes=10_000)


def words(said) -> list[bytes]:
    """Without the changes of speed, which only an access server is told."""
    return [each.data for each in said if isinstance(each, Write)]


def test_a_packet_is_asked_for_by_the_meters_serial_and_comes_as_a_telegram() -> None:
    meter = talk()
    assert words(meter.start(0.0)) == [b"/?123456789!\r\n"]
    assert words(meter.receive(IDENTIFICATION, 1.0)) == [b"\x06056\r\n"]
    assert meter.receive(READOUT[:30], 2.0) == []
    assert meter.receive(READOUT[30:], 2.5) == []
    assert meter.result.telegram == IDENTIFICATION + READOUT
    assert meter.result.turns == (IDENTIFICATION,)  # the readout is in the telegram


def test_timeouts_grow_with_the_way_to_the_modem() -> None:
    quick, slow = RoundTrip(), RoundTrip()
    for _ in range(3):
        slow.took(4.0)
    assert (quick.delay_s, slow.delay_s) == (1.5, 8.0)
    near, far = talk(way=quick), talk(way=slow)
    near.start(0.0)
    far.start(0.0)
    assert far.wake_at - near.wake_at == 6.5


def test_the_round_trip_is_learnt_from_the_answers_and_bounded() -> None:
    way = RoundTrip()
    meter = talk(way=way)
    meter.start(0.0)
    out = LIMITS.reaction_s + 14 * 10 / 300  # the request on the line
    meter.receive(IDENTIFICATION, out + 3.0)
    assert round(way.delay_s, 6) == 6.0
    for _ in range(50):
        way.took(1000.0)
    assert way.delay_s == 30.0
    way.took(-5.0)  # an answer before the question was out
    for _ in range(50):
        way.took(0.0)
    assert way.delay_s == 1.5


def test_a_pause_in_mid_block_is_waited_for_as_long_as_the_way_is() -> None:
    slow = RoundTrip()
    slow.took(10.0)
    meter = talk(way=slow)
    meter.start(0.0)
    meter.receive(IDENTIFICATION, 1.0)
    meter.receive(READOUT[:30], 2.0)
    assert meter.tick(2.0 + 3.5) == []
    assert meter.result is None
    meter.receive(READOUT[30:], 15.0)
    assert meter.result.telegram == IDENTIFICATION + READOUT


def test_a_damaged_readout_is_read_again_from_the_beginning() -> None:
    """A NAK would go out at the start speed, where the meter does not listen (X-42)."""
    meter = talk()
    meter.start(0.0)
    meter.receive(IDENTIFICATION, 1.0)
    damaged = READOUT.replace(b"123.456", b"123.457")
    assert meter.receive(damaged, 2.0) == []
    assert meter.result is None
    assert meter.wake_at == 2.0 + LIMITS.rest_after_failure_s
    assert meter.receive(b"late", 3.0) == []
    assert words(meter.tick(7.0)) == [b"/?123456789!\r\n"]
    meter.receive(IDENTIFICATION, 8.0)
    meter.receive(READOUT, 9.0)
    assert meter.result.telegram == IDENTIFICATION + READOUT
    assert meter.result.turns == (IDENTIFICATION, damaged + b"late", IDENTIFICATION)


def test_a_readout_damaged_each_time_is_given_up_with_its_bytes() -> None:
    meter, now = talk(), 0.0
    meter.start(now)
    for _ in range(LIMITS.attempts):
        meter.receive(IDENTIFICATION, now + 1.0)
        meter.receive(READOUT[:-1] + b"\x00", now + 2.0)
        now += 2.0 + LIMITS.rest_after_failure_s
        meter.tick(now)
    assert meter.result.fault.kind is outcomes.CHECKSUM
    assert meter.result.telegram == b""
    assert len(meter.result.turns) == 4


def test_silence_ends_after_the_rounds_that_are_allowed() -> None:
    meter, now = talk(), 0.0
    meter.start(now)
    said = 1
    while meter.result is None:
        now = meter.wake_at
        said += len(meter.tick(now))
    assert said == LIMITS.rounds
    assert meter.result.fault.kind is outcomes.METER_SILENT
    assert meter.result.turns == ()


def ranged() -> MeterTalk:
    return talk("profile1", parameters={"STARTDATE": "2026-03-01 00:15:00", "ENDDATE": "2026-03-02 00:00:00"})


def test_a_profile_is_asked_for_between_two_labels_and_only_of_the_right_meter() -> None:
    meter = ranged()
    meter.start(0.0)
    assert words(meter.receive(IDENTIFICATION, 1.0)) == [b"\x06051\r\n"]
    serial = Command.for_code("R2", "0.0.0").render()
    assert words(meter.receive(b"\x06", 2.0)) == [serial]
    query = Command.for_code("R2", "P.01", "26-03-01,00:15;26-03-02,00:00").render()
    assert words(meter.receive(DataBlock(b"0.0.0(000123456789)").framed(), 3.0)) == [query]
    records = DataBlock(b"(26-03-01,00:15)(000001.000)\r\n").framed()
    assert words(meter.receive(records, 4.0)) == [BREAK.render()]
    assert meter.result.telegram == IDENTIFICATION + records


def test_another_meters_serial_ends_the_conversation_before_the_profile_is_asked_for() -> None:
    meter = ranged()
    meter.start(0.0)
    meter.receive(IDENTIFICATION, 1.0)
    meter.receive(b"\x06", 2.0)
    assert words(meter.receive(DataBlock(b"0.0.0(987654321)").framed(), 3.0)) == [BREAK.render()]
    assert meter.result.fault.kind is outcomes.WRONG_METER
    assert "987654321" in meter.result.fault.en


def test_a_meter_that_does_not_tell_its_serial_is_asked_all_the_same() -> None:
    meter = ranged()
    meter.start(0.0)
    meter.receive(IDENTIFICATION, 1.0)
    meter.receive(b"\x06", 2.0)
    again = meter.receive(b"\x15", 3.0)  # a NAK may be the line's doing: asked once more
    assert b"0.0.0" in words(again)[0]
    assert b"P.01" in words(meter.receive(b"\x15", 4.0))[0]
    meter.receive(b"\x15", 5.0)
    meter.receive(b"\x15", 6.0)
    assert meter.result.telegram == IDENTIFICATION + b"\x15"  # nothing in the range (M-108)


def test_a_flood_ends_the_conversation() -> None:
    meter = talk()
    meter.start(0.0)
    meter.receive(b"\xff" * 10_001, 1.0)
    assert meter.result.fault.kind is outcomes.NOTHING_USABLE


def test_a_serial_that_no_meter_can_be_called_by_is_refused_in_words() -> None:
    request = Request(what="read", function="read", body={}, at=AT, meter="1/2!", directive="short")
    meter = MeterTalk(request, TURKIYE, limits=LIMITS, way=RoundTrip(), most_bytes=100)
    assert meter.start(0.0) == []
    assert meter.result.fault.kind is outcomes.VALUE_REFUSED
