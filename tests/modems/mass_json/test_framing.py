"""Does the framer find every message, lose no byte, and let no broken message harm the next?"""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.modems.mass_json import Frame, Framer, Malformed, frame
from osos.modems.mass_json.framing import MAX_BAD_BYTES

GOOD = b'{"device":{"flag":"ABC","serialNumber":"1"},"function":"heartbeat","n":[1,true,null]}'
OTHER = b'{"x":"br}ace { \\" quote \\\\","y":{"z":[]}}'

# (what stands on the wire, the payloads in it, the reasons of what is no message)
STREAMS = [
    (frame(GOOD), [GOOD], []),
    (frame(GOOD) + frame(OTHER), [GOOD, OTHER], []),
    (b"#%d$" % len(GOOD) + GOOD, [GOOD], []),
    (b"#%d$" % len(GOOD) + GOOD + frame(OTHER), [GOOD, OTHER], []),
    (b"#7$" + GOOD + frame(OTHER), [GOOD, OTHER], []),  # a length that lies harms nobody
    (b"#" + GOOD + b"\r\n $", [GOOD], []),
    (b"\r\n" + frame(GOOD), [GOOD], ["noise"]),
    (b"\x00\xff#x" + frame(GOOD) + b"garbage$" + frame(OTHER), [GOOD, OTHER], ["noise", "noise"]),
    (b"##" + frame(GOOD), [GOOD], ["noise"]),
    (b"#12" + frame(GOOD), [GOOD], ["noise"]),
    (b"#123456789$" + frame(GOOD), [GOOD], ["noise"]),
    (frame(GOOD)[:-1] + frame(OTHER), [OTHER], ["broken"]),  # no end mark
    (frame(GOOD)[:20] + frame(OTHER), [OTHER], ["broken"]),  # cut inside a string
    (frame(GOOD)[:30] + frame(OTHER), [OTHER], ["broken"]),
    (b'#{"a":' + frame(OTHER), [OTHER], ["broken"]),  # cut outside a string
    (b'#{"a":"x\\' + frame(OTHER), [OTHER], ["broken"]),  # cut inside an escape
    (b"#{bad}$" + frame(OTHER), [OTHER], ["broken"]),
    (b"#{]}$" + frame(OTHER), [OTHER], ["broken"]),
    (b"#{" + b"[" * 40 + b"]" * 40 + b"}$" + frame(OTHER), [OTHER], ["too deep"]),
    (b"#{trux:1}$" + frame(OTHER), [OTHER], ["broken"]),
    (frame(GOOD) + b'#{"never":"ends', [GOOD], ["unfinished"]),
    (frame(GOOD) + b"#", [GOOD], ["noise"]),
    (b"", [], []),
]


@pytest.mark.parametrize(("stream", "payloads", "reasons"), STREAMS)
def test_a_stream_gives_the_same_messages_however_it_is_cut(stream, payloads, reasons, heard, cuttings):
    for pieces in cuttings(stream, seed=1):
        found = heard(stream, pieces)
        assert [event.payload for event in found if isinstance(event, Frame)] == payloads
        assert [event.reason for event in found if isinstance(event, Malformed)] == reasons


def test_marks_inside_strings_of_a_careless_sender_do_not_end_its_message(heard):
    careless = b'{"rawData":"1.8.0(1)$ } #{ ok #12${"}'
    assert heard(frame(careless), [frame(careless)]) == [Frame(careless, frame(careless))]


def test_a_message_is_told_at_its_last_byte_and_not_before():
    framer, wire = Framer(), frame(GOOD)
    assert framer.feed(wire[:-1]) == []
    assert framer.pending == len(wire) - 1
    assert framer.feed(wire[-1:]) == [Frame(GOOD, wire)]


def test_a_broken_message_is_told_at_its_end_mark_not_with_the_next_message():
    framer = Framer()
    assert [type(event) for event in framer.feed(b"#{bad}")] == []
    assert [event.raw for event in framer.feed(b"$")] == [b"#{bad}$"]


@pytest.mark.parametrize(
    "endless",
    [b'#{"a":"' + b"x" * 300, b"#{" + b" " * 300, b'#{"a":1}' + b" " * 300, b'#{"a":' + b"1," * 150],
)
def test_a_message_that_does_not_end_within_the_bound_is_given_up(endless, cuttings):
    for pieces in cuttings(endless + frame(OTHER), seed=2):
        framer = Framer(max_bytes=200)
        found = [event for piece in pieces for event in framer.feed(piece)]
        assert b"".join(event.raw for event in found) == endless + frame(OTHER)
        assert [event.payload for event in found if isinstance(event, Frame)] == [OTHER]
        assert {event.reason for event in found if isinstance(event, Malformed)} == {"too large"}


