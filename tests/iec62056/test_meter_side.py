"""What does a meter do in every state about everything it may hear?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.iec62056 import BREAK, Command, MeterSide, OptionSelect, Request, SwitchBaud, Write, add_parity
from osos.iec62056.errors import CannotBeSent
from osos.iec62056.meter_side import State

START, FAST = 300, 9600
IDENT = b"/MKS5<2>TED(M550.2251)\r\n"
NAK, ACK = b"\x15", b"\x06"
R2 = Command.for_code("R2", "1.8.0").render()
VALUE = b"\x021.8.0(000123.456*kWh)\x03"
P0 = b"\x01P0\x02(0123456789ABCDEF)\x03"


def side(kit, state=State.IDLE, *, device=None, **more):
    """A meter's side brought into a state the way a reader brings it there, and what the clock says then."""
    meter = MeterSide(device or kit.PaperMeter(), START, reaction_s=0.0, **more)
    if state is not State.IDLE:
        meter.receive(Request().render(), baud=START, now=0.0)
    if state in {State.SENT, State.PROGRAMMING}:
        y = "1" if state is State.PROGRAMMING else "6"
        meter.receive(OptionSelect("5", y).render(), baud=START, now=1.0)
    assert meter.state is state
    return meter


def written(actions):
    return b"".join(each.data for each in actions if isinstance(each, Write))


BAUD_IN = {State.IDLE: START, State.IDENTIFIED: START, State.SENT: FAST, State.PROGRAMMING: FAST}
IDLE, IDENTIFIED, SENT, PROGRAMMING = State
# state, what is heard at that state's speed, how the answer begins (None: silence), state after
TRANSITIONS = [
    (IDLE, Request().render(), IDENT, IDENTIFIED),
    (IDLE, Request("MKS123456").render(), IDENT, IDENTIFIED),
    (IDLE, Request("MKS000123456").render(), IDENT, IDENTIFIED),
    (IDLE, Request("123456").render(), IDENT, IDENTIFIED),
    (IDLE, b"\x00\x00MKS\x06/?MKS123456!\r\n", IDENT, IDENTIFIED),
    (IDLE, Request("MKS123457").render(), None, IDLE),
    (IDLE, Request("mks123456").render(), None, IDLE),
    (IDLE, Request("MKS").render(), None, IDLE),
    (IDLE, OptionSelect("5", "0").render(), None, IDLE),
    (IDLE, R2, None, IDLE),
    (IDLE, NAK, None, IDLE),
    (IDLE, b"/@!\r\n", None, IDLE),
    (IDLE, b"\x01R2\x02" + b"A" * 5000, None, IDLE),
    (IDENTIFIED, OptionSelect("5", "0").render(), b"\x02", SENT),
    (IDENTIFIED, OptionSelect("0", "6").render(), b"\x02", SENT),
    (IDENTIFIED, OptionSelect("5", "1").render(), P0, PROGRAMMING),
    (IDENTIFIED, OptionSelect("6", "0").render(), None, IDLE),  # above the offer
    (IDENTIFIED, OptionSelect("7", "0").render(), None, IDLE),  # no such speed
    (IDENTIFIED, OptionSelect("5", "9").render(), None, IDLE),  # no such packet
    (IDENTIFIED, OptionSelect("5", "0", "2").render(), None, IDLE),  # another protocol
    (IDENTIFIED, Request().render(), IDENT, IDENTIFIED),
    (IDENTIFIED, Request("XYZ1").render(), None, IDLE),
    (IDENTIFIED, R2, None, IDENTIFIED),
    (IDENTIFIED, NAK, None, IDENTIFIED),
    (SENT, NAK, b"\x02", SENT),
    (SENT, ACK + R2, None, SENT),
    (PROGRAMMING, R2, VALUE, PROGRAMMING),
    (PROGRAMMING, Command.for_code("R2", "9.9.9").render(), NAK, PROGRAMMING),
    (PROGRAMMING, Command("R", "2", b"1.8.0").render(), NAK, PROGRAMMING),
    (PROGRAMMING, Command.for_code("R5", "1.8.0").render(), NAK, PROGRAMMING),
    (PROGRAMMING, Command.for_code("X9", "1.8.0").render(), NAK, PROGRAMMING),
    (PROGRAMMING, Command("P", "0", b"(x)").render(), NAK, PROGRAMMING),
    (PROGRAMMING, Command("P", "1", b"(12345678)").render(), ACK, PROGRAMMING),
    (PROGRAMMING, Command("P", "1", b"(00000000)").render(), NAK, PROGRAMMING),
    (PROGRAMMING, Command("P", "1", b"12345678").render(), NAK, PROGRAMMING),
    (PROGRAMMING, Command.for_code("W2", "0.9.1", "x").render(), NAK, PROGRAMMING),  # no password yet
    (PROGRAMMING, Command.for_code("E2", "1.6.0").render(), ACK, PROGRAMMING),
    (PROGRAMMING, Command.for_code("E2", "9.9.9").render(), NAK, PROGRAMMING),
    (PROGRAMMING, R2[:-1] + b"!", NAK, PROGRAMMING),  # wrong check character
    (PROGRAMMING, b"\x01R2\x03\x62", NAK, PROGRAMMING),
    (PROGRAMMING, b"\x01??\x03\x03", NAK, PROGRAMMING),
    (PROGRAMMING, b"\x01W2\x02" + b"A" * 5000, NAK, PROGRAMMING),
    (PROGRAMMING, NAK, P0, PROGRAMMING),
    (PROGRAMMING, Request().render(), None, PROGRAMMING),
    (PROGRAMMING, BREAK.render(), None, IDLE),
]


