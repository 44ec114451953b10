"""AS, SB: what is kept when a month closes, by itself or by hand? (M-70…M-75)

Both groups are matrices: every step is judged in every row of the matrix, and a whole row is run before the
first step that asks for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from osos.conformity.bench import Bench
from osos.conformity.checks.common import demand_codes, energy_codes, is_minute, month_end, told, whole_minute
from osos.conformity.checks.tariffs import Table, open_cover, put
from osos.conformity.device import TESTED
from osos.conformity.packets import NO_STAMP, bare, count, cover, stamp
from osos.conformity.steps import setup, step
from osos.conformity.told import told as told_value
from osos.conformity.trouble import MeterTrouble

DEPTH = 12  # rows of the history (M-73)
_SLOT = timedelta(minutes=8)
EIGHT_MINUTES_EACH = Table(("1108", "1116", "1124", "1132", "1140"), "123412")
EMPTY_DEMAND = f"(000.000*kW)({NO_STAMP})"
# What rightly changes from one reading to the next, month end or not.
_MOVING = ("0.9.", "1.7.", "2.7.", "3.7.", "4.7.", "5.7.", "6.7.", "7.7.", "8.7.", "F.F", "96.7.", "96.77.")
_INSTANT = (
    "32.7.0",
    "52.7.0",
    "72.7.0",
    "31.7.0",
    "51.7.0",
    "71.7.0",
    "14.7.0",
    "33.7.0",
    "53.7.0",
    "73.7.0",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the matrix: how the meter stands while its month closes, and what wakes it."""

    name: str
    powered: bool
    cover_open: bool
    woken_by: str = ""  # supply, cover, button


@dataclass(frozen=True, slots=True)
class Closed:
    """One month that closed: everything before and after it."""

    row: Row
    case: str
    at: datetime  # what 0.1.2*1 is to show
    before: dict[str, str]
    after: dict[str, str]
    cover: tuple[datetime | None, int]  # 96.71 when the month closed
    reopened: datetime | None  # the opening that woke the meter
    icons: tuple[str, str]
    lines: tuple[int, int]


AUTOMATIC = (
    Row("1", powered=True, cover_open=False),
    Row("2", powered=True, cover_open=True),
    Row("3", powered=False, cover_open=False, woken_by="supply"),
    Row("4", powered=False, cover_open=False, woken_by="cover"),
    Row("5", powered=False, cover_open=False, woken_by="button"),
    Row("6", powered=False, cover_open=True, woken_by="supply"),
    Row("7", powered=False, cover_open=True, woken_by="button"),
)
BY_HAND = (
    Row("1", powered=True, cover_open=False),
    Row("2", powered=True, cover_open=True),
    Row("3", powered=False, cover_open=False),
    Row("4", powered=False, cover_open=True),
)


@setup("AS")
def top_cover_opened(b: Bench) -> None:
    _prepare(b, "AS")


@setup("SB")
def top_cover_opened_too(b: Bench) -> None:
    _prepare(b, "SB")


def _prepare(b: Bench, group: str) -> None:
    """96.70 is to have something to lose."""
    b.connect(TESTED, purpose=group)
    b.rig.top_cover(open_=True)
    b.wait(minutes=1)
    b.rig.top_cover(open_=False)
    open_cover(b)
    put(b, EIGHT_MINUTES_EACH)
    b.rig.terminal_cover(open_=False)


