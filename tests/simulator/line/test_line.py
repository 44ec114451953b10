"""Does the line carry bytes at their speed and in their time, and nothing else?"""

import pytest

from osos.simulator.line import EchoLine, Line


def test_bytes_take_the_time_their_speed_says(parrot):
    meter = parrot(b"x" * 30)
    line = Line([meter])
    assert line.send(b"0123456789", now=5.0) == pytest.approx(5.0 + 10 * 10 / 300)
    assert line.hear(now=5.3) == b""
    assert meter.heard == []
    assert line.hear(now=5.4) == b""  # heard at 5.33, answers 0.25 s later
    assert meter.heard == [(b"0123456789", 300)]
    assert line.next_at() == pytest.approx(5.333 + 0.25 + 30 * 10 / 300, abs=0.01)
    assert line.hear(now=6.6) == b"x" * 30
    assert line.next_at() is None


def test_a_long_answer_comes_bit_by_bit_so_that_no_reader_thinks_it_fell_silent(parrot):
    line = Line([parrot(b"x" * 4000)])
    line.set_baud(9600, now=0.0)
    line.send(b"?", now=0.0)
    now, heard, longest = 0.0, b"", 0.0
    while (coming := line.next_at()) is not None:
        longest, now = max(longest, coming - now), coming
        heard += line.hear(now=now)
    assert heard == b"x" * 4000
    assert longest < 0.4
    assert now == pytest.approx(0.25 + 4001 * 10 / 9600, abs=0.01)


def test_an_instant_line_takes_next_to_no_time(parrot):
    line = Line([parrot(b"x" * 4000)], instant=True)
    assert line.send(b"?", now=3.0) == pytest.approx(3.001)
    assert line.hear(now=3.252) == b"x" * 4000  # only the meter's own reaction is left


def test_another_speed_than_the_senders_is_heard_as_noise(parrot):
    line = Line([parrot(b"123456789", baud=9600)], instant=True)
    line.send(b"?", now=0.0)
    heard = line.hear(now=1.0)
    assert len(heard) == 9
    assert heard != b"123456789"


def test_what_arrived_before_a_change_of_speed_was_heard_at_the_old_one(parrot):
    line = Line([parrot(b"123456789")], instant=True)
    line.send(b"?", now=0.0)
    line.set_baud(9600, now=1.0)
    assert line.hear(now=2.0) == b"123456789"


def test_two_meters_that_talk_at_once_are_noise(parrot):
    line = Line([parrot(b"A" * 20), parrot(b"B" * 20)])
    line.send(b"?", now=0.0)
    heard = line.hear(now=9.0)
    assert len(heard) == 40
    assert heard.count(b"A") + heard.count(b"B") < 10


def test_meters_that_talk_one_after_the_other_are_both_heard(parrot):
    line = Line([parrot(b"A" * 20)])
    line.send(b"?", now=0.0)
    assert line.hear(now=9.0) == b"A" * 20
    line.send(b"?", now=9.0)
    assert line.hear(now=18.0) == b"A" * 20


def test_an_echoing_line_gives_the_unit_its_own_words_first(parrot):
    line = EchoLine([parrot(b"answer")])
    done = line.send(b"question", now=0.0)
    assert line.hear(now=done) == b"question"
    assert line.hear(now=9.0) == b"answer"
