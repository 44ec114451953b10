"""How are bytes sent and heard, whatever the cable is?"""

from typing import Protocol

from osos.reader.place import Place


class Wire(Protocol):
    """An open cable. `write` and `read` raise LineTrouble `fell` when it is gone."""

    @property
    def carries_speed(self) -> bool:
        """Does `set_baud` change anything? Not over TCP, where the modem has its own (M-19)."""

    def write(self, data: bytes) -> None: ...

    def read(self, within_s: float) -> bytes:
        """What has come; empty when nothing came for a while, at most so many seconds."""

    def set_baud(self, baud: int) -> None: ...

    def close(self) -> None: ...


def open_wire(place: Place) -> Wire:
    """Raises LineTrouble with the reason why not."""
    if place.is_serial:
        from osos.reader.serial_wire import SerialWire

        return SerialWire(place.path, place.baud or 300)
    from osos.reader.tcp_wire import TcpWire

    return TcpWire(place.host, place.port)
