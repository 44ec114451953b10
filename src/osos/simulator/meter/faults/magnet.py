"""Which faults has the watch for magnets? (MA)"""

from dataclasses import replace
from typing import TYPE_CHECKING

from osos.simulator.meter.faults.fault import Fault
from osos.simulator.meter.faults.tools import after, later_by, rewrites, spans
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.spans import Span

if TYPE_CHECKING:
    from osos.simulator.meter.snapshot import Snapshot


def _always_one(rows: list[Span], shot: "Snapshot") -> list[Span]:
    return [Span(start_s=shot.since_s, start_wall_s=shot.since_s, end_s=shot.since_s + 60,
                 end_wall_s=shot.since_s + 60), *rows]  # fmt: skip


def _first_place_only(rows: list[Span], _shot: "Snapshot") -> list[Span]:
    """A new row overwrites the last one."""
    return rows[-1:]


def _this_month_blind(rows: list[Span], shot: "Snapshot") -> list[Span]:
    """After a month end no field is felt."""
    first = shot.closings[0].second if shot.closings else None
    return [row for row in rows if first is None or row.start_s < first]


def _minutes_lost(brackets: str) -> str:
    return brackets[:4] + "(00000*min)"


def _icon_gone(shown: str, _shot: "Snapshot") -> str:
    return "off" if shown == "on" else shown


def _icon_after_power(shown: str, shot: "Snapshot") -> str:
    rows = shot.magnetic_alarms
    ended = rows[-1].end_s if rows else None
    return "off" if shown == "on" and (ended or 0) < shot.settings.power_changed_s else shown


def _icon_kept(shown: str, shot: "Snapshot") -> str:
    return "on" if shown == "off" and shot.magnetic_alarms else shown


def _moved_by_power(rows: list[Span], shot: "Snapshot") -> list[Span]:
    """Power coming back moves the newest row's start."""
    cut_s = shot.settings.power_changed_s
    return [
        later_by(3600, row) if row is rows[-1] and row.end_s is not None and row.end_s < cut_s else row
        for row in rows
    ]


def _felt_late(found: Settings, before: Settings, _second: int) -> Settings:
    """A field is felt only by a meter whose cover is open."""
    if found.rig.magnet_mt and not found.rig.terminal_open:
        return replace(found, rig=replace(found.rig, magnet_mt=before.rig.magnet_mt))
    return found


FAULTS = (
    Fault(
        name="magnet-record-without-a-field",
        breaks="M-119",
        step="MA-01",
        also=("MA-02",),
        tr="Alan yokken 96.77.6 kaydı vardır",
        en="96.77.6 holds a row although there was no field",
        hooks=spans("magnet", _always_one),
    ),
    Fault(
        name="magnet-felt-from-300-mt",
        breaks="M-119",
        step="MA-02",
        tr="Manyetik alan 300 mT'dan başlayarak algılanır",
        en="a field is felt from 300 mT on",
        numbers={"magnet_mt": 300},
    ),
    Fault(
        name="magnet-is-not-felt",
        breaks="M-119",
        step="MA-03",
        also=("MA-04", "MA-05", "MA-06", "MA-07", "MA-08", "MA-09", "MA-10"),
        tr="400 mT üstündeki alan algılanmaz",
        en="a field above 400 mT is not felt",
        hooks=after("rig", _felt_late),
    ),
    Fault(
        name="magnet-minutes-are-not-added",
        breaks="M-119",
        step="MA-04",
        also=("MA-06",),
        tr="Manyetik alan süresi 96.7.6'ya eklenmez",
        en="the minutes of a field are not added to 96.7.6",
        hooks=rewrites("96.7.6", _minutes_lost),
    ),
    Fault(
        name="magnet-icon-goes-with-the-field",
        breaks="M-119",
        step="MA-04",
        also=("MA-05", "MA-07"),
        tr="Alan kalkınca simge söner",
        en="the icon goes off with the field",
        hooks=(("magnet_icon", _icon_gone),),
    ),
    Fault(
        name="magnet-icon-forgotten-in-a-power-cut",
        breaks="M-119",
        step="MA-05",
        tr="Kesintiden sonra simge söner",
        en="the icon is off after a power cut",
        hooks=(("magnet_icon", _icon_after_power),),
    ),
    Fault(
        name="magnet-rows-are-overwritten",
        breaks="M-73",
        step="MA-06",
        also=("MA-09", "MA-10"),
        tr="Yeni manyetik alan kaydı eskisinin üstüne yazılır",
        en="a new magnetic row overwrites the last one",
        hooks=spans("magnet", _first_place_only),
    ),
    Fault(
        name="magnet-icon-stays-when-read",
        breaks="M-119",
        step="MA-07",
        tr="Alarm paketi okununca simge sönmez",
        en="the icon stays on when the alert packet is read",
        hooks=(("magnet_icon", _icon_kept),),
    ),
    Fault(
        name="magnet-row-moved-by-a-power-cut",
        breaks="M-119",
        step="MA-08",
        also=("MA-06", "MA-09"),
        tr="Kesinti son manyetik alan kaydının zamanını değiştirir",
        en="a power cut changes the times of the newest magnetic row",
        hooks=spans("magnet", _moved_by_power),
    ),
    Fault(
        name="magnet-is-not-felt-after-a-month-end",
        breaks="M-119",
        step="MA-09",
        also=("MA-10",),
        tr="Ay sonundan sonra alan algılanmaz",
        en="no field is felt after a month end",
        hooks=spans("magnet", _this_month_blind),
    ),
    Fault(
        name="magnet-rows-keep-5",
        breaks="M-73",
        step="MA-10",
        also=("MA-07", "MA-09"),
        tr="Manyetik alan kayıtlarından yalnız 5'i saklanır",
        en="only 5 magnetic rows are kept",
        hooks=spans("magnet", lambda rows, _: rows[:5]),
    ),
)
