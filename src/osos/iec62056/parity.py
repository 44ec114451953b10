"""How do 7 data bits and even parity travel in 8-bit bytes? (M-19)"""

import re

import numpy as np

from osos.iec62056.complaints import Complaints

_EVEN = bytes(byte | (byte.bit_count() & 1) << 7 for byte in range(128))
_ADD = _EVEN + _EVEN  # an eighth bit given is replaced by the parity
_STRIP = bytes(range(128)) * 2
# Without parity all over, an eighth bit is a fault: taken off where a printed character is left, else kept.
_MEND = bytes(range(128)) + bytes(b & 0x7F if 0x20 <= b & 0x7F < 0x7F else b for b in range(128, 256))
_ODD = np.array([byte.bit_count() & 1 for byte in range(256)], np.bool_)
_HIGH = re.compile(rb"[\x80-\xff]+")
DAMAGED = 0xFF  # no character: it spoils the message it is in
WRONG_SHARE = 0.05  # of the bytes may have a wrong parity for a telegram to count as carrying it
HIGH_SHARE = 0.2  # of the bytes must have the eighth bit: in mode C text with even parity about half have


def add_parity(data: bytes) -> bytes:
    r"""Even parity in the eighth bit.

    >>> add_parity(b"/?!\r\n")
    b'\xaf?!\x8d\n'
    """
    return data.translate(_ADD)


def strip_parity(data: bytes) -> tuple[bytes, tuple[int, ...]]:
    r"""The 7-bit characters, and the offsets of those whose parity was wrong.

    >>> strip_parity(b"\xaf?!\r\n")
    (b'/?!\r\n', (3,))
    """
    return data.translate(_STRIP), _parity_errors(data)


def heard_bits(data: bytes) -> bytes:
    """The 7-bit characters of a live line, `DAMAGED` in place of those whose parity was wrong."""
    stripped, wrong = strip_parity(data)
    if not wrong:
        return stripped
    marked = bytearray(stripped)
    for at in wrong:
        marked[at] = DAMAGED
    return bytes(marked)


def seven_bits(data: bytes, complaints: Complaints) -> bytes:
    """A recorded telegram without eighth bits, each taken off with a complaint (M-172)."""
    if data.isascii():
        return data
    wrong = _parity_errors(data)
    high = len(data) - len(data.translate(None, bytes(range(128, 256))))
    first = _HIGH.search(data)
    if first and len(wrong) <= WRONG_SHARE * len(data) and high >= HIGH_SHARE * len(data):
        complaints.add("parity-kept", first.start(), f"{high} of {len(data)} bytes", "7 bits")
        for at in wrong:
            complaints.add("parity-wrong", at, f"{data[at]:02X}")
        return data.translate(_STRIP)
    for run in _HIGH.finditer(data):
        complaints.add("parity-bit", run.start(), run[0].hex(" "))
    return data.translate(_MEND)


def _parity_errors(data: bytes) -> tuple[int, ...]:
    wrong = np.flatnonzero(_ODD[np.frombuffer(data, np.uint8)])
    return tuple(wrong.tolist())
