"""Does a shared line find its meters, and hear their alerts? (M-25…M-29)"""

import itertools
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.iec62056 import Write, block_check
from osos.quantities import DeviceId
from osos.simulator.load import Steady
from osos.simulator.meter.polls import PollAnswers

FOUND = bytes.fromhex("02 4D4B53 313233343536373839 03 67")  # M-25
LOAD = Steady(power_w=(400, 200, 600))


def acknowledge(tail=b"(120)", name=b"MKS123456789") -> bytes:
    block = b"\x06" + name + tail + b"\x03"
    return b"\x02" + block + bytes([block_check(block)])


@pytest.fixture
def polls():
    return PollAnswers("MKS", "123456789", dice=Random(3), alert=lambda: None, acknowledged=lambda: None)


def frames(actions) -> list[bytes]:
    return [one.data for one in actions if isinstance(one, Write)]


def test_a_poll_is_answered_after_a_random_wait(polls):
    waits = []
    for number in range(50):
        [answer] = polls.receive(b"/@!\r\n", now=100.0 * number)
        assert answer.data == FOUND
        waits.append(answer.after_s)
    assert 0.05 <= min(waits) < 0.15
    assert 0.65 < max(waits) <= 0.75


@pytest.mark.parametrize(("tail", "silent_s"), [(b"(120)", 120), (b"", 120), (b"(7)", 7), (b"(3600)", 3600)])
def test_an_acknowledge_keeps_the_meter_silent(polls, tail, silent_s):  # M-26
    polls.receive(b"/@!\r\n", now=0.0)
    polls.receive(acknowledge(tail), now=1.0)
    assert polls.wake_at() is None
    assert polls.receive(b"/@!\r\n", now=silent_s + 0.5) == []
    assert polls.receive(b"/@!\r\n", now=silent_s + 1.0)


@pytest.mark.parametrize(
    "answer",
    [acknowledge(name=b"MKS123456780"), acknowledge(name=b"LUN123456789"), acknowledge()[:-1] + b"\x7f"],
)
def test_an_acknowledge_for_another_meter_or_a_broken_one_is_none(polls, answer):
    polls.receive(b"/@!\r\n", now=0.0)
    polls.receive(answer, now=1.0)
    assert polls.wake_at() is not None


def test_without_acknowledge_the_answer_comes_three_times_more(polls):  # M-27
    polls.receive(b"/@!\r\n", now=0.0)
    times = []
    while (due := polls.wake_at()) is not None:
        times += [due + one.after_s for one in polls.tick(due)]
        assert polls.tick(due) == []
    assert len(times) == 3
    assert all(1.55 <= later - earlier <= 2.25 for earlier, later in itertools.pairwise(times))


@given(data=st.binary(max_size=400), at=st.integers(0, 400))
def test_noise_around_a_poll_changes_nothing_and_never_raises(data, at):
    polls = PollAnswers("MKS", "123456789", dice=Random(3), alert=lambda: None, acknowledged=lambda: None)
    now = 0.0
    for byte in data[:at] + b"\r\n/@!\r\n":
        now += 0.001
        last = polls.receive(bytes([byte]), now=now)
    assert frames(last) == [FOUND] or b"\x06MKS" in data
    whole = PollAnswers("MKS", "123456789", dice=Random(3), alert=lambda: None, acknowledged=lambda: None)
    assert FOUND in frames(whole.receive(data[:at] + b"\r\n/@!\r\n", now=0.0)) or b"\x06MKS" in data


class Clockwork:
    def __init__(self, now) -> None:
        self.instant = now

    def now(self):
        return self.instant


def test_an_alert_is_reported_until_it_is_acknowledged(meter, local):  # M-28
    one = meter("combi", 1, load=LOAD, device=DeviceId("OSO", "000123456"))
    clock = Clockwork(local(2026, 2, 10, 12))  # on the first of a month T2 has not moved yet: bit 15
    side = one.port("rs485", now=clock.now).side((300, 9600))
    assert side.receive(b"/*!\r\n", baud=9600, now=0.0) == []
    one.rig(at=clock.instant, top_open=True)
    [report] = side.receive(b"/*!\r\n", baud=9600, now=5.0)
    word = "0" * 56 + "11000000"  # bits 6 and 7
    assert report.data[1:-2] == b"OSO000123456" + word.encode()
    assert side.receive(b"/*!\r\n", baud=9600, now=9.0)  # not acknowledged: again
    clock.instant += timedelta(seconds=5)
    side.receive(acknowledge(b"", b"OSO000123456"), baud=9600, now=10.0)
    assert b"F.A.1(0)" in one.read("F.A.1", "", at=clock.instant)
    assert side.receive(b"/*!\r\n", baud=9600, now=12.0) == []
    clock.instant += timedelta(seconds=5)
    one.rig(at=clock.instant, top_open=False)  # a bit went back: changed too
    assert side.receive(b"/*!\r\n", baud=9600, now=20.0)


