"""What may a person change, who looks again, and does exactly the affected change?"""

from datetime import timedelta

import pytest

from osos.mdm import editing, points, queries
from osos.mdm.canonical import Channel
from osos.mdm.estimates.running import estimate
from osos.mdm.keeping.decisions import State
from osos.mdm.labels import edge_of_day, instant_of_label
from osos.quantities import Interval, Quality
from osos.store import Store

POINT = 7
A_PLUS = Channel.A_PLUS


class People:
    """A day of a meter, and two who decide about it."""

    def __init__(self, conn, desk, meter) -> None:
        self.conn, self.desk, self.meter = conn, desk, meter
        self.desk.at = instant_of_label(edge_of_day(meter.first_day + meter.days)) + timedelta(days=3)
        self.installed = [meter.installed()]
        self.day = meter.first_day + 1
        start = instant_of_label(edge_of_day(meter.first_day))
        self.period = Interval(start, start + timedelta(days=meter.days))

    def facts(self, by: str = "ayşe", reason: str = "field report 12") -> dict:
        where = {"point_id": POINT, "day": self.day, "installed": self.installed}
        return where | {"by": by, "reason": reason, "now": self.desk.at}

    def energy(self) -> int:
        return queries.energy_wh(self.conn, point_ids=[POINT], period=self.period)[POINT]

    def block(self, day: int | None = None):
        return points.load(self.conn, point_ids=[POINT], days=[day or self.day])[POINT, day or self.day].block


@pytest.fixture
def people(desk_on, told_meter):
    return lambda conn, days=3: People(conn, desk_on(conn), told_meter(days=days))


def test_an_edit_that_moves_money_waits_for_another_person(store: Store, people) -> None:
    with store.begin() as conn:
        crew = people(conn)
        crew.desk.tell(crew.meter.records(), installed=crew.installed)
        before = crew.energy()
        was = int(crew.block().energies[0, 10])
        acted = editing.edit(conn, slots=range(10, 12), values={A_PLUS: [was + 100, 0]}, **crew.facts())
        assert (acted.state, acted.days, crew.energy()) == (State.PROPOSED, (), before)
        number = acted.decision.number
        assert [one.decision.number for one in editing.waiting(conn)] == [number]
        with pytest.raises(editing.SamePerson):
            editing.look(conn, number=number, agree=True, **crew.facts())
        looked = editing.look(conn, number=number, agree=True, **crew.facts("mehmet", "seen"))
        assert (looked.state, looked.days) == (State.IN_FORCE, (crew.day,))
        block = crew.block()
        assert block.count(Quality.EDITED) == 2
        assert crew.energy() - before == int(acted.change.differences[A_PLUS] / 40)
        assert editing.waiting(conn) == []


def test_an_undoing_is_looked_at_too_and_brings_back_the_very_block(store: Store, people) -> None:
    with store.begin() as conn:
        crew = people(conn)
        crew.desk.tell(crew.meter.records(), installed=crew.installed)
        before = crew.block().content_hash()
        acted = editing.edit(conn, slots=range(5, 6), values={A_PLUS: [9]}, **crew.facts())
        number = acted.decision.number
        editing.look(conn, number=number, agree=True, **crew.facts("mehmet"))
        asked = editing.undo(conn, number=number, **crew.facts("mehmet", "wrong point"))
        assert (asked.state, asked.days) == (State.PROPOSED, ())
        with pytest.raises(editing.SamePerson):
            editing.look(conn, number=asked.decision.number, agree=True, **crew.facts("mehmet"))
        done = editing.look(conn, number=asked.decision.number, agree=True, **crew.facts("ayşe"))
        assert (done.state, done.days) == (State.UNDONE, (crew.day,))
        assert crew.block().content_hash() == before
        (entry,) = editing.history(conn, point_id=POINT, days=[crew.day])
        assert [one.kind.value for one in entry.acts] == ["approve", "undo", "approve"]
        with pytest.raises(editing.NotADecision):
            editing.undo(conn, number=number, **crew.facts())


def test_accepting_suspect_values_moves_no_money_and_holds_at_once(store: Store, people) -> None:
    with store.begin() as conn:
        crew = people(conn)
        labels = [*range(130), 129, *range(130, 289)]  # a repeated label: its slots are suspect
        crew.desk.tell(crew.meter.records(labels), installed=crew.installed)
        suspect = [n for n, mark in enumerate(crew.block().quality) if mark == Quality.SUSPECT.mark]
        before = crew.energy()
        slots = range(suspect[0], suspect[-1] + 1)
        acted = editing.accept(conn, slots=slots, **crew.facts())
        assert (acted.state, acted.change.moves_money, acted.days) == (State.IN_FORCE, False, (crew.day,))
        assert (crew.block().count(Quality.SUSPECT), crew.energy()) == (0, before)
        assert acted.decision.code == "3.10.1"


