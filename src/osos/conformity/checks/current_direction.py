"""AY: is a reversed current shown, and recorded after 3 min until it is surely mended? (M-116…M-118)"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from osos.conformity.bench import Bench
from osos.conformity.checks.common import Alarm, is_minute, is_open_since, ten_rows, told
from osos.conformity.steps import step

NUMBER = 5
ICONS = ("i1", "i2", "i3")
HELD_S = 200  # at least 3 min


def shown(b: Bench) -> str:
    return " ".join(b.look(*ICONS).all(*ICONS))


def only(*phases: int) -> str:
    """These phases' symbols blink, and no other (note 2 of the group)."""
    return ", ".join(f"i{phase} blinks" for phase in phases)


def blinking(b: Bench) -> str:
    seen = b.look(*ICONS)
    return only(*(number for number, name in enumerate(ICONS, 1) if seen.icon(name) == "blink"))


def _gone(b: Bench, check: int) -> None:
    saw = shown(b)
    b.check(check, "blink" not in saw, saw=saw, expected="nothing blinks")


def mended(b: Bench) -> datetime:
    """Every current the right way, every phase live and loaded."""
    for number in (1, 2, 3):
        if b.rig.lines.reversed_current[number - 1]:
            b.rig.reverse_current(number, reversed_=False)
    if 0 in b.rig.lines.volts_dv:
        b.rig.supply()
    b.rig.load(b.device.basic_ma)
    return b.now


def _clean(b: Bench) -> Alarm:
    """No fault for long enough that the next is one of its own."""
    mended(b)
    b.wait(minutes=1)
    found = Alarm(b, NUMBER)
    b.kept["before"] = found
    return found


def _year_end(b: Bench) -> None:
    b.set_clock(b.now.replace(month=12, day=31, hour=23, minute=59, second=0, microsecond=0))
    b.wait(seconds=3)


@step("AY-01")
def no_load(b: Bench) -> None:
    b.rig.no_load()
    b.wait(seconds=10)
    b.equal(1, shown(b), "off off off")


@step("AY-02")
def load(b: Bench) -> None:
    b.rig.load(b.device.basic_ma)
    b.wait(seconds=10)
    backward = tuple(f"{name}_back" for name in ICONS)
    saw = b.look(*ICONS, *backward).all(*ICONS, *backward)
    b.equal(1, " ".join(saw), "on on on off off off")


@step("AY-03")
def wrong_order(b: Bench) -> None:
    before = Alarm(b, NUMBER)
    b.rig.swap_phases()
    b.rig.load(b.device.basic_ma)
    b.wait(minutes=5)
    _gone(b, 1)
    found = Alarm(b, NUMBER)
    b.check(2, found == before, saw=found, expected=before)


def reversed_soon(b: Bench, phase: int, *, year_end: bool) -> None:
    """AY-04, -11, -19."""
    if phase == 2 and b.rig.lines.swapped:
        b.rig.swap_phases(swapped=False)
    _clean(b)
    if year_end:
        _year_end(b)
    b.rig.reverse_current(phase)
    b.kept["reversed"] = phase
    b.wait(seconds=5)
    b.equal(1, blinking(b), only(phase))


def corrected_soon(b: Bench, phase: int, *, seconds: float) -> None:
    """AY-05, -12, -20."""
    if b.kept.pop("reversed", None) != phase:
        _clean(b)
        b.rig.reverse_current(phase)
    before = b.kept["before"]
    b.wait(seconds=seconds)
    mended(b)
    b.wait(minutes=4)
    _gone(b, 1)
    found = Alarm(b, NUMBER)
    b.check(2, found == before, saw=found, expected=before)


def on_record(b: Bench, phase: int, *, year_end: bool) -> None:
    """AY-06, -13, -21."""
    before, at = make_fault(b, phase, year_end=year_end)
    b.equal(1, blinking(b), only(phase))
    found = Alarm(b, NUMBER)
    b.kept["row"] = found
    b.check(2, found.first.start is not None, saw=found, expected="a start")
    b.check(3, is_open_since(found.rows[0], at), saw=found, expected=f"{told(at)}, open")
    b.check(4, found.count == before.count + 1, saw=found.counted, expected=f"{before.counted} and one more")


def make_fault(b: Bench, phase: int, *, year_end: bool = False) -> tuple[Alarm, datetime]:
    before = _clean(b)
    if year_end:
        _year_end(b)
    b.rig.reverse_current(phase)
    at = b.now
    b.wait(seconds=HELD_S)
    b.kept["fault"], b.kept["began"] = phase, at
    return before, at


def _fault_of(b: Bench, phase: int, *, without_current: Sequence[int] = (), dead: Sequence[int] = ()) -> None:
    """The fault of the steps before, or one of its own where that is no longer on record; then as they left
    it: these phases without current, those without voltage. Whatever changes from here on is this step's."""
    found = Alarm(b, NUMBER)
    is_open = found.first.start is not None and found.first.end is None
    if b.kept.get("fault") != phase or not is_open:
        make_fault(b, phase)
        for number in without_current:
            b.rig.current(number, 0)
        for number in dead:
            b.rig.phase(number, on=False)
        b.wait(seconds=5)
        found = Alarm(b, NUMBER)
    b.kept["row"] = found


