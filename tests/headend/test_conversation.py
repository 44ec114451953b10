"""What becomes of requests on one modem's lines?"""

import itertools
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.headend import outcomes
from osos.headend.conversation import CONTROL, Conversations, Ended, Post, Request, Urgency
from osos.headend.outcomes import DONE, Finding
from osos.headend.settings import AskLimits

AT = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
OK = Finding(DONE)


def request(what="read short", line="rs485-1", urgency=Urgency.GAP, answered=True) -> Request:
    return Request(what=what, function="read", body={}, at=AT, line=line, urgency=urgency, answered=answered)


@pytest.fixture
def talk() -> Conversations:
    numbers = itertools.count(1)
    return Conversations(AskLimits(), random.Random(3), lambda: f"c-{next(numbers)}", ready=True)


def whats(posts) -> list[str]:
    return [post.request.what for post in posts]


def test_one_serial_line_holds_one_conversation_at_a_time(talk) -> None:
    for name in ("a", "b"):
        talk.put(request(name))
    talk.put(request("other line", line="rs485-2"))
    assert whats(talk.start(0.0)) == ["a", "other line"]
    assert talk.start(0.0) == []
    talk.acknowledged("c-1", OK, 1.0)
    talk.answer_came("c-1")
    talk.answer_kept("c-1", OK, None)
    assert whats(talk.start(2.0)) == ["b"]


def test_on_demand_goes_before_what_waited_longer(talk) -> None:
    for name in ("gap 1", "gap 2", "gap 3"):
        talk.put(request(name))
    talk.start(0.0)
    talk.put(request("somebody asks", urgency=Urgency.ON_DEMAND))
    talk.acknowledged("c-1", Finding(outcomes.METER_SILENT), 1.0)
    assert whats(talk.start(1.0)) == ["somebody asks"]


def test_a_modem_is_not_asked_on_more_lines_at_once_than_allowed(talk) -> None:
    for number in range(9):
        talk.put(request(f"line {number}", line=f"rs485-{number}"))
    assert len(talk.start(0.0)) == AskLimits().lines_at_once


def test_lines_stay_quiet_until_the_modem_is_prepared(talk) -> None:
    talk.ready = False
    talk.put(request("read"))
    talk.put(request("directive", line=CONTROL, urgency=Urgency.PREPARING))
    assert whats(talk.start(0.0)) == ["directive"]
    talk.ready = True
    assert whats(talk.start(0.0)) == ["read"]


def test_without_acknowledgement_the_same_reference_goes_out_again_ever_more_slowly(talk) -> None:
    talk.put(request())
    [post] = talk.start(0.0)
    sent, ended, now = [0.0], [], 0.0
    while not ended:
        now = talk.deadline
        for due in talk.tick(now):
            if isinstance(due, Post):
                assert (due.reference, due.again) == (post.reference, True)
                sent.append(now)
            else:
                ended.append(due)
    waits = [later - earlier for earlier, later in itertools.pairwise(sent)]
    assert len(sent) == 4  # once and retryCount times
    assert waits[0] >= 10
    assert waits == sorted(waits)
    assert ended[0].finding.kind is outcomes.NOT_ACKNOWLEDGED
    assert talk.deadline is None


def test_acknowledged_but_never_answered_is_an_outcome_of_its_own(talk) -> None:
    talk.put(request())
    talk.start(0.0)
    assert talk.acknowledged("c-1", OK, 2.0) == []
    assert talk.tick(901.0) == []
    [ended] = talk.tick(902.0)
    assert ended.finding.kind is outcomes.NO_ANSWER


def test_parts_that_keep_coming_keep_the_request_open(talk) -> None:
    talk.put(request())
    talk.start(0.0)
    for minute in range(1, 60):
        talk.part_came("c-1", minute * 60.0)
        assert talk.tick(minute * 60.0 + 1) == []


def test_an_answer_that_could_not_be_committed_is_waited_for_again(talk) -> None:
    talk.put(request())
    talk.start(0.0)
    talk.answer_came("c-1")
    assert talk.deadline is None
    talk.answer_lost("c-1", 50.0)
    assert talk.deadline == 950.0


def test_what_needs_no_answer_ends_with_the_acknowledgement(talk) -> None:
    talk.put(request(answered=False))
    talk.start(0.0)
    [ended] = talk.acknowledged("c-1", OK, 1.0)
    assert ended.finding == OK


def test_an_acknowledgement_nobody_waits_for_changes_nothing(talk) -> None:
    talk.put(request())
    talk.start(0.0)
    assert talk.acknowledged("from-yesterday", OK, 1.0) == []
    assert talk.asked("c-1") is not None


def test_more_requests_than_a_modem_can_ever_serve_are_refused_as_busy() -> None:
    talk = Conversations(AskLimits(waiting=2), random.Random(3), lambda: "x", ready=True)
    assert talk.put(request()) == talk.put(request()) == []
    [ended] = talk.put(request())
    assert ended.finding.kind is outcomes.BUSY


def test_what_is_withdrawn_ends_and_what_is_on_the_line_stays(talk) -> None:
    for name in ("on the line", "waits", "waits too"):
        talk.put(request(name))
    talk.start(0.0)
    ended = talk.withdraw(lambda each: each.what == "waits", Finding(outcomes.GIVEN_UP))
    assert [each.request.what for each in ended] == ["waits"]
    assert talk.asked("c-1") is not None


STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "ack", "refuse", "answer", "keep", "tick", "lose"]), st.integers(0, 5)),
    max_size=60,
)


@given(STEPS)
def test_whatever_happens_every_request_ends_exactly_once(steps) -> None:
    """The model is a set of names: each that went in comes out once, and no line ever holds two."""
    numbers, names = itertools.count(1), itertools.count(1)
    talk = Conversations(AskLimits(), random.Random(1), lambda: f"c-{next(numbers)}", ready=True)
    put, ended, posted, now = [], [], [], 0.0

    def note(actions) -> None:
        ended.extend(action.request.what for action in actions if isinstance(action, Ended))
        posted.extend(action.reference for action in actions if isinstance(action, Post))

    for step, which in steps:
        reference = posted[which % len(posted)] if posted else "none"
        now += 7.0
        match step:
            case "put":
                put.append(f"request {next(names)}")
                note(talk.put(request(put[-1], line=f"rs485-{which % 3}", answered=which % 2 == 0)))
            case "ack":
                note(talk.acknowledged(reference, OK, now))
            case "refuse":
                note(talk.acknowledged(reference, Finding(outcomes.BUSY), now))
            case "answer":
                talk.answer_came(reference)
            case "keep":
                note(talk.answer_kept(reference, OK, None))
            case "lose":
                talk.answer_lost(reference, now)
            case "tick":
                note(talk.tick(now))
        note(talk.start(now))
    note(talk.close(Finding(outcomes.CONNECTION_LOST)))
    assert sorted(ended) == sorted(put)
