"""In which words and order does a first-generation meter of one maker say what it holds? (M-163)"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from osos.meters import profile_named
from osos.simulator.meter.life import rolled
from osos.simulator.meter.moment import stamp
from osos.simulator.meter.ranges import LabelRange
from osos.simulator.meter.snapshot import Snapshot
from osos.simulator.meter.spans import Span
from osos.simulator.meter.spec import MeterSpec
from osos.simulator.meter.values import CURRENT, demand

MONTHS, LISTED = 12, 10  # rows of months, of events

Value = Callable[[Snapshot], str]
RowValue = Callable[[Snapshot, int], str]
Asked = Callable[[str, str], "tuple[str, LabelRange] | int | None"]  # a profile and its labels, or a record


@dataclass(frozen=True, slots=True)
class Rows:
    """Histories printed row by row: all codes of row 1, then of row 2 and so on."""

    count: int
    codes: tuple[str, ...]


def rows(count: int, *codes: str) -> Rows:
    return Rows(count, codes)


@dataclass(frozen=True, slots=True)
class Dialect:
    """One maker's readout: the order of its lines, and what stands in their brackets."""

    order: tuple[str | Rows, ...]
    values: Mapping[str, Value]
    row_values: Mapping[str, RowValue]
    asked: Asked  # what a load profile query means
    glued: bool = False  # `!` follows the last line without a line end
    keeps_unused: bool = True  # months never recorded are printed as zeros

    def lines(self, shot: Snapshot) -> Iterator[tuple[str, int | None]]:
        """Code and row in printed order, as far as a meter of this kind has them."""
        for item in self.order:
            if isinstance(item, str):
                if fits(item, shot.spec):
                    yield item, None
                continue
            for row in range(1, item.count + 1):
                if item.count == MONTHS and not self.keeps_unused and shot.month(row) is None:
                    break
                yield from ((code, row) for code in item.codes if fits(code, shot.spec))

    def text(self, code: str, row: int | None, shot: Snapshot) -> str | None:
        """The brackets; None: such a meter has no such line."""
        if not any(_holds(item, code, row) for item in self.order) or not fits(code, shot.spec):
            return None
        return self.values[code](shot) if row is None else self.row_values[code](shot, row)


def _holds(item: str | Rows, code: str, row: int | None) -> bool:
    if isinstance(item, str):
        return row is None and item == code
    return row is not None and code in item.codes and 1 <= row <= item.count


def fits(code: str, spec: MeterSpec) -> bool:
    """Two-way lines, reactive ones, and those of L2 and L3."""
    head = code.split(".", maxsplit=1)[0]
    if head in {"2", "6", "7", "22", "42", "62"} and spec.ways == 1:
        return False
    if head in {"5", "6", "7", "8"} and spec.kind != "combi":
        return False
    other_phase = len(head) == 2 and head[0] in "4567" and head not in {"96", "97"}
    return spec.phases == 3 or not (other_phase or code in {"96.7.2", "96.7.3", "96.77.2", "96.77.3"})


def plain(*codes: str) -> dict[str, Value]:
    """Said as every generation says it."""
    catalogue = profile_named("gen2").catalogue

    def value(code: str) -> Value:
        entry = catalogue.find(code, None)
        assert entry is not None  # the tables below name only codes of the catalogue
        return lambda shot: CURRENT[code](entry, shot)

    return {code: value(code) for code in codes}


COMMON = plain(
    "0.8.0", "0.9.1", "0.9.2", "0.9.5", "0.1.0", "96.1.3", "96.2.5", "96.6.1", "96.2.2",
    "96.50", "96.51", "96.52", "96.60", "96.61", "96.62", "96.70", "96.71", "1.6.0", "2.6.0",
)  # fmt: skip


def serial(shot: Snapshot) -> str:
    return f"({shot.spec.device.serial.rjust(8, '0')})"


def energies(
    *codes: str, kwh: str = "kWh", kvarh: str = "kVArh", whole: int = 6
) -> tuple[dict[str, Value], dict[str, RowValue]]:
    """Registers and their month ends."""

    def text(code: str, wh: int) -> str:
        units, part = divmod(rolled(wh) % 10 ** (whole + 3), 1000)
        return f"({units:0{whole}d}.{part:03d}*{kwh if code[0] in '12' else kvarh})"

    def now(code: str) -> Value:
        return lambda shot: text(code, shot.registers.get(code, 0))

    def month(code: str) -> RowValue:
        def value(shot: Snapshot, row: int) -> str:
            found = shot.month(row)
            return text(code, found.registers.get(code, 0) if found else 0)

        return value

    return {code: now(code) for code in codes}, {code: month(code) for code in codes}


def demands() -> dict[str, RowValue]:
    def value(way: int) -> RowValue:
        def text(shot: Snapshot, row: int) -> str:
            found = shot.month(row)
            return demand(found.peaks[way]) if found else "(000.000*kW)(00-00-00,00:00)"

        return text

    return {"1.6.0": value(0), "2.6.0": value(1)}


def reset_stamp(shot: Snapshot, row: int) -> str:
    found = shot.month(row)
    return f"({stamp(found.closing.wall_minute if found else None)})"


def cover_row(shot: Snapshot, row: int) -> str:
    return shot.cover_month(row).text


def _newest_first(name: str, shot: Snapshot) -> list[Span]:
    if name in _ALARMS:
        return _ALARMS[name](shot)[::-1]
    return shot.interruptions.spans[int(name)][::-1]


_ALARMS: dict[str, Callable[[Snapshot], list[Span]]] = {
    "4": lambda shot: shot.voltage_alarms,
    "5": lambda shot: shot.current_alarms,
    "6": lambda shot: shot.magnetic_alarms,
}


def count(name: str) -> Value:
    """Two digits; 0 … 3 interruptions, 4 voltage, 5 current, 6 magnet."""
    return lambda shot: f"({min(len(_newest_first(name, shot)), 99):02d})"


def span_row(name: str, *, still_open: str, unused: str = "00-00-00,00:00") -> RowValue:
    """Both stamps with a comma between them (M-163)."""

    def text(shot: Snapshot, row: int) -> str:
        found = _newest_first(name, shot)
        if row > len(found):
            return f"({unused},{unused})"
        start, end = (
            None if wall_s is None else wall_s // 60
            for wall_s in (found[row - 1].start_wall_s, found[row - 1].end_wall_s)
        )
        ended = found[row - 1].end_s is not None
        return f"({stamp(start)},{stamp(end) if ended else still_open})"

    return text


def interruptions(*, still_open: str) -> tuple[dict[str, Value], dict[str, RowValue]]:
    return (
        {f"96.7.{k}": count(str(k)) for k in range(4)},
        {f"96.77.{k}": span_row(str(k), still_open=still_open) for k in range(4)},
    )


def volts(phase: int, form: str) -> Value:
    return lambda shot: f"({form.format(shot.voltage_dv(phase) / 10)})"


def amperes(phase: int, form: str) -> Value:
    return lambda shot: f"({form.format(shot.current_ma(phase) / 1000)})"


def by_phase(tail: str, make: Callable[[int], Value], heads: str = "357") -> dict[str, Value]:
    """31.7.0, 51.7.0, 71.7.0 and the like: `tail` is `1.7.0`."""
    return {f"{head}{tail}": make(phase) for phase, head in enumerate(heads)}


def constant(text: str) -> Value:
    return lambda _: text
