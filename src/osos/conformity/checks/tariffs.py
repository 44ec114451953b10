"""TR: does each Wh go to the tariff of its second, and are only sound tables taken? (M-80…M-86)"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from osos.conformity.bench import Bench
from osos.conformity.checks.common import grown, is_minute, is_near, read_wh, tariffs, told, watts
from osos.conformity.packets import bare, stamp
from osos.conformity.steps import step

HOURS, SLICES = ("96.50", "96.51", "96.52"), ("96.60", "96.61", "96.62")
CHANGED = "96.2.2"
DAY_S = 86_400
# The specification's defaults in either of the two styles (M-80, M-82).
DEFAULTS = (
    ("0600170022009999" + "9999" * 4, "31230000"),
    ("0000060017002200" + "9999" * 4, "31230000"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """A day's tariffs: from 00:00 on the first digit, then one at each time (style 1 of M-82)."""

    times: tuple[str, ...]
    digits: str

    @property
    def hours(self) -> str:
        return "".join(self.times).ljust(32, "9")

    @property
    def slices(self) -> str:
        return self.digits.ljust(8, "0")

    def switches(self) -> list[tuple[int, int]]:
        """Second of the day and tariff."""
        seconds = [0, *(int(time[:2]) * 3600 + int(time[2:]) * 60 for time in self.times)]
        return [(second, int(digit)) for second, digit in zip(seconds, self.digits, strict=True)]

    def seconds(self) -> dict[int, int]:
        """How long each tariff holds in a day."""
        found = dict.fromkeys((1, 2, 3, 4), 0)
        starts = self.switches()
        for (start, tariff), (end, _) in zip(starts, [*starts[1:], (DAY_S, 0)], strict=True):
            found[tariff] += end - start
        return found


FULL = Table(("0215", "0430", "0645", "0900", "1310", "1725", "2140"), "12341234")
DAYS = (
    Table(("0125", "0440", "0755", "1110", "1425", "1740", "2055"), "21432143"),
    Table(("0210", "0535", "0820", "1145", "1505", "1850", "2215"), "34213421"),
    Table(("0150", "0415", "0740", "1005", "1330", "1655", "2120"), "43124312"),
)
# Code, argument, and what is wrong with it (M-83).
BAD = (
    ("96.50", "1700060022009999" + "9999" * 4, "times that do not ascend"),
    ("96.51", "0600060022009999" + "9999" * 4, "a time twice"),
    ("96.50", "2500" + "9999" * 7, "hour 25"),
    ("96.52", "0660" + "9999" * 7, "minute 60"),
    ("96.50", "0600999917009999" + "9999" * 4, "9999 in the middle"),
    ("96.60", "31250000", "tariff 5"),
    ("96.61", "31290000", "tariff 9"),
    ("96.62", "30230000", "tariff 0 in the middle"),
    ("96.50", "06001700", "too few digits"),
)


def open_cover(b: Bench) -> None:
    if not b.rig.terminal_open:
        b.rig.terminal_cover(open_=True)
        b.wait(seconds=5)


def put(b: Bench, table: Table, days: Sequence[int] = (0, 1, 2)) -> bool:
    writes = [pair for day in days for pair in ((HOURS[day], table.hours), (SLICES[day], table.slices))]
    return all(b.program(*writes))


def held(b: Bench) -> dict[str, str]:
    return b.read_all(*HOURS, *SLICES)


@step("TR-01")
def defaults(b: Bench) -> None:
    found = held(b)
    pairs = [(bare(found[hours]), bare(found[slices])) for hours, slices in zip(HOURS, SLICES, strict=True)]
    b.check(1, all(pair in DEFAULTS for pair in pairs), saw=pairs, expected=DEFAULTS[0])


def _refused(b: Bench, *, proof: str = "right") -> None:
    before = held(b)
    accepted = b.program((HOURS[0], FULL.hours), (SLICES[0], FULL.slices), proof=proof)  # type: ignore[arg-type]  # right or wrong
    after = held(b)
    b.check(
        1,
        not any(accepted) and after == before,
        saw=f"{accepted} {after == before}",
        expected="refused, unchanged",
    )


@step("TR-02")
def cover_closed(b: Bench) -> None:
    _refused(b)


@step("TR-03")
def wrong_password(b: Bench) -> None:
    open_cover(b)
    _refused(b, proof="wrong")


@step("TR-04")
def bad_tables(b: Bench) -> None:
    open_cover(b)
    for code, argument, what in BAD:
        was = b.read(code)
        accepted = b.accepts(code, argument)
        found = b.read(code)
        b.check(
            1,
            not accepted and found == was,
            saw=f"accepted {accepted}, {found}",
            expected=f"refused, {was}",
            case=what,
        )


