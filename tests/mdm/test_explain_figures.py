"""Can any figure be followed down to the bytes of the record that told it (D-34)?"""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from osos import mdm, registry
from osos.iec62056 import block_check
from osos.mdm import editing, queries
from osos.mdm.canonical import Channel
from osos.mdm.estimates.running import estimate
from osos.mdm.explain import Way, explain, sentences
from osos.mdm.explain.bytes_of import Messages
from osos.mdm.keeping import corrections
from osos.mdm.keeping.closing import Month, close_month
from osos.mdm.keeping.paperwork import exchange
from osos.mdm.labels import EPOCH, day_number, edge_of_day, instant_of_label
from osos.quantities import DeviceId, Interval
from osos.registry.tables import meters
from osos.store import Store

MODEM, METER, NEW = DeviceId("OSM", "5"), DeviceId("MKS", "123456789"), DeviceId("MKS", "987654321")
DAY = day_number(datetime(2026, 3, 2).date())
START = instant_of_label(edge_of_day(DAY))
DAYS = 3
PERIOD = Interval(START, START + timedelta(days=DAYS))


class Site:
    """A point whose meter's bytes come through the whole way: ledger, interpretation, blocks."""

    def __init__(self, conn) -> None:
        self.conn, self.count = conn, 0
        line = f"flag,serial,meters,multiplier,plain_until\n{MODEM.flag},{MODEM.serial},{METER},40,\n"
        admissions, _ = registry.parse_admissions(line)
        registry.admit(conn, admissions, by="test", now=START, since=START)
        modem = registry.find_modem(conn, MODEM)
        (self.behind,) = registry.meters_behind(conn, modem.id, START)
        self.point_id = self.behind.point_id
        self.at = PERIOD.end + timedelta(days=3)

    def register(self, row: int, base: int = 1_000_000) -> int:
        return base + 37 * row + row * row % 11

    def tell(self, rows, *, meter_id: int | None = None, base: int = 1_000_000, parity: bool = False) -> int:
        self.count += 1
        lines = []
        for row in rows:
            label = EPOCH + timedelta(minutes=edge_of_day(DAY) + 15 * row)
            wh = self.register(row, base)
            text = f"{wh // 1000:06d}.{wh % 1000:03d}"
            lines.append(f"({label:%y-%m-%d,%H:%M})({text},000000.000,000000.000,000.000)\r\n")
        block = "".join(lines).encode() + b"\x03"
        raw = b"\x02" + block + bytes([block_check(block)])
        if parity:
            raw = bytes(byte | (byte.bit_count() % 2 << 7) for byte in raw)
        kept = mdm.keep(
            self.conn,
            mdm.WireFrame(
                payload=raw,
                direction=mdm.Direction.IN,
                link="tcp",
                address="10.0.0.1:4059",
                session=f"s{self.count}",
                received_at=self.at,
                reference_id=f"r{self.count}",
            ),
        )
        found = mdm.interpret(raw, asked=None, received_at=self.at, asked_profile="P.01")
        mdm.record(
            self.conn,
            frame_id=kept.frame_id,
            meter=self.behind.meter_id if meter_id is None else meter_id,
            point=self.point_id,
            interpreted=found,
            received_at=self.at,
        )
        return kept.frame_id

    def explain(self, first: int, last: int, **more):
        period = Interval(START + timedelta(minutes=15 * first), START + timedelta(minutes=15 * last))
        chain = explain(self.conn, point_id=self.point_id, period=period, **more)
        assert chain.primary == queries.primary_wh(self.conn, point_id=self.point_id, period=period)
        return chain


def ways(chain) -> list[tuple[str, int]]:
    return [(piece.way.value, len(piece.slots)) for piece in chain.pieces]