@pytest.mark.parametrize(("state", "heard", "answer", "after"), TRANSITIONS)
def test_transition(kit, state, heard, answer, after):
    meter = side(kit, state)
    actions = meter.receive(heard, baud=BAUD_IN[state], now=1.5)
    if answer is None:
        assert written(actions) == b""
    else:
        assert written(actions).startswith(answer)
    assert meter.state is after
    assert meter.in_session is (after is not State.IDLE)
    assert meter.baud == (START if after in {IDLE, IDENTIFIED} or b"\x0600" in heard else FAST)


@pytest.mark.parametrize(("state", "heard", "answer", "after"), TRANSITIONS)
def test_transition_byte_by_byte(kit, state, heard, answer, after):
    whole, bytewise = side(kit, state), side(kit, state)
    expected = whole.receive(heard, baud=BAUD_IN[state], now=1.5)
    actions = []
    for at in range(len(heard)):
        actions += bytewise.receive(heard[at : at + 1], baud=BAUD_IN[state], now=1.5)
    assert actions == expected
    assert bytewise.state is after


@pytest.mark.parametrize(("state", "heard", "answer", "after"), TRANSITIONS)
def test_at_another_speed_everything_is_noise(kit, state, heard, answer, after):
    meter = side(kit, state)
    assert meter.receive(heard, baud=2400, now=1.5) == []
    assert meter.state is state


@pytest.mark.parametrize(("state", "heard", "answer", "after"), TRANSITIONS)
def test_over_a_line_without_speeds_all_is_heard(kit, state, heard, answer, after):
    meter = side(kit, state)
    assert (written(meter.receive(heard, baud=None, now=1.5)) != b"") is (answer is not None)


def test_the_speed_changes_between_acknowledge_and_answer_and_back_at_the_end(kit):
    meter = side(kit, State.IDENTIFIED)
    first, second = meter.receive(OptionSelect("5", "6").render(), baud=START, now=1.0)
    assert first == SwitchBaud(FAST)
    assert isinstance(second, Write)
    assert meter.wake_at() < 5
    assert meter.tick(meter.wake_at()) == [SwitchBaud(START)]
    assert meter.state is State.IDLE


def test_a_message_is_repeated_three_times_and_no_more(kit):
    meter = side(kit, State.SENT)
    answers = [written(meter.receive(NAK, baud=FAST, now=1.1 + n / 10)) for n in range(4)]
    assert len(set(answers[:3])) == 1
    assert answers[0].startswith(b"\x02")
    assert answers[3] == b""
    assert meter.state is State.IDLE


def test_the_next_reader_is_heard_at_the_start_speed_while_a_repetition_may_still_be_asked(kit):
    meter = side(kit, State.SENT)
    actions = meter.receive(Request().render(), baud=START, now=1.2)
    assert actions[0] == SwitchBaud(START)
    assert written(actions) == IDENT


def test_without_an_acknowledge_in_time_the_meter_is_idle(kit):
    meter = side(kit, State.IDENTIFIED)
    in_time, late = meter.wake_at() - 0.01, meter.wake_at() + 0.01
    assert meter.tick(in_time) == []
    assert meter.state is State.IDENTIFIED
    assert meter.receive(OptionSelect("5", "0").render(), baud=START, now=late) == []
    assert meter.state is State.IDLE


def test_without_an_acknowledge_a_meter_of_the_standard_reads_out_at_its_start_speed(kit):
    meter = side(kit, State.IDENTIFIED, no_ack_readout=True)
    (action,) = meter.tick(meter.wake_at())
    assert isinstance(action, Write)
    assert action.data.startswith(b"\x02")
    assert meter.baud == START
    nothing = kit.PaperMeter(packets={})
    meter = side(kit, State.IDENTIFIED, device=nothing, no_ack_readout=True)
    assert meter.tick(meter.wake_at()) == []
    assert meter.state is State.IDLE


def test_a_session_without_a_valid_byte_for_a_minute_ends(kit):
    meter = side(kit, State.PROGRAMMING)
    meter.receive(R2, baud=FAST, now=50.0)
    assert meter.tick(109.9) == []
    assert meter.state is State.PROGRAMMING
    meter.receive(b"x" * 50, baud=300, now=109.95)  # noise is no valid byte
    assert meter.tick(111.0) == [SwitchBaud(START)]
    assert meter.state is State.IDLE


