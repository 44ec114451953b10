"""Does each bad line do what its name says, and the same again with the same seed?"""

from itertools import pairwise
from random import Random

import pytest

from osos.simulator.line import CorruptingLine, DelayingLine, DribblingLine, LossyLine

MESSAGE = bytes(range(32, 127))


def carried(kind, seed, messages=300, **more):
    line = kind([], chance=Random(seed), **more)
    return [list(line.carry(MESSAGE, 10.0)) for _ in range(messages)]


@pytest.mark.parametrize("kind", [CorruptingLine, DelayingLine, DribblingLine, LossyLine])
def test_the_same_seed_gives_the_same_ailments(kind):
    assert carried(kind, 7) == carried(kind, 7)
    assert carried(kind, 7) != carried(kind, 8)


def test_a_dribbling_line_loses_nothing_and_never_pauses_like_an_end():
    for pieces in carried(DribblingLine, 1):
        assert b"".join(data for _, data in pieces) == MESSAGE
        assert max(len(data) for _, data in pieces) <= 3
        times = [10.0, *(at for at, _ in pieces)]
        assert max(b - a for a, b in pairwise(times)) < 1.5


def test_a_delaying_line_is_late_but_whole():
    for pieces in carried(DelayingLine, 1):
        ((at, data),) = pieces
        assert 10.0 <= at <= 11.0
        assert data == MESSAGE


def test_a_corrupting_line_flips_one_bit_of_some_messages():
    flipped = 0
    for pieces in carried(CorruptingLine, 1, rate=0.3):
        ((_, data),) = pieces
        bits = sum((a ^ b).bit_count() for a, b in zip(MESSAGE, data, strict=True))
        assert bits <= 1
        flipped += bits
    assert 60 < flipped < 120


def test_a_lossy_line_loses_one_byte_or_all_of_some_messages():
    lengths = [sum(len(data) for _, data in pieces) for pieces in carried(LossyLine, 1, rate=0.3)]
    assert set(lengths) == {0, len(MESSAGE) - 1, len(MESSAGE)}
    assert 60 < sum(length < len(MESSAGE) for length in lengths) < 120
