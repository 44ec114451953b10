"""Does a file of profile values become truth once, leave its bytes, and never overwrite what is held?"""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from osos import mdm, registry
from osos.mdm import ledger, points, queries
from osos.mdm.explain import explain, sentences
from osos.mdm.imports import running
from osos.mdm.imports.portions import ENDLESS
from osos.mdm.imports.running import Order, Report, import_intervals
from osos.mdm.keeping import corrections, decision_rows
from osos.mdm.keeping.closing import Month, close_month
from osos.mdm.labels import day_number
from osos.mdm.tables import canonical_history, frames, said_blocks, said_history
from osos.quantities import TURKIYE, DeviceId, Interval, Quality
from osos.store import Store, list_events

START = datetime(2026, 3, 2, tzinfo=TURKIYE)
NOW = START + timedelta(days=9)
MODEM, METER, POINT_NO = DeviceId("OSM", "1"), "MKS123456789", "2004170001"
PERIOD = Interval(START, START + timedelta(days=2))
# The engines differ in how they keep, not in how a line is read or refused.
ONE_ENGINE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@pytest.fixture
def point(store: Store) -> int:
    with store.begin() as conn:
        line = f"flag,serial,meters,multiplier,plain_until\n{MODEM.flag},{MODEM.serial},{METER},40,\n"
        admissions, _ = registry.parse_admissions(line)
        registry.admit(conn, admissions, by="test", now=START, since=START)
        rows, _ = registry.parse_service_points(f"meter,installation_no\n{METER},{POINT_NO}\n")
        registry.admit_service_points(conn, rows, by="test", now=START)
        (one,) = registry.installations(conn)
        return one.point_id


def registers(first: int, count: int, *, step: int = 25, wrong: dict[int, int] | None = None) -> list[str]:
    found = ["sayaç;tarih saat;1.8.0"]
    for n in range(first, first + count):
        wh = (wrong or {}).get(n, 100_000 + n * step)
        found.append(
            f"{METER};{START + timedelta(minutes=15 * n):%d.%m.%Y %H:%M};{wh // 1000},{wh % 1000:03d}"
        )
    return found


def energies(first: int, count: int, *, kwh: str = "1,000") -> list[str]:
    found = ["tesisat no;başlangıç;tüketim kwh"]
    for n in range(first, first + count):
        found.append(f"{POINT_NO};{START + timedelta(minutes=15 * n):%d.%m.%Y %H:%M};{kwh}")
    return found


@pytest.fixture
def take(store: Store, tmp_path: Path):
    def run(lines: list[str], **facts: object) -> Report:
        path = tmp_path / "values.csv"
        path.write_text("\n".join(lines), "utf-8")
        order = Order(**{"by": "ayşe", "reason": "from the old system", "now": NOW} | facts)
        return import_intervals(store, path, order)

    return run


def counts(store: Store) -> list[int]:
    with store.read() as conn:
        tables = (frames, said_blocks, said_history, canonical_history)
        return [conn.scalar(select(func.count()).select_from(table)) for table in tables]


def total(store: Store, point: int) -> Decimal:
    with store.read() as conn:
        return queries.primary_wh(conn, point_id=point, period=PERIOD)


def test_registers_of_a_file_are_the_meters_and_their_bytes_are_kept(store: Store, point: int, take) -> None:
    lines = registers(0, 193)
    report = take(lines, lines_at_once=50)
    assert (report.taken, report.repeated, report.refused.total(), report.absent) == (193, 0, 0, 0)
    assert total(store, point) == 192 * 25 * 40
    with store.read() as conn:
        kept = [one.frame.payload.split(b"\n", 2)[2] for one in ledger.list_frames(conn)]
        assert b"".join(kept).decode() == "\n".join(lines[1:])
        again = mdm.rebuild(conn, point, PERIOD)
        assert again.is_identical and len(again.canonical) == 2
        chain = explain(conn, point_id=point, period=Interval(START, START + timedelta(hours=1)))
        source = chain.pieces[0].ended.source
        frame = ledger.load(conn, source.frame_id).frame
        assert frame.payload[source.offset : source.offset + source.length].decode() == lines[5]
        assert [event.act for event in list_events(conn, subject=f"file {report.digest}")] == [
            "intervals imported"
        ]


