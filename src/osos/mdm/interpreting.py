"""What do these bytes of a meter tell, and can they be believed?"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from osos import meters
from osos.mdm.column_types import is_profile_name
from osos.mdm.interruptions import Interruption, interruptions_told
from osos.mdm.labels import Ints, label_text, last_label_until
from osos.mdm.ledger import FrameOutcome
from osos.mdm.outcomes import Finding, outcome_of, words_of
from osos.mdm.register_readings import RegisterReading, register_readings
from osos.mdm.states import State, states_told
from osos.meters import MeterProfile, ProfileRecords, Telegram
from osos.quantities import DeviceId, Quality, Reading, to_utc

CLOCK_TOLERANCE_S = 600  # chosen: a push waits in the modem, and the demo's clock runs sixty times as fast
LABEL_AHEAD_MIN = 60  # the label of the running period, and a clock within tolerance
_EMPTY_PROFILE = b"\x02\x03\x03"  # M-108
# A NAK is one behind a line, a check character, ACK, NAK or nothing; after ETX it is a check character,
# and among other bytes it is noise, as a line of the wrong speed makes it.
_WORD_BEFORE_NAK = re.compile(rb"(?:\x03.|.?[\n\x06\x15\x00])?\x15", re.DOTALL)
_BLOCK = re.compile(rb"(?<!\x01P0)\x02[^\x03]+\x03")  # not the P0 message
_CLOCK = re.compile(r"(\d\d)-(\d\d)-(\d\d) (\d\d):(\d\d)(?::(\d\d))?")
_BEFORE_NUMBER = re.compile(r"\A(?:[A-Z]{3})?0*(?=[0-9])")
_SERIAL_AT_END = re.compile(rb"(?:[A-Z]{3}|[A-Z]{4})(\d{8,9})\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreted:
    """What a telegram came to: values to record, and what was noticed about it."""

    kind: str  # as meters.read names it, or "none"
    identification: str | None = None
    serial: str | None = None  # as the meter told it
    clock: datetime | None = None  # the meter's own, UTC
    drift_s: int | None = None  # its clock less the time it was read at
    readings: tuple[RegisterReading, ...] = ()
    profile: str | None = None
    records: ProfileRecords | None = None
    interruptions: tuple[Interruption, ...] = ()  # closed rows of its lists (M-110)
    states: tuple[State, ...] = ()  # what it says of itself
    is_empty_profile: bool = False  # the meter itself says it has no record in the range (M-108)
    findings: tuple[Finding, ...] = ()

    @property
    def outcome(self) -> FrameOutcome:
        return outcome_of(self.findings)

    def words(self, language: str = "en") -> str:
        return words_of(self.findings, language)


def interpret(
    raw: bytes,
    *,
    asked: DeviceId | None,
    received_at: datetime,
    read_at: datetime | None = None,
    asked_profile: str | None = None,
    told_serial: str | None = None,
    profile: MeterProfile | None = None,
    clock_tolerance_s: int = CLOCK_TOLERANCE_S,
) -> Interpreted:
    """What to record of a meter's bytes; nothing of them when they are broken or another meter's (F50, F51).

    `read_at` is when the modem read them, if it says so; `asked_profile` is "P.01" … when a load profile was
    asked for; `told_serial` is the serial the modem names with the answer. Never raises on any bytes.
    """
    special = _without_telegram(raw, asked_profile)
    if special is not None:
        return special
    telegram = meters.read(raw, profile=profile)
    told = _told_serials(telegram, told_serial)
    serial = next(iter(told), None)
    bare = Interpreted(kind=telegram.kind, identification=telegram.identification, serial=serial)
    refusal = _refusal(raw, telegram, asked, told)
    if refusal is not None:
        return replace(bare, findings=(refusal, *_complaints(telegram)))
    at = received_at if read_at is None else read_at
    clock = _clock(telegram.readings)
    drift_s = None if clock is None else round((clock - at).total_seconds())
    suspect = drift_s is not None and abs(drift_s) > clock_tolerance_s
    quality = Quality.SUSPECT if suspect else Quality.MEASURED
    readings, unknown = register_readings(telegram.readings, clock=clock, read_at=at, quality=quality)
    name, records, noticed = _profile(telegram.records, asked_profile, at)
    findings = [Finding("clock", {"drift_s": drift_s})] if suspect else []
    findings += [Finding("month end unknown", {"code": code}) for code in unknown[:1]]
    return replace(
        bare,
        clock=clock,
        drift_s=drift_s,
        readings=readings,
        profile=name,
        records=records,
        interruptions=interruptions_told(telegram.readings),
        states=states_told(telegram.readings),
        findings=(*findings, *noticed, *_complaints(telegram)),
    )


def _without_telegram(raw: bytes, asked_profile: str | None) -> Interpreted | None:
    """No bytes, a refusal, or the answer of a meter that has nothing in the range (M-46, M-108)."""
    if not raw.strip(b"\0 \r\n"):
        return Interpreted(kind="none", findings=(Finding("no bytes"),))
    tail = bytes(byte & 0x7F for byte in raw[-3:])
    nothing = tail == _EMPTY_PROFILE
    refused = _WORD_BEFORE_NAK.fullmatch(tail) is not None
    if not (nothing or refused) or _has_block(raw):
        return None
    if asked_profile is not None:
        return Interpreted(
            kind="profile", profile=asked_profile, is_empty_profile=True, findings=(Finding("empty"),)
        )
    return Interpreted(kind="dialogue", findings=(Finding("refused"),)) if refused else None


def _has_block(raw: bytes) -> bool:
    """Whether only the last of several things that were asked for is not there, and not the whole (X-24)."""
    return _BLOCK.search(bytes(byte & 0x7F for byte in raw)) is not None


def _refusal(raw: bytes, telegram: Telegram, asked: DeviceId | None, told: list[str]) -> Finding | None:
    """Why nothing of this telegram may be recorded."""
    check = telegram.check
    framed = b"\x02" in raw or b"\x82" in raw  # the second with its parity bit
    if check.ok is False or (framed and check.ok is None and telegram.kind != "unknown"):
        return Finding("checksum", {"sent": _hex(check.sent), "computed": _hex(check.computed)})
    if telegram.kind == "unknown" or (not telegram.readings and telegram.records is None):
        return Finding("not understood", {"kind": telegram.kind})
    for serial in told:
        if asked is not None and _number(serial) != _number(asked.serial):
            return Finding("other meter", {"asked": str(asked), "told": serial})
    return None


def _number(serial: str) -> str:
    """Without the zeros and the maker's letters that may stand before it (M-11)."""
    return _BEFORE_NUMBER.sub("", serial, count=1)


