# a hook takes all that its place tells
"""Which faults have batteries, the clock they run, and the external supply? (SA, HB)"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from osos.simulator.meter.booking import switches_of
from osos.simulator.meter.display import Screen
from osos.simulator.meter.faults.fault import Fault, Need
from osos.simulator.meter.faults.tools import Hooks, When, after, icon
from osos.simulator.meter.metrology import MeteredDay
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.timeline import Epoch

if TYPE_CHECKING:
    from osos.simulator.meter.answering import Line
    from osos.simulator.meter.snapshot import Snapshot

_EXTERNAL: tuple[Need, ...] = ("combi", "external-supply")
_MINUTE_S, _HOUR_S = 60, 3600
_T1 = {"t1": "on", "t2": "off", "t3": "off", "t4": "off"}


def _slow_on_battery(found: Settings, before: Settings, second: int) -> Settings:
    """Power comes back to a clock that is two minutes late; shorter outages do not show it."""
    back = found.powered and not before.powered and not found.clock_fault
    if back and second - before.power_changed_s >= 12 * _HOUR_S:
        return replace(found, offset_s=found.offset_s - 2 * _MINUTE_S)
    return found


def _dark(shown: Screen, shot: "Snapshot") -> Screen:
    if shot.settings.powered:
        return shown
    return Screen("sleep", 0, "", "", "", "", {}, backlight=False)


def _by_the_lost_clock(_found: list[tuple[int, int]], epoch: Epoch) -> list[tuple[int, int]]:
    return switches_of(Epoch(epoch.start_s, epoch.end_s, replace(epoch.settings, clock_fault=False)))


def _stays_on_t1(found: list[tuple[int, int]], epoch: Epoch) -> list[tuple[int, int]]:
    """Once the clock was set by hand, energy goes to T1 for ever."""
    return [(epoch.start_s, 1)] if epoch.settings.clock_from_s == epoch.start_s else found


def _trusted_at_once(found: Settings, before: Settings, _second: int) -> Settings:
    """Refitted batteries make the clock trusted again, though nobody set it."""
    back = found.rig.clock_battery and not before.rig.clock_battery
    return replace(found, clock_fault=False) if back else found


def _no_history(when: When) -> Hooks:
    """The rows of the active registers print zeros."""

    def hook(lines: list["Line"], shot: "Snapshot", _y: str, _port: str | None) -> list["Line"]:
        if not when(shot):
            return lines
        return [
            line._replace(brackets="(000000.000*kWh)") if line.row and line.code.startswith("1.8.") else line
            for line in lines
        ]

    return (("lines", hook),)


def _was_fed(shot: "Snapshot") -> bool:
    return any(epoch.settings.rig.external for epoch in shot.timeline.whole(shot.second))


def _battery_still_weak(lines: list["Line"], shot: "Snapshot", _y: str, _port: str | None) -> list["Line"]:
    weak = any(not epoch.settings.rig.clock_battery for epoch in shot.timeline.whole(shot.second))
    return [line._replace(brackets="(0)") if weak and line.code == "96.6.1" else line for line in lines]


def _fault_stays(found: Settings, before: Settings, _second: int) -> Settings:
    return replace(found, clock_fault=True) if before.clock_fault else found


def _not_fed(heard: bool, _port: str, settings: Settings, _in_session: bool) -> bool:
    return heard and (any(settings.live) or not settings.rig.external)


def _blind_while_fed(day: MeteredDay, pieces: list[tuple[int, Settings]], _spec: object) -> MeteredDay:
    """The external supply disturbs the metering chip: a tenth is lost."""
    if not any(settings.rig.external for _, settings in pieces):
        return day
    return replace(day, rate=(day.rate.astype(np.int64) * 9 // 10).astype(np.int32))


def _cut_short(lines: list["Line"], shot: "Snapshot", y: str, _port: str | None) -> list["Line"]:
    fed_only = shot.settings.rig.external and not any(shot.settings.live)
    return lines[: len(lines) // 2] if fed_only and y == "9" else lines


FAULTS = (
    Fault(
        name="clock-loses-two-minutes-in-a-long-outage",
        breaks="M-127",
        step="SA-01",
        tr="Saat yarım günlük bir kesintide iki dakika geri kalır",
        en="the clock loses two minutes in an outage of half a day",
        hooks=after("rig", _slow_on_battery),
    ),
    Fault(
        name="unpowered-display-stays-dark",
        breaks="M-154",
        step="SA-01",
        also=(
            "EG-05",
            "KK-13",
            "YS-08",
            "YS-10",
            "RL-06",
            "RL-09",
            "KK-01",
            "KK-09",
            "KK-10",
            "UK-01",
            "AS-05",
            "SB-05",
        ),
        tr="Enerjisiz sayaç butonla uyanmaz",
        en="the button does not wake an unpowered meter",
        hooks=(("screen", _dark),),
    ),
    Fault(
        name="battery-allows-every-session",
        breaks="M-17",
        step="SA-01",
        tr="Enerjisizken optik okuma sayısı sınırsızdır",
        en="optical sessions on battery are not limited to three in 24 h",
        numbers={"battery_sessions": 99},
    ),
    Fault(
        name="battery-allows-two-sessions",
        breaks="M-17",
        step="SA-01",
        also=("KK-10",),
        tr="Enerjisizken 24 saatte yalnız iki optik okuma yapılır",
        en="only two optical sessions in 24 h are allowed on battery",
        numbers={"battery_sessions": 2},
    ),
    Fault(
        name="clock-set-into-t3-counts-in-t1",
        breaks="M-81",
        step="SA-02",
        also=("SA-04", "SA-06", "TR-06", "TR-07", "TR-08"),
        tr="Saat ayarlandıktan sonra tüketim T1'e yazılır",
        en="after the clock was set energy goes to T1",
        hooks=(("switches", _stays_on_t1), ("icons", lambda icons, _: {**icons, **_T1})),
    ),
    Fault(
        name="weak-system-battery-is-not-shown",
        breaks="M-127",
        step="SA-03",
        tr="Sistem pili uyarısı gösterilmez",
        en="a weak system battery is not shown",
        hooks=icon(("system_battery",), "off"),
    ),
    Fault(
        name="failed-clock-still-books-by-tariff",
        breaks="M-128",
        step="SA-04",
        also=("SA-05",),
        tr="Saat arızalıyken tüketim T1'e yazılmaz",
        en="energy is booked by tariff although the clock failed",
        hooks=(("switches", _by_the_lost_clock),),
    ),
    Fault(
        name="failed-clock-is-not-shown",
        breaks="M-128",
        step="SA-04",
        also=("SA-05",),
        tr="Saat arızası simgesi yanmaz",
        en="a failed clock is not shown",
        hooks=icon(("clock_fault",), "off"),
    ),
    Fault(
        name="failed-clock-spoils-the-history",
        breaks="M-128",
        step="SA-04",
        tr="Saat arızalanınca geçmiş bozulur",
        en="history is lost when the clock fails",
        hooks=_no_history(lambda shot: shot.settings.clock_fault),
    ),
    Fault(
        name="refitted-batteries-mend-the-clock",
        breaks="M-128",
        step="SA-05",
        tr="Pil takılınca saat arızası kalkar",
        en="refitted batteries clear the clock fault although nobody set the clock",
        hooks=after("rig", _trusted_at_once),
    ),
    Fault(
        name="refitted-batteries-still-read-weak",
        breaks="M-127",
        step="SA-05",
        tr="Piller takılınca 96.6.1 1 olmaz",
        en="96.6.1 stays 0 when the batteries are back",
        hooks=(("lines", _battery_still_weak),),
    ),
    Fault(
        name="clock-fault-stays-after-setting",
        breaks="M-128",
        step="SA-06",
        tr="Saat ve tarih yazılınca saat arızası kalkmaz",
        en="the clock fault stays although time and date were written",
        hooks=after("W2 0.9", _fault_stays),
    ),
    Fault(
        name="external-supply-feeds-nothing",
        breaks="M-8",
        step="HB-01",
        also=("HB-03", "HB-04"),
        needs=_EXTERNAL,
        tr="Harici besleme haberleşmeyi beslemez",
        en="the external supply does not feed the ports",
        hooks=(("hears", _not_fed),),
    ),
    Fault(
        name="external-supply-disturbs-metering",
        breaks="M-8",
        step="HB-02",
        needs=_EXTERNAL,
        tr="Harici besleme bağlıyken ölçüm onda bir eksiktir",
        en="metering loses a tenth while the external supply is connected",
        hooks=(("metered", _blind_while_fed),),
    ),
    Fault(
        name="interruption-packet-cut-short-on-external-supply",
        breaks="M-34",
        step="HB-03",
        needs=_EXTERNAL,
        tr="Harici beslemede kesinti paketi yarım gelir",
        en="on external supply the interruption packet is cut short",
        hooks=(("lines", _cut_short),),
    ),
    Fault(
        name="external-supply-spoils-the-history",
        breaks="M-74",
        step="HB-04",
        needs=_EXTERNAL,
        tr="Harici besleme ay sonu geçmişini bozar",
        en="the external supply spoils the month-end history",
        hooks=_no_history(_was_fed),
    ),
)
