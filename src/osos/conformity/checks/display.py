"""EG: do the menus of the display show what they should, in order and in the right form? (M-150…M-155)"""

import itertools
import re
from dataclasses import dataclass

from osos.conformity.bench import Bench
from osos.conformity.checks.tariffs import FULL, open_cover, put
from osos.conformity.device import TESTED
from osos.conformity.packets import demand, energy
from osos.conformity.rig import Seen
from osos.conformity.steps import setup, step

ENERGY, POWER = r"\d{6}[.,]\d{3}", r"\d{3}[.,]\d{3}"
TEST_SCREEN = "test"
ITEM_S, REST_S = 5, 30


@dataclass(frozen=True, slots=True)
class Item:
    """A line a menu is to show: code, the form of its text, its unit and the symbol beside it."""

    code: str
    form: str
    unit: str = ""
    symbol: str = ""

    def fits(self, seen: Seen) -> bool:
        right = seen.code == self.code and re.fullmatch(self.form, seen.text) is not None
        return right and seen.unit.lower() == self.unit.lower() and seen.symbol == self.symbol


def _energies(*codes: str, unit: str, symbols: tuple[str, ...]) -> list[Item]:
    return [Item(code, ENERGY, unit, symbol) for code, symbol in zip(codes, symbols, strict=True)]


def _active(way: int) -> list[Item]:
    symbol = "+P" if way == 1 else "-P"
    return _energies(*(f"{way}.8.{n}" for n in range(5)), unit="kWh", symbols=(symbol,) * 5)


DATE = Item("0.9.2", r"20\d\d-\d\d-\d\d")
TIME = Item("0.9.1", r"\d\d:\d\d:\d\d")
# The checks of EG-02 and EG-06 up to the registers, in the form's order.
REGISTERS = (
    [DATE],
    [TIME],
    _active(1),
    _active(2),
    _energies("5.8.0", "8.8.0", unit="kVArh", symbols=("+Ri", "-Rc")),
    _energies("6.8.0", "7.8.0", unit="kVArh", symbols=("+Rc", "-Ri")),
)


def _demand(code: str, stamp: str) -> list[Item]:
    symbol = "+P" if code[0] == "1" else "-P"
    return [Item(code, POWER, "kW", symbol), Item(code, stamp, "", symbol)]


LONG, SHORT = r"(20|00)\d\d-\d\d-\d\d,\d\d:\d\d", r"\d\d-\d\d-\d\d,\d\d:\d\d"
AUTOMATIC = (*REGISTERS, _demand("1.6.0", LONG), _demand("2.6.0", LONG))
BUTTON = (
    *REGISTERS,
    *([item] for item in (*_demand("1.6.0", SHORT), *_demand("2.6.0", SHORT))),
    [Item(TEST_SCREEN, r"8+")],
)
SUB = (
    [Item("0.0.0", r"\d{9}")],
    [Item("96.70", LONG)],
    [Item("96.71", LONG)],
    [Item("0.2.0", r"V\d\d[.,]\d\d")],
    *([Item(code, r"\d{3}[.,]\d", "V")] for code in ("32.7.0", "52.7.0", "72.7.0")),
    *([Item(code, r"\d{3}[.,]\d", "A")] for code in ("31.7.0", "51.7.0", "71.7.0")),
    [Item("14.7.0", r"\d\d[.,]\d", "Hz")],
    *([Item(code, r"\d[.,]\d\d")] for code in ("33.7.0", "53.7.0", "73.7.0")),
)


@setup("EG")
def four_tariffs(b: Bench) -> None:
    """All four tariffs in use and both covers opened once, so that all has to be shown."""
    b.connect(TESTED, purpose="EG")
    open_cover(b)
    put(b, FULL)
    b.rig.top_cover(open_=True)
    b.wait(minutes=1)
    b.rig.top_cover(open_=False)
    b.rig.load(b.device.basic_ma)
    b.wait(hours=2)
    b.reset_demand()
    b.wait(hours=1)


