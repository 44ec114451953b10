"""What does a telegram say, whatever its form?"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from osos.iec62056 import Check, Complaint
from osos.meters.load_profile import ProfileRecords
from osos.meters.stamps import stamp_time
from osos.quantities import Quality, Reading

KINDS = ("readout", "profile", "push", "dsmr", "dialogue", "dlms", "sml", "unknown")
NO_CHECK = Check("none", None, None, None)


@dataclass(frozen=True, slots=True)
class Telegram:
    """All values of one telegram in printed order, and everything that was wrong with it.

    The records of a Turkish load profile stand in `records` alone, as columns; everything else is a reading.
    Where the check character is wrong every reading is SUSPECT; who stores asks `check.ok` and the profile's
    `accept_bad_bcc` (M-172).
    """

    kind: str  # one of KINDS
    identification: str | None = None
    profile: str | None = None  # name of the meter profile that gave the codes their meaning
    check: Check = NO_CHECK
    readings: list[Reading] = field(default_factory=list)
    records: ProfileRecords | None = None
    complaints: list[Complaint] = field(default_factory=list)
    record_spans: tuple[tuple[bytes, int, int], ...] = ()  # text, start and end of each block of `records`

    @property
    def record_blocks(self) -> list[bytes]:
        """The text of `records`, for who wants the meter's own characters."""
        return [text[start:end] for text, start, end in self.record_spans]

    @property
    def is_distrusted(self) -> bool:
        """M-172: the check character is wrong, or missing where ETX was there."""
        return distrusted(self.check)

    @property
    def clock(self) -> datetime | None:
        """What the meter's own clock showed (0.9.2 and 0.9.1), as an instant in UTC."""
        said = {one.obis.code: one.text for one in self.readings if one.obis.code in ("0.9.1", "0.9.2")}
        return stamp_time(f"{said['0.9.2']},{said['0.9.1']}") if len(said) == 2 else None

    @property
    def serial(self) -> str | None:
        """The serial number the meter printed (0.0.0), leading blanks away."""
        return next((one.text.strip() for one in self.readings if one.obis.code == "0.0.0"), None)


def distrusted(check: Check) -> bool:
    return check.kind != "none" and not check.ok


def suspect(readings: list[Reading]) -> list[Reading]:
    """The same readings, none of them to be trusted."""
    return [one._replace(quality=Quality.SUSPECT) for one in readings]


def complaint(
    code: str,
    telegram: bytes,
    offset: int,
    words: str,
    *,
    found: str | None = None,
    expected: str | None = None,
) -> Complaint:
    """A complaint about a place of this telegram."""
    line = telegram.count(b"\n", 0, offset) + 1
    return Complaint(code, offset, line, found, expected, words)


def shifted(complaints: list[Complaint], telegram: bytes, offset: int) -> list[Complaint]:
    """Complaints about a piece that begins at `offset` of the telegram."""
    if not offset:
        return complaints
    before = telegram.count(b"\n", 0, offset)
    return [
        replace(one, offset=one.offset + offset, line=one.line + before if one.line is not None else None)
        for one in complaints
    ]
