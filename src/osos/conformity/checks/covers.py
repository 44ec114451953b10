"""KK, UK: is every opening of the covers noticed, shown and kept, powered or not? (M-121…M-125)"""

from datetime import datetime, timedelta

from osos.conformity.bench import Bench
from osos.conformity.checks.common import is_minute, let_month_change, month_end, read_wh, told, watts
from osos.conformity.device import SHELF, SHELF_2, SHELF_3
from osos.conformity.packets import bare, cover, stamp
from osos.conformity.steps import setup, step

SHELF_WH = 1000  # footnote of the group
CODE, TOP = "96.71", "96.70"
ZERO = "(00-00-00,00:00)(00)"


def icon(b: Bench, name: str = "terminal_cover") -> str:
    return b.look(name).icon(name)


def opened(b: Bench) -> datetime:
    """Open the terminal cover, closing it first where it is open."""
    if b.rig.terminal_open:
        closed(b)
    b.rig.terminal_cover(open_=True)
    at = b.now
    b.wait(seconds=5)
    return at


def closed(b: Bench) -> None:
    if b.rig.terminal_open:
        b.rig.terminal_cover(open_=False)
        b.wait(seconds=5)


def kept(b: Bench) -> tuple[datetime | None, int]:
    return cover(b.read(CODE))


def leave_shelf(b: Bench) -> None:
    """Use a little more than 1 kWh, to the second in which it is passed."""
    counted = read_wh(b, "1.8.0")["1.8.0"]
    b.rig.load(b.device.basic_ma)
    b.wait(seconds=(SHELF_WH + 1 - counted) * 3600 / watts(b) + 2)


@setup("KK")
def shelf_sample(b: Bench) -> None:
    b.connect(SHELF, purpose="KK")


@step("KK-01")
def in_shelf_mode(b: Bench) -> None:
    saw = []
    for powered in (False, True):
        b.rig.supply(on=powered)
        b.wait(seconds=40)
        opened(b)
        open_icon = icon(b)
        closed(b)
        saw.append((open_icon, icon(b)))
    ok = all(was in {"on", "blink"} and then == "off" for was, then in saw)
    b.check(1, ok, saw=saw, expected="lit while open, off when closed, unpowered and powered")
    b.equal(2, b.read(CODE), ZERO)


@step("KK-02")
def shelf_month_changes(b: Bench) -> None:
    opened(b)
    let_month_change(b)
    found = b.read_all(CODE, f"{CODE}*1")
    b.equal(1, found[f"{CODE}*1"], ZERO)
    b.equal(2, found[CODE], ZERO)
    closed(b)


@step("KK-03")
def shelf_is_left(b: Bench) -> None:
    b.rig.supply()
    closed(b)
    leave_shelf(b)
    b.rig.no_load()
    b.equal(1, icon(b), "off")
    b.equal(2, b.read(CODE), ZERO)
    b.wait(minutes=20)
    b.kept["opened"] = opened(b)
    b.kept["icon"] = icon(b)
    b.check(3, kept(b)[1] == 1, saw=b.read(CODE), expected="the next opening is noticed")


@step("KK-04")
def first_opening(b: Bench) -> None:
    at = b.kept.get("opened") or opened(b)
    first, number = kept(b)
    b.check(1, is_minute(first, at) and number == 1, saw=b.read(CODE), expected=f"{told(at)}, 01")
    b.equal(2, b.kept.get("icon", icon(b)), "blink")


@step("KK-05")
def closed_again(b: Bench) -> None:
    opened(b)
    closed(b)
    b.equal(1, icon(b), "on")


@step("KK-06")
def further_openings(b: Bench) -> None:
    was, number = kept(b)
    counts, firsts, icons = [], [], []
    for _ in range(3):
        opened(b)
        icons.append(icon(b))
        first, now = kept(b)
        counts.append(now)
        firsts.append(first)
    b.equal(1, counts, [number + 1, number + 2, number + 3])
    b.equal(2, firsts, [was] * 3)
    b.equal(3, icons, ["blink"] * 3)


@step("KK-07")
def optical_read(b: Bench) -> None:
    """While open the warning stays; closed, reading the alert packet puts it off (M-123)."""
    opened(b)
    before = kept(b)
    b.packet("8", port="optical")
    open_icon = icon(b)
    closed(b)
    closed_icon = icon(b)
    b.packet("8", port="optical")
    saw = open_icon, closed_icon, icon(b)
    b.check(
        2, saw == ("blink", "on", "off"), saw=saw, expected="blink while open, on when closed, off when read"
    )
    b.equal(1, kept(b), before)


@step("KK-08")
def supply_cut(b: Bench) -> None:
    before = kept(b)
    b.rig.supply(on=False)
    b.wait(minutes=2)
    b.rig.supply()
    b.wait(seconds=10)
    b.equal(1, kept(b), before)


def unpowered_month_change(b: Bench) -> datetime:
    """Powered up to the last minute; the cover stays as it is."""
    b.rig.supply()
    b.wait(seconds=5)
    ends = month_end(b.now)
    b.set_clock(ends - timedelta(minutes=2))
    b.rig.supply(on=False)
    b.wait_until(ends + timedelta(minutes=3))
    return ends