def test_the_same_file_twice_writes_nothing(store: Store, point: int, take) -> None:
    take(registers(0, 97))
    before = counts(store)
    again = take(registers(0, 97), now=NOW + timedelta(days=1))
    assert (again.taken, again.repeated, again.point_days) == (0, 97, 0)
    assert counts(store) == before


def test_a_preview_says_what_would_be_and_writes_nothing(store: Store, point: int, take) -> None:
    before = counts(store)
    report = take(registers(0, 97, wrong={5: 1}), dry_run=True)
    assert (report.taken, report.point_days) == (97, 1)
    assert report.first_rows[0].label == day_number(START.date()) * 1440
    assert counts(store) == before and total(store, point) == 0


@ONE_ENGINE
def test_what_a_file_says_twice_or_otherwise_than_held_is_named_and_what_is_held_stands(
    store: Store, point: int, take
) -> None:
    lines = registers(0, 97)
    report = take([*lines, lines[10], lines[20].replace(",", ",9", 1)[:-1]])
    assert (report.taken, report.repeated, dict(report.refused)) == (97, 1, {"contradicts line": 1})
    assert "line 21 says 1.8.0(000100.475)" in str(report.problems[0])
    later = take(registers(0, 97, wrong={40: 999_000}))
    assert (later.taken, later.repeated, dict(later.refused)) == (0, 96, {"contradicts held": 1})
    assert total(store, point) == 96 * 25 * 40
    with store.read() as conn:
        assert mdm.rebuild(conn, point, PERIOD).is_identical


@ONE_ENGINE
def test_half_a_profile_is_taken_as_it_is_and_its_holes_are_counted(store: Store, point: int, take) -> None:
    lines = registers(0, 97)
    report = take([*lines[:30], *lines[42:]])
    assert (report.taken, report.absent) == (85, 12)
    with store.read() as conn:
        found = queries.completeness(
            conn, point_ids=[point], period=Interval(START, START + timedelta(days=1))
        )
    assert found[point].missing == 13
    filled = take(lines)
    assert (filled.taken, filled.repeated) == (12, 85)
    with store.read() as conn:
        assert mdm.rebuild(conn, point, PERIOD).is_identical
        known = {row[0] for row in conn.execute(select(said_history.c.version))}
    assert known == {1}


@ONE_ENGINE
def test_records_from_before_a_meter_hung_are_kept_and_said_to_be_nobodys(point: int, take) -> None:
    """Else somebody takes a year of the past, reads «taken», and finds nothing on any page."""
    report = take(registers(-8, 16))
    assert (report.taken, report.of_no_point) == (16, 8)


@ONE_ENGINE
def test_a_meter_nobody_admitted_is_named_and_can_be_admitted_later(store: Store, point: int, take) -> None:
    strange = [line.replace(METER, "LUN000000077") for line in registers(0, 5)]
    report = take([*strange, *registers(0, 5)[1:]])
    assert (report.taken, dict(report.refused)) == (5, {"unknown": 5})
    assert "osos registry admit" in str(report.problems[0])


def test_energies_of_a_point_are_added_with_who_and_why_and_go_through_its_multiplier(
    store: Store, point: int, take
) -> None:
    report = take(energies(0, 96))
    assert (report.taken, report.point_days, report.refused.total()) == (96, 1, 0)
    assert total(store, point) == 96_000
    with store.read() as conn:
        day = day_number(START.date())
        (row,) = decision_rows.load(conn, point_id=point, days=[day])[day]
        assert (row.method, row.code, row.actor, row.inputs["lines"]) == (
            "from a file",
            "3.7.1",
            "ayşe",
            [2, 97],
        )
        marks = points.load(conn, point_ids=[point], days=[day])[point, day].block.quality
        assert set(marks.tolist()) == {Quality.EDITED.mark}
        chain = explain(conn, point_id=point, period=Interval(START, START + timedelta(days=1)))
        assert "ayşe bir dosyadan ekledi (from the old system)" in list(sentences(chain))[1]
        assert mdm.rebuild(conn, point, PERIOD).is_identical
    again = take(energies(0, 96))
    assert (again.taken, again.repeated, again.point_days) == (0, 96, 0)
    other = take(energies(0, 4, kwh="2,000"))
    assert (other.taken, dict(other.refused)) == (0, {"contradicts held": 4})


