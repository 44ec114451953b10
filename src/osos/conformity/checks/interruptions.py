"""KG, UG: are interruptions of voltage noticed, and kept as short or long ones? (M-110…M-113)"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from osos.conformity.bench import Bench
from osos.conformity.checks.common import is_minute, is_open_since, is_span
from osos.conformity.packets import NO_SPAN, count, span
from osos.conformity.steps import step

ALL = 0  # the three-phase lists; 1 to 3 are the phases'


@dataclass(frozen=True, slots=True)
class Lists:
    """Both lists of one kind of interruption: counts and newest rows."""

    long_count: int
    short_count: int
    long: tuple[str, ...]
    short: tuple[str, ...]


def lists_of(b: Bench, number: int, *, rows: int = 3) -> Lists:
    """Of all phases (0) or of one (1 to 3)."""
    codes = [f"96.7.{number}", f"96.7.{number}0"]
    long = [f"96.77.{number}*{row}" for row in range(1, rows + 1)]
    short = [f"96.77.{number}0*{row}" for row in range(1, rows + 1)]
    found = b.read_all(*codes, *long, *short)
    return Lists(
        count(found[codes[0]]),
        count(found[codes[1]]),
        tuple(found[code] for code in long),
        tuple(found[code] for code in short),
    )


def cut(b: Bench, number: int) -> datetime:
    """All phases or one; what the meter's clock shows then."""
    if number == ALL:
        b.rig.supply(on=False)
    else:
        b.rig.phase(number, on=False)
    return b.now


def restore(b: Bench, number: int) -> datetime:
    if number == ALL:
        b.rig.supply()
    else:
        b.rig.phase(number, on=True)
    return b.now


def phases_shown(b: Bench) -> str:
    seen = b.look("l1", "l2", "l3")
    return " ".join(seen.all("l1", "l2", "l3"))


def _expected_phases(dead: int) -> str:
    return " ".join("off" if phase == dead else "on" for phase in (1, 2, 3))


def all_phases_shown(b: Bench) -> None:
    """KG-01, UG-01."""
    b.rig.supply()
    b.wait(seconds=5)
    b.equal(1, phases_shown(b), "on on on")


def short_begins(b: Bench, number: int) -> None:
    """KG-02, -04, -06, -08: read within a minute, the interruption stands in both lists."""
    restore(b, ALL)
    b.wait(minutes=2)
    before = lists_of(b, number)
    at = cut(b, number)
    b.wait(seconds=30)
    after = lists_of(b, number)
    b.kept["cut"] = number, before, at
    rows = after.short[0], after.long[0]
    b.check(1, all(span(row).start for row in rows), saw=rows, expected=f"a start of {at:%H:%M}")
    b.check(2, all(is_open_since(row, at) for row in rows), saw=rows, expected=f"{at:%y-%m-%d,%H:%M}, open")
    found = after.short_count - before.short_count, after.long_count - before.long_count
    b.equal(3, found, (1, 1))
    shifted = (after.short[1:], after.long[1:]), (before.short[:-1], before.long[:-1])
    b.equal(4, shifted[0], shifted[1])
    if number != ALL and b.device.phases == 3:
        b.equal(5, phases_shown(b), _expected_phases(number))


def short_ends(b: Bench, number: int) -> None:
    """KG-03, -05, -07, -09: within 2 min the short row is closed, the long one is taken back."""
    if b.kept.get("cut", (None,))[0] != number:
        raise_cut(b, number)
    _, before, began = b.kept.pop("cut")
    b.wait(seconds=75)
    at = restore(b, number)
    b.wait(seconds=5)
    after = lists_of(b, number)
    row = span(after.short[0])
    b.check(1, row.start is not None and row.end is not None, saw=after.short[0], expected="start and end")
    right = is_minute(row.start, began) and is_minute(row.end, at)
    b.check(2, right, saw=after.short[0], expected=f"{began:%y-%m-%d,%H:%M};{at:%y-%m-%d,%H:%M}")
    b.equal(3, after.long, before.long)
    b.equal(4, after.long_count, before.long_count)


def raise_cut(b: Bench, number: int) -> None:
    restore(b, ALL)
    b.wait(minutes=2)
    b.kept["cut"] = number, lists_of(b, number), cut(b, number)
    b.wait(seconds=30)


