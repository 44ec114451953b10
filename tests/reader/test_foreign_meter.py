"""Do we read a meter whose every word another hand takes apart and writes?

No package of PyPI or npm that was looked at is a mode C meter; `iec62056-21` knows its messages both ways.
The meter here is as little as can be around it: it listens, the package understands and answers.
"""

import contextlib
import socket
import threading

import pytest
from iec62056_21.messages import (
    AckOptionSelectMessage,
    AnswerDataMessage,
    CommandMessage,
    DataBlock,
    DataLine,
    DataSet,
    IdentificationMessage,
    ReadoutDataMessage,
    RequestMessage,
)

from osos.meters import read
from osos.reader import read_codes, read_packet

VALUES = (
    ("0.0.0", "123456789", None),
    ("0.9.1", "13:30:35", None),
    ("0.9.2", "26-03-02", None),
    ("1.8.0", "000123.456", "kWh"),
    ("5.8.0", "000012.345", "kVArh"),
    ("32.7.0", "230.1", None),
)


class OthersMeter:
    """One session after the other."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.understood: list[object] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes who waits in accept
        self._listener.close()
        self._thread.join(60)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self._listener.accept()
                with peer, contextlib.suppress(OSError):
                    self._session(peer)

    def _session(self, peer: socket.socket) -> None:
        while heard := peer.recv(1024):
            for message in self._answers(heard):
                peer.sendall(message.to_bytes())

    def _answers(self, heard: bytes) -> list:
        if heard.startswith(b"/?"):
            asked = RequestMessage.from_bytes(heard)
            self.understood.append(asked.device_address)
            return [IdentificationMessage("2TED(OTHERS)", "OSO", "6")]
        if heard.startswith(b"\x06"):
            asked = AckOptionSelectMessage.from_bytes(heard)
            self.understood.append((asked.baud_char, asked.mode_char))
            if asked.mode_char == "1":
                return [CommandMessage("P", 0, DataSet("", "0123456789ABCDEF"))]
            return [ReadoutDataMessage(_block(VALUES))]
        asked = CommandMessage.from_bytes(heard) if b"\x02" in heard else None
        if asked is None:
            return []  # the break
        self.understood.append(f"{asked.command}{asked.command_type} {asked.data_set.address}")
        return [AnswerDataMessage(_block([one for one in VALUES if one[0] == asked.data_set.address]))]


def _block(values) -> DataBlock:
    return DataBlock([DataLine([DataSet(code, value, unit)]) for code, value, unit in values])


@pytest.fixture
def other():
    meter = OthersMeter()
    yield meter
    meter.close()


def said(data: bytes) -> list[tuple[str, str, str | None]]:
    telegram = read(data)
    assert telegram.complaints == []
    return [(one.obis.code, one.text, one.unit) for one in telegram.readings]


def test_its_packet_is_read_value_by_value(other, linked) -> None:
    got = read_packet(linked(f"tcp://127.0.0.1:{other.port}?address=123456789"), "0")
    assert got.trouble is None
    assert said(got.data) == list(VALUES)
    assert other.understood == ["123456789", ("6", "0")]


def test_its_registers_are_asked_one_by_one(other, linked) -> None:
    got = read_codes(linked(f"tcp://127.0.0.1:{other.port}"), ["1.8.0", "32.7.0"])
    assert got.trouble is None
    assert said(got.data) == [VALUES[3], VALUES[5]]
    assert other.understood[-2:] == ["R2 1.8.0", "R2 32.7.0"]
