"""What does a frame of an Elektromed unit hold, and does its check fit? (X-53, X-54)

Length (2 bytes, of the body and itself), body, CRC-16 "KERMIT" over both, high byte first. The body is the
header of a session, `zone:project:serial:…`, with or without the push text of X-56 behind it.
"""

from osos.iec62056 import Check, Complaint
from osos.meters.profiles import MeterProfile
from osos.meters.pushes import read_elektromed
from osos.meters.telegram import Telegram, complaint, shifted, suspect

_POLYNOMIAL = 0x8408  # reflected; start 0, no final XOR
_FIELDS, _OLDER = 10, 8  # zone … analog; older ones have neither zone nor analog


def kermit(data: bytes) -> int:
    """CRC-16 of X-53.

    >>> hex(kermit(b"123456789"))
    '0x2189'
    """
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (_POLYNOMIAL if crc & 1 else 0)
    return crc


def read_elektromed_frame(telegram: bytes, profile: MeterProfile | None) -> Telegram:
    """The values of the text in it, if there is one; of a header alone, whose it is."""
    size = int.from_bytes(telegram[:2], "big")
    body, check = telegram[2:size], telegram[size : size + 2]
    told = _check(telegram[:size], check)
    wrong = list(_wrong(telegram, size, told))
    text = read_elektromed(body, profile) if b"|" in body else Telegram("push", _serial(body))
    readings = text.readings if told.ok else suspect(text.readings)
    complaints = [*shifted(text.complaints, telegram, 2), *wrong]
    return Telegram("push", text.identification, text.profile, told, readings, None, complaints)


def _check(checked: bytes, sent: bytes) -> Check:
    computed = kermit(checked)
    if len(sent) < 2:
        return Check("crc16", None, computed, ok=None)
    told = int.from_bytes(sent, "big")
    return Check("crc16", told, computed, ok=told == computed)


def _wrong(telegram: bytes, size: int, check: Check) -> list[Complaint]:
    found: list[Complaint] = []
    if check.ok is None:
        words = "a frame shorter than it says"
        told = f"{len(telegram)} bytes"
        found.append(
            complaint(
                "push-damaged", telegram, len(telegram), words, found=told, expected=f"{size + 2} bytes"
            )
        )
    elif not check.ok:
        words = "the checksum of the frame does not fit it"
        found.append(
            complaint(
                "crc16-wrong",
                telegram,
                size,
                words,
                found=f"{check.sent:04X}",
                expected=f"{check.computed:04X}",
            )
        )
    if len(telegram) > size + 2:
        words = "bytes after the end of the telegram"
        found.append(
            complaint("after-end", telegram, size + 2, words, found=f"{len(telegram) - size - 2} bytes")
        )
    return found


def _serial(header: bytes) -> str | None:
    fields = header.decode("latin-1").split(":")
    place = {_FIELDS: 2, _OLDER: 1}.get(len(fields))
    return fields[place] if place is not None else None