def _expected(b: Bench, menu: tuple[list[Item], ...]) -> list[list[Item]]:
    """One list a check; of those that do not concern this meter an empty one."""
    return [
        items if check.concerns(b.device) else [] for check, items in zip(b.step.checks, menu, strict=True)
    ]


def _judge_menu(b: Bench, menu: tuple[list[Item], ...], seen: list[Seen]) -> None:
    """Each item at its place in the printed order, with its symbol, code, form and unit."""
    place = 0
    for number, items in enumerate(_expected(b, menu), 1):
        found = seen[place : place + len(items)]
        place += len(items)
        if not items:
            continue
        ok = len(found) == len(items) and all(item.fits(one) for item, one in zip(items, found, strict=True))
        saw = [f"{one.symbol} {one.code} {one.text} {one.unit}".strip() for one in found]
        expected = [f"{item.symbol} {item.code} {item.form} {item.unit}".strip() for item in items]
        if items == [TIME]:
            ok, saw = ok and _seconds_move(b), [*saw, *b.kept.get("seconds", [])]
        b.check(number, ok, saw=saw, expected=expected)


def _seconds_move(b: Bench) -> bool:
    """Noted when the time was on the display."""
    shown: list[str] = b.kept.get("seconds", [])
    return len(set(shown)) > 1


def rolled(b: Bench, items: int) -> list[tuple[float, Seen]]:
    """The automatic menu, watched every second from power-up on: when each item came, and the item."""
    b.rig.supply(on=False)
    b.wait(minutes=2)
    b.rig.supply()
    b.kept["seconds"] = []
    found: list[tuple[float, Seen]] = []
    b.wait(seconds=0.5)
    for second in range(items * ITEM_S * 2):
        seen = b.look("screen")
        if seen.code == TIME.code:
            b.kept["seconds"].append(seen.text)
        if len(found) > 1 and seen.index == found[0][1].index:
            return found
        if not found or (seen.index, seen.code) != (found[-1][1].index, found[-1][1].code):
            found.append((second, seen))
        b.wait(seconds=1)
    return found


@step("EG-01")
def rolls(b: Bench) -> None:
    places = [item for items in AUTOMATIC for item in items]
    found = b.kept["automatic"] = rolled(b, len(places))
    lasted = [later - sooner for (sooner, _), (later, _) in itertools.pairwise(found)]
    menus = {seen.menu for _, seen in found}
    right = all(abs(each - ITEM_S) <= 1 for each in lasted) and len(lasted) > 5
    b.check(1, menus == {"automatic"} and right, saw=f"{menus}, {lasted} s", expected="automatic, 5 s each")


@step("EG-02")
def automatic_items(b: Bench) -> None:
    found = b.kept.get("automatic") or rolled(b, 30)
    _judge_menu(b, AUTOMATIC, [seen for _, seen in found])


def pressed_through(b: Bench, most: int = 40) -> list[Seen]:
    """The button menu, a press an item, until it begins anew."""
    b.wait(seconds=REST_S + 5)
    found: list[Seen] = []
    b.kept["seconds"] = []
    for _ in range(most):
        b.rig.press()
        b.wait(seconds=1)
        seen = b.look("screen")
        if len(found) > 1 and seen.code == found[0].code:
            break
        found.append(seen)
        if seen.code == TIME.code:
            b.wait(seconds=2)
            b.kept["seconds"] = [seen.text, b.look("screen").text]
    return found


@step("EG-03")
def press_by_press(b: Bench) -> None:
    found = pressed_through(b)
    wanted = zip(_eg06(b), BUTTON[:-1], strict=False)
    expected = [item.code for check, items in wanted if check for item in items]
    codes = [seen.code for seen in found if seen.code != TEST_SCREEN]  # the test screen is EG-06's
    b.check(
        1, codes == expected and {seen.menu for seen in found} == {"button"}, saw=codes, expected=expected
    )