@step("KK-09")
def first_opening_unpowered(b: Bench) -> None:
    closed(b)
    unpowered_month_change(b)
    before = b.read(CODE)
    at = opened(b)
    saw = icon(b)
    first, number = kept(b)
    b.check(1, (before, number) == (ZERO, 1), saw=f"{before}, then {number:02d}", expected=f"{ZERO}, then 01")
    b.check(2, is_minute(first, at), saw=first, expected=told(at))
    b.equal(3, saw, "blink")
    b.kept["row"] = first, number


@step("KK-10")
def further_opening_unpowered(b: Bench) -> None:
    was, number = b.kept["row"] if "row" in b.kept else kept(b)
    b.wait(minutes=2)
    opened(b)
    saw = icon(b)
    found = kept(b)
    b.equal(1, found, (was, number + 1))
    b.equal(2, saw, "blink")


@step("KK-11")
def unpowered_month_with_open_cover(b: Bench) -> None:
    b.rig.supply()
    opened(b)
    ends = unpowered_month_change(b)
    first, number = kept(b)
    b.equal(1, first, ends)
    b.equal(2, number, 1)


@step("KK-12")
def unpowered_month_with_closed_cover(b: Bench) -> None:
    b.rig.supply()
    closed(b)
    unpowered_month_change(b)
    first, number = kept(b)
    b.equal(1, first, None)
    b.equal(2, number, 0)


@step("KK-13")
def woken_by_the_button(b: Bench) -> None:
    b.rig.supply()
    opened(b)
    closed(b)
    was, number = kept(b)
    b.rig.supply(on=False)
    b.wait(minutes=3)
    b.rig.press()
    b.wait(seconds=3)
    opened(b)
    saw = icon(b)
    b.equal(1, kept(b), (was, number + 1))
    b.equal(2, saw, "blink")
    b.rig.supply()


def _armed(b: Bench, at: datetime) -> None:
    saw = icon(b)
    first, number = kept(b)
    b.check(1, is_minute(first, at) and number == 1, saw=b.read(CODE), expected=f"{told(at)}, 01")
    b.equal(2, saw, "blink")


@step("KK-14")
def opened_when_armed(b: Bench) -> None:
    b.connect(SHELF_2, purpose="KK-14")
    leave_shelf(b)
    _armed(b, opened(b))


@step("KK-15")
def open_when_armed(b: Bench) -> None:
    b.connect(SHELF_3, purpose="KK-15")
    opened(b)
    leave_shelf(b)
    b.wait(minutes=1)
    b.equal(1, icon(b), "blink")
    b.rig.no_load()


# -- the top cover --


def top_kept(b: Bench) -> datetime | None:
    return stamp(bare(b.read(TOP)))


def _top_opens(b: Bench) -> datetime:
    b.rig.top_cover(open_=True)
    at = b.now
    b.wait(seconds=5)
    return at


def _top_recorded(b: Bench, at: datetime) -> None:
    saw = icon(b, "top_cover")
    found = top_kept(b)
    b.check(1, found is not None, saw=found, expected="a stamp")
    b.check(2, is_minute(found, at), saw=found, expected=told(at))
    b.equal(3, saw, "blink")


@step("UK-01")
def top_opened_unpowered(b: Bench) -> None:
    b.rig.supply(on=False)
    b.wait(minutes=3)
    _top_recorded(b, _top_opens(b))
    b.rig.supply()


@step("UK-02")
def top_opened_again(b: Bench) -> None:
    was = top_kept(b)
    b.rig.top_cover(open_=False)
    b.wait(minutes=5)
    _top_opens(b)
    saw = icon(b, "top_cover")
    found = top_kept(b)
    b.check(1, found == was and was is not None, saw=found, expected=was)
    b.equal(2, saw, "blink")


@step("UK-03")
def top_opened_powered(b: Bench) -> None:
    b.connect(SHELF, purpose="UK-03")
    b.wait(minutes=2)
    _top_recorded(b, _top_opens(b))


@step("UK-04")
def never_erased(b: Bench) -> None:
    was = top_kept(b)
    b.wait(minutes=3)

    def look(after: str) -> None:
        saw = icon(b, "top_cover")
        found = top_kept(b)
        b.check(1, found == was and was is not None, saw=found, expected=was, case=after)
        b.equal(2, saw, "blink", case=after)

    b.rig.top_cover(open_=False)
    b.wait(minutes=1)
    _top_opens(b)
    look("opened again")
    b.packet("0", port="optical")
    look("read over the optical port")
    b.rig.terminal_cover(open_=True)
    b.set_clock(b.now + timedelta(minutes=20), port="optical")
    look("programmed over the optical port")
    let_month_change(b)
    look("month changed")
    b.reset_demand()
    look("demand reset")
    b.rig.supply(on=False)
    b.wait(minutes=2)
    b.rig.supply()
    b.wait(seconds=10)
    look("supply cut and back")
    b.rig.top_cover(open_=False)
    b.wait(minutes=1)
    look("closed")
