"""How does a page stay live? One stream a page, a push at most every five seconds, and a clean end.

The page shows what it has without it. The stream sends a piece of HTML when it has changed, a sign
of life when not (so that both sides notice a dead line), and ends when the reader leaves, signs out, or the
server stops.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

EVERY_S = 5.0
LARGEST = 20_000  # bytes of a push; a page that needs more is loaded anew
RETRY_MS = 5000  # how long a browser waits before it comes again
STILL_HERE = b"event: alive\ndata: 1\n\n"  # an event, not a comment: a page can hear that its line lives
LOAD_AGAIN = b"event: reload\ndata: 1\n\n"


class Streams:
    """The open streams of a process, so that a stopping server does not wait for them."""

    def __init__(self) -> None:
        self._open: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._ended = False

    def opened(self) -> asyncio.Event:
        """A new stream's end; call it inside the loop, and `closed` when the stream is over."""
        end = asyncio.Event()
        self._open.add((asyncio.get_running_loop(), end))
        if self._ended:
            end.set()
        return end

    def closed(self, end: asyncio.Event) -> None:
        self._open = {each for each in self._open if each[1] is not end}

    def end_all(self) -> None:
        """From any thread, once, before the server is told to stop."""
        self._ended = True
        for loop, end in tuple(self._open):
            if not loop.is_closed():
                loop.call_soon_threadsafe(end.set)

    def __len__(self) -> int:
        return len(self._open)


def live(
    request: Request, draw: Callable[[], str], *, event: str = "page", every_s: float = EVERY_S
) -> Response:
    """The stream of a page; `draw` is a plain function that reads the store and gives the piece of HTML.

    `return live(request, lambda: ...)` in a route; StoreUnavailable in `draw` keeps the last picture.
    """
    from osos.web.sessions import still_signed_in

    streams: Streams = request.app.state.web.streams
    end = streams.opened()

    async def over() -> bool:
        if end.is_set() or await request.is_disconnected():
            return True
        return request.state.viewer is not None and not await run_sync(still_signed_in, request)

    async def rest() -> None:
        try:
            await asyncio.wait_for(end.wait(), every_s)
        except TimeoutError:
            return

    async def told() -> AsyncIterator[bytes]:
        try:
            async for piece in pushes(lambda: run_sync(draw), over=over, rest=rest, event=event):
                yield piece
        finally:
            streams.closed(end)

    return StreamingResponse(told(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def pushes(
    draw: Callable[[], Awaitable[str]],
    *,
    over: Callable[[], Awaitable[bool]],
    rest: Callable[[], Awaitable[Any]],
    event: str,
) -> AsyncIterator[bytes]:
    """What is sent, turn by turn, until it is over."""
    from osos.store import StoreUnavailable

    yield f"retry: {RETRY_MS}\n\n".encode()
    shown: str | None = None
    while not await over():
        try:
            drawn = await draw()
        except StoreUnavailable:
            drawn = shown or ""  # the reader keeps what he has; its time says how old it is
        piece = STILL_HERE if drawn == shown else framed(event, drawn)
        shown = drawn
        yield piece
        await rest()


def framed(event: str, html: str) -> bytes:
    """One event; each line of the piece is a line of data. A piece too large asks for the page instead."""
    lines = "".join(f"data: {line}\n" for line in html.splitlines() or [""])
    piece = f"event: {event}\n{lines}\n".encode()
    return piece if len(piece) <= LARGEST else LOAD_AGAIN
