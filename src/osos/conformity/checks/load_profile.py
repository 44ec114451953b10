"""YP: are load profiles formed, kept, labelled and answered as they should be? (M-100…M-108)"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from osos.conformity.bench import NAK, Bench
from osos.conformity.checks.common import is_near, load_of, watts, whole_minute
from osos.conformity.checks.tariffs import open_cover
from osos.conformity.device import SHELF
from osos.conformity.packets import Record
from osos.conformity.steps import setup, step
from osos.meters import profile_named

PERIOD = "0.8.4"
CAPACITY = 180 * 96  # records: 180 days of 15 min (M-104)
_WIDTHS = {"8": (6, 3), "6": (3, 3), "V": (3, 1), "A": (3, 1), "Hz": (2, 1), "cos": (1, 2)}


@dataclass(frozen=True, slots=True)
class Columns:
    """What Ek-E prints in a profile of this meter."""

    name: str
    codes: tuple[str, ...]

    def at(self, code: str) -> int:
        return self.codes.index(code)

    def number(self, record: Record, code: str) -> int:
        """In the last digit of its column: Wh, W, 0.1 V."""
        return int(record.values[self.at(code)].replace(".", ""))


def profiles(b: Bench) -> list[Columns]:
    catalogue = profile_named("gen2").catalogue
    names = ("P.01", "P.02", "P.03") if b.device.kind == "combi" else ("P.01",)
    found = [(name, catalogue.columns(name, kind=b.device.kind, ways=b.device.ways)) for name in names]
    return [Columns(name, codes) for name, codes in found if codes]


def set_period(b: Bench, minutes: int) -> bool:
    open_cover(b)
    return b.accepts(PERIOD, f"{minutes:02d}*min")


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def labels_wrong(records: list[Record], period: int, *, on_grid: bool = True) -> list[str]:
    """Where two neighbours are not one period apart, or a label is off the grid of the hour."""
    step_by = timedelta(minutes=period)
    wrong = [
        f"{before.label} → {after.label}"
        for before, after in itertools.pairwise(records)
        if after.label - before.label != step_by
    ]
    off = [str(one.label) for one in records if on_grid and one.label.minute % period]
    return wrong + off


def values_wrong(b: Bench, columns: Columns, records: list[Record], period: int, power: int) -> list[str]:
    """Under a steady load: what each column must say from one record to the next."""
    wrong = []
    for before, after in itertools.pairwise(records):
        for code in columns.codes:
            was, now = columns.number(before, code), columns.number(after, code)
            if not _is_right(b, code, was, now, drawn=power * period / 60, power=power):
                wrong.append(f"{after.label} {code}: {was} → {now}")
    return wrong


def _is_right(b: Bench, code: str, was: int, now: int, *, drawn: float, power: int) -> bool:
    """One column of two neighbouring records, in its last digit."""
    if code == "1.8.0":
        return abs(now - was - drawn) <= 1 + drawn / 200
    if ".8." in code:  # the other directions stand still, the tariffs share the import
        return 0 <= now - was <= (drawn * 1.005 + 1 if code[0] == "1" else 0)
    if ".6." in code:
        return is_near(now, power if code[0] == "1" else 0)
    if "2.7.0" in code:
        return is_near(now, b.device.nominal_dv, per_cent=0.5)
    if "1.7.0" in code:
        return is_near(now, b.rig.lines.amps_ma[0] // 100, per_cent=3, least=1)
    return True  # frequency and cos φ are read, not put there by the rig


def form_wrong(columns: Columns, records: list[Record]) -> list[str]:
    """Columns as in Ek-E: so many, each of its width (M-38, M-101)."""
    wrong = []
    for record in records:
        if len(record.values) != len(columns.codes):
            wrong.append(f"{record.label}: {len(record.values)} columns")
            continue
        for code, text in zip(columns.codes, record.values, strict=True):
            whole, decimals = _width(code)
            if len(text) != whole + 1 + decimals or text[whole] != ".":
                wrong.append(f"{record.label} {code}: {text}")
    return wrong


def _width(code: str) -> tuple[int, int]:
    if ".8." in code or ".6." in code:
        return _WIDTHS[code.split(".")[1]]
    if code.startswith("14.7"):
        return _WIDTHS["Hz"]
    if "2.7.0" in code:
        return _WIDTHS["V"]
    return _WIDTHS["A"] if "1.7.0" in code else _WIDTHS["cos"]


def each(judge: Callable[[Bench, Columns], None]) -> Callable[[Bench], None]:
    def run(b: Bench) -> None:
        for columns in profiles(b):
            judge(b, columns)

    return run


def since(b: Bench, columns: Columns, start: datetime) -> list[Record]:
    """From this label on; asked for with a minute to each side, so that only YP-09 judges the ends."""
    apart = timedelta(minutes=1)
    found = b.profile(columns.name, start - apart, b.now + apart)
    return [one for one in found if one.label >= start]


@setup("YP")
def shelf_sample(b: Bench) -> None:
    """One that has counted nothing yet, so that its first records are seen too."""
    b.connect(SHELF, purpose="YP")


@step("YP-01")
def fifteen_minutes(b: Bench) -> None:
    b.equal(1, b.read(PERIOD), "(15*min)")


@step("YP-02")
def formed(b: Bench) -> None:
    """Two hours of a steady load; the other steps look back at them."""
    b.rig.load(load_of(b, 1200))
    b.wait(minutes=16)
    whole_minute(b, step=15)
    start = _minute(b.now)
    b.wait(hours=2, seconds=20)
    b.kept["before"] = {}
    for columns in profiles(b):
        records = since(b, columns, start)
        b.kept["before"][columns.name] = start, records
        wrong = labels_wrong(records, 15) + values_wrong(b, columns, records, 15, watts(b))
        ok = len(records) == 9 and not wrong
        b.check(1, ok, saw=f"{len(records)} records {wrong[:2]}", expected="9 records", case=columns.name)


def _refused(b: Bench, minutes: int, *, case: str = "", proof: str = "right") -> None:
    was = b.read(PERIOD)
    accepted = b.accepts(PERIOD, f"{minutes:02d}*min", proof=proof)  # type: ignore[arg-type]  # right, wrong, none
    found = b.read(PERIOD)
    ok = not accepted and found == was
    b.check(1, ok, saw=f"accepted {accepted}, {found}", expected=f"refused, {was}", case=case)


@step("YP-03")
def cover_closed(b: Bench) -> None:
    if b.rig.terminal_open:
        b.rig.terminal_cover(open_=False)
        b.wait(seconds=2)
    _refused(b, 30)


@step("YP-04")
def no_right_password(b: Bench) -> None:
    open_cover(b)
    _refused(b, 30, case="no password", proof="none")
    _refused(b, 30, case="wrong password", proof="wrong")


@step("YP-05")
def forty_five(b: Bench) -> None:
    open_cover(b)
    _refused(b, 45)


@step("YP-06")
def thirty_and_sixty(b: Bench) -> None:
    saw = [(set_period(b, minutes), b.read(PERIOD)) for minutes in (30, 60)]
    b.equal(1, saw, [(True, "(30*min)"), (True, "(60*min)")])


@step("YP-07")
def recorded_with_thirty(b: Bench) -> None:
    set_period(b, 30)
    b.rig.load(load_of(b, 1500))
    b.wait(minutes=31)
    whole_minute(b, step=30)
    start = _minute(b.now)
    b.wait(hours=3, seconds=20)
    for columns in profiles(b):
        _intact(b, columns)
        records = since(b, columns, start)
        values = values_wrong(b, columns, records, 30, watts(b)) + form_wrong(columns, records)
        b.check(
            2,
            len(records) == 7 and not values,
            saw=values[:2] or len(records),
            expected="7 right records",
            case=columns.name,
        )
        labels = labels_wrong(records, 30)
        b.check(
            3,
            len(records) == 7 and not labels,
            saw=labels[:2] or len(records),
            expected="7 labels",
            case=columns.name,
        )
    b.equal(4, b.read(PERIOD), "(30*min)")


def _intact(b: Bench, columns: Columns) -> None:
    start, records = b.kept.get("before", {}).get(columns.name, (None, []))
    now = [one for one in since(b, columns, start) if one in records] if start else None
    b.check(
        1,
        now == records and bool(records),
        saw=len(now or []),
        expected=f"{len(records)} as before",
        case=columns.name,
    )


@step("YP-08")
def filled(b: Bench) -> None:
    """A sample that takes a period of a minute, until the oldest records make room."""
    accepted = set_period(b, 1)
    b.rig.load(load_of(b, 900))
    b.wait(days=b.repeats.profile_days)
    power = watts(b)
    for columns in profiles(b):
        records = b.profile(columns.name)
        least = min(CAPACITY, int(b.repeats.profile_days * 1440) - 60)
        ok = accepted and len(records) >= least
        b.check(1, ok, saw=f"{len(records)} records", expected=f"{least} or more", case=columns.name)
        last = records[-least:]
        apart = 97 if len(last) > 400 else 1
        wrong = values_wrong(b, columns, last[::apart], apart, power)
        wrong += form_wrong(columns, last[::53])
        b.check(
            2, not wrong, saw=wrong[:2] or f"{len(last)} records", expected="right values", case=columns.name
        )
        labels = labels_wrong(last, 1)
        b.check(
            3,
            not labels,
            saw=labels[:2] or f"{len(last)} labels",
            expected="a minute apart",
            case=columns.name,
        )
        answers = b.profile_text(columns.name, "nonsense"), b.profile_text(columns.name, ";")[:1]
        b.equal(4, answers, (NAK, "("), case=columns.name)


@step("YP-09")
def between_two_dates(b: Bench) -> None:
    end = _minute(b.now) - timedelta(minutes=30)
    start = end - timedelta(minutes=60)
    for columns in profiles(b):
        everything = b.profile(columns.name)
        wanted = [one for one in everything if start <= one.label <= end]
        found = b.profile(columns.name, start, end)
        saw = f"{len(found)} records {found[0].label if found else ''} to {found[-1].label if found else ''}"
        b.check(
            1,
            bool(wanted) and found == wanted,
            saw=saw,
            expected=f"{len(wanted)} of {start} to {end}",
            case=columns.name,
        )


@step("YP-10")
def whole_profile(b: Bench) -> None:
    period = int(b.read(PERIOD)[1:3])
    found = {columns.name: b.profile(columns.name) for columns in profiles(b)}
    last = _minute(b.now)
    labels = [tuple(one.label for one in records) for records in found.values()]
    for columns in profiles(b):
        records = found[columns.name]
        fresh = bool(records) and last - records[-1].label <= timedelta(minutes=period)
        ok = len(records) > 8 and fresh and labels.count(labels[0]) == len(labels)
        b.check(
            1,
            ok,
            saw=f"{len(records)} records to {records[-1].label if records else None}",
            expected=f"all, to {last}",
            case=columns.name,
        )
        wrong = form_wrong(columns, records[-500:])
        wrong += values_wrong(b, columns, records[-20:], period, watts(b))
        b.check(
            2,
            bool(records) and not wrong,
            saw=wrong[:2] or columns.codes,
            expected=columns.codes,
            case=columns.name,
        )


@step("YP-11")
def supply_cut(b: Bench) -> None:
    set_period(b, 15)
    b.rig.load(load_of(b, 1000))
    whole_minute(b, step=15)
    start = _minute(b.now)
    b.wait(minutes=7)
    cut_at = _minute(b.now)
    b.rig.supply(on=False)
    b.wait(minutes=50)
    b.rig.supply()
    back_at = b.now
    b.wait(minutes=40)
    for columns in profiles(b):
        labels = [one.label for one in since(b, columns, start)]
        inside = [label for label in labels if cut_at < label <= back_at]
        name = columns.name
        b.check(1, not inside, saw=inside, expected="none", case=name)
        b.check(2, cut_at in labels, saw=labels, expected=cut_at, case=name)
        after = [label for label in labels if label > back_at]
        ok = len(after) >= 2 and all(label.minute % 15 == 0 for label in after)
        b.check(3, ok, saw=after, expected="on the quarter hours", case=name)
        quarter = timedelta(minutes=15)
        first = back_at.replace(minute=back_at.minute // 15 * 15, second=0, microsecond=0) + quarter
        wanted = [start, cut_at, first, first + quarter]
        b.check(4, labels[:4] == wanted, saw=labels, expected=wanted, case=name)


@step("YP-12")
def no_load(b: Bench) -> None:
    set_period(b, 15)
    b.rig.load(load_of(b, 800))
    b.wait(minutes=20)
    b.rig.no_load()
    whole_minute(b, step=15)
    start = _minute(b.now)
    b.wait(hours=1, seconds=20)
    for columns in profiles(b):
        records = since(b, columns, start)
        wrong = values_wrong(b, columns, records, 15, 0)
        b.check(
            1,
            len(records) == 5 and not wrong,
            saw=wrong[:2] or len(records),
            expected="5 still records",
            case=columns.name,
        )
        labels = labels_wrong(records, 15)
        b.check(
            2,
            len(records) == 5 and not labels,
            saw=labels[:2] or len(records),
            expected="5 labels",
            case=columns.name,
        )
