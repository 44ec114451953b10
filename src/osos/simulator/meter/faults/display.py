"""Which faults has a display? (EG)"""

from dataclasses import replace
from typing import TYPE_CHECKING

from osos.simulator.meter.display import Item, Screen
from osos.simulator.meter.faults.fault import Fault
from osos.simulator.meter.faults.tools import Hooks
from osos.simulator.meter.values import CURRENT

if TYPE_CHECKING:
    from osos.simulator.meter.snapshot import Snapshot

_NEVER = 10**9


def _lacks(menu: str, code: str) -> Hooks:
    def hook(items: list[Item], of: str, _shot: "Snapshot") -> list[Item]:
        return [item for item in items if of != menu or item.code != code]

    return (("items", hook),)


def _turned(menu: str) -> Hooks:
    """The third and fourth item change places."""

    def hook(items: list[Item], of: str, _shot: "Snapshot") -> list[Item]:
        return [*items[:2], items[3], items[2], *items[4:]] if of == menu else items

    return (("items", hook),)


def _sticks(items: list[Item], menu: str, _shot: "Snapshot") -> list[Item]:
    return items[:1] if menu == "button" else items


def _present(items: list[Item], menu: str, shot: "Snapshot") -> list[Item]:
    """Energies of now where those of the last reset belong."""
    if menu != "button":
        return items
    now = {code: divmod(wh, 1000) for code, wh in shot.registers.items()}
    return [
        replace(item, text="{:06d}.{:03d}".format(*now[item.code])) if item.code in now else item
        for item in items
    ]


def _year_in_two(items: list[Item], menu: str, _shot: "Snapshot") -> list[Item]:
    if menu != "automatic":
        return items
    return [replace(item, text=item.text[2:]) if item.code == "0.9.2" else item for item in items]


def _without_zeros(shown: Screen, _shot: "Snapshot") -> Screen:
    if not shown.unit.startswith("k") or shown.menu != "button":
        return shown
    whole, _, part = shown.text.partition(".")
    return replace(shown, text=f"{whole.lstrip('0') or '0'}.{part}")


def _no_sub_menu_back(shown: Screen, shot: "Snapshot") -> Screen:
    """A second long press shows the sub-menu again."""
    if shown.menu != "button" or not any(is_long for _, is_long in shot.settings.presses):
        return shown
    return replace(shown, menu="sub", code="0.0.0", text=shot.spec.device.serial.rjust(9, "0"), unit="")


def _volts_of_l1(items: list[Item], menu: str, shot: "Snapshot") -> list[Item]:
    """The sub-menu shows the voltage without its decimal."""
    if menu != "sub":
        return items
    entry = shot.spec.profile.entry("32.7.0", None)
    shown = CURRENT["32.7.0"](entry, shot).strip("()").partition(".")[0] if entry else ""
    return [replace(item, text=shown) if item.code == "32.7.0" else item for item in items]


FAULTS = (
    Fault(
        name="automatic-menu-rolls-every-8-s",
        breaks="M-151",
        step="EG-01",
        tr="Otomatik menü 5 yerine 8 saniyede bir döner",
        en="the automatic menu rolls every 8 s, not every 5 s",
        numbers={"item_s": 8},
    ),
    Fault(
        name="automatic-menu-lacks-1.8.2",
        breaks="M-151",
        step="EG-02",
        also=("EG-01", "TR-09"),
        tr="Otomatik menüde 1.8.2 yoktur",
        en="the automatic menu lacks 1.8.2",
        hooks=_lacks("automatic", "1.8.2"),
    ),
    Fault(
        name="automatic-menu-shows-a-two-digit-year",
        breaks="M-151",
        step="EG-02",
        also=("EG-01",),
        tr="Otomatik menüde tarihin yılı iki hanelidir",
        en="the date of the automatic menu has a year of two digits",
        hooks=(("items", _year_in_two),),
    ),
    Fault(
        name="button-turns-no-page",
        breaks="M-152",
        step="EG-03",
        also=("EG-06", "EG-09", "EG-10", "YS-08", "YS-10", "SA-01"),  # they page to the clock
        tr="Buton menüsü hep ilk satırda kalır",
        en="the button menu stays on its first item",
        hooks=(("items", _sticks),),
    ),
    Fault(
        name="button-menu-stays-for-90-s",
        breaks="M-154",
        step="EG-04",
        also=("HB-01",),
        tr="Otomatik menüye 30 saniye yerine 90 saniyede dönülür",
        en="the automatic menu returns after 90 s, not 30 s",
        numbers={"rest_s": 90},
    ),
    Fault(
        name="unpowered-display-never-sleeps",
        breaks="M-154",
        step="EG-05",
        tr="Enerjisiz sayacın ekranı uyumaz",
        en="the display of an unpowered meter never sleeps",
        numbers={"sleep_s": _NEVER},
    ),
    Fault(
        name="button-menu-lacks-the-test-screen",
        breaks="M-152",
        step="EG-06",
        tr="Buton menüsünün sonunda test ekranı yoktur",
        en="the button menu has no test screen",
        hooks=_lacks("button", "test"),
    ),
    Fault(
        name="button-menu-is-out-of-order",
        breaks="M-152",
        step="EG-06",
        also=("EG-03",),
        tr="Buton menüsünde iki satır yer değiştirmiştir",
        en="two items of the button menu have changed places",
        hooks=_turned("button"),
    ),
    Fault(
        name="sub-menu-lacks-the-frequency",
        breaks="M-153",
        step="EG-07",
        tr="Alt menüde 14.7.0 yoktur",
        en="the sub-menu lacks 14.7.0",
        hooks=_lacks("sub", "14.7.0"),
    ),
    Fault(
        name="sub-menu-shows-whole-volts",
        breaks="M-153",
        step="EG-07",
        tr="Alt menüde gerilim ondalıksızdır",
        en="the sub-menu shows L1's voltage without its decimal",
        hooks=(("items", _volts_of_l1),),
    ),
    Fault(
        name="sub-menu-wants-10-s",
        breaks="M-153",
        step="EG-08",
        also=("EG-07", "RL-13"),
        tr="Alt menüye girmek için butona 10 saniye basmak gerekir",
        en="the sub-menu wants a press of 10 s",
        numbers={"long_press_s": 10},
    ),
    Fault(
        name="sub-menu-is-not-left",
        breaks="M-153",
        step="EG-08",
        tr="İkinci uzun basış alt menüden çıkarmaz",
        en="a second long press does not leave the sub-menu",
        hooks=(("screen", _no_sub_menu_back),),
    ),
    Fault(
        name="button-menu-shows-the-present",
        breaks="M-152",
        step="EG-09",
        tr="Buton menüsü son sıfırlamadaki değil şimdiki endeksleri gösterir",
        en="the button menu shows the present registers, not those of the last reset",
        hooks=(("items", _present),),
    ),
    Fault(
        name="display-drops-leading-zeros",
        breaks="M-151",
        step="EG-10",
        also=("EG-06",),
        tr="Buton menüsünde tüketimin baştaki sıfırları gösterilmez",
        en="consumption is shown without its leading zeros",
        hooks=(("screen", _without_zeros),),
    ),
)
