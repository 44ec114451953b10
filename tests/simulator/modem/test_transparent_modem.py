"""Does a transparent modem follow the speeds that go through it? (X-42)"""

from osos.iec62056 import BREAK, readout_message
from osos.simulator.modem.speed_watch import BACK_AFTER_S, SpeedWatch

READOUT = readout_message(b"1.8.0(000001.000*kWh)\r\n")


def test_an_acknowledge_names_the_speed_however_it_is_cut() -> None:
    whole, cut = SpeedWatch(), SpeedWatch()
    assert whole.from_centre(b"\x06056\r\n", 0.0) == 9600
    assert [cut.from_centre(bytes([byte]), 0.0) for byte in b"\x06056\r\n"] == [None] * 5 + [9600]


def test_it_is_back_at_the_end_of_a_readout_and_not_before_its_check_character() -> None:
    watch = SpeedWatch()
    watch.from_centre(b"\x06056\r\n", 0.0)
    assert [watch.from_meter(bytes([byte]), 1.0) for byte in READOUT][:-1] == [False] * (len(READOUT) - 1)
    watch.from_centre(b"\x06056\r\n", 2.0)
    assert watch.from_meter(READOUT, 3.0)


def test_in_programming_mode_only_the_break_brings_it_back() -> None:
    watch = SpeedWatch()
    assert watch.from_centre(b"\x06051\r\n", 0.0) == 9600
    assert not watch.from_meter(b"\x02(123)\x03\x00", 1.0)
    assert watch.from_centre(BREAK.render(), 2.0) == 300


def test_five_seconds_without_a_byte_bring_it_back() -> None:
    watch = SpeedWatch()
    watch.baud = watch.from_centre(b"\x06051\r\n", 0.0)
    watch.from_meter(b"x", 1.0)
    assert not watch.is_over(1.0 + BACK_AFTER_S - 0.1)
    assert watch.is_over(1.0 + BACK_AFTER_S)
