"""YS: does the clock jump when it is told to, and only then, powered or not? (M-96…M-99)"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from osos.conformity.bench import Bench
from osos.conformity.device import TESTED
from osos.conformity.steps import setup, step

SWITCH = "96.90.0"
PERIODS = 12
_PERIOD = re.compile(r"\(\+01:00,([0-9]{2})-03-([0-9]{2}),03:00;([0-9]{2})-10-([0-9]{2}),04:00\)")


@dataclass(frozen=True, slots=True)
class Jump:
    """At which time of the meter's clock it is to show another."""

    at: datetime
    to: datetime

    @property
    def shift(self) -> timedelta:
        return self.to - self.at


def last_sunday(year: int, month: int) -> datetime:
    day = datetime(year, month, 31)  # noqa: DTZ001  # a meter's clock knows no zone
    return day - timedelta(days=(day.weekday() + 1) % 7)


def march(year: int) -> Jump:
    at = last_sunday(year, 3) + timedelta(hours=3)
    return Jump(at, at + timedelta(hours=1))


def october(year: int) -> Jump:
    at = last_sunday(year, 10) + timedelta(hours=4)
    return Jump(at, at - timedelta(hours=1))


@setup("YS")
def cover_open(b: Bench) -> None:
    """So that the clock can be set over the optical port all along."""
    b.connect(TESTED, purpose="YS")
    b.rig.terminal_cover(open_=True)
    b.wait(seconds=5)


def through(b: Bench, jump: Jump, *, jumps: bool, powered: bool = True) -> tuple[datetime, datetime]:
    """From 23:55 of the day before to five minutes past the jump: what is shown, what should be."""
    eve = jump.at.replace(hour=23, minute=55) - timedelta(days=1)
    b.set_clock(eve)
    if not powered:
        b.rig.supply(on=False)
    b.wait(seconds=(jump.at - eve).total_seconds() + 300)
    expected = jump.at + timedelta(minutes=5) + (jump.shift if jumps else timedelta())
    return (b.clock() if powered else _displayed(b)), expected


def _displayed(b: Bench) -> datetime:
    """Date and time as the button brings them up."""
    b.rig.press()
    b.wait(seconds=1)
    date = b.look("screen").text
    b.rig.press()
    b.wait(seconds=1)
    time = b.look("screen").text
    try:
        return datetime.strptime(f"{date} {time}", "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007  # as above
    except ValueError:
        return datetime(2000, 1, 1)  # noqa: DTZ001  # nothing to be read is surely wrong


def is_near(saw: datetime, expected: datetime) -> bool:
    return abs(saw - expected) <= timedelta(seconds=30)


def _judge(b: Bench, found: tuple[datetime, datetime], *, case: str = "") -> None:
    saw, expected = found
    b.check(1, is_near(saw, expected), saw=saw, expected=expected, case=case)


@step("YS-01")
def off_at_first(b: Bench) -> None:
    b.equal(1, b.read(SWITCH), "(0)")


@step("YS-02")
def twelve_periods(b: Bench) -> None:
    codes = [f"96.90.{number}" for number in range(1, PERIODS + 1)]
    found = b.read_all(*codes)
    first = _PERIOD.fullmatch(found[codes[0]])
    year = 2000 + int(first[1]) if first else b.now.year
    expected = [
        f"(+01:00,{last_sunday(each, 3):%y-%m-%d},03:00;{last_sunday(each, 10):%y-%m-%d},04:00)"
        for each in range(year, year + PERIODS)
    ]
    b.equal(1, [found[code] for code in codes], expected)


def _switch(b: Bench, *, on: bool) -> None:
    if b.read(SWITCH) != f"({int(on)})":
        b.accepts(SWITCH, str(int(on)))


def jump_step(which: Callable[[int], Jump], *, on: bool, powered: bool = True) -> Callable[[Bench], None]:
    def run(b: Bench) -> None:
        b.rig.supply()
        _switch(b, on=on)
        _judge(b, through(b, which(b.now.year), jumps=on, powered=powered))

    return run


@step("YS-05")
def switched_on(b: Bench) -> None:
    b.rig.supply()
    b.accepts(SWITCH, "1")
    b.equal(1, b.read(SWITCH), "(1)")


def powered_up(which: Callable[[int], Jump]) -> Callable[[Bench], None]:
    """YS-09, -11: the clock goes on as it was shown on battery, the hour of the jump well behind it."""

    def run(b: Bench) -> None:
        b.wait(hours=1, minutes=30)
        b.rig.supply()
        b.wait(seconds=10)
        jump = which(b.now.year)
        # the bench's own idea of the meter's clock still lacks the jump
        expected = b.now + jump.shift
        b.check(1, is_near(b.clock(), expected), saw=b.now, expected=expected)

    return run


for _name, _run in {
    "YS-03": jump_step(march, on=False),
    "YS-04": jump_step(october, on=False),
    "YS-06": jump_step(march, on=True),
    "YS-07": jump_step(october, on=True),
    "YS-08": jump_step(march, on=True, powered=False),
    "YS-09": powered_up(march),
    "YS-10": jump_step(october, on=True, powered=False),
    "YS-11": powered_up(october),
}.items():
    step(_name)(_run)


def own_forward(year: int) -> Jump:
    at = datetime(year, 4, 10 + year % 7, 1)  # noqa: DTZ001  # a meter's clock knows no zone
    return Jump(at, at + timedelta(hours=2))


def own_back(year: int) -> Jump:
    at = datetime(year, 9, 10 + year % 11, 3)  # noqa: DTZ001  # as above
    return Jump(at, at - timedelta(hours=2))


def _years(b: Bench) -> range:
    return range(b.now.year, b.now.year + PERIODS)


@step("YS-12")
def own_periods(b: Bench) -> None:
    b.rig.supply()
    _switch(b, on=True)
    wanted = {
        f"96.90.{number}": f"+02:00,{own_forward(year).at:%y-%m-%d,%H:%M};{own_back(year).at:%y-%m-%d,%H:%M}"
        for number, year in enumerate(_years(b), 1)
    }
    b.kept["years"] = _years(b)
    b.program(*wanted.items())
    b.equal(1, b.read_all(*wanted), {code: f"({text})" for code, text in wanted.items()})


def _programmed(b: Bench) -> range:
    years: range = b.kept.get("years", _years(b))
    return years


@step("YS-13")
def own_forward_jump(b: Bench) -> None:
    _judge(b, through(b, own_forward(_programmed(b)[0]), jumps=True))


@step("YS-14")
def own_jump_back(b: Bench) -> None:
    _judge(b, through(b, own_back(_programmed(b)[0]), jumps=True))


@step("YS-15")
def all_twelve(b: Bench) -> None:
    for year in _programmed(b)[: b.repeats.periods]:
        for which in (own_forward, own_back):
            jump = which(year)
            _judge(b, through(b, jump, jumps=True), case=f"{jump.at:%Y-%m-%d %H:%M}")
