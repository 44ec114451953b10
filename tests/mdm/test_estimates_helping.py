"""Do points of the same kind help where a point's own past cannot, and does a paired check meter serve?"""

from decimal import Decimal

import numpy as np
import pytest
from typer.testing import CliRunner

from osos import mdm, registry
from osos.cli import estimate as estimate_cli
from osos.mdm import Direction, WireFrame
from osos.mdm.estimates.helping import help_of
from osos.mdm.estimates.ladder import Why
from osos.mdm.estimates.running import Choice, estimate
from osos.mdm.estimates.surveying import options
from osos.mdm.keeping import check_meters, decision_rows
from osos.mdm.labels import edge_of_day, instant_of_label
from osos.meters import ProfileRecords
from osos.quantities import DeviceId, Interval
from osos.store import Store, list_events

DAY = 9557  # Monday 2 March 2026
FIRST, UNTIL = 9556, 9587  # March
LATER = instant_of_label(edge_of_day(UNTIL + 9))
MULTIPLIER = 40


def at(day: int):
    return instant_of_label(edge_of_day(day))


class Street:
    """Points of one class; the first is the one in question, the others have all of March."""

    def __init__(self, conn, *, neighbours: int, since: int = FIRST) -> None:
        self.conn = conn
        sheet, rows = "flag,serial,meters,multiplier,plain_until\n", "meter;installation_no;district;class\n"
        for n in range(neighbours + 1):
            sheet += f"OSM,{n + 1},MKS10000000{n},{MULTIPLIER},\n"
            rows += f"MKS10000000{n};200{n};Ilıca;DSO_DECISION\n"
        admissions, _ = registry.parse_admissions(sheet)
        registry.admit(conn, admissions, by="test", now=at(since), since=at(since))
        points, problems = registry.parse_service_points(rows)
        assert not problems
        registry.admit_service_points(conn, points, by="test", now=at(since))
        self.behind = [
            registry.meters_behind(conn, registry.find_modem(conn, DeviceId("OSM", str(n + 1))).id, at(DAY))[
                0
            ]
            for n in range(neighbours + 1)
        ]
        for n in range(1, neighbours + 1):
            self.tell(n, FIRST, UNTIL, scale=n)

    @property
    def point(self) -> int:
        return self.behind[0].point_id

    def tell(self, n: int, first: int, until: int, *, scale: int = 1, without: range = range(0)) -> None:
        """Noon counts three times what midnight does; `without`: slots of the first day that are not told."""
        labels = np.arange(first * 1440, until * 1440 + 1, 15, dtype=np.int64)
        slots = (labels % 1440) // 15
        energy = np.where((slots > 40) & (slots <= 56), 30, 10) * scale
        registers = 1_000_000 + np.cumsum(energy)
        told = ~np.isin(np.arange(labels.size), [slot + 1 for slot in without])
        records = ProfileRecords(
            "P.01",
            ("1.8.0",),
            labels[told],
            registers[told].reshape(-1, 1).astype(np.int64),
            (3,),
            ("kWh",),
            "combi",
            1,
        )
        frame = WireFrame(
            payload=f"{n}.{first}".encode(),
            direction=Direction.IN,
            link="tcp",
            address="10.0.0.1:1",
            session="s",
            received_at=LATER,
        )
        mdm.record(
            self.conn,
            frame_id=mdm.keep(self.conn, frame).frame_id,
            meter=self.behind[n].meter_id,
            point=self.behind[n].point_id,
            interpreted=mdm.Interpreted(kind="profile", profile="P.01", records=records),
            received_at=LATER,
        )

    def fill(self, **facts: object):
        aid = help_of(self.conn, self.point, LATER)
        period = Interval(at(DAY), at(DAY + 1))
        return estimate(self.conn, point_id=self.point, period=period, now=LATER, aid=aid, **facts)

    def methods(self) -> list[str | None]:
        return [row.method for row in decision_rows.load(self.conn, point_id=self.point, days=[DAY])[DAY]]


def test_a_new_point_takes_the_shape_of_its_class_and_the_sum_of_its_registers(store: Store) -> None:
    with store.begin() as conn:
        street = Street(conn, neighbours=3)
        street.tell(0, DAY, DAY + 1, without=range(30, 70))
        report = street.fill()
        assert street.methods() == ["standard profile"]
        ((fill,),) = [one.fills for one in report.filled]
        assert "3 points, 2026-03" in fill.inputs["profile"] and fill.uncertainty_wh == 0
        assert fill.values.sum() == 25 * 10 + 16 * 30, "exact to the registers"
        slots = fill.values[0].tolist()
        assert slots[20] == 3 * slots[0], "as the others do at noon and at seven"