@ONE_ENGINE
def test_energies_never_take_the_place_of_what_a_meter_told(store: Store, point: int, take) -> None:
    take(registers(0, 49))
    report = take(energies(40, 20, kwh="2,000"))
    assert (report.taken, dict(report.refused)) == (12, {"contradicts held": 8})
    assert total(store, point) == 48 * 25 * 40 + 24_000


@ONE_ENGINE
def test_energies_that_no_meter_can_have_counted_or_of_another_period_are_named(
    store: Store, point: int, take
) -> None:
    assert dict(take(energies(0, 4, kwh="1,001")).refused) == {"not whole": 4}
    assert take(energies(0, 4, kwh="1,001"), of_meter=True).taken == 4
    hourly = [line for n, line in enumerate(energies(96, 13)) if n == 0 or n % 4 == 1]
    take(registers(96, 30))
    assert dict(take(hourly).refused) == {"other period": 4}
    before = [line.replace(".03.2026", ".02.2026") for line in energies(0, 4)]
    assert dict(take(before).refused) == {"nothing hung": 4}


@ONE_ENGINE
def test_hourly_energies_make_a_day_of_hours(store: Store, point: int, take) -> None:
    hourly = [line for n, line in enumerate(energies(0, 96, kwh="4,000")) if n == 0 or n % 4 == 1]
    report = take(hourly)
    assert (report.taken, report.refused.total()) == (24, 0)
    assert total(store, point) == 96_000


def test_a_file_about_a_closed_month_waits_as_a_correction(store: Store, point: int, take) -> None:
    with store.begin() as conn:
        close_month(conn, month=Month(2026, 3), by="settlement", now=NOW)
    report = take(registers(0, 97), now=NOW + timedelta(days=1))
    assert (report.taken, report.corrections) == (97, 1)
    assert total(store, point) == 0, "what was settled stays"
    with store.read() as conn:
        waiting = corrections.list_corrections(conn, point_id=point)
    assert sum(next(iter(one.differences.values()), 0) for one in waiting) == 96 * 25 * 40


def test_a_break_between_portions_loses_nothing(store: Store, point: int, tmp_path: Path) -> None:
    path = tmp_path / "values.csv"
    path.write_text("\n".join(registers(0, 193)))
    order = Order(by="ayşe", reason="x", now=NOW, lines_at_once=40)

    class PulledPlug(Exception):
        pass

    def pull(done: int, size: int) -> None:
        if done > size // 2:
            raise PulledPlug

    with pytest.raises(PulledPlug):
        import_intervals(store, path, order, progress=pull)
    report = import_intervals(store, path, order)
    assert report.taken + report.repeated == 193 and 0 < report.repeated < 193
    assert total(store, point) == 192 * 25 * 40


@ONE_ENGINE
def test_a_line_without_an_end_is_named_and_the_lines_before_it_are_taken(
    store: Store, point: int, take
) -> None:
    report = take([*registers(0, 5), "7" * (ENDLESS + 1)])
    assert (report.taken, dict(report.refused)) == (5, {"endless": 1})
    assert report.problems[0].line == 7 and "bitmiyor" in report.problems[0].words("tr")


@ONE_ENGINE
def test_a_new_name_in_every_line_is_not_remembered_for_ever(
    store: Store, point: int, take, monkeypatch
) -> None:
    monkeypatch.setattr(running, "NAMES_KNOWN", 40)
    strange = [f"LUN{n:09d};02.03.2026 00:15;1,5" for n in range(200)]
    report = take([*registers(0, 5), *strange, *registers(5, 5)[1:]], lines_at_once=30)
    assert (report.taken, dict(report.refused)) == (10, {"unknown": 200})
