"""MD: is the maximum demand a sliding block, never too high, and its period where it belongs? (M-90…M-93)"""

from dataclasses import dataclass
from datetime import timedelta

from osos.conformity.bench import Bench
from osos.conformity.checks.common import demand_codes, is_minute, is_near, told, watts, whole_minute
from osos.conformity.packets import demand
from osos.conformity.steps import step

PERIOD = "0.8.0"
DEGREES = {"1.6.0": 0, "2.6.0": 180}


@dataclass(frozen=True, slots=True)
class Way:
    """A direction of energy with its register."""

    code: str

    @property
    def degrees(self) -> int:
        return DEGREES[self.code]


def ways(b: Bench) -> list[Way]:
    return [Way(code) for code in demand_codes(b)]


def draw(b: Bench, way: Way, share: float) -> int:
    """So much of the basic current in every phase; the power in W."""
    b.rig.load(round(b.device.basic_ma * share), degrees=way.degrees)
    return watts(b)


def stop(b: Bench) -> None:
    b.rig.no_load()


def last(b: Bench, way: Way) -> int:
    return demand(b.read(way.code))[0]


def minutes(b: Bench, number: int) -> None:
    """To the whole minute, however long the reads between took."""
    b.wait_until((b.now + timedelta(seconds=30)).replace(second=0, microsecond=0) + timedelta(minutes=number))


def _open(b: Bench) -> None:
    if not b.rig.terminal_open:
        b.rig.terminal_cover(open_=True)
        b.wait(seconds=5)


def _back_to_15(b: Bench) -> None:
    """Whatever was taken that should not have been: the next step begins with 15 min."""
    if b.read(PERIOD) != "(15*min)":
        _open(b)
        b.accepts(PERIOD, "15*min")


@step("MD-01")
def cover_closed(b: Bench) -> None:
    was = b.read(PERIOD)
    accepted = b.accepts(PERIOD, "30*min")
    found = b.read(PERIOD)
    _back_to_15(b)
    b.check(1, not accepted and found == was, saw=f"{_said(accepted)}, {found}", expected=f"refused, {was}")


@step("MD-02")
def wrong_password(b: Bench) -> None:
    _open(b)
    was = b.read(PERIOD)
    accepted = b.accepts(PERIOD, "30*min", proof="wrong")
    found = b.read(PERIOD)
    _back_to_15(b)
    b.check(1, not accepted and found == was, saw=f"{_said(accepted)}, {found}", expected=f"refused, {was}")


@step("MD-03")
def fifteen_minutes(b: Bench) -> None:
    b.equal(1, b.read(PERIOD), "(15*min)")


@step("MD-04")
def cover_open(b: Bench) -> None:
    _open(b)
    saw = []
    for period in (30, 60):
        accepted = b.accepts(PERIOD, f"{period}*min")
        saw.append(f"{_said(accepted)} {b.read(PERIOD)}")
    if b.device.kind == "combi":
        expected = ["accepted (30*min)", "accepted (60*min)"]
    else:
        expected = ["refused (15*min)"] * 2
    _back_to_15(b)
    b.equal(1, saw, expected)


@step("MD-05")
def other_periods(b: Bench) -> None:
    _open(b)
    was = b.read(PERIOD)
    taken = [period for period in (5, 10, 20, 45, 90) if b.accepts(PERIOD, f"{period:02d}*min")]
    found = b.read(PERIOD)
    b.check(1, not taken and found == was, saw=f"took {taken}, {found}", expected=f"took none, {was}")
    _back_to_15(b)


@step("MD-06")
def its_periods(b: Bench) -> None:
    _open(b)
    saw = []
    for period in (30, 60, 15):
        saw.append(f"{_said(b.accepts(PERIOD, f'{period}*min'))} {b.read(PERIOD)}")
    b.equal(1, saw, ["accepted (30*min)", "accepted (60*min)", "accepted (15*min)"])


def _said(accepted: bool) -> str:
    return "accepted" if accepted else "refused"


@step("MD-07")
def partial_periods(b: Bench) -> None:
    """Each part draws so much more than the one before that what it brings is a new maximum."""
    for way in ways(b):
        _sliding(b, way)
        _outage_inside(b, way)
        _clock_set_inside(b, way)


