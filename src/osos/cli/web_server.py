"""How do pages run beside the head-end in one process? In a thread with a loop of its own."""

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI

DRAIN_S = 10  # open requests and streams get this long to end, of the thirty of the whole process


class WebServer:
    """Serves an ASGI application until `stop`; the port is taken in `start`."""

    def __init__(self, app: "FastAPI", *, host: str, port: int) -> None:
        self._app, self._host, self._port = app, host, port
        self._server: Any = None
        self._thread: threading.Thread | None = None
        self.address: tuple[str, int] | None = None

    def start(self) -> None:
        """`OSError` when the address cannot be had."""
        from uvicorn import Config, Server

        listening = _listening(self._host, self._port)
        self.address = listening.getsockname()[:2]
        config = Config(
            self._app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=DRAIN_S,
            h11_max_incomplete_event_size=64 * 1024,
        )
        self._server = Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, name="osos-web", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Take no more, let the open ones end, come back when all is closed."""
        if self._server is None or self._thread is None:
            return
        self._app.state.web.streams.end_all()
        self._server.should_exit = True
        self._thread.join(DRAIN_S + 5)

    @property
    def alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    with suppress(OSError):  # not on every system; then a restart waits for the old connections
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(512)
    except OSError:
        taken.close()
        raise
    return taken