@step("KG-10")
def long_and_short_together(b: Bench) -> None:
    restore(b, ALL)
    b.wait(minutes=2)
    before = lists_of(b, 2), lists_of(b, 3)
    second = cut(b, 2)
    b.wait(minutes=2)
    third = cut(b, 3)
    b.wait(minutes=2)
    back = restore(b, 3)
    b.wait(seconds=5)
    after = lists_of(b, 2), lists_of(b, 3)
    row = span(after[1].short[0])
    right = is_minute(row.start, third) and is_minute(row.end, back)
    b.check(1, right, saw=after[1].short[0], expected=f"{third:%H:%M};{back:%H:%M}")
    b.check(
        2, is_open_since(after[0].long[0], second), saw=after[0].long[0], expected=f"{second:%H:%M}, open"
    )
    counts = after[0].long_count - before[0].long_count, after[1].short_count - before[1].short_count
    b.equal(3, counts, (1, 1))
    b.equal(4, (after[0].long[1:], after[1].short[1:]), (before[0].long[:-1], before[1].short[:-1]))
    b.kept["long"] = second


@step("KG-11")
def the_long_one_ends(b: Bench) -> None:
    if "long" not in b.kept:
        b.kept["long"] = cut(b, 2)
        b.wait(minutes=4)
    began = b.kept.pop("long")
    at = restore(b, 2)
    b.wait(seconds=5)
    row = lists_of(b, 2).long[0]
    right = is_minute(span(row).start, began) and is_minute(span(row).end, at)
    b.check(1, right, saw=row, expected=f"{began:%H:%M};{at:%H:%M}")


def fill(b: Bench, number: int, *, short: bool) -> None:
    """KG-12…15, UG-06…09: 99 of a kind fill their list, each with its own times."""
    many = b.repeats.interruptions
    restore(b, ALL)
    b.wait(minutes=2)
    code = f"96.7.{number}0" if short else f"96.7.{number}"
    listed = code.replace("96.7.", "96.77.")
    before = count(b.read(code))
    expected: list[tuple[datetime, datetime]] = []
    for _ in range(many):
        at = cut(b, number)
        b.wait(seconds=70 if short else 200)
        expected.append((at, restore(b, number)))
        b.wait(seconds=50)
    values = b.packet("9").values()
    rows = [values.get(f"{listed}*{row}", NO_SPAN) for row in range(1, many + 1)]
    spans = [span(row) for row in rows]
    wrong = [
        f"*{row}: {rows[row - 1]}"
        for row, (found, (start, end)) in enumerate(zip(spans, reversed(expected), strict=True), 1)
        if not is_span(found, start, end)
    ]
    counted = count(values.get(code, "(0)")) - before
    saw = f"{many - len(wrong)} rows right, count +{counted}; {'; '.join(wrong[:3])}"
    b.check(1, not wrong and counted == many, saw=saw, expected=f"{many} rows and count +{many}")


def long_begins(b: Bench, number: int) -> None:
    """UG-02…05: read after 4 min, only the long list has it."""
    restore(b, ALL)
    b.wait(minutes=2)
    before = lists_of(b, number)
    at = cut(b, number)
    b.wait(minutes=4)
    after = lists_of(b, number)
    b.check(1, span(after.long[0]).start is not None, saw=after.long[0], expected="a start")
    b.check(2, is_open_since(after.long[0], at), saw=after.long[0], expected=f"{at:%y-%m-%d,%H:%M}, open")
    b.equal(3, after.long_count - before.long_count, 1)
    b.equal(4, after.long[1:], before.long[:-1])
    if number != ALL and b.device.phases == 3:
        b.equal(5, phases_shown(b), _expected_phases(number))
    last = 5 if number == ALL else 6
    b.equal(last, (after.short_count, after.short), (before.short_count, before.short))
    restore(b, ALL)


def _for(number: int, act: Callable[..., None], **how: bool) -> Callable[[Bench], None]:
    return lambda b: act(b, number, **how)


for _name, _run in {
    "KG-01": all_phases_shown,
    "UG-01": all_phases_shown,
    **{f"KG-{2 + 2 * number:02d}": _for(number, short_begins) for number in range(4)},
    **{f"KG-{3 + 2 * number:02d}": _for(number, short_ends) for number in range(4)},
    **{f"KG-{12 + number}": _for(number, fill, short=True) for number in range(4)},
    **{f"UG-{2 + number:02d}": _for(number, long_begins) for number in range(4)},
    **{f"UG-{6 + number:02d}": _for(number, fill, short=False) for number in range(4)},
}.items():
    step(_name)(_run)