@pytest.mark.parametrize(("size", "taken"), [(200, True), (201, False)])
def test_the_bound_is_exact_and_independent_of_cuts(size, taken, cuttings):
    payload = b'{"a":"' + b"x" * (size - 8) + b'"}'
    assert len(payload) == size
    for pieces in cuttings(frame(payload) + frame(OTHER), seed=3):
        framer = Framer(max_bytes=200)
        found = [event for piece in pieces for event in framer.feed(piece)] + framer.finish()
        frames = [event.payload for event in found if isinstance(event, Frame)]
        assert frames == ([payload, OTHER] if taken else [OTHER])


def test_a_flood_of_noise_is_handed_out_in_pieces_and_not_kept(cuttings):
    flood = b"\xaa" * (3 * MAX_BAD_BYTES + 5)
    for pieces in cuttings(flood, seed=4):
        framer = Framer()
        found = [event for piece in pieces for event in framer.feed(piece)]
        assert [len(event.raw) for event in found] == [MAX_BAD_BYTES] * 3
        assert framer.pending == 5


@given(st.binary(max_size=200), st.integers(0, 9))
def test_no_byte_is_lost_of_any_stream(heard_of, stream, seed):
    heard_of(stream, seed)


@given(
    st.lists(
        st.sampled_from([GOOD, OTHER]).map(frame)
        | st.binary(max_size=12)
        | st.sampled_from([b"#{", b"}$", b'#{"', b"#1$", b"#1${", b"\\", b'"', b"{", b"[", b"true", b"tru"]),
        max_size=12,
    ),
    st.integers(0, 9),
)
def test_no_byte_is_lost_of_messages_and_hostile_pieces(heard_of, pieces, seed):
    heard_of(b"".join(pieces), seed)


@pytest.fixture(scope="module")
def heard_of():
    def check(stream: bytes, seed: int) -> None:
        chance = Random(seed)
        places = sorted(chance.randrange(len(stream) + 1) for _ in range(4))
        random_cut = [stream[a:b] for a, b in zip([0, *places], [*places, len(stream)], strict=True)]
        byte_by_byte = [stream[at : at + 1] for at in range(len(stream))]
        frames = []
        for pieces in ([stream], byte_by_byte, random_cut):
            framer = Framer(max_bytes=150)
            found = [event for piece in pieces for event in framer.feed(piece)] + framer.finish()
            assert b"".join(event.raw for event in found) == stream
            frames.append([event.payload for event in found if isinstance(event, Frame)])
        assert frames[0] == frames[1] == frames[2]

    return check


@given(st.lists(st.sampled_from([b"a$b", b"}}", b"#", b"#1", b"x" * 30, b"\r\n"]), max_size=5))
def test_a_message_after_any_plain_garbage_is_found(garbage):
    framer = Framer()
    found = framer.feed(b"".join(garbage) + frame(GOOD))
    assert [event.payload for event in found if isinstance(event, Frame)] == [GOOD]


@given(st.integers(0, len(GOOD)))
def test_a_message_after_one_cut_anywhere_is_found(cut):
    found = Framer().feed(frame(GOOD)[:cut] + frame(OTHER))
    assert [event.payload for event in found if isinstance(event, Frame)] == [OTHER]


@pytest.mark.parametrize("hostile", [b"#{", b'#{"', b'#{"\\"', b"#1${", b"}$", b'#{""}', b"#{}$", b'#{" '])
def test_hostile_repetition_costs_a_time_that_grows_with_its_length_only(hostile):
    """Counted in moves, not seconds: a stream ten times as long may take about ten times the moves."""
    moves = []
    for size in (2_000, 20_000):
        framer = CountingFramer()
        framer.feed(hostile * (size // len(hostile)))
        framer.finish()
        moves.append(framer.moves)
    assert moves[1] < 14 * moves[0] + 100


class CountingFramer(Framer):
    """A framer that counts its moves."""

    moves = 0

    def _step(self, found):
        self.moves += 1
        return super()._step(found)

    def _read_text(self):
        self.moves += 1
        return super()._read_text()

    def _read_between(self):
        self.moves += 1
        return super()._read_between()