def _hex(byte: int | None) -> str:
    return "–" if byte is None else f"{byte:02X}"


def _told_serials(telegram: Telegram, told_serial: str | None) -> list[str]:
    """Every serial it came with: the meter's 0.0.0, the one in its identification, the modem's word."""
    told = [reading.text.strip() for reading in telegram.readings if _is(reading, "0.0.0")]
    found = _SERIAL_AT_END.search((telegram.identification or "").encode("ascii", "replace"))
    told += [found[1].decode()] if found else []
    told += [told_serial.strip()] if told_serial else []
    return [serial for serial in told if serial]


def _is(reading: Reading, code: str) -> bool:
    return reading.obis.code == code and reading.obis.history is None and reading.index == 0


def _clock(readings: Iterable[Reading]) -> datetime | None:
    """Date and time as the meter shows them, as an instant at +03:00; None when it shows none (M-173)."""
    shown = {r.obis.code: r.text.strip() for r in readings if _is(r, "0.9.1") or _is(r, "0.9.2")}
    found = _CLOCK.fullmatch(f"{shown.get('0.9.2', '')} {shown.get('0.9.1', '')}")
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return to_utc(datetime(2000 + year, month, day, hour, minute, second, tzinfo=None))  # noqa: DTZ001  # to_utc gives it its offset
    except ValueError:  # 00-00-00, 99-99-99: no time
        return None


def _profile(
    records: ProfileRecords | None, asked: str | None, at: datetime
) -> tuple[str | None, ProfileRecords | None, list[Finding]]:
    """Under which name the records are kept, and what is odd about them."""
    if records is None:
        return None, None, []
    name = records.profile or asked
    if name is None or not is_profile_name(name):
        return None, None, [Finding("profile unknown")]
    noticed = []
    if asked is not None and name != asked:
        noticed.append(Finding("other profile", {"asked": asked, "told": name}))
    ahead = _ahead(records.labels, at)
    if ahead.size:
        last = label_text(int(ahead.max()))
        noticed.append(Finding("labels ahead", {"count": int(ahead.size), "last": last}))
    return name, records, noticed


def _ahead(labels: Ints, at: datetime) -> Ints:
    """Labels later than can be (F37): the meter's clock was wrong when it wrote them."""
    return labels[labels > last_label_until(at + timedelta(minutes=LABEL_AHEAD_MIN), 1)]


def _complaints(telegram: Telegram) -> Iterator[Finding]:
    for complaint in telegram.complaints:
        yield Finding("complaint", {"message": complaint.message})
