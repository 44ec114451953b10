"""How do 7 data bits and even parity travel in 8-bit bytes? (M-19)"""

import numpy as np

_EVEN = bytes(byte | (byte.bit_count() & 1) << 7 for byte in range(128))
_ADD = _EVEN + _EVEN  # an eighth bit given is replaced by the parity
_STRIP = bytes(range(128)) * 2
_ODD = np.array([byte.bit_count() & 1 for byte in range(256)], np.bool_)


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
    return data.translate(_STRIP), parity_errors(data)


def parity_errors(data: bytes) -> tuple[int, ...]:
    wrong = np.flatnonzero(_ODD[np.frombuffer(data, np.uint8)])
    return tuple(wrong.tolist())