def test_polls_are_of_rs485_at_9600_alone_and_sessions_go_on_beside_them(meter, local):
    one = meter("combi", 1, load=LOAD)
    clock = Clockwork(local(2026, 2, 1, 12))
    optical, rs485 = (one.port(name, now=clock.now).side((300, 9600)) for name in ("optical", "rs485"))
    assert optical.receive(b"/@!\r\n", baud=9600, now=0.0) == []
    assert rs485.receive(b"/@!\r\n", baud=300, now=0.0) == []
    assert frames(rs485.receive(b"/@!\r\n", baud=9600, now=0.1))
    assert any(b"<2>" in frame for frame in frames(rs485.receive(b"/?!\r\n", baud=300, now=0.3)))
    assert rs485.in_session


def test_without_power_rs485_is_dead_and_the_optical_port_answers_three_times_a_day(meter, local):  # M-17
    one = meter("combi", 1, load=LOAD)
    start = local(2026, 2, 1, 12)
    one.rig(at=start, supply=(False,) * 3)
    clock = Clockwork(start)
    optical, rs485 = (one.port(name, now=clock.now).side((300, 9600)) for name in ("optical", "rs485"))
    assert rs485.receive(b"/?!\r\n", baud=300, now=0.0) == []
    assert rs485.receive(b"/@!\r\n", baud=9600, now=0.0) == []
    answered = []
    for hour in range(30):
        clock.instant = start + timedelta(hours=hour)
        now = 3600.0 * hour
        heard = optical.receive(b"/?!\r\n", baud=300, now=now)
        if heard and hour != 1:  # the second is left before the acknowledge: not counted
            assert frames(optical.receive(b"\x06060\r\n", baud=300, now=now + 1))
        optical.tick(now + 100)
        answered.append(bool(heard))
    assert answered[:24] == [True] * 4 + [False] * 20
    assert answered[24:] == [True] * 3 + [False] * 3
    one.rig(at=clock.instant, external=True)
    assert rs485.receive(b"/?!\r\n", baud=300, now=200_000.0)


def test_without_its_battery_an_unpowered_meter_is_silent(meter, local):
    one = meter("combi", 1, load=LOAD)
    at = local(2026, 2, 1, 12)
    one.rig(at=at, supply=(False,) * 3, system_battery=False)
    assert one.port("optical", now=lambda: at).side(300).receive(b"/?!\r\n", baud=300, now=0.0) == []


def test_a_session_ends_when_power_goes(meter, local):
    one = meter("combi", 1, load=LOAD)
    clock = Clockwork(local(2026, 2, 1, 12))
    side = one.port("rs485", now=clock.now).side((300, 9600))
    side.receive(b"/?!\r\n", baud=300, now=0.0)
    side.receive(b"\x06051\r\n", baud=300, now=0.5)
    assert side.in_session
    one.rig(at=clock.instant, supply=(False,) * 3)
    side.tick(0.6)
    assert not side.in_session


@pytest.mark.parametrize(("port", "cover"), [("optical", "off"), ("rs485", "on")])
def test_icons_go_off_when_their_records_are_read(meter, local, port, cover):  # M-119, M-123
    one = meter("combi", 1, load=LOAD)
    at = local(2026, 2, 10, 12)
    one.rig(at=at, magnet_mt=900, terminal_open=True)
    later = at + timedelta(minutes=5)
    one.packet("8", at=later, port=port)
    assert (icons(one, later)) == ("blink", "blink")  # still open, still in the field
    one.rig(at=later, magnet_mt=0, terminal_open=False)
    assert (icons(one, later + timedelta(days=30))) == ("on", "on")
    one.packet("6", at=later + timedelta(days=31), port=port)
    assert (icons(one, later + timedelta(days=31))) == ("on", "on")
    one.packet("8", at=later + timedelta(days=32), port=port)
    assert (icons(one, later + timedelta(days=33))) == ("off", cover)


def icons(one, at) -> tuple[str, str]:
    shot = one.snapshot(at)
    return shot.magnet_icon, shot.cover_icon
