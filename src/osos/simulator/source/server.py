"""How does a virtual source listen on TCP?"""

import asyncio
import contextlib

from osos.simulator.source.source import VirtualSource

MAX_LINE = 1024


class SourceServer:
    """Any number of callers, one source."""

    def __init__(self, source: VirtualSource) -> None:
        self.source = source
        self._server: asyncio.Server | None = None
        self._calls: set[asyncio.Task[None]] = set()

    async def open(self, port: int, host: str = "127.0.0.1") -> int:
        """The port it listens on; 0 takes a free one."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=MAX_LINE)
        found: int = self._server.sockets[0].getsockname()[1]
        return found

    async def close(self) -> None:
        """Hangs up on every caller."""
        if self._server is not None:
            self._server.close()
        for task in self._calls:
            task.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)
        try:
            with contextlib.suppress(ConnectionError, ValueError, asyncio.CancelledError):
                await self._answer(reader, writer)  # until the caller is gone, or sends a line without end
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conduct, asked = self.source.conduct, 0
        while data := await reader.readline():
            answer = self.source.line(data.decode("ascii", "replace"))
            if answer is None or conduct.silent:
                continue
            asked += 1
            if conduct.hangs_up_after and asked > conduct.hangs_up_after:
                return
            await asyncio.sleep(conduct.late_s)
            writer.write(answer.encode("ascii") + b"\n")
            await writer.drain()