def _load_a_while(b: Bench, turn: int) -> None:
    """Every register and both demands get something of this month, in every tariff."""
    b.set_clock(b.now.replace(day=max(b.now.day, 20), hour=11, minute=0, second=0))
    directions = (30, -30, 150, -150)[: 4 if b.device.ways == 2 else 2]
    for tariff in range(4):
        for degrees in directions:
            b.rig.load(b.device.basic_ma // 2 + 50 * (turn % 7), degrees=degrees)
            b.wait_until(_slot(b, tariff) + _SLOT / len(directions) * (directions.index(degrees) + 1))
    b.rig.no_load()
    whole_minute(b)


def _slot(b: Bench, number: int) -> datetime:
    return b.now.replace(hour=11, minute=0, second=0, microsecond=0) + number * _SLOT


def _openings(b: Bench, row: Row) -> tuple[datetime | None, int]:
    """Leave the cover as the row asks and the warning on; 96.71 as it must stand then."""
    first, number = cover(b.read("96.71"))
    b.wait(seconds=2)
    if b.rig.terminal_open:
        b.rig.terminal_cover(open_=False)
        b.wait(seconds=5)
    b.rig.terminal_cover(open_=True)
    at = first or b.now.replace(second=0, microsecond=0)
    b.wait(seconds=5)
    if not row.cover_open:
        b.rig.terminal_cover(open_=False)
        b.wait(seconds=5)
    return at, number + 1


def _icon(b: Bench) -> str:
    return b.look("terminal_cover").icon("terminal_cover")


def _everything(b: Bench) -> dict[str, str]:
    return b.packet("0").values()


def close_month(b: Bench, row: Row, turn: int) -> Closed:
    """AS: let the clock pass the end of a month, as the row asks."""
    started = b.stage.lines + 1
    b.rig.supply()
    _load_a_while(b, turn)
    ends = month_end(b.now)
    b.set_clock(ends - timedelta(minutes=3))
    before = _everything(b)
    kept = _openings(b, row)
    was = _icon(b)
    if not row.powered:
        b.rig.supply(on=False)
    b.wait_until(ends + timedelta(minutes=1))
    reopened = _wake(b, row)
    icons = was, _icon(b)
    after = _everything(b)
    lines = started, b.stage.lines
    return Closed(row, f"{row.name} month {turn + 1}", ends, before, after, kept, reopened, icons, lines)


def _wake(b: Bench, row: Row) -> datetime | None:
    at = None
    if row.woken_by == "supply":
        b.rig.supply()
    elif row.woken_by == "cover":
        b.rig.terminal_cover(open_=True)
        at = b.now
    elif row.woken_by == "button":
        b.rig.press()
    b.wait(seconds=5)
    return at


def reset_month(b: Bench, row: Row, turn: int) -> Closed:
    """SB: by the button where the meter has one, over the optical port else."""
    started = b.stage.lines + 1
    b.rig.supply()
    b.set_clock((b.now.replace(day=1) + timedelta(days=40)).replace(day=9, hour=11, minute=0, second=0))
    _load_a_while(b, turn)
    before = _everything(b)
    kept = _openings(b, row)
    was = _icon(b)
    if not row.powered:
        b.rig.supply(on=False)
        b.wait(minutes=2)
    at = b.now
    _reset(b, turn)
    b.wait(seconds=5)
    if not row.powered:
        b.rig.press()
        b.wait(seconds=1)
    icons = was, _icon(b)
    after = _everything(b)
    lines = started, b.stage.lines
    return Closed(row, row.name, at, before, after, kept, None, icons, lines)


def _reset(b: Bench, turn: int) -> None:
    if b.device.kind == "combi" and turn % 2 == 0:
        b.rig.press_reset()
    else:
        b.reset_demand()


def _all(b: Bench, group: str) -> list[Closed]:
    """Run once, judged by every step of the group; a trouble on the way is every step's."""
    if f"{group} trouble" in b.kept:
        raise b.kept[f"{group} trouble"]
    if group not in b.kept:
        try:
            b.kept[group] = _run(b, group)
        except MeterTrouble as trouble:
            b.kept[f"{group} trouble"] = trouble
            raise
    found: list[Closed] = b.kept[group]
    return found


def _run(b: Bench, group: str) -> list[Closed]:
    if group == "SB":
        return [reset_month(b, row, turn) for turn, row in enumerate(BY_HAND)]
    found = []
    for row in AUTOMATIC:
        if row is not AUTOMATIC[0]:
            _prepare(b, "AS")  # where a sample can be had as delivered, the rows do not burden each other
        months = b.repeats.months_of_first_row if row is AUTOMATIC[0] else b.repeats.months
        found += [close_month(b, row, turn) for turn in range(months)]
        if b.rig.terminal_open:
            b.rig.terminal_cover(open_=False)
    return found


def judge(group: str, *claims: Callable[[Bench, Closed], tuple[bool, str, str]]) -> Callable[[Bench], None]:
    """A step: each claim is one check, made for every month that closed."""

    def run(b: Bench) -> None:
        for closed in _all(b, group):
            for number, claim in enumerate(claims, 1):
                ok, saw, expected = claim(b, closed)
                b.check(number, ok, saw=saw, expected=expected, case=closed.case, evidence=closed.lines)

    return run


Claim = tuple[bool, str, str]


def _same(saw: object, expected: object) -> Claim:
    return saw == expected, told_value(saw), told_value(expected)


def one_more_reset(_: Bench, c: Closed) -> Claim:
    return _same(count(c.after["0.1.0"]), (count(c.before["0.1.0"]) + 1) % 100)


def reset_time(_: Bench, c: Closed) -> Claim:
    found = stamp(bare(c.after["0.1.2*1"]))
    return is_minute(found, c.at), c.after["0.1.2*1"], told(c.at)


def shifted(*codes: str) -> Callable[[Bench, Closed], Claim]:
    """Every row *n of these is now *n+1; without codes: all energies of this meter."""

    def claim(b: Bench, c: Closed) -> Claim:
        wrong = [
            f"{code}*{row + 1}: {c.after.get(f'{code}*{row + 1}')}, was {c.before.get(f'{code}*{row}')}"
            for code in _codes(b, codes)
            for row in range(1, DEPTH)
            if c.after.get(f"{code}*{row + 1}") != c.before.get(f"{code}*{row}")
        ]
        return not wrong, "; ".join(wrong[:3]) or "all shifted", "all shifted"

    return claim


def stored(*codes: str) -> Callable[[Bench, Closed], Claim]:
    """What stood there is now *1."""

    def claim(b: Bench, c: Closed) -> Claim:
        wrong = [
            f"{code}*1: {c.after.get(f'{code}*1')}, was {c.before[code]}"
            for code in _codes(b, codes)
            if c.after.get(f"{code}*1") != c.before[code]
        ]
        return not wrong, "; ".join(wrong[:3]) or "all stored", "all stored"

    return claim


def _codes(b: Bench, codes: tuple[str, ...]) -> tuple[str, ...]:
    if codes == ("energies",):
        return energy_codes(b)
    return demand_codes(b) if codes == ("demands",) else codes


def demand_cleared(b: Bench, c: Closed) -> Claim:
    return _same([c.after[code] for code in demand_codes(b)], [EMPTY_DEMAND] * b.device.ways)


def cover_stored(_: Bench, c: Closed) -> Claim:
    return _same(cover(c.after["96.71*1"]), c.cover)


def cover_begins(_: Bench, c: Closed) -> Claim:
    """Closed: nothing; open: the first moment of the new month, and one opening (M-124)."""
    found = cover(c.after["96.71"])
    if c.reopened is not None:
        return is_minute(found[0], c.reopened) and found[1] == 1, told_value(found), f"{told(c.reopened)}, 1"
    if not c.row.cover_open:
        return _same(found, (None, 0))
    return is_minute(found[0], c.at) and found[1] == 1, told_value(found), f"{told(c.at)}, 1"


def warning_kept(_: Bench, c: Closed) -> Claim:
    blinks = c.row.cover_open or c.reopened is not None
    expected = "blink" if c.row.cover_open else "on", "blink" if blinks else "on"
    return _same(c.icons, expected)


def top_never_erased(_: Bench, c: Closed) -> Claim:
    return c.after["96.70"] != f"({NO_STAMP})", c.after["96.70"], "a stamp"


def top_unchanged(_: Bench, c: Closed) -> Claim:
    return _same(c.after["96.70"], c.before["96.70"])


def nothing_corrupt(_: Bench, c: Closed) -> Claim:
    """Every other line is there and as it was."""
    closing = {code.partition("*")[0] for code in c.after if "*" in code} | {"0.1.0"}
    wrong = [
        f"{code}: {c.after.get(code)}, was {text}"
        for code, text in c.before.items()
        if not code.startswith(_MOVING)
        and code not in (*_INSTANT, "96.70")
        and code.partition("*")[0] not in closing
        and c.after.get(code) != text
    ]
    lost = set(c.before) ^ set(c.after)
    saw = "; ".join([*wrong[:3], *sorted(lost)[:3]])
    return not wrong and not lost, saw or "all as before", "all as before"


for _group in ("AS", "SB"):
    for _name, _run_step in {
        "02": judge(_group, reset_time, shifted("0.1.2")),
        "03": judge(_group, stored("energies"), shifted("energies")),
        "04": judge(_group, stored("demands"), shifted("demands"), demand_cleared),
        "05": judge(_group, cover_stored, shifted("96.71"), cover_begins, warning_kept),
        "06": judge(_group, top_never_erased, top_unchanged),
        "07": judge(_group, nothing_corrupt),
    }.items():
        step(f"{_group}-{_name}")(_run_step)


step("SB-01")(judge("SB", one_more_reset))


@step("AS-01")
def counted(b: Bench) -> None:
    """Every month of the matrix; and two months that end in one outage, which count as two (M-71)."""
    judge("AS", one_more_reset)(b)
    b.rig.supply()
    if not b.rig.terminal_open:
        b.rig.terminal_cover(open_=True)
    before = count(b.read("0.1.0"))
    b.set_clock(month_end(b.now) - timedelta(minutes=2))
    b.rig.supply(on=False)
    b.wait(minutes=4)
    b.set_clock(month_end(b.now) - timedelta(minutes=2))
    b.wait(minutes=4)
    b.rig.supply()
    b.wait(seconds=5)
    found = count(b.read("0.1.0"))
    b.equal(1, found, (before + 2) % 100, case="two months in one outage")


def _history(b: Bench) -> dict[str, str]:
    b.rig.supply()
    b.wait(seconds=5)
    values = b.packet("7").values()
    return {code: text for code, text in values.items() if "*" in code or code == "0.1.0"}


@step("AS-08")
def date_set_ahead(b: Bench) -> None:
    before = _history(b)
    ahead = (b.now.replace(day=1) + timedelta(days=155)).replace(day=12)
    b.set_clock(ahead)
    b.wait(minutes=2)
    after = _history(b)
    changed = {code: (text, after.get(code)) for code, text in before.items() if after.get(code) != text}
    b.check(1, not changed, saw=dict(list(changed.items())[:3]) or "all as before", expected="all as before")


@step("SB-08")
def second_reset(b: Bench) -> None:
    """Over both ways to ask for it."""
    b.connect(TESTED, purpose="SB-08")
    _fresh_month(b)
    b.reset_demand()
    before = _history(b)
    accepted = b.reset_demand()
    if b.device.kind == "combi":
        b.rig.press_reset()
        b.wait(seconds=5)
    after = _history(b)
    ok = not accepted and after == before
    b.check(1, ok, saw=f"accepted {accepted}, count {after['0.1.0']}", expected=f"refused, {before['0.1.0']}")


@step("SB-09")
def month_end_after_a_reset(b: Bench) -> None:
    b.connect(TESTED, purpose="SB-09")
    _fresh_month(b)
    b.reset_demand()
    before = _history(b)
    ends = month_end(b.now)
    b.set_clock(ends - timedelta(minutes=2))
    b.wait_until(ends + timedelta(minutes=2))
    after = _history(b)
    changed = [code for code, text in before.items() if after.get(code) != text]
    b.check(1, not changed, saw=changed[:4] or "nothing stored", expected="nothing stored")


def _fresh_month(b: Bench) -> None:
    """In which nothing was reset yet."""
    b.rig.supply()
    b.set_clock((b.now.replace(day=1) + timedelta(days=40)).replace(day=14, hour=9, minute=0, second=0))
