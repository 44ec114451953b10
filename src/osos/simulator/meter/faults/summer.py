# ruff: noqa: ARG001  # a hook takes all that its place tells
"""Which faults has the summer time? (YS)"""

from collections.abc import Callable
from dataclasses import replace

from osos.simulator.meter.faults.fault import Fault
from osos.simulator.meter.faults.tools import Hooks, after, forgets, rewrites
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.summer_time import in_force

_HOUR_S = 3600
Way = str  # forward or back


def _jump(when: Callable[[int, Way, int, Settings], bool], size_s: Callable[[int], int]) -> Hooks:
    def hook(shift_s: int, way: Way, number: int, settings: Settings) -> int:
        return size_s(shift_s) if when(shift_s, way, number, settings) else shift_s

    return (("jump", hook),)


def _none(_: int) -> int:
    return 0


def _an_hour(shift_s: int) -> int:
    return _HOUR_S if shift_s > 0 else -_HOUR_S


def _lost(way: Way, *, powered: bool) -> Hooks:
    return _jump(lambda _s, going, _n, settings: going == way and settings.powered == powered, _none)


def _though_off(way: Way) -> Hooks:
    """96.90.0 = 0 is not obeyed in one of the two directions."""

    def obeyed(on: bool, settings: Settings) -> bool:
        return True

    def hook(shift_s: int, going: Way, _number: int, settings: Settings) -> int:
        return shift_s if settings.summer_on or going == way else 0

    def stands(found: Settings, _before: Settings, second: int) -> Settings:
        number = in_force(replace(found, summer_on=True), second + found.offset_s)
        return replace(found, summer_in_force=number)

    return ("summer_on", obeyed), ("jump", hook), *after("W2 0.9", stands)


def _taken_back(way: Way) -> Hooks:
    """What the clock did without power is undone when power returns."""

    def how(found: Settings, before: Settings, second: int) -> Settings:
        if before.powered or not found.powered or not found.summer_on:
            return found
        since_s, now_s = before.power_changed_s + before.offset_s, second + found.offset_s
        for period in found.summer:
            shift_s = period.shift_min * 60 * (1 if way == "forward" else -1)
            minute = period.forward if way == "forward" else period.back
            if since_s - abs(shift_s) < minute * 60 <= now_s:
                return replace(found, offset_s=found.offset_s - shift_s)
        return found

    return after("rig", how)


FAULTS = (
    Fault(
        name="summer-time-on-from-the-factory",
        breaks="M-96",
        step="YS-01",
        also=("YS-03", "YS-04"),
        tr="96.90.0 fabrikadan 1 gelir",
        en="96.90.0 is 1 as it leaves the factory",
        hooks=(("first", lambda first, _spec: replace(first, summer_on=True)),),
    ),
    Fault(
        name="summer-time-default-wrong-in-the-third-year",
        breaks="M-96",
        step="YS-02",
        tr="96.90.3'ün fabrika değeri bir gün kaymıştır",
        en="the default of 96.90.3 is a day off",
        hooks=rewrites("96.90.3", lambda text: text.replace("-03-", "-04-")),
    ),
    Fault(
        name="clock-goes-forward-though-off",
        breaks="M-96",
        step="YS-03",
        tr="96.90.0=0 iken saat ileri alınır",
        en="the clock goes forward although 96.90.0 is 0",
        hooks=_though_off("forward"),
    ),
    Fault(
        name="clock-goes-back-though-off",
        breaks="M-96",
        step="YS-04",
        tr="96.90.0=0 iken saat geri alınır",
        en="the clock goes back although 96.90.0 is 0",
        hooks=_though_off("back"),
    ),
    Fault(
        name="summer-time-switch-is-not-kept",
        breaks="M-44",
        step="YS-05",
        also=("YS-06", "YS-07", "YS-08", "YS-09", "YS-10", "YS-11", "YS-13", "YS-14", "YS-15"),
        tr="96.90.0'a yazılan 1 onaylanır ama saklanmaz",
        en="writing 1 to 96.90.0 is acknowledged and not kept",
        hooks=forgets("96.90.0"),
    ),
    Fault(
        name="clock-does-not-go-forward-powered",
        breaks="M-97",
        step="YS-06",
        also=("YS-13", "YS-15"),
        tr="Enerjiliyken saat ileri alınmaz",
        en="a powered meter's clock does not go forward",
        hooks=_lost("forward", powered=True),
    ),
    Fault(
        name="clock-does-not-go-back-powered",
        breaks="M-97",
        step="YS-07",
        also=("YS-14", "YS-15"),
        tr="Enerjiliyken saat geri alınmaz",
        en="a powered meter's clock does not go back",
        hooks=_lost("back", powered=True),
    ),
    Fault(
        name="clock-does-not-go-forward-unpowered",
        breaks="M-97",
        step="YS-08",
        also=("YS-09",),
        tr="Enerjisizken saat ileri alınmaz",
        en="an unpowered meter's clock does not go forward",
        hooks=_lost("forward", powered=False),
    ),
    Fault(
        name="going-forward-forgotten-at-power-up",
        breaks="M-97",
        step="YS-09",
        tr="Enerjisizken ileri alınan saat, enerji gelince geri döner",
        en="a clock that went forward without power is taken back at power-up",
        hooks=_taken_back("forward"),
    ),
    Fault(
        name="clock-does-not-go-back-unpowered",
        breaks="M-97",
        step="YS-10",
        also=("YS-11",),
        tr="Enerjisizken saat geri alınmaz",
        en="an unpowered meter's clock does not go back",
        hooks=_lost("back", powered=False),
    ),
    Fault(
        name="going-back-forgotten-at-power-up",
        breaks="M-97",
        step="YS-11",
        tr="Enerjisizken geri alınan saat, enerji gelince ileri döner",
        en="a clock that went back without power is put forward at power-up",
        hooks=_taken_back("back"),
    ),
    Fault(
        name="summer-time-period-5-is-not-kept",
        breaks="M-55",
        step="YS-12",
        also=("YS-15", "OP-05"),
        tr="96.90.5'e yazılan onaylanır ama saklanmaz",
        en="writing 96.90.5 is acknowledged and not kept",
        hooks=forgets("96.90.5"),
    ),
    Fault(
        name="clock-goes-forward-an-hour-whatever-is-set",
        breaks="M-97",
        step="YS-13",
        also=("YS-15",),
        tr="±2 saat programlansa da saat 1 saat ileri alınır",
        en="the clock goes forward one hour although two are set",
        hooks=_jump(lambda _s, way, _n, _set: way == "forward", _an_hour),
    ),
    Fault(
        name="clock-goes-back-an-hour-whatever-is-set",
        breaks="M-97",
        step="YS-14",
        also=("YS-15",),
        tr="±2 saat programlansa da saat 1 saat geri alınır",
        en="the clock goes back one hour although two are set",
        hooks=_jump(lambda _s, way, _n, _set: way == "back", _an_hour),
    ),
    Fault(
        name="twelfth-summer-time-does-not-happen",
        breaks="M-96",
        step="YS-15",
        tr="12. dönemde saat değişmez",
        en="the clock does not change in the twelfth period",
        hooks=_jump(lambda _s, _way, number, _set: number == 11, _none),
    ),
)
