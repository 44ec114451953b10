"""Are months that enter at once the very rows that telegrams one by one would have left?"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection, Table, select

from osos.mdm import bulk, gaps
from osos.mdm.day_changes import day_changes
from osos.mdm.keeping.closing import Month, close_month
from osos.mdm.tables import canonical_blocks, canonical_history, frames, said_blocks, said_history
from osos.mdm.tables import gaps as gap_rows
from osos.store import Store

DAY, DAYS, METERS = 9557, 4, 12
TABLES = (said_blocks, said_history, canonical_blocks, canonical_history, gap_rows, day_changes)


def odd(seed: int, meter: Any) -> Any:
    """Which of its records a meter tells, with one oddity or another."""
    chance = np.random.default_rng(seed)
    rows = np.arange(meter.labels.size)
    if seed % 6 == 1:
        rows = np.sort(chance.choice(rows, rows.size - 40, replace=False))
    if seed % 6 == 2:
        meter.values[200:, 0] += int(chance.integers(-(10**8), 10**9))
    if seed % 6 == 3:
        rows = np.insert(rows, 150, [146, 147, 148])  # the clock was set back
    if seed % 6 == 4:
        rows = rows[1:]  # no record of the first edge
    if seed % 6 == 5:
        meter.values[:, 0] += 10**9 - 1 - int(meter.values[300, 0])
        meter.values[:, 0] %= 10**9
    return rows


@pytest.fixture
def tellings(desk_on: Callable[..., Any], told_meter: Any) -> Callable[[Connection], list[bulk.Telling]]:
    def made(conn: Connection) -> list[bulk.Telling]:
        desk, found = desk_on(conn), []
        for seed in range(1, METERS + 1):
            period = 60 if seed == 7 else 15
            meter = told_meter(meter_id=seed, first_day=DAY, days=DAYS, seed=seed, period_min=period)
            rows = odd(seed, meter)
            since = DAY + 1 if seed == 8 else DAY
            found.append(
                bulk.Telling(
                    frame_id=desk.frame().frame_id,
                    meter=seed,
                    point=100 + seed,
                    records=meter.records(rows),
                    received_at=desk.at,
                    installed=(meter.installed(since_day=since),),
                )
            )
        return found

    return made


def kept(conn: Connection, *tables: Table) -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    for table in tables or TABLES:
        numbered = ("id", "layout_id")  # PostgreSQL counts on after a transaction that was taken back
        columns = [column for column in table.c if column.name not in numbered]
        found[table.name] = sorted((tuple(row) for row in conn.execute(select(*columns))), key=repr)
    return found


def missed(conn: Connection, told: list[bulk.Telling]) -> None:
    """Everything was missing before it came."""
    hung = [(one.point, one.installed[0]) for one in told]
    gaps.refresh(conn, told[0].received_at, installed=hung)


class Undo(Exception):
    """Takes back what one way wrote, so that the other finds the same store."""


def both_ways(store: Store, tell: Callable[[Connection], list[bulk.Telling]]) -> tuple[Any, Any, bulk.Taken]:
    with store.begin() as conn:
        told = tell(conn)
        missed(conn, told)
    try:
        with store.begin() as conn:
            for one in told:
                bulk._one_by_one(conn, one)
            alone = kept(conn)
            outcomes = [
                tuple(row) for row in conn.execute(select(frames.c.id, frames.c.outcome).order_by("id"))
            ]
            raise Undo
    except Undo:
        pass
    with store.begin() as conn:
        done = bulk.take(conn, told)
        together = kept(conn)
        said = [tuple(row) for row in conn.execute(select(frames.c.id, frames.c.outcome).order_by("id"))]
    assert said == outcomes
    return alone, together, done


def test_every_row_is_the_one_a_telegram_would_have_left(store: Store, tellings: Any) -> None:
    alone, together, done = both_ways(store, tellings)
    for name, rows in alone.items():
        assert together[name] == rows, name
    assert done.tellings == METERS
    assert 0 < done.one_by_one < METERS // 3  # those out of order
    assert done.days == len(alone["canonical_blocks"])


def test_the_same_again_changes_nothing(store: Store, tellings: Any) -> None:
    with store.begin() as conn:
        told = tellings(conn)
        bulk.take(conn, told)
        before = kept(conn)
        again = bulk.take(conn, told)
        assert kept(conn) == before
    assert (again.one_by_one, again.records, again.days) == (METERS, 0, 0)


def test_two_tellings_of_one_meter_are_merged_in_their_order(store: Store, tellings: Any) -> None:
    def twice(conn: Connection) -> list[bulk.Telling]:
        first, second = tellings(conn), tellings(conn)
        return [*first, *second[:3]]

    alone, together, done = both_ways(store, twice)
    assert together == alone
    assert done.one_by_one > 3


def test_a_closed_month_is_kept_as_it_was_settled(store: Store, tellings: Any, clock: Any) -> None:
    def closed(conn: Connection) -> list[bulk.Telling]:
        close_month(conn, month=Month(2026, 3), by="settlement", now=clock.now())
        return tellings(conn)

    alone, together, done = both_ways(store, closed)
    assert together == alone
    assert done.one_by_one == METERS
