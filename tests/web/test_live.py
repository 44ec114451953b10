"""Does a live page get what changed, and end when it should?"""

import asyncio
import threading

from osos.store import StoreUnavailable
from osos.web.sse import LARGEST, LOAD_AGAIN, STILL_HERE, Streams, framed, pushes


class Turns:
    """Draws one after the other, then it is over."""

    def __init__(self, *drawn: str | Exception) -> None:
        self._left = list(drawn)
        self.rests = 0

    async def draw(self) -> str:
        now = self._left.pop(0)
        if isinstance(now, Exception):
            raise now
        return now

    async def over(self) -> bool:
        return not self._left

    async def rest(self) -> None:
        self.rests += 1


def told(*drawn):
    turns = Turns(*drawn)

    async def collect():
        return [piece async for piece in pushes(turns.draw, over=turns.over, rest=turns.rest, event="fleet")]

    pieces = asyncio.run(collect())
    assert turns.rests == len(drawn), "it rests after every turn"
    assert pieces[0].startswith(b"retry: ")
    return pieces[1:]


def test_only_what_changed_is_sent():
    assert told("<p>1</p>", "<p>1</p>", "<p>2</p>") == [
        b"event: fleet\ndata: <p>1</p>\n\n",
        STILL_HERE,
        b"event: fleet\ndata: <p>2</p>\n\n",
    ]


def test_a_store_that_is_away_keeps_the_last_picture():
    assert told("<p>1</p>", StoreUnavailable("locked", "x"), "<p>1</p>")[1:] == [STILL_HERE, STILL_HERE]


def test_no_line_of_a_piece_can_begin_another_event():
    piece = framed("fleet", "<p>a\n\nevent: evil\r\ndata: x</p>")
    assert piece.count(b"\n\n") == 1
    assert all(line.startswith((b"event: fleet", b"data: ")) for line in piece.strip().split(b"\n"))


def test_a_piece_too_large_asks_for_the_page():
    assert framed("fleet", "x" * LARGEST) == LOAD_AGAIN


def test_a_stopping_server_ends_every_stream_from_another_thread():
    streams = Streams()

    async def one_stream():
        end = streams.opened()
        threading.Thread(target=streams.end_all).start()
        await asyncio.wait_for(end.wait(), 60)
        streams.closed(end)
        later = streams.opened()
        assert later.is_set(), "none begins after the end"
        streams.closed(later)

    asyncio.run(one_stream())
    assert len(streams) == 0