@step("TR-05")
def eight_slots(b: Bench) -> None:
    open_cover(b)
    b.wait(minutes=2)  # changes of one minute count as one (M-85)
    before = b.read_all(CHANGED, f"{CHANGED}*1")
    accepted = put(b, FULL)
    at = b.now
    found = held(b)
    right = {**dict.fromkeys(HOURS, f"({FULL.hours})"), **dict.fromkeys(SLICES, f"({FULL.slices})")}
    b.check(1, accepted and found == right, saw=f"accepted {accepted}, {found}", expected=right)
    after = b.read_all(CHANGED, f"{CHANGED}*1")
    ok = is_minute(stamp(bare(after[CHANGED])), at) and after[f"{CHANGED}*1"] == before[CHANGED]
    b.check(2, ok, saw=after, expected=f"{told(at)}, before it {before[CHANGED]}")


def _icons(b: Bench) -> int:
    """The one tariff that is shown; 0: none or several."""
    seen = b.look("t1", "t2", "t3", "t4")
    shown = [number for number in (1, 2, 3, 4) if seen.icon(f"t{number}") == "on"]
    return shown[0] if len(shown) == 1 else 0


def _day(b: Bench, weekday: int) -> datetime:
    """The next midnight of such a day, Monday 0, and some time before it."""
    ahead = (weekday - b.now.weekday()) % 7 or 7
    return (b.now + timedelta(days=ahead)).replace(hour=0, minute=0, second=0, microsecond=0)


def one_day(b: Bench, day: int, weekday: int) -> None:
    """TR-06…08: the table is programmed in the day before, then lived through."""
    open_cover(b)
    b.rig.load(b.device.basic_ma)
    table, midnight = DAYS[day], _day(b, weekday)
    _shown_at_once(b, day, midnight)
    b.set_clock(midnight - timedelta(seconds=20))
    b.wait_until(midnight)
    before = read_wh(b, *tariffs())
    saw = [_icons_around(b, midnight + timedelta(seconds=second)) for second, _ in table.switches()[1:]]
    b.wait_until(midnight + timedelta(days=1))
    found = grown(before, read_wh(b, *tariffs()))
    power = watts(b)
    expected = {f"1.8.{number}": power * for_s // 3600 for number, for_s in table.seconds().items()}
    ok = all(is_near(found[code], expected[code], per_cent=0.5, least=power // 120) for code in expected)
    b.check(2, ok, saw=found, expected=expected)
    numbers = [tariff for _, tariff in table.switches()]
    b.equal(3, saw, list(itertools.pairwise(numbers)))


def _icons_around(b: Bench, at: datetime) -> tuple[int, int]:
    b.wait_until(at - timedelta(seconds=2))
    before = _icons(b)
    b.wait_until(at + timedelta(seconds=1))
    return before, _icons(b)


def _shown_at_once(b: Bench, day: int, midnight: datetime) -> None:
    """In the middle of the day, a table that says otherwise than the present one: its tariff is shown."""
    noon = midnight + timedelta(hours=12)
    b.set_clock(noon)
    b.wait(seconds=10)
    before = _icons(b)
    other = before % 4 + 1
    put(b, Table((), str(other)), (day,))
    b.wait(seconds=1)
    once = _icons(b)
    put(b, DAYS[day], (day,))
    b.wait(seconds=1)
    active = [tariff for second, tariff in DAYS[day].switches() if second <= 12 * 3600][-1]
    saw = once, _icons(b)
    b.equal(1, saw, (other, active))


@step("TR-06")
def weekdays(b: Bench) -> None:
    one_day(b, 0, 2)


@step("TR-07")
def saturday(b: Bench) -> None:
    one_day(b, 1, 5)


@step("TR-08")
def sunday(b: Bench) -> None:
    one_day(b, 2, 6)


@step("TR-09")
def unused_tariffs(b: Bench) -> None:
    """With three tariffs programmed, the fourth is not shown, whatever it holds."""
    open_cover(b)
    put(b, Table(("0600", "1700", "2200"), "3123"))
    b.rig.supply(on=False)
    b.wait(minutes=1)
    b.rig.supply()
    shown = set()
    for _ in range(40):
        b.wait(seconds=5)
        shown.add(b.look("screen").code)
    wanted, unwanted = set(tariffs()[:3]), {"1.8.4", "2.8.4"}
    ok = wanted <= shown and not shown & unwanted
    b.check(1, ok, saw=sorted(code for code in shown if ".8." in code), expected="1.8.1 to 1.8.3, no 1.8.4")
