# ruff: noqa: ARG001  # a hook takes all that its place tells
"""Which faults have the tariffs? (TR)"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from osos.simulator.load import weekday
from osos.simulator.meter.booking import switches_of
from osos.simulator.meter.display import Item
from osos.simulator.meter.faults.fault import Fault
from osos.simulator.meter.faults.tools import Hooks, reads_as, refuses, says, takes
from osos.simulator.meter.moment import DAY_S
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.tariffs import DEFAULT_HOURS
from osos.simulator.meter.timeline import Epoch

if TYPE_CHECKING:
    from osos.simulator.meter.changing import Attempt
    from osos.simulator.meter.snapshot import Snapshot

Switches = list[tuple[int, int]]
CODES = ("96.50", "96.51", "96.52", "96.60", "96.61", "96.62")
_OFF_HOURS = "07001700220099999999999999999999"


def _retabled(how: Callable[[Settings], Settings]) -> Hooks:
    """Energy is booked by other tables than those that are set."""

    def hook(found: Switches, epoch: Epoch) -> Switches:
        return switches_of(Epoch(epoch.start_s, epoch.end_s, how(epoch.settings)))

    return (("switches", hook),)


def _saturday_as_weekday(settings: Settings) -> Settings:
    first, _, last = settings.tables
    return replace(settings, tables=(first, first, last))


def _sunday_as_saturday(settings: Settings) -> Settings:
    first, second, _ = settings.tables
    return replace(settings, tables=(first, second, second))


def _on_the_hour(found: Switches, epoch: Epoch) -> Switches:
    """Weekdays switch at the full hour only."""
    offset = epoch.settings.offset_s
    return [
        (max(epoch.start_s, (second + offset) // 3600 * 3600 - offset), tariff)
        if weekday((second + offset) // DAY_S) < 6
        else (second, tariff)
        for second, tariff in found
    ]


def _unstamped(found: Settings | None, attempt: "Attempt") -> Settings | None:
    return replace(found, changes=attempt.settings.changes) if found and attempt.code in CODES else found


def _all_four(items: list[Item], menu: str, shot: "Snapshot") -> list[Item]:
    """Tariffs that no table programs are shown too (M-155)."""
    if menu == "sub" or any(item.code == "1.8.4" for item in items):
        return items
    at = next((n for n, item in enumerate(items) if item.code == "1.8.3"), len(items) - 1)
    whole, part = divmod(shot.registers["1.8.4"], 1000)
    return [*items[: at + 1], Item("1.8.4", f"{whole:06d}.{part:03d}", "kWh"), *items[at + 1 :]]


def _sorted_hours(argument: str) -> str:
    """What a careless meter makes of a table that does not ascend."""
    times = [argument[at : at + 4] for at in range(0, len(argument), 4)]
    used = sorted({time for time in times if time < "2400" and time[2:] < "60"})
    return "".join(used).ljust(32, "9") if used else DEFAULT_HOURS


def _icon_late(icons: dict[str, str], shot: "Snapshot") -> dict[str, str]:
    """The active tariff is shown from the next quarter hour after a change on."""
    changes = shot.settings.changes
    if not changes or shot.wall_s // 900 * 15 > changes[0]:
        return icons
    return {name: ("on" if name == "t1" else "off") if name in _T else kept for name, kept in icons.items()}


_T = ("t1", "t2", "t3", "t4")

FAULTS = (
    Fault(
        name="tariff-default-begins-at-seven",
        breaks="M-80",
        step="TR-01",
        tr="Fabrika tarifesi 06.00 yerine 07.00'de başlar",
        en="the default tariff begins at 07:00, not 06:00",
        hooks=says(
            "96.50", f"({_OFF_HOURS})", when=lambda shot: shot.settings.tables[0].hours == DEFAULT_HOURS
        ),
    ),
    Fault(
        name="tariff-changed-with-the-cover-closed",
        breaks="M-47",
        step="TR-02",
        tr="Tarife klemens kapağı kapalıyken değişir",
        en="tariffs can be changed with the terminal cover closed",
        hooks=takes(*CODES, without="cover_fits", when=lambda attempt: attempt.port == "optical"),
    ),
    Fault(
        name="tariff-changed-without-the-password",
        breaks="M-47",
        step="TR-03",
        also=("SP-15", "SP-17"),
        tr="Tarife yanlış şifreyle değişir",
        en="tariffs can be changed with a wrong password",
        hooks=takes(*CODES, without="trusted"),
    ),
    Fault(
        name="tariff-times-need-not-ascend",
        breaks="M-83",
        step="TR-04",
        tr="Artmayan ya da olmayan tarife saatleri kabul edilir",
        en="times that do not ascend or do not exist are accepted",
        hooks=reads_as("96.50", _sorted_hours, "96.51", "96.52"),
    ),
    Fault(
        name="tariff-5-is-taken",
        breaks="M-83",
        step="TR-04",
        tr="Olmayan 5. tarife kabul edilir",
        en="a fifth tariff is accepted",
        hooks=reads_as("96.60", lambda text: text.replace("5", "1"), "96.61", "96.62"),
    ),
    Fault(
        name="tariff-change-is-not-stamped",
        breaks="M-85",
        step="TR-05",
        tr="Tarife değişince 96.2.2 güncellenmez",
        en="a change of tariffs is not stamped in 96.2.2",
        hooks=(("verdict", _unstamped),),
    ),
    Fault(
        name="tariff-minutes-are-refused",
        breaks="M-80",
        step="TR-05",
        also=("TR-06", "TR-07", "TR-08", "OP-05"),
        tr="Tam saat olmayan tarife saatleri reddedilir",
        en="times with minutes are refused",
        hooks=refuses(
            "96.50",
            "96.51",
            "96.52",
            when=lambda attempt: any(
                attempt.argument[at + 2 : at + 4] not in {"00", "99"}
                for at in range(0, len(attempt.argument), 4)
            ),
        ),
    ),
    Fault(
        name="weekday-tariffs-switch-on-the-hour",
        breaks="M-81",
        step="TR-06",
        tr="Hafta içi tarife dakikada değil saat başında değişir",
        en="on weekdays tariffs switch at the full hour, not at the minute",
        hooks=(("switches", _on_the_hour),),
    ),
    Fault(
        name="new-tariff-is-shown-late",
        breaks="M-81",
        step="TR-06",
        also=("TR-07", "TR-08"),
        tr="Yeni tablo yazılınca etkin tarife hemen gösterilmez",
        en="the active tariff is not shown at once after a new table",
        hooks=(("icons", _icon_late),),
    ),
    Fault(
        name="saturday-is-booked-as-a-weekday",
        breaks="M-80",
        step="TR-07",
        tr="Cumartesi tüketimi hafta içi tablosuyla yazılır",
        en="Saturday's energy is booked by the table of weekdays",
        hooks=_retabled(_saturday_as_weekday),
    ),
    Fault(
        name="sunday-is-booked-as-saturday",
        breaks="M-80",
        step="TR-08",
        tr="Pazar tüketimi cumartesi tablosuyla yazılır",
        en="Sunday's energy is booked by the table of Saturday",
        hooks=_retabled(_sunday_as_saturday),
    ),
    Fault(
        name="tariffs-not-programmed-are-shown",
        breaks="M-155",
        step="TR-09",
        also=("EG-02", "EG-06"),
        tr="Programlanmamış tarife de ekranda gösterilir",
        en="a tariff that is not programmed is shown",
        hooks=(("items", _all_four),),
    ),
)
