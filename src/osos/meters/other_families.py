"""Which telegrams of other families are known by name, though not yet taken apart?"""

from osos.iec62056 import Check
from osos.meters.profiles import MeterProfile
from osos.meters.telegram import NO_CHECK, Telegram, complaint

_X25 = 0x8408  # CRC-16/X.25, reflected: the frame check sequence of HDLC
_WORDS = "recognised, but telegrams of this family are not decoded yet"


def read_sml(telegram: bytes, profile: MeterProfile | None) -> Telegram:  # noqa: ARG001  # one of a table
    return Telegram("sml", complaints=[complaint("not-decoded", telegram, 0, f"SML: {_WORDS}")])


def read_dlms(telegram: bytes, profile: MeterProfile | None) -> Telegram:  # noqa: ARG001  # one of a table
    """HDLC frames (their check sequences are verified) or a bare notification body."""
    checks = [_frame_check(frame) for frame in hdlc_frames(telegram)]
    check = next((one for one in checks if not one.ok), checks[0] if checks else NO_CHECK)
    complaints = [complaint("not-decoded", telegram, 0, f"DLMS/COSEM: {_WORDS}")]
    if check.ok is False:
        words = "the frame check sequence does not fit its frame"
        found, expected = f"{check.sent:04X}", f"{check.computed:04X}"
        complaints.insert(0, complaint("fcs-wrong", telegram, 0, words, found=found, expected=expected))
    return Telegram("dlms", check=check, complaints=complaints)


def hdlc_frames(data: bytes) -> list[bytes]:
    """What stands between the flags 7E, by the length each frame states (format type 3)."""
    frames, at = [], 0
    while (at := data.find(b"\x7e", at)) >= 0:
        length = (data[at + 1] & 0x07) << 8 | data[at + 2] if at + 2 < len(data) else 0
        end = at + 1 + length
        if length >= 4 and data[at + 1] & 0xF0 == 0xA0 and data[end : end + 1] == b"\x7e":
            frames.append(data[at + 1 : end])
            at = end
        else:
            at += 1
    return frames


def _frame_check(frame: bytes) -> Check:
    sent, computed = int.from_bytes(frame[-2:], "little"), fcs(frame[:-2])
    return Check("fcs", sent, computed, ok=sent == computed)


def fcs(data: bytes) -> int:
    """CRC-16/X.25.

    >>> hex(fcs(b"123456789"))
    '0x906e'
    """
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (_X25 if crc & 1 else 0)
    return crc ^ 0xFFFF
