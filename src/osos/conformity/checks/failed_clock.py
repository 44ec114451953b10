"""SA: what works without supply, and where does energy go when the clock has failed? (M-17, M-86, M-127)"""

from datetime import timedelta

from osos.conformity.bench import Bench
from osos.conformity.checks.common import grown, is_near, let_month_change, read_wh, tariffs, told, watts
from osos.conformity.checks.tariffs import open_cover
from osos.conformity.device import TESTED
from osos.conformity.steps import setup, step

BATTERIES = "96.6.1"
SESSIONS = 3  # optical reads in 24 h of an outage
DAY_S = 86_400


def _display_time(b: Bench) -> tuple[str, str]:
    """Date and time as the button brings them up, and what they should be; asleep again after it."""
    b.rig.press()
    b.wait(seconds=1)
    date = b.look("screen").text
    b.rig.press()
    b.wait(seconds=1)
    time = b.look("screen").text[:5]
    expected = b.now
    b.rig.press()
    b.wait(seconds=40)
    return f"{date} {time}", f"{expected:%Y-%m-%d %H:%M}"


@setup("SA")
def with_a_history(b: Bench) -> None:
    """A month that closed with something in it, so that there is something to lose."""
    b.connect(TESTED, purpose="SA")
    b.rig.load(b.device.basic_ma)
    b.wait(hours=1)
    b.rig.no_load()
    let_month_change(b)
    b.set_clock(b.now.replace(day=10, hour=10, minute=20, second=30))


@step("SA-01")
def unpowered(b: Bench) -> None:
    b.rig.supply(on=False)
    out_since = b.stage.seconds
    saw, expected = _display_time(b)
    b.equal(1, saw, expected)
    reads = []
    for hour in (1, 7, 13, 19, 23):
        b.wait(seconds=out_since + hour * 3600 - b.stage.seconds)
        saw, expected = _display_time(b)
        read = b.answers() if hour != 19 else None
        if read is not None:
            reads.append(read)
        b.check(2, saw == expected, saw=f"{saw}, read {read}", expected=expected, case=f"{hour} h")
    b.check(2, reads[0], saw=reads, expected="read over the optical port", case="optical port")
    b.wait(seconds=out_since + DAY_S + 1800 - b.stage.seconds)
    reads.append(b.answers())
    b.equal(3, reads, [True] * SESSIONS + [False, True])
    b.rig.supply()
    b.wait(seconds=5)
    expected_at = b.now
    late = abs((b.clock() - expected_at).total_seconds())
    b.check(1, late <= 5, saw=f"{late:.0f} s off", expected="right", case="powered again")


@step("SA-02")
def into_the_second_tariff(b: Bench) -> None:
    """Default tables: T2 from 17 to 22 h, T3 from 22 to 06 h."""
    open_cover(b)
    b.rig.supply()
    for hour, icon in ((18, "t2"), (23, "t3"), (18, "t2")):
        b.set_clock(b.now.replace(hour=hour, minute=0, second=0))
        b.wait(seconds=3)
        seen = b.look("t1", "t2", "t3", "t4")
        shown = [name for name in ("t1", "t2", "t3", "t4") if seen.icon(name) != "off"]
        b.equal(1, shown, [icon], case=f"{hour} h")


@step("SA-03")
def system_battery_out(b: Bench) -> None:
    b.rig.supply(on=False)
    b.wait(seconds=30)
    b.rig.battery("system", fitted=False)
    b.wait(seconds=30)
    b.rig.supply()
    b.wait(seconds=5)
    b.equal(1, b.look("system_battery").icon("system_battery"), "on")


def _faulty_icons(b: Bench) -> tuple[str, ...]:
    names = ("clock_fault", "t1", "t2", "t3", "t4")
    return b.look(*names).all(*names)


def _history(b: Bench) -> dict[str, str]:
    return {code: text for code, text in b.packet("7").values().items() if "*" in code}


def _consumption(b: Bench) -> dict[str, int]:
    """Of ten minutes under load, by tariff."""
    b.rig.load(b.device.basic_ma)
    b.wait(minutes=2)
    before = read_wh(b, *tariffs())
    b.wait(minutes=10)
    found = grown(before, read_wh(b, *tariffs()))
    b.kept["drawn"] = watts(b) // 6
    b.rig.no_load()
    return found


def _all_in(b: Bench, check: int, tariff: int) -> None:
    found = _consumption(b)
    drawn = b.kept["drawn"]
    wanted = f"1.8.{tariff}"
    ok = is_near(found[wanted], drawn) and sum(found.values()) - found[wanted] == 0
    b.check(check, ok, saw=found, expected=f"{wanted} +{drawn} Wh, the others +0")


@step("SA-04")
def clock_battery_out(b: Bench) -> None:
    history = _history(b)
    b.rig.supply(on=False)
    b.wait(seconds=30)
    b.rig.battery("clock", fitted=False)
    b.wait(minutes=2)
    b.rig.supply()
    b.wait(seconds=5)
    b.equal(1, b.look("clock_battery").icon("clock_battery"), "on")
    saw = _faulty_icons(b)
    ok = saw[0] != "off" and set(saw[1:]) == {"blink"}
    b.check(2, ok, saw=saw, expected="clock fault shown, tariffs blink")
    b.equal(3, b.read(BATTERIES), "(0)")
    _all_in(b, 4, 1)
    found = _history(b)
    changed = {code: (text, found.get(code)) for code, text in history.items() if found.get(code) != text}
    b.check(5, not changed, saw=dict(list(changed.items())[:3]) or "as before", expected="as before")


@step("SA-05")
def batteries_back(b: Bench) -> None:
    b.rig.battery("clock", fitted=True)
    b.rig.battery("system", fitted=True)
    b.wait(minutes=1)
    saw = _faulty_icons(b)
    b.check(1, saw[0] != "off", saw=saw, expected="clock fault shown")
    names = ("system_battery", "clock_battery")
    b.equal(2, b.look(*names).all(*names), ("off", "off"))
    b.equal(3, b.read(BATTERIES), "(1)")
    _all_in(b, 4, 1)


@step("SA-06")
def clock_programmed(b: Bench) -> None:
    open_cover(b)
    b.clock()
    evening = (b.now + timedelta(days=400)).replace(hour=18, minute=10, second=0)
    b.set_clock(evening)
    b.wait(seconds=10)
    saw = _faulty_icons(b)
    b.check(
        1, saw == ("off", "off", "on", "off", "off"), saw=saw, expected=f"no clock fault, T2 at {told(b.now)}"
    )
    _all_in(b, 2, 2)