def _eg06(b: Bench) -> list[bool]:
    from osos.conformity.catalogue import form

    return [check.concerns(b.device) for check in form().step("EG-06").checks]


@step("EG-04")
def falls_back(b: Bench) -> None:
    b.wait(seconds=REST_S + 5)
    b.rig.press()
    b.wait(seconds=REST_S - 3)
    before = b.look("screen").menu
    b.wait(seconds=6)
    saw = before, b.look("screen").menu
    b.equal(1, saw, ("button", "automatic"))


@step("EG-05")
def falls_asleep(b: Bench) -> None:
    b.rig.supply(on=False)
    b.wait(seconds=REST_S + 10)
    b.rig.press()
    b.wait(seconds=REST_S - 3)
    before = b.look("screen").menu
    b.wait(seconds=6)
    saw = before, b.look("screen").menu
    b.equal(1, saw, ("button", "sleep"))
    b.rig.supply()


@step("EG-06")
def button_items(b: Bench) -> None:
    _judge_menu(b, BUTTON, _by_waiting(b, pressed_through(b)))


def _by_waiting(b: Bench, found: list[Seen]) -> list[Seen]:
    """A demand's time also comes by waiting on its value: looked at once."""
    at = next((n for n, seen in enumerate(found) if seen.code == "1.6.0"), None)
    if at is None:
        return found
    b.wait(seconds=REST_S + 5)
    for _ in range(at + 1):
        b.rig.press()
        b.wait(seconds=1)
    b.wait(seconds=ITEM_S + 1)
    waited = b.look("screen")
    if (waited.code, waited.text) != (found[at + 1].code, found[at + 1].text):
        return [*found[: at + 1], waited, *found[at + 2 :]]
    return found


@step("EG-07")
def sub_items(b: Bench) -> None:
    b.wait(seconds=REST_S + 5)
    b.rig.press(5.0)
    b.wait(seconds=1)
    found = [b.look("screen")]
    for _ in range(20):
        b.rig.press()
        b.wait(seconds=1)
        seen = b.look("screen")
        if seen.code == found[0].code:
            break
        found.append(seen)
    _judge_menu(b, SUB, found)


@step("EG-08")
def held_five_seconds(b: Bench) -> None:
    b.wait(seconds=REST_S + 5)
    b.rig.press()
    b.wait(seconds=2)
    menus = [b.look("screen").menu]
    for _ in range(2):
        b.rig.press(5.0)
        b.wait(seconds=2)
        menus.append(b.look("screen").menu)
    b.equal(1, menus, ["button", "sub", "button"])


@step("EG-09")
def of_the_last_reset(b: Bench) -> None:
    """Energies and demands of the button menu against *1 of the history, which is not what stands now."""
    seen = {one.code: one.text.replace(",", ".") for one in pressed_through(b) if one.unit.startswith("k")}
    energies = [code for code in seen if ".8." in code]
    demands = [code for code in seen if ".6." in code]
    found = b.read_all(*(f"{code}*1" for code in (*energies, *demands)))
    stored = {code: energy(found[f"{code}*1"]) for code in energies}
    stored |= {code: demand(found[f"{code}*1"])[0] for code in demands}
    shown = {code: int(text.replace(".", "")) for code, text in seen.items()}
    differs = energy(b.read("1.8.0")) != stored.get("1.8.0")
    b.check(1, bool(stored) and shown == stored and differs, saw=shown, expected=stored)


@step("EG-10")
def all_digits(b: Bench) -> None:
    seen = [one for one in pressed_through(b) if one.unit.lower() in {"kwh", "kvarh"}]
    texts = [one.text for one in seen]
    b.check(
        1,
        bool(texts) and all("." in text or "," in text for text in texts),
        saw=texts,
        expected="with a point",
    )
    whole = all(re.fullmatch(ENERGY, text) for text in texts)
    b.check(2, bool(texts) and whole, saw=texts, expected="6 and 3 digits each")
