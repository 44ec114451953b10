"""What does a reader do about what a meter may answer?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.iec62056 import (
    BREAK,
    Answer,
    Close,
    Command,
    DataBlock,
    Expect,
    Failed,
    Finished,
    Identified,
    Line,
    Password,
    ProgrammingSession,
    ReadoutReceived,
    ReadoutSession,
    Ready,
    Refused,
    SwitchBaud,
    Write,
    add_parity,
    readout_message,
)
from osos.iec62056.errors import CannotBeSent, NotNow
from osos.iec62056.limits import MESSAGE_MAX
from osos.iec62056.reading_side import State

IDENT = b"/MKS5<2>TED(M550.2251)\r\n"
NAK, ACK = b"\x15", b"\x06"
P0 = Command("P", "0", b"(seed)").render()
READ = Command.for_code("R2", "1.8.0")
WRITE = Command.for_code("W2", "0.9.1", "13:30:35")
VALUE = DataBlock(b"1.8.0(000123.456*kWh)")
ONCE = Line(rounds=1)


class Script:
    """A meter that answers what it is told to, one second after each message, and keeps what it heard."""

    def __init__(self, session, *answers, follow=IDENT):
        self.session, self.now = session, 0.0
        self.heard, self.events, self.bauds = [], [], []
        self._take(session.start(self.now))
        for answer in (follow, *answers):
            self.now += 1.0
            self._take(session.receive(answer, self.now) if answer is not None else self._wait())

    def _wait(self):
        """Silence instead of an answer."""
        wake = self.session.wake_at()
        assert wake is not None, "nothing is waited for"
        self.now = max(self.now, wake)
        return self.session.tick(self.now)

    def _take(self, done):
        for each in done:
            if isinstance(each, Write):
                self.heard.append(each.data)
            elif isinstance(each, SwitchBaud):
                self.bauds.append(each.baud)
            elif not isinstance(each, Expect):
                self.events.append(each)

    @property
    def outcome(self):
        """The events behind the identification."""
        return [each for each in self.events if not isinstance(each, Identified)]


def readout(*answers, **more):
    return Script(ReadoutSession("MKS1", "6", line=ONCE, **more), *answers)


def programming(*answers, commands=(READ,), **more):
    return Script(ProgrammingSession("", commands, line=ONCE, **more), P0, *answers)


NOISE = b"}?k\x06P7\x15J"  # what a line of another speed makes of anything: an ACK and a NAK are in it
WHOLE = readout_message(b"1.8.0(000123.456*kWh)\r\n")
DAMAGED = WHOLE.replace(b"123", b"923")


def test_the_order_of_a_readout():
    talk = readout(WHOLE)
    assert talk.heard == [b"/?MKS1!\r\n", b"\x06056\r\n"]
    assert talk.bauds == [300, 9600]
    assert [type(each) for each in talk.events] == [Identified, ReadoutReceived, Finished, Close]
    assert talk.events[1].data == IDENT + WHOLE


def test_the_speed_changes_behind_the_acknowledge():
    session = ReadoutSession()
    session.start(0.0)
    identified, write, switch, expect = session.receive(IDENT, 1.0)
    assert isinstance(identified, Identified)
    assert isinstance(write, Write)
    assert write.after_s == 0.25
    assert switch == SwitchBaud(9600)
    assert isinstance(expect, Expect)


# What the meter answers to the option select, what the reader sends for it, and how it ends.
READOUTS = [
    ([DAMAGED, WHOLE], [NAK], ReadoutReceived),
    ([DAMAGED, DAMAGED, DAMAGED, WHOLE], [NAK] * 3, ReadoutReceived),
    ([DAMAGED] * 4, [NAK] * 3, "bcc"),
    ([WHOLE[:20], None, WHOLE], [NAK], ReadoutReceived),
    ([WHOLE[:20], None] * 4, [NAK] * 3, "cut-off"),
    ([None, WHOLE], [NAK], ReadoutReceived),
    ([None, None], [NAK], "silent"),
    ([NAK], [], "refused"),
    ([b"\x00" + NAK], [], "refused"),
    ([NOISE, None, WHOLE], [NAK], ReadoutReceived),
    ([NOISE, None] * 4, [NAK] * 3, "cut-off"),
    ([b"\xff\xff" + WHOLE], [], ReadoutReceived),
    ([ACK + P0 + WHOLE], [], ReadoutReceived),
    ([b"\x02" + b"1" * (MESSAGE_MAX + 1)], [], "too-long"),
]


@pytest.mark.parametrize(("answers", "sent", "end"), READOUTS)
def test_readout(answers, sent, end):
    talk = readout(*answers)
    assert talk.heard[2:] == sent
    if end is ReadoutReceived:
        assert talk.outcome[0].readout.check.ok
        assert talk.outcome[-1] == Close("finished")
    else:
        assert talk.outcome[0].reason == end
        assert talk.outcome[-1] == Close(end)
    assert talk.session.wake_at() is None
    assert talk.session.receive(b"late", 1000.0) == []
    assert talk.session.tick(1000.0) == []


def test_what_came_cut_off_is_taken_with_its_complaints_where_that_was_asked_for():
    talk = readout(*[WHOLE[: WHOLE.index(b"!")], None] * 4, accept_bad_bcc=True)
    received = talk.outcome[0]
    assert [line.code for line in received.readout.lines] == ["1.8.0"]
    assert [each.code for each in received.readout.complaints] == ["etx-missing", "end-missing"]


def test_a_meter_of_another_mode_is_told_so():
    talk = Script(ReadoutSession(line=ONCE), follow=b"/ABCBmodeB\r\n")
    assert talk.outcome[0] == Failed("not-mode-c", "peer", "/ABCBmodeB")


def test_the_speeds_are_tried_in_turn_for_a_second_and_a_half_each():
    session = ReadoutSession(line=Line(start_bauds=(9600, 300), rounds=2, reaction_s=0.0))
    talk = Script(session, None, None, None, follow=None)
    assert talk.bauds == [9600, 300, 9600, 300]
    assert talk.heard == [b"/?!\r\n"] * 4
    assert talk.outcome[0].reason == "silent"
    assert talk.now < 4 * 1.5 + 4.5


def test_an_identification_that_dribbles_in_is_waited_for():
    session = ReadoutSession(line=ONCE)
    session.start(0.0)
    for at in range(len(IDENT) - 1):
        assert session.receive(IDENT[at : at + 1], 1.0 + at) == []
        assert session.tick(1.9 + at) == []
    assert isinstance(session.receive(b"\n", 30.0)[0], Identified)


def test_an_echo_is_taken_off_even_damaged_and_even_with_the_answer_in_one_piece():
    session = ReadoutSession(line=ONCE)
    (_, request, _) = session.start(0.0)
    done = session.receive(request.data + IDENT, 1.0)
    assert isinstance(done[0], Identified)
    option = done[1].data
    done = session.receive(option[:2] + b"x" + option[3:] + WHOLE, 2.0)
    assert isinstance(done[0], ReadoutReceived)


# What the meter answers behind its P0, what the reader sends behind its acknowledge, and the events.
ASKED = [
    ([VALUE.render()], [READ, BREAK], [Answer("R2 1.8.0()", VALUE.block)]),
    ([NAK, VALUE.render()], [READ, READ, BREAK], [Answer("R2 1.8.0()", VALUE.block)]),
    ([NAK, NAK], [READ, READ, BREAK], [Refused("R2 1.8.0()", "nak", "NAK")]),
    ([None, VALUE.render()], [READ, READ, BREAK], [Answer("R2 1.8.0()", VALUE.block)]),
    ([None, None], [READ, READ, BREAK], [Refused("R2 1.8.0()", "silence", "no answer")]),
    ([DataBlock(b"(ER07)").render()], [READ, BREAK], [Refused("R2 1.8.0()", "error", "ER07")]),
    ([VALUE.render()[:-1] + b"!", VALUE.render()], [READ, NAK, BREAK], [Answer("R2 1.8.0()", VALUE.block)]),
    (
        [VALUE.render()[:-1] + b"!"] * 4,
        [READ, NAK, NAK, NAK, BREAK],
        [Refused("R2 1.8.0()", "damaged", "the answer came damaged each time it was asked for")],
    ),
    ([VALUE.render()[:9], None, VALUE.render()], [READ, NAK, BREAK], [Answer("R2 1.8.0()", VALUE.block)]),
    ([ACK + VALUE.render()], [READ, BREAK], [Answer("R2 1.8.0()", VALUE.block)]),
]


@pytest.mark.parametrize(("answers", "sent", "events"), ASKED)
def test_asking(answers, sent, events):
    talk = programming(*answers)
    assert talk.heard[2:] == [each if isinstance(each, bytes) else each.render() for each in sent]
    assert talk.outcome == [Ready("seed"), *events, Finished(), Close("finished")]


# A write may have been done although its answer was lost: it is never sent twice.
WRITTEN = [
    ([ACK], Answer("W2 0.9.1(13:30:35)", b"")),
    ([NAK], Refused("W2 0.9.1(13:30:35)", "nak", "NAK")),
    ([b"\xff" + ACK], Answer("W2 0.9.1(13:30:35)", b"")),
    ([None], Refused("W2 0.9.1(13:30:35)", "silence", "no answer")),
    ([DataBlock(b"(ER1)").render()], Refused("W2 0.9.1(13:30:35)", "error", "ER1")),
]


@pytest.mark.parametrize(("answers", "event"), WRITTEN)
def test_writing(answers, event):
    talk = programming(*answers, commands=[WRITE])
    assert talk.heard[2:] == [WRITE.render(), BREAK.render()]
    assert talk.outcome[1] == event


def test_an_acknowledge_among_noise_acknowledges_nothing():
    """A line of the wrong speed: neither is a write believed done, nor a memory believed empty."""
    damaged = "the answer came damaged each time it was asked for"
    for command in (WRITE, READ):
        talk = programming(*[NOISE, None] * 4, commands=[command])
        assert talk.heard[2:] == [command.render(), NAK, NAK, NAK, BREAK.render()]
        (refused,) = [each for each in talk.outcome if isinstance(each, Refused)]
        assert (refused.reason, refused.detail) == ("damaged", damaged)


def test_an_endless_answer_is_refused():
    talk = programming(b"\x02" + b"1" * (MESSAGE_MAX + 1))
    assert isinstance(talk.outcome[1], Refused)
    assert talk.outcome[1].reason == "damaged"


def test_after_a_silent_password_no_write_follows():
    talk = programming(None, VALUE.render(), commands=[WRITE, READ], password=Password("12345678"))
    assert talk.heard[3:] == [READ.render(), BREAK.render()]
    assert [type(each) for each in talk.outcome] == [Ready, Refused, Refused, Answer, Finished, Close]
    assert "12345678" not in repr(talk.outcome)


# What comes instead of the P0 message.
BEGUN = [
    ([ACK], Ready(None), [BREAK.render()]),
    ([P0[:-1] + b"!", P0], Ready("seed"), [NAK, BREAK.render()]),
    ([P0[:-1] + b"!"] * 4, "bcc", [NAK, NAK, NAK, BREAK.render()]),
    ([NAK], "refused", [BREAK.render()]),
    ([None, P0], Ready("seed"), [NAK, BREAK.render()]),
    ([None, None], "silent", [NAK, BREAK.render()]),
    ([b"noise", P0], Ready("seed"), [BREAK.render()]),
    ([NOISE, None] * 4, "bcc", [NAK, NAK, NAK, BREAK.render()]),
]


@pytest.mark.parametrize(("answers", "event", "sent"), BEGUN)
def test_reaching_programming_mode(answers, event, sent):
    talk = Script(ProgrammingSession("", line=ONCE), *answers)
    assert talk.outcome[0] == event if isinstance(event, Ready) else talk.outcome[0].reason == event
    assert talk.heard[2:] == sent


def test_a_meter_left_waiting_in_programming_mode_is_released_before_it_is_called_again():
    talk = Script(ProgrammingSession("", line=Line(rounds=2)), None, None, IDENT, P0)
    assert talk.heard == [
        *(b"/?!\r\n", b"\x06051\r\n", NAK, BREAK.render()),
        *(b"/?!\r\n", b"\x06051\r\n", BREAK.render()),
    ]
    assert talk.bauds == [300, 9600, 300, 9600]
    assert talk.outcome[-2:] == [Finished(), Close("finished")]


def test_a_session_kept_open_is_asked_until_finished():
    session = ProgrammingSession(line=ONCE, keep_open=True)
    talk = Script(session, P0)
    assert session.state is State.READY
    assert session.wake_at() is None
    talk._take(session.ask(READ, 10.0))
    assert session.ask(READ, 10.1) == []  # waits its turn
    assert session.finish(10.2) == []
    talk._take(session.receive(VALUE.render(), 11.0))
    talk._take(session.receive(VALUE.render(), 12.0))
    assert [type(each) for each in talk.outcome] == [Ready, Answer, Answer, Finished, Close]
    with pytest.raises(NotNow) as told:
        session.ask(READ, 13.0)
    assert "closed" in str(told.value)
    open_again = ProgrammingSession(line=ONCE, keep_open=True)
    talk = Script(open_again, P0)
    assert open_again.finish(20.0)[-1] == Close("finished")


def test_a_session_is_started_once_and_hears_nothing_before():
    session = ReadoutSession()
    assert session.receive(IDENT, 0.0) == []
    assert session.tick(0.0) == []
    session.start(0.0)
    with pytest.raises(NotNow):
        session.start(1.0)
    with pytest.raises(CannotBeSent):
        ReadoutSession("A!")


def test_parity_is_added_to_all_that_is_sent():
    talk = Script(
        ProgrammingSession("", [READ], line=Line(rounds=1, parity=True)),
        *(add_parity(each) for each in (P0, VALUE.render())),
        follow=add_parity(IDENT),
    )
    assert talk.outcome[-1] == Close("finished")
    assert all(byte.bit_count() % 2 == 0 for sent in talk.heard for byte in sent)


answers = st.lists(
    st.sampled_from([IDENT, P0, ACK, NAK, WHOLE, DAMAGED, VALUE.render(), b"\x02", b"\x01R2\x02", None])
    | st.binary(max_size=10),
    max_size=15,
)


@given(answers, st.booleans())
def test_whatever_a_meter_answers_the_session_ends_by_name(answers, programming_mode):
    commands = [READ, WRITE, READ]
    session = (
        ProgrammingSession("", commands, password=Password("1")) if programming_mode else ReadoutSession()
    )
    now, done = 0.0, session.start(0.0)
    for answer in answers:
        now += 1.0
        done += session.receive(answer, now) if answer is not None else session.tick(session.wake_at() or now)
    for _ in range(60):
        wake = session.wake_at()
        if wake is None:
            break
        now = max(now, wake)
        done += session.tick(now)
    assert session.state is State.CLOSED
    assert isinstance(done[-1], Close)
    assert sum(isinstance(each, Close) for each in done) == 1
    assert sum(isinstance(each, Write) and each.data == WRITE.render() for each in done) <= 1
