"""Which streams and messages do the tests of the protocol share?"""

from collections.abc import Callable, Iterator
from random import Random

import pytest
from hypothesis import strategies as st

from osos.modems.mass_json import Frame, Framer, Malformed, Message
from osos.quantities import DeviceId

Cutter = Callable[[bytes], list[bytes]]

MODEM = DeviceId("ABC", "100200300400500")

json_scalars = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=12)
json_values = st.recursive(
    json_scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@pytest.fixture
def modem() -> DeviceId:
    return MODEM


@pytest.fixture
def heard() -> Callable[[bytes, list[bytes]], list[Frame | Malformed]]:
    """Everything a fresh framer says of a stream that comes in these pieces."""

    def listen(stream: bytes, pieces: list[bytes]) -> list[Frame | Malformed]:
        framer = Framer()
        found = [event for piece in pieces for event in framer.feed(piece)]
        found += framer.finish()
        assert b"".join(event.raw for event in found) == stream
        assert framer.pending == 0
        return found

    return listen


@pytest.fixture
def cuttings() -> Callable[[bytes, int], Iterator[list[bytes]]]:
    """The stream whole, byte by byte, and cut at random places."""

    def cut(stream: bytes, seed: int) -> Iterator[list[bytes]]:
        yield [stream]
        yield [stream[at : at + 1] for at in range(len(stream))]
        chance = Random(seed)
        for _ in range(3):
            places = sorted(chance.randrange(len(stream) + 1) for _ in range(chance.randrange(1, 9)))
            yield [stream[a:b] for a, b in zip([0, *places], [*places, len(stream)], strict=True)]

    return cut


@pytest.fixture
def read_push() -> Callable[..., Message]:
    def build(raw: str, **fields: object) -> Message:
        body = {
            "readDate": "2026-03-02 00:05:11",
            "meter": {"brand": "Makel", "serialNumber": "123456789"},
            "data": {"id": "/MKS6<2>ADM(M550.2251)", "rawData": raw},
        }
        return Message(device=MODEM, function="read", reference_id="6f0c", response=body, **fields)  # type: ignore[arg-type]  # a test may say anything

    return build