def test_a_message_that_stops_for_longer_than_a_gap_is_forgotten(kit):
    meter = side(kit)
    meter.receive(b"/?MKS", baud=START, now=10.0)
    meter.receive(b"/?!\r", baud=START, now=12.0)
    assert written(meter.receive(b"\n", baud=START, now=12.1)) == IDENT
    meter = side(kit, State.PROGRAMMING)
    meter.receive(R2[:5], baud=FAST, now=2.0)
    assert meter.receive(R2[5:], baud=FAST, now=4.0) == []
    assert written(meter.receive(R2, baud=FAST, now=6.0)).startswith(VALUE)


def test_an_rs485_port_hears_and_answers_at_either_start_speed(kit):
    meter = MeterSide(kit.PaperMeter(), (300, 9600), reaction_s=0.0)
    assert written(meter.receive(Request().render(), baud=300, now=0.0)) == IDENT
    meter.tick(100.0)
    actions = meter.receive(Request().render(), baud=9600, now=101.0)
    assert actions[0] == SwitchBaud(9600)
    assert written(actions) == IDENT
    assert meter.receive(OptionSelect("5", "6").render(), baud=300, now=101.5) == []
    assert written(meter.receive(OptionSelect("5", "6").render(), baud=9600, now=101.6)).startswith(b"\x02")


def test_bytes_behind_an_option_select_came_at_the_speed_just_left(kit):
    meter = side(kit, State.IDENTIFIED)
    actions = meter.receive(OptionSelect("5", "1").render() + R2, baud=START, now=1.0)
    assert written(actions).startswith(P0)
    assert VALUE not in written(actions)


def test_with_parity_on_the_line_it_is_added_and_a_wrong_one_spoils_the_message(kit):
    meter = side(kit, parity=True)
    assert meter.receive(b"/?!\r\n", baud=START, now=0.0) == []
    meter.tick(5.0)
    assert written(meter.receive(add_parity(b"/?!\r\n"), baud=START, now=6.0)) == add_parity(IDENT)
    meter.receive(add_parity(OptionSelect("5", "1").render()), baud=START, now=7.0)
    spoiled = bytearray(add_parity(R2))
    spoiled[5] ^= 0x80
    assert written(meter.receive(bytes(spoiled), baud=FAST, now=7.5)) == add_parity(NAK)
    assert written(meter.receive(add_parity(R2), baud=FAST, now=8.0)).startswith(add_parity(VALUE))


def test_a_legacy_meter_knows_r5_and_acknowledges_the_break(kit):
    device = kit.PaperMeter(first_seed=None)
    meter = side(kit, State.PROGRAMMING, device=device, commands=frozenset({"R5"}), ack_break=True)
    assert (
        written(meter.receive(Command.for_code("R5", "P.01", ";").render(), baud=FAST, now=2.0))
        == b"\x02\x03\x03"
    )
    assert written(meter.receive(Command.for_code("R2", "1.8.0").render(), baud=FAST, now=3.0)) == NAK
    assert meter.receive(BREAK.render(), baud=FAST, now=4.0) == [Write(ACK), SwitchBaud(START)]


def test_each_session_begins_with_a_forgotten_password(kit):
    device = kit.PaperMeter()
    meter = side(kit, State.PROGRAMMING, device=device)
    meter.receive(Command("P", "1", b"(12345678)").render(), baud=FAST, now=2.0)
    assert device.unlocked
    meter.receive(BREAK.render(), baud=FAST, now=3.0)
    meter.receive(Request().render(), baud=START, now=4.0)
    meter.receive(OptionSelect("5", "1").render(), baud=START, now=5.0)
    assert not device.unlocked


def test_a_meter_that_cannot_say_who_it_is_is_our_fault(kit):
    meter = side(kit, device=kit.PaperMeter(ident=b"nonsense"))
    with pytest.raises(CannotBeSent):
        meter.receive(Request().render(), baud=START, now=0.0)


def test_a_meter_of_another_mode_offers_no_speed(kit):
    meter = side(kit, State.IDENTIFIED, device=kit.PaperMeter(ident=b"/MKSBmodeB"))
    assert meter.receive(OptionSelect("0", "0").render(), baud=START, now=1.0) == []


steps = st.lists(
    st.tuples(
        st.sampled_from([heard for _, heard, _, _ in TRANSITIONS]) | st.binary(max_size=20),
        st.sampled_from([300, 9600, 2400, None]),
        st.floats(0, 70),
    ),
    max_size=12,
)


@given(steps)
def test_whatever_it_hears_a_meter_goes_on_and_falls_idle_in_the_end(kit, steps):
    meter, now = MeterSide(kit.PaperMeter(), START), 0.0
    for data, baud, pause in steps:
        now += pause
        meter.tick(now)
        actions = meter.receive(data, baud=baud, now=now)
        assert all(isinstance(each, Write | SwitchBaud) for each in actions)
    while (wake := meter.wake_at()) is not None:
        now = max(now, wake)
        meter.tick(now)
    assert meter.state is State.IDLE
    assert meter.baud == START