def test_an_acceptance_is_of_these_values_and_not_of_those_that_come_later(store: Store, people) -> None:
    with store.begin() as conn:
        crew = people(conn)
        labels = [*range(130), 129, *range(130, 289)]
        crew.desk.tell(crew.meter.records(labels), installed=crew.installed)
        suspect = [n for n, mark in enumerate(crew.block().quality) if mark == Quality.SUSPECT.mark]
        editing.accept(conn, slots=range(suspect[0], suspect[-1] + 1), **crew.facts())
        crew.meter.values[129:] += 3
        crew.desk.tell(crew.meter.records([128, 129, 129, *range(130, 289)]), installed=crew.installed)
        assert crew.block().count(Quality.SUSPECT) == len(suspect)


def test_dismissed_values_are_estimated_and_an_undoing_takes_the_estimate_along(store: Store, people) -> None:
    with store.begin() as conn:
        crew = people(conn)
        crew.desk.tell(crew.meter.records(), installed=crew.installed)
        before = crew.block().content_hash()
        acted = editing.dismiss(conn, slots=range(40, 50), **crew.facts())
        editing.look(conn, number=acted.decision.number, agree=True, **crew.facts("mehmet"))
        assert crew.block().count(Quality.MISSING) == 10
        report = estimate(
            conn, point_id=POINT, period=crew.period, now=crew.desk.at, installed=crew.installed
        )
        assert len(report.filled) == 1
        assert (crew.block().count(Quality.ESTIMATED), crew.energy()) == (10, crew.meter.energy_wh())
        asked = editing.undo(conn, number=acted.decision.number, **crew.facts())
        if asked.state is State.PROPOSED:
            editing.look(conn, number=asked.decision.number, agree=True, **crew.facts("mehmet"))
        assert crew.block().content_hash() == before


def test_a_proposed_estimate_holds_over_all_its_days_once_looked_at(store: Store, people) -> None:
    with store.begin() as conn:
        crew = people(conn, 4)
        crew.desk.tell(crew.meter.records([*range(150), *range(250, 385)]), installed=crew.installed)
        before = crew.energy()
        report = estimate(
            conn,
            point_id=POINT,
            period=crew.period,
            now=crew.desk.at,
            installed=crew.installed,
            propose=True,
        )
        assert (report.days, crew.energy()) == ((), before)
        (filled,) = report.filled
        looked = editing.look(conn, number=filled.root[1], agree=True, **crew.facts("ayşe"))
        assert len(looked.days) == 2
        assert crew.energy() == crew.meter.energy_wh()


def test_what_cannot_be_is_refused_by_name(store: Store, people) -> None:
    with store.begin() as conn:
        crew = people(conn)
        crew.desk.tell(crew.meter.records(), installed=crew.installed)
        with pytest.raises(editing.NoReason):
            editing.edit(conn, slots=range(1), values={A_PLUS: [7]}, **crew.facts(reason=" "))
        with pytest.raises(editing.NothingThere):
            editing.edit(conn, slots=range(90, 97), values={A_PLUS: [7] * 7}, **crew.facts())
        with pytest.raises(editing.NothingThere):
            editing.edit(conn, slots=range(1), values={A_PLUS: [-7]}, **crew.facts())
        with pytest.raises(editing.NothingThere, match="no meter counts"):
            editing.edit(conn, slots=range(1), values={A_PLUS: [10**10]}, **crew.facts())
        for late in (crew.day + 400, crew.day + 20_000):  # a slip of the pen in the year
            with pytest.raises(editing.NothingThere, match="have not passed yet"):
                editing.edit(conn, slots=range(1), values={A_PLUS: [7]}, **(crew.facts() | {"day": late}))
        with pytest.raises(editing.NothingChanges):
            editing.accept(conn, slots=range(1), **crew.facts())
        with pytest.raises(editing.NotADecision):
            editing.look(conn, number=5, agree=True, **crew.facts())
        with pytest.raises(editing.NothingThere):
            editing.edit(conn, slots=range(1), values={A_PLUS: [7]}, **(crew.facts() | {"installed": ()}))
        assert editing.history(conn, point_id=POINT, days=[crew.day]) == []


def test_only_the_day_that_was_edited_has_a_new_version(store: Store, people) -> None:
    with store.begin() as conn:
        crew = people(conn, 5)
        crew.desk.tell(crew.meter.records(), installed=crew.installed)
        acted = editing.edit(conn, slots=range(95, 96), values={A_PLUS: [1]}, **crew.facts())
        looked = editing.look(conn, number=acted.decision.number, agree=True, **crew.facts("mehmet"))
        assert looked.days == (crew.day,)
        days = range(crew.meter.first_day, crew.meter.first_day + 5)
        held = points.load(conn, point_ids=[POINT], days=days)
        assert {day: one.version for (_, day), one in held.items()} == {
            day: 2 if day == crew.day else 1 for day in days
        }