def _sliding(b: Bench, way: Way) -> None:
    stop(b)
    whole_minute(b, step=15)
    minutes(b, 5)
    power = draw(b, way, 0.06)
    minutes(b, 10)
    at_15 = last(b, way)
    minutes(b, 10)
    stop(b)
    minutes(b, 5)
    at_30 = last(b, way)
    _near(b, at_15, power * 10 // 15, f"{way.code} at 15 min")
    _near(b, at_30, power, f"{way.code} at 30 min")


def _outage_inside(b: Bench, way: Way) -> None:
    """Five minutes each side: what is missing counts as nothing, and no more than ten are in any block."""
    whole_minute(b, step=15)
    minutes(b, 15)
    power = draw(b, way, 0.3)
    minutes(b, 5)
    b.rig.supply(on=False)
    minutes(b, 5)
    b.rig.supply()
    minutes(b, 5)
    stop(b)
    minutes(b, 15)
    _between(b, last(b, way), power * 5 // 15, power * 10 // 15, f"{way.code} with an outage")


def _clock_set_inside(b: Bench, way: Way) -> None:
    whole_minute(b, step=15)
    power = draw(b, way, 1.2)
    minutes(b, 5)
    b.set_clock(b.now + timedelta(minutes=3))
    minutes(b, 5)
    stop(b)
    minutes(b, 15)
    _between(b, last(b, way), power * 4 // 15, power * 10 // 15, f"{way.code} with the clock set")


def _near(b: Bench, found: int, expected: int, case: str) -> None:
    b.check(1, is_near(found, expected), saw=f"{found} W", expected=f"{expected} W", case=case)


def _between(b: Bench, found: int, low: int, high: int, case: str) -> None:
    ok = low * 0.99 - 2 <= found <= high * 1.01 + 2
    b.check(1, ok, saw=f"{found} W", expected=f"{low} to {high} W", case=case)


def _cleared(b: Bench) -> None:
    """A month of its own, so that nothing greater stands in the registers."""
    b.set_clock((b.now.replace(day=1) + timedelta(days=40)).replace(day=10, hour=10, minute=0, second=0))
    b.reset_demand()


@step("MD-08")
def new_maximum(b: Bench) -> None:
    _cleared(b)
    for way in ways(b):
        whole_minute(b, step=15)
        power = draw(b, way, 0.9)
        minutes(b, 20)
        found, at = demand(b.read(way.code))
        ok = (
            is_near(found, power)
            and at is not None
            and is_minute(at, b.now) | (b.now - at < timedelta(minutes=6))
        )
        b.check(1, ok, saw=f"{found} W at {at}", expected=f"{power} W within the last 5 min", case=way.code)
        stop(b)
        b.kept[way.code] = power


@step("MD-09")
def twice_the_load(b: Bench) -> None:
    for way in ways(b):
        whole_minute(b, step=15)
        power = draw(b, way, 0.9)
        minutes(b, 20)
        draw(b, way, 1.8)
        minutes(b, 5)
        found, at = demand(b.read(way.code))
        ok = is_near(found, power * 20 // 15) and is_minute(at, b.now)
        b.check(
            1, ok, saw=f"{found} W at {at}", expected=f"{power * 20 // 15} W, {told(b.now)}", case=way.code
        )
        was = b.read(way.code)
        draw(b, way, 0.9)
        minutes(b, 10)
        after_10 = b.read(way.code)
        minutes(b, 10)
        b.kept[f"{way.code} half"] = was, after_10, b.read(way.code)
        stop(b)


@step("MD-10")
def half_the_load(b: Bench) -> None:
    """What the step before went on to do: half of that load for ten minutes, and for ten more."""
    for way in ways(b):
        was, *found = b.kept.get(f"{way.code} half", ("", "MD-09 was not run"))
        b.check(1, set(found) == {was}, saw=found, expected=was, case=way.code)


@step("MD-11")
def miswired(b: Bench) -> None:
    _cleared(b)
    for number in range(1, b.device.phases + 1):
        _miswired(b, list(range(1, number + 1)))


def _miswired(b: Bench, phases: list[int]) -> None:
    for number in phases:
        b.rig.reverse_current(number)
    whole_minute(b, step=15)
    power = draw(b, Way("1.6.0"), 0.3 * len(phases))
    minutes(b, 20)
    found = {code: demand(text)[0] for code, text in b.read_all(*demand_codes(b)).items()}
    stop(b)
    for number in phases:
        b.rig.reverse_current(number, reversed_=False)
    case = f"{len(phases)} of {b.device.phases} reversed"
    if b.device.ways == 1:
        b.check(1, is_near(found["1.6.0"], power), saw=f"{found} W", expected=f"{power} W", case=case)
        return
    back = power * len(phases) // b.device.phases
    _two_ways(b, found, power - back, back, case)


def _two_ways(b: Bench, found: dict[str, int], there: int, back: int, case: str) -> None:
    """No netting between phases: import to 1.6.0, export to 2.6.0 (M-91)."""
    kept = b.kept.setdefault("miswired", {"1.6.0": 0, "2.6.0": 0})
    kept["1.6.0"], kept["2.6.0"] = max(kept["1.6.0"], there), max(kept["2.6.0"], back)
    ok = all(is_near(found[code], kept[code]) for code in kept)
    b.check(1, ok, saw=f"{found} W", expected=f"{kept} W", case=case)
