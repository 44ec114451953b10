"""What does the display show at this second? (M-150…M-156)"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from osos.simulator.meter.demand import Peak
from osos.simulator.meter.icons import Icons, icons
from osos.simulator.meter.life import rolled
from osos.simulator.meter.moment import NO_STAMP, wall
from osos.simulator.meter.presses import REST_S
from osos.simulator.meter.snapshot import Snapshot
from osos.simulator.meter.values import CURRENT

ITEM_S = 5  # an item of the automatic menu, and a demand value before its time (M-151, M-152)
BLINK_HZ = 1  # M-150
TEST = "test"

Menu = Literal["automatic", "button", "sub", "sleep"]

_QUANTITY = {"1": "+P", "2": "-P", "5": "+Ri", "6": "+Rc", "7": "-Ri", "8": "-Rc"}


@dataclass(frozen=True, slots=True)
class Screen:
    """All that panels and the bench may use of a display (M-150)."""

    menu: Menu
    index: int
    code: str
    text: str
    unit: str
    symbol: str
    icons: Icons
    backlight: bool


@dataclass(frozen=True, slots=True)
class Item:
    code: str
    text: str
    unit: str = ""


def screen(shot: Snapshot, *, reading: bool = False) -> Screen:
    """`reading`: is one of the ports in session? (M-18)"""
    menu, index, held_s = _place(shot)
    if menu == "sleep":
        return Screen("sleep", 0, "", "", "", "", {}, backlight=False)
    items = _items(menu, shot)
    index %= len(items)
    if menu == "button" and held_s >= ITEM_S and _is_value(items[index]):
        index += 1  # the time of a demand, by itself after 5 s
    item = items[index]
    shown = icons(shot, reading=reading, is_demand=".6." in item.code)
    if item.code == TEST:
        shown = dict.fromkeys(shown, "on")
    lit = bool(shot.spec.kind == "combi" and shot.settings.powered and menu != "automatic")
    symbol = _QUANTITY.get(item.code[0], "") if item.code[1:3] in {".8", ".6"} else ""
    found = Screen(menu, index, item.code, item.text, item.unit, symbol, shown, backlight=lit)
    return shot.seams.through("screen", found, shot)


def _place(shot: Snapshot) -> tuple[Menu, int, int]:
    """Menu, item and how long it has been shown."""
    settings = shot.settings
    woken_s = _woken_s(shot)
    rest_s = shot.seams.number("rest_s" if settings.powered else "sleep_s", REST_S)
    if woken_s is None or shot.second - woken_s >= rest_s:
        if not settings.powered:
            return "sleep", 0, 0
        rested_s = 0 if woken_s is None else woken_s + rest_s
        since_s = max(settings.power_changed_s, shot.since_s, rested_s)
        return "automatic", (shot.second - since_s) // shot.seams.number("item_s", ITEM_S), 0
    if not settings.powered and not settings.rig.system_battery:
        return "sleep", 0, 0
    menu, index = _pressed(shot)
    return menu, index, shot.second - woken_s


def _woken_s(shot: Snapshot) -> int | None:
    """The last press; unpowered, an opened cover wakes too (M-154)."""
    last = [shot.settings.presses[-1][0]] if shot.settings.presses else []
    if not shot.settings.powered:
        last += [one for one in (shot.cover_opened_s,) if one is not None]
    return max(last, default=None)


def _pressed(shot: Snapshot) -> tuple[Menu, int]:
    """Where a row of presses leads to; none: woken by a cover."""
    menu: Menu = "automatic" if shot.settings.presses else "button"
    index, before_s = 0, 0
    for second, is_long in shot.settings.presses:
        if is_long:
            menu, index = ("button" if menu == "sub" else "sub"), 0
        elif menu == "automatic":
            menu, index = "button", 0
        else:
            items = _items(menu, shot)
            late = menu == "button" and second - before_s >= ITEM_S and _is_value(items[index % len(items)])
            index += 2 if late else 1
        before_s = second
    return menu, index


def _items(menu: Menu, shot: Snapshot) -> list[Item]:
    return shot.seams.through("items", _ITEMS[menu](shot), menu, shot)


def _is_value(item: Item) -> bool:
    return item.unit == "kW"


def _energy(code: str, wh: int) -> Item:
    whole, part = divmod(rolled(wh), 1000)
    return Item(code, f"{whole:06d}.{part:03d}", "kWh" if code[0] in "12" else "kvarh")


def _demand(code: str, peak: Peak, form: str) -> list[Item]:
    whole, part = divmod(peak.power_w, 1000)
    time = NO_STAMP if peak.minute is None else wall(peak.minute * 60).strftime(form)
    if peak.minute is None and form.startswith("%Y"):
        time = f"00{NO_STAMP}"
    return [Item(code, f"{whole % 1000:03d}.{part:03d}", "kW"), Item(code, time)]


def _energy_codes(shot: Snapshot) -> list[str]:
    """Tariffs that no table programs are not shown (M-155)."""
    spec = shot.spec
    used = sorted({tariff for table in shot.settings.tables for _, tariff in table.switches()})
    ways = (1, 2) if spec.ways == 2 else (1,)
    found = [f"{way}.8.{n}" for way in ways for n in (0, *used)]
    if spec.kind == "combi":
        found += ["5.8.0", "8.8.0", *(["6.8.0", "7.8.0"] if spec.ways == 2 else [])]
    return found


def _clock(shot: Snapshot) -> list[Item]:
    shown = wall(shot.wall_s)
    return [Item("0.9.2", f"{shown:%Y-%m-%d}"), Item("0.9.1", f"{shown:%H:%M:%S}")]


def _automatic(shot: Snapshot) -> list[Item]:
    found = _clock(shot) + [_energy(code, shot.registers[code]) for code in _energy_codes(shot)]
    for way in range(shot.spec.ways):
        found += _demand(f"{way + 1}.6.0", shot.peaks[way], "%Y-%m-%d,%H:%M")
    return found


def _button(shot: Snapshot) -> list[Item]:
    """Energies and demand as stored at the last reset (M-152, EG-09)."""
    row = shot.month(1)
    found = _clock(shot)
    found += [_energy(code, row.registers[code] if row else 0) for code in _energy_codes(shot)]
    for way in range(shot.spec.ways):
        found += _demand(f"{way + 1}.6.0", row.peaks[way] if row else Peak(), "%y-%m-%d,%H:%M")
    return [*found, Item(TEST, "8" * 16)]


def _sub(shot: Snapshot) -> list[Item]:
    """Identity, covers if recorded, and what flows now (M-153)."""
    codes = ["0.0.0"]
    codes += ["96.70"] if shot.top_opened else []
    codes += ["96.71"] if shot.cover_month(0).count else []
    codes += ["0.2.0"]
    lines = ("3", "5", "7")[: shot.spec.phases]
    codes += [f"{line}2.7.0" for line in lines] + [f"{line}1.7.0" for line in lines]
    codes += ["14.7.0"] + [f"{line}3.7.0" for line in lines]
    return [Item(code, _bare(shot, code), _UNITS.get(code[1:], "")) for code in codes]


_UNITS = {"2.7.0": "V", "1.7.0": "A", "4.7.0": "Hz"}


def _bare(shot: Snapshot, code: str) -> str:
    entry = shot.spec.profile.entry(code, None)
    assert entry is not None  # the codes above are every meter's
    text = CURRENT[code](entry, shot).strip("()")
    if code in _STAMPS:  # on the display with its whole year and without the number of openings (EG-07)
        return f"20{text[: len(NO_STAMP)]}"
    return text.replace(")(", " ")


_STAMPS = {"96.70", "96.71"}


_ITEMS: dict[str, Callable[[Snapshot], list[Item]]] = {
    "automatic": _automatic,
    "button": _button,
    "sub": _sub,
}
