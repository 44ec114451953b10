"""Is a time without power zero and not missing, and does nobody guess while an area is out (D-20, D-21)?"""

from dataclasses import replace
from datetime import timedelta

from osos.mdm import editing, interruptions, queries
from osos.mdm.canonical import Channel
from osos.mdm.estimates.gathering import Help
from osos.mdm.estimates.ladder import T1_NOTE, Why
from osos.mdm.estimates.running import estimate
from osos.mdm.interruptions import Interruption, interruptions_told
from osos.mdm.keeping.clocks import Clock, Regime
from osos.mdm.keeping.decisions import State
from osos.mdm.keeping.storms import end_storm, open_storm
from osos.mdm.labels import edge_of_day, instant_of_label
from osos.mdm.source import Source
from osos.meters import read
from osos.quantities import Interval
from osos.store import Store

POINT = 7
LISTS = (
    b"\x020.0.0(123456789)\r\n96.77.0*1(26-03-03,01:00;26-03-03,05:30)\r\n"
    b"96.77.0*2(00-00-00,00:00;00-00-00,00:00)\r\n96.77.1*1(26-03-02,01:00,26-03-02,01:07)\r\n"
    b"96.77.00*1(26-03-03,01:00;00-00-00,00:00)\r\n96.77.0*3(26-13-40,01:00;26-03-03,05:30)\r\n!\r\n\x03"
)


class Blackout:
    """Three days of a meter whose records of one morning never were."""

    def __init__(self, conn, desk, meter, *, off_rows: range) -> None:
        self.conn, self.desk, self.meter = conn, desk, meter
        start = instant_of_label(edge_of_day(meter.first_day))
        self.period = Interval(start, start + timedelta(days=meter.days))
        desk.at = self.period.end + timedelta(days=3)
        meter.values[off_rows[0] :, :3] -= meter.values[off_rows[-1], :3] - meter.values[off_rows[0] - 1, :3]
        self.installed = [meter.installed()]
        rows = [n for n in range(meter.labels.size) if n not in off_rows]
        desk.tell(meter.records(rows), installed=self.installed)

    def estimate(self, **more):
        facts = {"point_id": POINT, "period": self.period, "now": self.desk.at, "installed": self.installed}
        return estimate(self.conn, **(facts | more))

    def off(self, first: int, last: int, code: str = "96.77.0") -> None:
        since, until = (instant_of_label(int(self.meter.labels[n])) for n in (first, last))
        told = [Interruption(code, since, until)]
        interruptions.tell(self.conn, meter_id=70, told=told, source=Source(1, self.desk.at))


def test_the_lists_of_a_readout_are_read_and_open_or_impossible_rows_are_none() -> None:
    told = interruptions_told(read(LISTS).readings)
    assert [(one.code, (one.until - one.since).total_seconds() / 60) for one in told] == [
        ("96.77.1", 7),
        ("96.77.0", 270),
    ]


def test_a_time_without_power_is_zero_by_the_meters_own_word(store: Store, desk_on, told_meter) -> None:
    with store.begin() as conn:
        day = Blackout(conn, desk_on(conn), told_meter(days=3), off_rows=range(100, 140))
        day.off(99, 139)
        (filled,) = day.estimate().filled
        (fill,) = filled.fills
        passed = (day.meter.values[140, :3] - day.meter.values[99, :3]).tolist()
        assert (fill.method, fill.code) == ("interruption record", "1.2.32")
        assert fill.values.sum(axis=1).tolist() == passed
        assert fill.values[:, :40].sum() == 0
        assert "interruptions" in fill.inputs


def test_energy_around_an_interruption_goes_to_the_minutes_with_power(
    store: Store, desk_on, told_meter
) -> None:
    with store.begin() as conn:
        day = Blackout(conn, desk_on(conn), told_meter(days=3), off_rows=range(100, 140))
        day.off(102, 139)
        (filled,) = day.estimate().filled
        values = filled.fills[0].values[0].tolist()
        assert values[3:40] == [0] * 37
        assert sum(values) == filled.holes[0].difference(Channel.A_PLUS)


def test_a_record_of_one_phase_is_no_interruption_of_the_meter(store: Store, desk_on, told_meter) -> None:
    with store.begin() as conn:
        day = Blackout(conn, desk_on(conn), told_meter(days=3), off_rows=range(100, 140))
        day.off(99, 139, "96.77.2")
        assert day.estimate().filled[0].fills[0].method != "interruption record"


def test_a_slot_in_which_power_failed_is_no_end_of_a_straight_line(store: Store, desk_on, told_meter) -> None:
    """California's VEE, and M-105: a record off the grid is written when power fails."""
    with store.begin() as conn:
        day = Blackout(conn, desk_on(conn), told_meter(days=3), off_rows=range(100, 103))
        assert day.estimate(propose=True).filled[0].fills[0].method == "straight line"
        cut = day.meter.records([98])
        cut.labels[0] += 7
        day.desk.tell(cut, installed=day.installed)
        asked = editing.look(
            conn,
            point_id=POINT,
            day=day.meter.first_day + 1,
            number=1,
            agree=False,
            by="ayşe",
            reason="power failed",
            now=day.desk.at,
            installed=day.installed,
        )
        assert asked.state is State.REFUSED
        assert day.estimate().filled[0].fills[0].method == "register difference evenly"


def test_nobody_guesses_while_the_area_is_out(store: Store, desk_on, told_meter) -> None:
    with store.begin() as conn:
        day = Blackout(conn, desk_on(conn), told_meter(days=3), off_rows=range(100, 110))
        aid = Help(areas=("district Bodrum",))
        since = instant_of_label(int(day.meter.labels[90]))
        open_storm(conn, area="district Bodrum", since=since, by="desk", reason="storm", now=day.desk.at)
        report = day.estimate(aid=aid)
        assert [left.why for _, left in report.left] == [Why.STORM]
        assert day.estimate(aid=Help(areas=("district Milas",)), now=day.desk.at).filled
        end_storm(conn, area="district Bodrum", until=day.desk.at, by="desk", now=day.desk.at)
        assert day.estimate(aid=aid).unchanged == 1


def test_what_a_failed_clock_booked_to_t1_is_left_and_said(store: Store, desk_on, told_meter) -> None:
    with store.begin() as conn:
        day = Blackout(conn, desk_on(conn), told_meter(days=3), off_rows=range(100, 140))
        since = instant_of_label(int(day.meter.labels[98]))
        failed = (Regime(Clock.WRONG, since), Regime(Clock.FIXED, day.period.end))
        installed = [replace(day.installed[0], clocks=failed)]
        (filled,) = day.estimate(installed=installed).filled
        assert filled.fills[0].notes == (T1_NOTE,)
        whole = queries.energy_wh(conn, point_ids=[POINT], period=day.period)[POINT]
        assert whole == day.meter.energy_wh()
