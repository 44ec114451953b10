"""FS: is a wrong order or polarity of the voltages shown, and recorded after three minutes? (M-115, M-118)"""

from datetime import datetime, timedelta

from osos.conformity.bench import Bench
from osos.conformity.checks.common import Alarm, is_minute, is_open_since, ten_rows, told
from osos.conformity.steps import step

STEADY, BLINKING = "on on on", "blink blink blink"
NUMBER = 4
VOLTAGES = {"57.7/100", "multi"}


def shown(b: Bench) -> str:
    return " ".join(b.look("l1", "l2", "l3").all("l1", "l2", "l3"))


def right_again(b: Bench) -> datetime:
    """Order, polarity and voltages as they should be."""
    for number in (1, 2, 3):
        if b.rig.lines.reversed_voltage[number - 1]:
            b.rig.reverse_voltage(number, reversed_=False)
    if b.rig.lines.swapped:
        b.rig.swap_phases(swapped=False)
    b.rig.supply()
    return b.now


def recorded_fault(b: Bench) -> tuple[Alarm, datetime]:
    """A fault that is on record, with what was there before it."""
    right_again(b)
    b.wait(minutes=1)
    before = Alarm(b, NUMBER)
    b.rig.swap_phases()
    at = b.now
    b.wait(seconds=200)
    b.kept["fault"] = before, at
    return before, at


def _fault(b: Bench) -> tuple[Alarm, datetime]:
    """The one an earlier step made, or a new one where that is no longer on record."""
    if "fault" in b.kept:
        first = Alarm(b, NUMBER).first
        if first.start is not None and first.end is None:
            made: tuple[Alarm, datetime] = b.kept["fault"]
            return made
    b.kept.pop("clock set", None)
    return recorded_fault(b)


@step("FS-01")
def right_order(b: Bench) -> None:
    b.wait(minutes=4)
    b.equal(1, shown(b), STEADY)
    found = Alarm(b, NUMBER)
    b.check(2, found.first.start is None, saw=found, expected="no row")


@step("FS-02")
def wrong_order(b: Bench) -> None:
    right_again(b)
    b.kept["before"] = Alarm(b, NUMBER)
    b.rig.swap_phases()
    b.wait(seconds=10)
    b.equal(1, shown(b), BLINKING)


@step("FS-03")
def corrected_soon(b: Bench) -> None:
    if "before" not in b.kept:
        b.kept["before"] = Alarm(b, NUMBER)
        b.rig.swap_phases()
    before = b.kept["before"]
    b.wait(seconds=90)
    right_again(b)
    b.wait(minutes=4)
    b.equal(1, shown(b), STEADY)
    found = Alarm(b, NUMBER)
    b.check(2, found == before, saw=found, expected=before)


@step("FS-04")
def on_record(b: Bench) -> None:
    _, at = recorded_fault(b)
    found = Alarm(b, NUMBER)
    b.equal(1, shown(b), BLINKING)
    b.check(2, found.first.start is not None, saw=found, expected="a start")
    b.check(3, is_open_since(found.rows[0], at), saw=found, expected=f"{told(at)}, open")
    b.kept["row"] = found


def _unchanged(b: Bench, number: int) -> None:
    found = Alarm(b, NUMBER)
    b.check(number, found == b.kept["row"], saw=found, expected=b.kept["row"])


@step("FS-05")
def one_phase_lost(b: Bench) -> None:
    _fault(b)
    b.kept["row"] = Alarm(b, NUMBER)
    b.rig.phase(2, on=False)
    b.wait(seconds=20)
    seen = b.look("l1", "l3")
    b.equal(1, seen.all("l1", "l3"), ("blink", "blink"))
    _unchanged(b, 2)


@step("FS-06")
def all_lost_and_back(b: Bench) -> None:
    _fault(b)
    b.rig.phase(2, on=False)
    b.wait(seconds=5)
    b.kept["row"] = Alarm(b, NUMBER)
    b.rig.supply(on=False)
    b.wait(seconds=40)
    b.rig.supply()
    b.wait(seconds=10)
    b.equal(1, shown(b), BLINKING)
    _unchanged(b, 2)


@step("FS-07")
def right_at_last(b: Bench) -> None:
    before, began = _fault(b)
    _ends(b, began)
    found = Alarm(b, NUMBER)
    b.check(4, found.count == before.count + 1, saw=found.counted, expected=f"{before.counted} and one more")


def _ends(b: Bench, began: datetime) -> None:
    at = right_again(b)
    b.wait(seconds=10)
    b.kept.pop("fault", None)
    b.equal(1, shown(b), STEADY)
    found = Alarm(b, NUMBER)
    row = found.first
    right = is_minute(row.start, began) if not b.kept.pop("clock set", False) else row.start is not None
    b.check(2, right and row.end is not None, saw=found, expected=f"{told(began)} and an end")
    b.check(3, is_minute(row.end, at), saw=found, expected=f"end {told(at)}")


@step("FS-08")
def reversed_polarity(b: Bench) -> None:
    right_again(b)
    b.rig.load(b.device.basic_ma)
    b.wait(minutes=1)
    before = Alarm(b, NUMBER)
    b.rig.reverse_voltage(2)
    at = b.now
    b.wait(seconds=200)
    b.kept["fault"] = before, at
    seen = b.look("l1", "l2", "l3", "i1", "i2", "i3")
    saw = seen.all("l1", "l2", "l3", "i1", "i2", "i3")
    b.equal(1, saw, ("on", "blink", "on", "on", "blink", "on"))
    found = Alarm(b, NUMBER)
    b.check(2, is_open_since(found.rows[0], at), saw=found, expected=f"{told(at)}, open")


@step("FS-09")
def clock_programmed(b: Bench) -> None:
    _fault(b)
    was, b.kept["row"] = shown(b), Alarm(b, NUMBER)
    b.set_clock(b.now + timedelta(minutes=10))
    b.kept["clock set"] = True
    b.wait(seconds=10)
    b.check(1, shown(b) == was and "blink" in was, saw=shown(b), expected=f"{was}, as before")
    _unchanged(b, 2)


@step("FS-10")
def right_polarity_again(b: Bench) -> None:
    _, began = _fault(b)
    _ends(b, began)


@step("FS-11")
def ten_faults(b: Bench) -> None:
    right_again(b)
    b.rig.no_load()
    b.wait(minutes=1)
    before = Alarm(b, NUMBER)
    made = []
    for _ in range(10):
        b.rig.swap_phases()
        at = b.now
        b.wait(seconds=200)
        made.append((at, right_again(b)))
        b.wait(seconds=60)
    ten_rows(b, NUMBER, made, before)
