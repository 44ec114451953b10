"""MA: is a magnetic field above 400 mT felt, shown and recorded, and a weaker one not? (M-119)"""

from datetime import datetime

from osos.conformity.bench import Bench, Port
from osos.conformity.checks.common import Alarm, is_minute, is_open_since, let_month_change, ten_rows, told
from osos.conformity.packets import count_minutes
from osos.conformity.steps import step

NUMBER = 6
FELT_MT, NOT_FELT_MT = 450, 400


def icon(b: Bench) -> str:
    return b.look("magnet").icon("magnet")


def field(b: Bench, *, minutes: float) -> tuple[datetime, datetime]:
    """A field that is felt, for so long."""
    b.rig.magnet(FELT_MT)
    at = b.now
    b.wait(minutes=minutes)
    b.rig.magnet(0)
    return at, b.now


def _nothing(b: Bench, before: Alarm | None) -> None:
    b.equal(3, icon(b), "off")
    found = Alarm(b, NUMBER)
    b.check(1, before is None or found == before, saw=found, expected=before or "no alarm")
    b.check(2, found.first.start is None, saw=found.rows[0], expected="no row")


@step("MA-01")
def connected(b: Bench) -> None:
    b.wait(minutes=2)
    _nothing(b, None)


@step("MA-02")
def weak_field(b: Bench) -> None:
    before = Alarm(b, NUMBER)
    b.rig.magnet(NOT_FELT_MT)
    b.wait(minutes=3)
    _nothing(b, before)
    b.rig.magnet(0)
    b.wait(seconds=10)


@step("MA-03")
def strong_field(b: Bench) -> None:
    b.kept["before"] = Alarm(b, NUMBER)
    b.rig.magnet(FELT_MT)
    b.kept["since"] = at = b.now
    b.wait(seconds=20)
    b.equal(3, icon(b), "blink")
    found = Alarm(b, NUMBER)
    b.check(1, found.first.start is not None and found.first.end is None, saw=found, expected="an open row")
    b.check(2, is_open_since(found.rows[0], at), saw=found, expected=f"{told(at)}, open")


@step("MA-04")
def field_gone(b: Bench) -> None:
    if "before" not in b.kept:
        b.kept["before"] = Alarm(b, NUMBER)
        b.rig.magnet(FELT_MT)
        b.wait(seconds=20)
    before: Alarm = b.kept["before"]
    b.wait(minutes=4)
    b.rig.magnet(0)
    b.wait(seconds=10)
    b.equal(1, icon(b), "on")
    _counted(b, 2, before, Alarm(b, NUMBER), minutes=5)


def _counted(b: Bench, check: int, before: Alarm, after: Alarm, *, minutes: int) -> None:
    """One more, and the minutes begun added (a minute of leave for where they are counted)."""
    was, now = count_minutes(before.counted), count_minutes(after.counted)
    right = now[0] == was[0] + 1 and abs(now[1] - was[1] - minutes) <= 1
    b.check(check, right, saw=after.counted, expected=f"{before.counted} and 1, and {minutes} min")


@step("MA-05")
def power_cut(b: Bench) -> None:
    field(b, minutes=2)
    b.wait(seconds=10)
    b.rig.supply(on=False)
    b.wait(minutes=1)
    b.rig.supply()
    b.wait(seconds=10)
    b.equal(1, icon(b), "on")


@step("MA-06")
def another_field(b: Bench) -> None:
    before = Alarm(b, NUMBER)
    at, during = _felt(b)
    b.wait(minutes=3)
    b.rig.magnet(0)
    b.wait(seconds=10)
    _counted(b, 5, before, Alarm(b, NUMBER), minutes=4)
    b.check(2, is_minute(during.first.start, at), saw=during, expected=told(at))
    b.equal(4, during.rows[1:], before.rows[:-1])


def _felt(b: Bench) -> tuple[datetime, Alarm]:
    """Checks 1 and 3: it is on record and the icon blinks."""
    b.rig.magnet(FELT_MT)
    at = b.now
    b.wait(seconds=30)
    b.equal(3, icon(b), "blink")
    during = Alarm(b, NUMBER)
    b.check(
        1, during.first.start is not None and during.first.end is None, saw=during, expected="an open row"
    )
    return at, during


@step("MA-07")
def read_puts_it_off(b: Bench) -> None:
    """The alert packet, and the code alone, on either port."""
    ports: tuple[Port, ...] = ("optical", "rs485") if b.device.has_rs485 else ("optical",)
    for port in ports:
        for how in ("packet 8", "96.7.6"):
            field(b, minutes=1)
            b.wait(seconds=10)
            was = icon(b)
            if how == "packet 8":
                b.packet("8", port=port)
            else:
                b.read("96.7.6", port=port)
            saw = icon(b)
            b.check(
                1,
                (was, saw) == ("on", "off"),
                saw=f"{was}, then {saw}",
                expected="on, then off",
                case=f"{port} {how}",
            )


@step("MA-08")
def records_survive(b: Bench) -> None:
    before = Alarm(b, NUMBER)
    b.rig.supply(on=False)
    b.wait(minutes=1)
    b.rig.supply()
    b.wait(seconds=10)
    found = Alarm(b, NUMBER)
    b.check(1, found.rows == before.rows, saw=found.rows, expected=before.rows)


@step("MA-09")
def month_changed(b: Bench) -> None:
    let_month_change(b)
    before = Alarm(b, NUMBER)
    at, during = _felt(b)
    b.check(2, is_minute(during.first.start, at), saw=during, expected=told(at))
    b.equal(4, during.rows[1:], before.rows[:-1])
    b.rig.magnet(0)
    b.wait(seconds=10)


@step("MA-10")
def ten_fields(b: Bench) -> None:
    b.rig.magnet(0)
    b.wait(minutes=2)
    before = Alarm(b, NUMBER)
    made = []
    for _ in range(10):
        made.append(field(b, minutes=2))
        b.wait(minutes=2)
    ten_rows(b, NUMBER, made, before)
