"""How does a TCP connection, or a modem's transparent port behind it, carry a dialogue?"""

import socket

from osos.reader.trouble import LineTrouble, Trouble, Words, trouble

CONNECTED_WITHIN_S = 15.0  # a modem that has to wake its radio
_MOST = 1 << 16  # bytes of one read


class TcpWire:
    carries_speed = False

    def __init__(self, host: str, port: int) -> None:
        try:
            self._socket = socket.create_connection((host, port), CONNECTED_WITHIN_S)
        except OSError as error:
            raise LineTrouble(_why_not(host, port, error)) from None
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._within_s = CONNECTED_WITHIN_S
        self._received = 0

    def write(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise self._fell(error.strerror or str(error)) from None

    def read(self, within_s: float) -> bytes:
        self._patience(within_s)
        try:
            data = self._socket.recv(_MOST)
        except TimeoutError:
            return b""
        except OSError as error:
            raise self._fell(error.strerror or str(error)) from None
        if not data:
            raise self._fell(("karşı taraf kapattı", "the other side hung up"))
        self._received += len(data)
        return data

    def set_baud(self, baud: int) -> None:
        """The modem knows (M-19)."""

    def close(self) -> None:
        self._socket.close()

    def _patience(self, within_s: float) -> None:
        """Each change costs a system call, so half as long will do: who waits asks again.

        Sending takes what was set last: a request fits any buffer.
        """
        if not within_s / 2 <= self._within_s <= within_s:
            self._within_s = max(within_s, 0.001)  # 0 would make the socket non-blocking
            self._socket.settimeout(self._within_s)

    def _fell(self, why: str | Words) -> LineTrouble:
        return LineTrouble(trouble("fell", why=why, received=self._received))


def _why_not(host: str, port: int, error: OSError) -> Trouble:
    if isinstance(error, socket.gaierror):
        return trouble("no-such-host", host=host)
    if isinstance(error, ConnectionRefusedError):
        return trouble("refused", host=host, port=port)
    why: str | Words = (
        ("yanıt yok", "no answer") if isinstance(error, TimeoutError) else error.strerror or str(error)
    )
    return trouble("unreachable", host=host, port=port, why=why)