def test_without_a_whole_month_neighbours_serve_scaled_by_what_both_use(store: Store) -> None:
    with store.begin() as conn:
        street = Street(conn, neighbours=0)
        street.tell(0, DAY - 3, DAY - 1)  # Friday and Saturday: no like day of a Monday
        aid = help_of(conn, street.point, LATER)
        assert aid.standard is not None
        report = street.fill()
        assert not report.filled and {left.why for _, left in report.left} == {Why.BY_HAND}
    with store.begin() as conn:
        assert decision_rows.load(conn, point_id=street.point, days=[DAY]) == {}


def test_a_person_sees_what_each_method_says_and_may_choose(store: Store) -> None:
    with store.begin() as conn:
        street = Street(conn, neighbours=4)
        street.tell(0, FIRST, DAY + 1, without=range(96 + 30, 96 + 70))  # a Sunday is no Monday
        aid = help_of(conn, street.point, LATER)
        period = Interval(at(DAY), at(DAY + 1))
        said = options(conn, point_id=street.point, period=period, now=LATER, aid=aid)
        found = {one.method: one for one in said}
        assert {"standard profile", "similar points", "register difference evenly"} <= found.keys()
        exact = Decimal((25 * 10 + 16 * 30) * MULTIPLIER)
        assert {one.primary for one in found.values()} == {exact}, "registers tell the sum"
        assert street.fill().filled and street.methods() == ["standard profile"]
        choice = Choice(method="similar points", by="ayşe", reason="a street of like homes")
        assert street.fill(choice=choice).filled
        rows = decision_rows.load(conn, point_id=street.point, days=[DAY])[DAY]
        assert [row.kind.value for row in rows] == ["estimate", "lapse", "estimate"]
        assert (rows[2].method, rows[2].actor, rows[2].reason) == (choice.method, choice.by, choice.reason)
        assert street.fill().unchanged == 1, "what a person chose stands"


def test_a_check_meter_serves_once_it_is_paired_and_only_in_its_time(store: Store) -> None:
    with store.begin() as conn:
        street = Street(conn, neighbours=1)
        street.tell(0, DAY, DAY + 1, without=range(30, 70))
        facts = {"by": "ayşe", "reason": "second set of transformers", "now": LATER}
        check = street.behind[1].point_id
        check_meters.pair(conn, point_id=street.point, check_point_id=check, since=at(FIRST), **facts)
        check_meters.pair(conn, point_id=street.point, check_point_id=check, since=at(FIRST), **facts)
        with pytest.raises(check_meters.NotAPair, match="end that one first"):
            check_meters.pair(conn, point_id=street.point, check_point_id=check, since=at(DAY), **facts)
        with pytest.raises(check_meters.NotAPair, match="cannot check itself"):
            check_meters.pair(conn, point_id=check, check_point_id=check, since=at(DAY), **facts)
        street.fill()
        assert street.methods() == ["check meter"]
        assert check_meters.end(conn, point_id=street.point, until=LATER, by="ayşe", now=LATER)
        assert not check_meters.end(conn, point_id=street.point, until=LATER, by="ayşe", now=LATER)
        assert check_meters.pairs(conn, at=LATER) == ()
        acts = [event.act for event in list_events(conn, subject=f"point {street.point}")]
        assert acts.count("check meter paired") == 1 and acts.count("check meter ended") == 1


def test_the_command_line_pairs_shows_and_ends_and_names_what_cannot_be(
    store: Store, store_url: str, tmp_path
) -> None:
    with store.begin() as conn:
        Street(conn, neighbours=1)
    store.close()

    def run(*arguments: str):
        environment = {"OSOS_STORE_URL": store_url, "OSOS_HOME": str(tmp_path)}
        return CliRunner().invoke(estimate_cli.app, list(arguments), env=environment)

    told = ("--since", "2026-03-01", "--reason", "x", "--by", "ayşe")
    shown = run("check-meter", "2000", "--check", "2001", *told, "--json")
    assert shown.exit_code == 0 and '"by": "ayşe"' in shown.stdout, shown.output
    assert run("check-meter", "2000", "--check", "2000", *told).exit_code == 2
    assert run("check-meter", "9999").exit_code == 1
    assert run("check-meter", "2000", "--until", "2026-03-09").exit_code == 0
    assert "district Ilıca" in run("storm", "district Ilıca", "--since", "2026-03-01").stdout
    assert run("storm", "Ilıca", "--since", "2026-03-01").exit_code == 2
    strange = run("storm", "district Ilica", "--since", "2026-03-01")
    assert strange.exit_code == 2, "a name spelt otherwise would keep nobody from estimating"
    assert "nokta yok; olanlar: district Ilıca / no point lies in" in strange.stderr
    early = run("storm", "district Ilıca", "--until", "2026-02-01")
    assert (early.exit_code, "cannot end before that" in early.stderr) == (2, True)
    assert "district Ilıca" in run("storm").stdout, "still out"
    assert "no area is out" in run("storm", "district Ilıca", "--until", "2026-03-02").stdout
    filled = run("fill", "2001", "--since", "2026-03-02", "--until", "2026-03-03")
    assert filled.exit_code == 0 and filled.stdout == "", "nothing is missing"
