"""What do several groups do and read alike?"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from osos.conformity.bench import Bench
from osos.conformity.packets import Span, count, energy, span

SLACK = timedelta(seconds=1)  # of the hand that does an act, to each side of a minute


def is_minute(found: datetime | None, at: datetime) -> bool:
    """Is this stamp the minute of an act?"""
    return found in {moment.replace(second=0, microsecond=0) for moment in (at - SLACK, at, at + SLACK)}


def is_open_since(row: str, at: datetime) -> bool:
    found = span(row)
    return is_minute(found.start, at) and found.end is None


def is_span(found: Span, start: datetime, end: datetime) -> bool:
    return is_minute(found.start, start) and is_minute(found.end, end)


def told(at: datetime) -> str:
    return f"{at:%y-%m-%d,%H:%M}"


def watts(b: Bench) -> int:
    """What the terminals draw now, without regard to direction, in W."""
    lines = b.rig.lines
    return sum(volts * amps for volts, amps in zip(lines.volts_dv, lines.amps_ma, strict=True)) // 10_000


def is_near(found: int, expected: int, *, per_cent: float = 1.0, least: int = 2) -> bool:
    return abs(found - expected) <= max(least, abs(expected) * per_cent / 100)


def load_of(b: Bench, power_w: int) -> int:
    """Current in mA a phase that draws so much over all phases."""
    return power_w * 10_000 // (b.device.nominal_dv * b.device.phases)


def read_wh(b: Bench, *codes: str) -> dict[str, int]:
    """Registers in Wh or varh."""
    found = b.read_all(*codes)
    return {code: energy(found[code]) for code in codes}


def grown(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """By how much, roll-over included."""
    return {code: (after[code] - before[code]) % 10**9 for code in before}


def tariffs(way: int = 1) -> tuple[str, ...]:
    return tuple(f"{way}.8.{number}" for number in range(1, 5))


def energy_codes(b: Bench) -> tuple[str, ...]:
    """All registers of this meter that count energy, totals left out."""
    codes = [*tariffs(), *(tariffs(2) if b.device.ways == 2 else ())]
    if b.device.kind == "combi":
        codes += ["5.8.0", "8.8.0", *(("6.8.0", "7.8.0") if b.device.ways == 2 else ())]
    return tuple(codes)


def demand_codes(b: Bench) -> tuple[str, ...]:
    return ("1.6.0", "2.6.0")[: b.device.ways]


def month_end(at: datetime) -> datetime:
    """Midnight after the last day of this month."""
    return (at.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def before_month_end(b: Bench, *, minutes: int = 1) -> datetime:
    """Set the clock to just before the month ends; the first moment of the new one."""
    ends = month_end(b.now)
    b.set_clock(ends - timedelta(minutes=minutes))
    return ends


def let_month_change(b: Bench) -> datetime:
    ends = before_month_end(b)
    b.wait(minutes=2)
    return ends


def whole_minute(b: Bench, *, step: int = 1) -> datetime:
    """Wait for the meter's clock to show a whole minute that is a multiple of `step`."""
    shown = b.now
    following = shown.replace(minute=shown.minute // step * step, second=0, microsecond=0)
    while following < shown:
        following += timedelta(minutes=step)
    b.wait_until(following)
    return following


class Alarm:
    """A list of ten with its count: 4 voltages, 5 currents, 6 magnet (M-115…M-119)."""

    def __init__(self, b: Bench, number: int, *, rows: int = 3) -> None:
        codes = [f"96.77.{number}*{row}" for row in range(1, rows + 1)]
        found = b.read_all(f"96.7.{number}", *codes)
        self.counted = found[f"96.7.{number}"]
        self.rows = tuple(found[code] for code in codes)

    @property
    def count(self) -> int:
        return count(self.counted[:4])

    @property
    def first(self) -> Span:
        return span(self.rows[0])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alarm) and (self.counted, self.rows) == (other.counted, other.rows)

    def __hash__(self) -> int:
        return hash((self.counted, self.rows))

    def __str__(self) -> str:
        return f"{self.counted} {self.rows[0]}"


def ten_rows(b: Bench, number: int, expected: Iterable[tuple[datetime, datetime]], before: Alarm) -> None:
    """FS-11, AY-28, MA-10: ten rows, newest first, each with its own times, and the count."""
    wanted = list(reversed(list(expected)))
    after = Alarm(b, number, rows=10)
    wrong = [
        row
        for row, (start, end) in zip(after.rows, wanted, strict=True)
        if not is_span(span(row), start, end)
    ]
    counted = after.count - before.count
    saw = f"{10 - len(wrong)} rows right, count +{counted}; {'; '.join(wrong[:2])}"
    b.check(1, not wrong and counted == 10, saw=saw, expected="10 rows, count +10")
