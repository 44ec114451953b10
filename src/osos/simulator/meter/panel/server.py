"""How does a browser on this machine see the panel?

A few routes of HTTP/1.1, one request a connection, on the loopback address only. A page of another site
cannot reach it: the Host must be this address, and an act must come from the panel's own page.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from osos.simulator.meter.meter import VirtualMeter
from osos.simulator.meter.panel.hands import NotAnAct, act
from osos.simulator.meter.panel.picture import picture

MOST_HEAD, MOST_BODY = 16_384, 4_096
WITHIN_S = 10.0  # for a whole request
_STATIC = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/panel.css": ("panel.css", "text/css; charset=utf-8"),
    "/panel.js": ("panel.js", "text/javascript; charset=utf-8"),
}
_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'"


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    body: bytes = b""
    kind: str = "text/plain; charset=utf-8"


class PanelServer:
    """One meter's page; `reading`: is one of its ports in session?"""

    def __init__(
        self, meter: VirtualMeter, *, now: Callable[[], datetime], reading: Callable[[], bool]
    ) -> None:
        self._meter, self._now, self._reading = meter, now, reading
        self._server: asyncio.Server | None = None
        self._hosts: frozenset[str] = frozenset()

    async def open(self, port: int) -> str:
        """Its address; port 0 takes a free one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=MOST_HEAD)
        number = self._server.sockets[0].getsockname()[1]
        self._hosts = frozenset({f"127.0.0.1:{number}", f"localhost:{number}"})
        return f"http://127.0.0.1:{number}/"

    def close(self) -> None:
        if self._server:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer = Answer("400 Bad Request")
        with contextlib.suppress(
            ValueError, ConnectionError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError
        ):
            async with asyncio.timeout(WITHIN_S):
                answer = await self._answered(reader)
        with contextlib.suppress(ConnectionError):
            writer.write(_rendered(answer))
            await writer.drain()
        writer.close()

    async def _answered(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        said = {
            name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in head[1:])
        }
        size = int(said.get("content-length") or 0)
        if not 0 <= size <= MOST_BODY:
            return Answer("413 Content Too Large")
        return self.answer(method, path, said, await reader.readexactly(size))

    def answer(self, method: str, path: str, said: dict[str, str], body: bytes) -> Answer:
        """Without input or output: what one request brings."""
        if said.get("host") not in self._hosts:
            return Answer("421 Misdirected Request")
        if method == "GET" and path in _STATIC:
            name, kind = _STATIC[path]
            return Answer("200 OK", files(__package__).joinpath("static", name).read_bytes(), kind)
        if method == "GET" and path == "/picture":
            return _json(picture(self._meter, self._now(), reading=self._reading()))
        if method == "POST" and path == "/act":
            return self._act(said.get("origin"), body)
        return Answer("404 Not Found")

    def _act(self, origin: str | None, body: bytes) -> Answer:
        if origin not in {f"http://{host}" for host in self._hosts}:
            return Answer("403 Forbidden")
        try:
            act(self._meter, json.loads(body), at=self._now())
        except NotAnAct as error:
            return Answer("422 Unprocessable Content", str(error).encode())
        except ValueError:  # no JSON
            return Answer("400 Bad Request")
        return Answer("204 No Content")


def _json(told: dict[str, Any]) -> Answer:
    return Answer("200 OK", json.dumps(told).encode(), "application/json")


def _rendered(answer: Answer) -> bytes:
    head = (
        f"HTTP/1.1 {answer.status}",
        f"Content-Type: {answer.kind}",
        f"Content-Length: {len(answer.body)}",
        f"Content-Security-Policy: {_POLICY}",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
        "Connection: close",
    )
    return "\r\n".join((*head, "", "")).encode() + answer.body