def clock_programmed(b: Bench, phase: int) -> None:
    """AY-14."""
    _fault_of(b, phase)
    b.set_clock(b.now + timedelta(minutes=7))
    b.wait(seconds=5)
    b.equal(1, blinking(b), only(phase))
    _unchanged(b)


def _unchanged(b: Bench) -> None:
    found = Alarm(b, NUMBER)
    b.check(2, found == b.kept["row"], saw=found, expected=b.kept["row"])


def currents_zeroed(b: Bench, phase: int) -> None:
    """AY-07, -15, -22: the others first, then the reversed one."""
    _fault_of(b, phase)
    for number in [*_others(phase), phase]:
        b.rig.current(number, 0)
        b.wait(seconds=10)
    _gone(b, 1)
    _unchanged(b)


def others_loaded(b: Bench, phase: int) -> None:
    """AY-08, -16, -23."""
    _fault_of(b, phase, without_current=(1, 2, 3))
    for number in _others(phase):
        b.rig.current(number, b.device.basic_ma)
    b.wait(minutes=4)
    _gone(b, 1)
    _unchanged(b)


def voltage_lost(b: Bench, phase: int) -> None:
    """AY-09, -17, -24."""
    _fault_of(b, phase, without_current=(phase,))
    b.rig.phase(phase, on=False)
    b.wait(minutes=1)
    _gone(b, 1)
    _unchanged(b)


def others_lost_too(b: Bench, phase: int) -> None:
    """AY-25."""
    _fault_of(b, phase, without_current=(phase,), dead=(phase,))
    for number in _others(phase):
        b.rig.phase(number, on=False)
    b.wait(seconds=20)
    for number in _others(phase):
        b.rig.phase(number, on=True)
    b.wait(seconds=10)
    _gone(b, 1)
    _unchanged(b)


def mended_at_last(b: Bench, phase: int) -> None:
    """AY-10, -18, -26."""
    _fault_of(b, phase)
    row = b.kept["row"]
    at = mended(b)
    b.kept.pop("fault")
    b.wait(seconds=30)
    _gone(b, 1)
    found = Alarm(b, NUMBER)
    closed = found.first.start == row.first.start and found.first.end is not None
    b.check(2, closed, saw=found, expected=f"{row.rows[0]} with an end")
    b.check(3, is_minute(found.first.end, at), saw=found, expected=f"end {told(at)}")


@step("AY-27")
def faults_overlap(b: Bench) -> None:
    """Together less than three minutes: one fault, and no record."""
    before = _clean(b)
    saw = []
    for phase, after_s in ((2, 60), (3, 30)):
        b.rig.reverse_current(phase)
        b.wait(seconds=5)
        saw.append(blinking(b))
        b.wait(seconds=after_s - 5)
    b.rig.reverse_current(2, reversed_=False)
    b.wait(seconds=5)
    saw.append(blinking(b))
    b.wait(seconds=55)
    b.rig.reverse_current(3, reversed_=False)
    b.equal(1, saw, [only(2), only(2, 3), only(3)])
    b.wait(minutes=4)
    _gone(b, 2)
    found = Alarm(b, NUMBER)
    b.check(3, found == before, saw=found, expected=before)


@step("AY-28")
def ten_faults(b: Bench) -> None:
    before = _clean(b)
    made = []
    for number in range(10):
        b.rig.reverse_current(number % 3 + 1)
        at = b.now
        b.wait(seconds=HELD_S)
        made.append((at, mended(b)))
        b.wait(seconds=60)
    ten_rows(b, NUMBER, made, before)


def _others(phase: int) -> list[int]:
    return [number for number in (1, 2, 3) if number != phase]


def _for(phase: int, act: Callable[..., None], **how: object) -> Callable[[Bench], None]:
    return lambda b: act(b, phase, **how)


for _name, _run in {
    "AY-04": _for(1, reversed_soon, year_end=True),
    "AY-05": _for(1, corrected_soon, seconds=115),
    "AY-06": _for(1, on_record, year_end=True),
    "AY-07": _for(1, currents_zeroed),
    "AY-08": _for(1, others_loaded),
    "AY-09": _for(1, voltage_lost),
    "AY-10": _for(1, mended_at_last),
    "AY-11": _for(2, reversed_soon, year_end=False),
    "AY-12": _for(2, corrected_soon, seconds=60),
    "AY-13": _for(2, on_record, year_end=False),
    "AY-14": _for(2, clock_programmed),
    "AY-15": _for(2, currents_zeroed),
    "AY-16": _for(2, others_loaded),
    "AY-17": _for(2, voltage_lost),
    "AY-18": _for(2, mended_at_last),
    "AY-19": _for(3, reversed_soon, year_end=False),
    "AY-20": _for(3, corrected_soon, seconds=60),
    "AY-21": _for(3, on_record, year_end=False),
    "AY-22": _for(3, currents_zeroed),
    "AY-23": _for(3, others_loaded),
    "AY-24": _for(3, voltage_lost),
    "AY-25": _for(3, others_lost_too),
    "AY-26": _for(3, mended_at_last),
}.items():
    step(_name)(_run)