@pytest.mark.parametrize("parity", [False, True])
def test_a_measured_quarter_hour_leads_to_two_records_and_their_bytes(store: Store, parity: bool) -> None:
    with store.begin() as conn:
        site = Site(conn)
        early = site.tell(range(101), parity=parity)
        late = site.tell(range(98, 289), parity=parity)
        chain = site.explain(100, 101)
        (piece,) = chain.pieces
        assert (piece.way, piece.holds, piece.meter) == (Way.MEASURED, True, str(METER))
        assert piece.primary == (site.register(101) - site.register(100)) * 40
        assert (piece.begun.source.frame_id, piece.ended.source.frame_id) == (early, late)
        raw = Messages(conn).bytes_of(piece.begun.source)
        shown = bytes(byte & 0x7F for byte in raw)
        assert shown.startswith(b"(26-03-03,01:00)(001003.")
        assert piece.begun.source.session == "s1"


def test_a_month_is_few_pieces_and_each_holds(store: Store) -> None:
    with store.begin() as conn:
        site = Site(conn)
        site.tell(range(289))
        chain = site.explain(0, 288)
        assert (ways(chain), chain.is_whole) == ([("measured", 96)] * 3, True)
        assert all(piece.holds for piece in chain.pieces)


def test_an_estimated_figure_names_its_method_and_what_it_was_made_from(store: Store) -> None:
    with store.begin() as conn:
        site = Site(conn)
        site.tell([*range(150), *range(250, 289)])
        estimate(conn, point_id=site.point_id, period=PERIOD, now=site.at)
        chain = site.explain(0, 288)
        assert ways(chain) == [
            ("measured", 96),
            ("measured", 53),
            ("estimated", 43),
            ("estimated", 58),
            ("measured", 38),
        ]
        first, second = chain.pieces[2:4]
        assert first.method == second.method == "register difference evenly"  # no like day is known
        assert first.inputs["registers"] == second.inputs["registers"]
        registers = first.inputs["registers"][Channel.A_PLUS.value]
        assert registers == [site.register(149), site.register(250)]
        assert (first.begun.amount, second.ended.amount) == tuple(registers)
        assert first.begun.source.offset is not None


def test_an_edited_figure_names_who_and_why(store: Store) -> None:
    with store.begin() as conn:
        site = Site(conn)
        site.tell(range(289))
        facts = {"point_id": site.point_id, "day": DAY, "now": site.at}
        acted = editing.edit(
            conn,
            slots=range(8, 10),
            values={Channel.A_PLUS: [5, 6]},
            by="ayşe",
            reason="field report",
            **facts,
        )
        number = acted.decision.number
        editing.look(conn, number=number, agree=True, by="mehmet", reason="seen", **facts)
        chain = site.explain(0, 96)
        assert ways(chain) == [("measured", 8), ("edited", 2), ("measured", 86)]
        edited = chain.pieces[1]
        assert (edited.actor, edited.reason, edited.secondary) == ("ayşe", "field report", 11)
        (one, *_), words = list(sentences(chain, "tr")), " ".join(sentences(chain, "tr"))
        assert "3 parçadan oluşur" in one
        assert "ayşe elle düzeltti (field report): 0,011 kWh × 40 = 0,440 kWh." in words
        assert "put right by hand by ayşe" in " ".join(sentences(chain, "en"))


def test_an_exchange_day_names_both_meters_and_their_papers(store: Store) -> None:
    with store.begin() as conn:
        site = Site(conn)
        site.tell(range(121))
        at = START + timedelta(minutes=15 * 120 + 6)
        facts = {"point_id": site.point_id, "by": "ayşe", "reason": "stamp expired", "now": site.at}
        exchange(
            conn,
            meter=NEW,
            at=at,
            multiplier=Decimal(60),
            removed={Channel.A_PLUS: site.register(120) + 4, Channel.Q1: 0, Channel.Q4: 0},
            placed={Channel.A_PLUS: 2, Channel.Q1: 0, Channel.Q4: 0},
            **facts,
        )
        new = conn.scalar(select(meters.c.id).where(meters.c.serial == NEW.serial))
        site.tell(range(121, 289), meter_id=new, base=-4000)
        chain = site.explain(96, 192)
        assert ways(chain) == [("measured", 24), ("exchanged", 1), ("measured", 71)]
        piece = chain.pieces[1]
        assert (piece.removed.amount, piece.placed.amount) == (site.register(120) + 4, 2)
        assert piece.primary == 4 * 40 + (site.register(121, -4000) - 2) * 60
        assert {one.meter for one in chain.pieces} == {str(METER), str(NEW)}
        assert chain.is_whole
        assert "sayaç değişti" in " ".join(sentences(chain, "tr"))


