"""Does each bad link do what its name says, and the same again with the same seed?"""

from random import Random

import pytest

from osos.simulator.line import LINKS, Cut, Piece

MESSAGE = bytes(range(32, 127)) * 5


def carried(kind: str, seed: int, rate: float = 0.3):
    link = LINKS[kind](Random(seed), rate=rate)
    return [list(link.carry(MESSAGE)) for _ in range(300)]


def whole(pieces) -> bytes:
    return b"".join(piece.data for piece in pieces if isinstance(piece, Piece))


@pytest.mark.parametrize("kind", sorted(set(LINKS) - {"good"}))
def test_the_same_seed_gives_the_same_ailments(kind):
    assert carried(kind, 7) == carried(kind, 7)
    assert carried(kind, 7) != carried(kind, 8)


@pytest.mark.parametrize("kind", ["good", "dribble", "delay"])
def test_some_links_lose_nothing(kind):
    assert all(whole(pieces) == MESSAGE for pieces in carried(kind, 1))


def test_a_dribbling_link_respects_no_boundary():
    assert all(len(pieces) > 3 for pieces in carried("dribble", 1))


def test_a_delaying_link_is_late_up_to_half_a_second():
    delays = [piece.after_s for pieces in carried("delay", 1) for piece in pieces]
    assert 0.0 <= min(delays) < 0.05
    assert 0.45 < max(delays) <= 0.5


def test_a_cutting_link_breaks_off_inside_some_messages():
    cut = [pieces for pieces in carried("cut", 1) if Cut() in pieces]
    assert 60 < len(cut) < 120
    assert all(pieces[-1] == Cut() and MESSAGE.startswith(whole(pieces)) for pieces in cut)


def test_a_corrupting_link_flips_one_bit_of_some_messages():
    bits = [
        sum((a ^ b).bit_count() for a, b in zip(MESSAGE, whole(pieces), strict=True))
        for pieces in carried("corrupt", 1)
    ]
    assert set(bits) == {0, 1}
    assert 60 < sum(bits) < 120


def test_a_losing_link_swallows_whole_messages():
    assert 60 < sum(pieces == [] for pieces in carried("lose", 1)) < 120


def test_a_duplicating_link_delivers_some_messages_twice():
    assert 60 < sum(whole(pieces) == MESSAGE * 2 for pieces in carried("duplicate", 1)) < 120
