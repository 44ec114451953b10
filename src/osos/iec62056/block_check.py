"""Does this block's check character fit?"""

import numpy as np


def block_check(block: bytes) -> int:
    r"""XOR of the bytes after SOH or STX, the closing ETX included, 7 bits.

    Source: IEC 62056-21, block check character; M-15.

    >>> hex(block_check(b"1.8.0(000123.4*kWh)\r\n!\r\n\x03"))
    '0x7e'
    """
    return int(np.bitwise_xor.reduce(np.frombuffer(block, np.uint8))) & 0x7F


def _crc16_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
        table.append(crc)
    return tuple(table)


_CRC16 = _crc16_table()


def crc16(telegram: bytes) -> int:
    """CRC-16/ARC from `/` to `!` of a P1 telegram, both included.

    Source: DSMR 4 and later, clause on the P1 message format.

    >>> hex(crc16(b"123456789"))
    '0xbb3d'
    """
    crc = 0
    for byte in telegram:
        crc = crc >> 8 ^ _CRC16[(crc ^ byte) & 0xFF]
    return crc