def test_what_is_not_known_is_said_and_not_counted(store: Store) -> None:
    with store.begin() as conn:
        site = Site(conn)
        site.tell(range(50))
        chain = site.explain(0, 288)
        assert ways(chain) == [("measured", 49), ("missing", 47), ("missing", 0), ("missing", 0)]
        assert not chain.is_whole
        assert "tahmin de yapılmadı" in " ".join(sentences(chain))


def test_the_rebuild_follows_decisions_papers_and_bytes(store: Store) -> None:
    """D-1: raw bytes, papers and decisions give the identical hash."""
    with store.begin() as conn:
        site = Site(conn)
        site.tell([*range(60), *range(80, 150), *range(250, 289)])
        estimate(conn, point_id=site.point_id, period=PERIOD, now=site.at)
        facts = {"point_id": site.point_id, "day": DAY, "now": site.at}
        acted = editing.edit(
            conn,
            slots=range(8, 10),
            values={Channel.A_PLUS: [5, 6]},
            by="ayşe",
            reason="field report",
            **facts,
        )
        editing.look(conn, number=acted.decision.number, agree=True, by="mehmet", reason="seen", **facts)
        assert mdm.rebuild(conn, site.point_id, PERIOD).is_identical
        site.tell(range(140, 200))
        again = mdm.rebuild(conn, site.point_id, PERIOD)
        assert again.is_identical
        assert len(again.canonical) == DAYS
        estimate(conn, point_id=site.point_id, period=PERIOD, now=site.at)
        assert mdm.rebuild(conn, site.point_id, PERIOD).is_identical


def test_the_rebuild_of_a_closed_month_is_what_is_known_not_what_was_settled(store: Store) -> None:
    with store.begin() as conn:
        site = Site(conn)
        site.tell([*range(60), *range(80, 289)])
        close_month(conn, month=Month(2026, 3), by="settlement", now=site.at)
        settled = queries.primary_wh(conn, point_id=site.point_id, period=PERIOD)
        site.at += timedelta(days=1)
        site.tell(range(55, 85))
        assert queries.primary_wh(conn, point_id=site.point_id, period=PERIOD) == settled
        assert mdm.rebuild(conn, site.point_id, PERIOD).is_identical
        (waits,) = corrections.list_corrections(conn)
        site.at += timedelta(days=1)
        corrections.approve(
            conn, point_id=site.point_id, day=DAY, number=waits.number, by="market operator", now=site.at
        )
        assert mdm.rebuild(conn, site.point_id, PERIOD).is_identical
        assert site.explain(0, 288).is_whole


def test_a_figure_is_explained_as_it_was_known_then(store: Store) -> None:
    with store.begin() as conn:
        site = Site(conn)
        site.tell([*range(60), *range(80, 289)])
        estimate(conn, point_id=site.point_id, period=PERIOD, now=site.at)
        then, day = site.at, Interval(START, START + timedelta(days=1))
        site.at += timedelta(hours=1)
        site.tell(range(55, 85))
        now = explain(conn, point_id=site.point_id, period=day)
        past = explain(conn, point_id=site.point_id, period=day, known_on=then)
        assert ways(now) == [("measured", 96)]
        assert ways(past) == [("measured", 59), ("estimated", 21), ("measured", 16)]
        assert past.primary == now.primary  # the registers told the sum
