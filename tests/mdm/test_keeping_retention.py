"""Does retention leave alone what is kept for something else (D-6, D-23)?"""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

import osos.mdm.day_changes
import osos.mdm.fleet.tables
import osos.mdm.judge.tables
import osos.mdm.keeping.tables
import osos.mdm.network.tables
import osos.mdm.tables
from osos.mdm import points
from osos.mdm.keeping import corrections
from osos.mdm.keeping.closing import Month, close_month
from osos.mdm.keeping.retention import (
    EMPTIED,
    KEPT_ON,
    RULES,
    NoSuchKind,
    destroy_expired,
    due,
    rules_with,
)
from osos.mdm.tables import alarms, canonical_blocks, frames, said_blocks, said_history
from osos.store import Store, metadata

POINT = 7
MUCH_LATER = timedelta(days=4200)  # all of the proposals are over


def count(conn, table) -> int:
    return conn.scalar(select(func.count()).select_from(table))


def destroy_all(conn, **facts) -> dict[str, int]:
    """As the command does: until nothing is left."""
    found: dict[str, int] = {}
    while gone := destroy_expired(conn, by="clerk", **facts):
        for one in gone:
            found[one.kind] = found.get(one.kind, 0) + one.rows
    return found


@pytest.fixture
def settled(store: Store, desk_on, told_meter):
    """Three days of a closed month, and what came later of the second one."""
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=3)
        installed = [meter.installed()]
        desk.tell(meter.records([*range(140), *range(160, 289)]), installed=installed)
        close_month(conn, month=Month(2026, 3), by="settlement", now=desk.at)
        desk.at += timedelta(days=40)
        desk.tell(meter.records(), installed=installed)
        yield conn, meter, desk


def test_an_open_correction_keeps_its_day_its_bytes_and_what_was_settled(settled) -> None:
    conn, meter, desk = settled
    (waiting,) = corrections.list_corrections(conn)
    destroy_all(conn, now=desk.at + MUCH_LATER)
    assert corrections.list_corrections(conn)[0].block is not None
    held = points.load(conn, point_ids=[POINT], days=range(meter.first_day, meter.first_day + 3))
    assert [day for _, day in held] == [waiting.day]
    told = set(conn.scalars(select(said_blocks.c.day)))
    assert told >= {
        waiting.day - 1,
        waiting.day,
    }  # the first register of the day is the last of the one before
    resting = set(conn.scalars(select(said_blocks.c.frame_id))) | set(
        conn.scalars(select(said_history.c.frame_id))
    )
    assert set(conn.scalars(select(frames.c.id))) == resting and len(resting) == 2
    facts = {"point_id": POINT, "day": waiting.day, "number": waiting.number}
    corrections.approve(conn, **facts, by="settlement", now=desk.at + MUCH_LATER)
    gone = destroy_all(conn, now=desk.at + MUCH_LATER + timedelta(days=4200))
    assert gone["blocks"] and [count(conn, table) for table in (frames, said_blocks, canonical_blocks)] == [
        0,
        0,
        0,
    ]


def test_a_kept_block_keeps_all_messages_it_was_merged_from(store: Store, desk_on, told_meter) -> None:
    """Versions may be kept shorter than blocks; what a present block was merged from is not given up."""
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=1)
        for rows in (range(40), range(40, 80), range(80, 97)):
            desk.tell(meter.records(rows), installed=[meter.installed()])
        now = desk.at + timedelta(days=800)
        rules = rules_with({"versions": 400, "frames": 90})
        would = {one.rule.kind: one.rows for one in due(conn, now=now, rules=rules)}
        gone = destroy_all(conn, now=now, rules=rules)
        assert gone == {"versions": would["versions"]}  # older canonical versions, and no message
        assert (count(conn, said_history), count(conn, frames)) == (2, 3)


def test_an_alarm_keeps_the_message_that_told_it(store: Store, desk_on) -> None:
    with store.begin() as conn:
        desk = desk_on(conn)
        kept, noise = desk.frame(b"an alarm"), desk.frame(b"noise")
        facts = {"modem_id": 1, "meter": "MKS1", "incident_code": 1, "level": "1", "type": "1", "once": b"1"}
        facts |= {
            "description": "",
            "happened_at": desk.at,
            "received_at": desk.at,
            "frame_id": kept.frame_id,
        }
        conn.execute(alarms.insert().values(facts))
        assert destroy_all(conn, now=desk.at + timedelta(days=800)) == {"frames": 1}
        assert noise.frame_id not in set(conn.scalars(select(frames.c.id)))


def test_the_bytes_of_a_file_are_kept_as_long_as_its_energies_may_be(store: Store, desk_on) -> None:
    with store.begin() as conn:
        desk = desk_on(conn)
        desk.frame(b"1\ntesisat no;bitis;a+\n1;02.03.2026 00:15;1\n", link="file")
        assert destroy_all(conn, now=desk.at + timedelta(days=3000)) == {}
        assert destroy_all(conn, now=desk.at + MUCH_LATER) == {"frames": 1}


def test_every_table_of_the_truth_is_emptied_by_a_rule_or_says_why_not() -> None:
    """The data map: nothing is kept that nobody gave a period or a reason for."""
    rooms = (
        osos.mdm.tables,
        osos.mdm.day_changes,
        osos.mdm.keeping.tables,
        osos.mdm.judge.tables,
        osos.mdm.fleet.tables,
        osos.mdm.network.tables,
    )
    ours = {id(one) for room in rooms for one in vars(room).values()}
    own = {name for name, table in metadata.tables.items() if id(table) in ours}
    emptied = {table.name for table in EMPTIED}
    assert own == emptied | KEPT_ON.keys()
    assert not emptied & KEPT_ON.keys() and all(KEPT_ON.values())


@pytest.mark.parametrize(
    ("days", "tr", "en"),
    [
        ({"blocks": 399}, "en az 400", "shorter than the 400"),
        ({"frames": 89}, "en az 90", "shorter than the 90"),
        ({"frames": 10**9}, "çok uzun", "too long"),
        ({"notes": 900}, "veri türü yok", "no kind of data"),
    ],
)
def test_a_period_that_cannot_be_is_refused_in_both_languages(days: dict[str, int], tr: str, en: str) -> None:
    with pytest.raises(NoSuchKind, match=en) as refused:
        rules_with(days)
    assert tr in refused.value.tr
    assert all(rule.keep >= rule.least for rule in RULES)
