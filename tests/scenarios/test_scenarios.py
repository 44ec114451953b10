"""Does each story of given, when and then end as its folder says?"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from osos import mdm, registry
from osos.mdm import editing, interruptions, judge, queries
from osos.mdm.canonical import Channel
from osos.mdm.derive import tariffs
from osos.mdm.estimates.gathering import Help
from osos.mdm.estimates.running import estimate
from osos.mdm.imports.header import NotAHeader
from osos.mdm.imports.running import Order, import_intervals
from osos.mdm.interruptions import Interruption
from osos.mdm.keeping import corrections, decision_rows
from osos.mdm.keeping.clocks import Clock
from osos.mdm.keeping.closing import Month, close_month
from osos.mdm.keeping.decisions import in_force
from osos.mdm.keeping.paperwork import exchange, put_multiplier_right, set_clock
from osos.mdm.keeping.storms import end_storm, open_storm
from osos.mdm.labels import EPOCH, day_number, days_of_period, edge_of_day, instant_of_label
from osos.mdm.source import Source
from osos.meters import ProfileRecords
from osos.quantities import TURKIYE, DeviceId, Interval, Quality
from osos.registry.tables import meters
from osos.store import Store

FOLDERS = sorted(path for path in Path(__file__).parent.iterdir() if path.name.startswith("given_"))
MODEM, AREA = DeviceId("OSM", "1"), "district"


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    path = folder / name
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [{key: (value or "").strip() for key, value in row.items()} for row in csv.DictReader(file)]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TURKIYE)


def label(text: str) -> int:
    return int((instant(text) - EPOCH) / timedelta(minutes=1))


def wh(text: str) -> int:
    return int(Decimal(text) * 1000)


@dataclass
class Story:
    """One point, its meters, and what is done to them."""

    conn: object
    folder: Path
    records: dict[tuple[str, str], list[tuple[int, int]]] = field(default_factory=dict)
    redone: dict[int, int] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)  # acts, by the name of what they were refused with
    lines: list[tuple[int, str]] = field(default_factory=list)  # of files, that were refused
    aid: Help = field(default_factory=lambda: Help(areas=(AREA,)))

    def begin(self) -> None:
        for row in rows_of(self.folder, "given/records.csv"):
            first, last, step = label(row["from"]), label(row["until"]), int(row["every_min"])
            told = self.records.setdefault((row["meter"], row.get("told", "")), [])
            for n, at in enumerate(range(first, last + 1, step)):
                told.append((at, (wh(row["register"]) + n * wh(row["step"])) % 10**9))
        (hung,) = rows_of(self.folder, "given/meters.csv")
        first = min(
            at for (meter, _), told in self.records.items() if meter == hung["meter"] for at, _ in told
        )
        self.start = instant_of_label(edge_of_day(first // 1440))
        last = max(at for told in self.records.values() for at, _ in told)
        self.now = instant_of_label(last) + timedelta(days=5)
        line = f"flag,serial,meters,multiplier,plain_until\n{MODEM.flag},{MODEM.serial},"
        admissions, problems = registry.parse_admissions(f"{line}{hung['meter']},{hung['multiplier']},\n")
        assert not problems
        registry.admit(self.conn, admissions, by="test", now=self.start, since=self.start)
        modem = registry.find_modem(self.conn, MODEM)
        (behind,) = registry.meters_behind(self.conn, modem.id, self.start)
        self.point_id = behind.point_id
        if hung["clock"] != "fixed":
            set_clock(
                self.conn,
                meter_id=behind.meter_id,
                since=self.start,
                clock=Clock(hung["clock"]),
                by="ayşe",
                reason="seen on site",
                now=self.now,
            )
        for row in rows_of(self.folder, "given/interruptions.csv"):
            told = [Interruption("96.77.0", instant(row["from"]), instant(row["until"]))]
            interruptions.tell(
                self.conn, meter_id=self.meter_id(row["meter"]), told=told, source=Source(1, self.now)
            )

    def meter_id(self, name: str) -> int:
        return self.conn.scalar(select(meters.c.id).where(meters.c.serial == DeviceId.parse(name).serial))

    def act(self, number: int, row: dict[str, str]) -> None:
        self.now += timedelta(hours=1)
        try:
            days = ACTS[row["act"]](self, row)
        except REFUSALS as refusal:
            self.refused[number] = type(refusal).__name__
            days = []
        self.redone[number] = len(days)


def tell(story: Story, row: dict[str, str]) -> list[int]:
    first, last = label(row["from"]), label(row["until"])
    own = story.records[row["meter"], row["text"]]
    told = [record for record in own if first <= record[0] <= last]
    records = ProfileRecords(
        profile="P.01",
        codes=("1.8.0",),
        labels=np.array([at for at, _ in told], dtype=np.int64),
        values=np.array([[value] for _, value in told], dtype=np.int64),
        decimals=(3,),
        units=("kWh",),
        kind="combi",
        ways=1,
    )
    kept = mdm.keep(
        story.conn,
        mdm.WireFrame(
            payload=f"{story.now}".encode(),
            direction=mdm.Direction.IN,
            link="tcp",
            address="10.0.0.1:1",
            session="s",
            received_at=story.now,
        ),
    )
    outcome = mdm.record(
        story.conn,
        frame_id=kept.frame_id,
        meter=story.meter_id(row["meter"]),
        point=story.point_id,
        interpreted=mdm.Interpreted(kind="profile", profile="P.01", records=records),
        received_at=story.now,
    )
    return [day for _, day in outcome.point_days]


def fill(story: Story, row: dict[str, str]) -> list[int]:
    last = max(at for told in story.records.values() for at, _ in told)
    period = Interval(story.start, instant_of_label(last))
    return list(
        estimate(story.conn, point_id=story.point_id, period=period, now=story.now, aid=story.aid).days
    )


def swap(story: Story, row: dict[str, str]) -> list[int]:
    removed, placed = (
        {Channel.A_PLUS: wh(part)} if part else None for part in (row["text"] + ";").split(";")[:2]
    )
    redone = exchange(
        story.conn,
        point_id=story.point_id,
        meter=DeviceId.parse(row["meter"]),
        at=instant(row["from"]),
        multiplier=Decimal(row["value"]),
        removed=removed,
        placed=placed,
        by="ayşe",
        reason="stamp expired",
        now=story.now,
    )
    return [day for _, day in redone.point_days]


def other_multiplier(story: Story, row: dict[str, str]) -> list[int]:
    redone = put_multiplier_right(
        story.conn,
        point_id=story.point_id,
        since=instant(row["from"]),
        until=instant(row["until"]) if row["until"] else None,
        multiplier=Decimal(row["value"]),
        by="ayşe",
        reason="transformers changed",
        now=story.now,
    )
    return [day for _, day in redone.point_days]


def close(story: Story, row: dict[str, str]) -> list[int]:
    year, month = row["from"].split("-")[:2]
    close_month(story.conn, month=Month(int(year), int(month)), by="settlement", now=story.now)
    return []


def approve(story: Story, row: dict[str, str]) -> list[int]:
    day = day_number(instant(row["from"]).date())
    (one,) = [each for each in corrections.list_corrections(story.conn) if each.day == day]
    facts = {"point_id": story.point_id, "day": day, "number": one.number}
    corrections.approve(story.conn, **facts, by="market operator", now=story.now)
    return [day]


def storm(story: Story, row: dict[str, str]) -> list[int]:
    facts = {"area": AREA, "by": "desk", "now": story.now}
    open_storm(story.conn, since=instant(row["from"]), reason="storm", **facts)
    return []


def storm_over(story: Story, row: dict[str, str]) -> list[int]:
    end_storm(story.conn, area=AREA, until=story.now, by="desk", now=story.now)
    return []


def by_hand(story: Story, row: dict[str, str]) -> list[int]:
    day = day_number(instant(row["from"]).date())
    first, last = (label(row[name]) - edge_of_day(day) for name in ("from", "until"))
    slots = range(first // 15, last // 15)
    facts = {"point_id": story.point_id, "day": day, "now": story.now}
    values = {Channel.A_PLUS: [wh(row["value"])] * len(slots)}
    acted = editing.edit(
        story.conn, slots=slots, values=values, by="ayşe", reason=row["text"] or "checked on site", **facts
    )
    looked = editing.look(
        story.conn, number=acted.decision.number, agree=True, by="mehmet", reason="seen", **facts
    )
    return list(looked.days)


def put_clock(story: Story, row: dict[str, str]) -> list[int]:
    facts = {"by": "ayşe", "reason": "seen on site", "now": story.now}
    meter_id = story.meter_id(row["meter"])
    redone = set_clock(
        story.conn, meter_id=meter_id, since=instant(row["from"]), clock=Clock(row["value"]), **facts
    )
    return [day for _, day in redone.point_days]


def judge_days(story: Story, row: dict[str, str]) -> list[int]:
    days = days_of_period(Interval(instant(row["from"]), instant(row["until"])))
    judge.judge(story.conn, point_ids=[story.point_id], days=days, now=story.now)
    return []


class TheSameTransaction:
    """A store whose every transaction is the story's own."""

    def __init__(self, conn: object) -> None:
        self._conn = conn

    @contextmanager
    def begin(self) -> Iterator[object]:
        yield self._conn

    read = begin


def bring_in(story: Story, row: dict[str, str]) -> list[int]:
    order = Order(by="ayşe", reason="from the old system", now=story.now)
    report = import_intervals(TheSameTransaction(story.conn), story.folder / "when" / row["text"], order)
    story.lines += [(one.line, one.code) for one in report.problems]
    return [0] * report.point_days


REFUSALS = (
    registry.OverlappingInstallation,
    registry.ImpossibleMultiplier,
    registry.NothingInstalled,
    editing.CannotEdit,
    NotAHeader,
)
ACTS: dict[str, Callable[[Story, dict[str, str]], list[int]]] = {
    "tell": tell,
    "estimate": fill,
    "exchange": swap,
    "multiplier": other_multiplier,
    "close": close,
    "approve": approve,
    "storm": storm,
    "storm over": storm_over,
    "edit": by_hand,
    "clock": put_clock,
    "judge": judge_days,
    "import": bring_in,
}


@pytest.mark.parametrize("folder", FOLDERS, ids=[path.name for path in FOLDERS])
def test_the_story_ends_as_its_folder_says(store: Store, folder: Path) -> None:
    with store.begin() as conn:
        story = Story(conn, folder)
        story.begin()
        for number, row in enumerate(rows_of(folder, "when/acts.csv"), start=1):
            story.act(number, row)
        energy(story)
        qualities(story)
        methods(story)
        wait(story)
        tariff_sums(story)
        findings(story)
        refusals(story)
        for row in rows_of(folder, "then/redone.csv"):
            assert story.redone[int(row["act"])] == int(row["days"]), row


def energy(story: Story) -> None:
    rows = rows_of(story.folder, "then/energy.csv")
    assert rows, "a story says what energy there is"
    for row in rows:
        period = Interval(instant(row["from"]), instant(row["until"]))
        found = queries.primary_wh(story.conn, point_id=story.point_id, period=period)
        assert found == Decimal(row["primary"]) * 1000, row


def qualities(story: Story) -> None:
    for row in rows_of(story.folder, "then/quality.csv"):
        period = Interval(instant(row["from"]), instant(row["until"]))
        marks = queries.profile(story.conn, point_id=story.point_id, period=period).quality.tolist()
        found = Counter(Quality.of_mark(mark).name.lower() for mark in marks)
        wanted = {name: int(count) for name, count in row.items() if name not in {"from", "until"} and count}
        assert dict(found) == wanted, row


def methods(story: Story) -> None:
    rows = rows_of(story.folder, "then/methods.csv")
    if not rows:
        return
    period = Interval(story.start, story.now)
    decided = decision_rows.load(story.conn, point_id=story.point_id, days=days_of_period(period))
    found = Counter(
        one.method for day in decided.values() for one in in_force(day) if one.root == (one.day, one.number)
    )
    assert dict(found) == {row["method"]: int(row["decisions"]) for row in rows}


def tariff_sums(story: Story) -> None:
    """By the windows of the regime: what a converted meter books, and one that was not (EPDK 6561)."""
    for row in rows_of(story.folder, "then/tariffs.csv"):
        period = Interval(instant(row["from"]), instant(row["until"]))
        shown = queries.profile(story.conn, point_id=story.point_id, period=period)
        booked = tariffs.bands(shown.starts, regime=tariffs.ClockRegime(row["regime"]))
        found = tariffs.split(shown.energies[Channel.A_PLUS], booked)
        wanted = {name: wh(row[name]) for name in ("T1", "T2", "T3")}
        assert {band.name: found[band] for band in found if band.name in wanted} == wanted, row


def findings(story: Story) -> None:
    for row in rows_of(story.folder, "then/findings.csv"):
        day = day_number(instant(row["day"]).date())
        found = judge.findings(story.conn, point_ids=[story.point_id], days=[day])[story.point_id, day]
        assert {one.rule for one in found} == set(row["rules"].split()), row


def refusals(story: Story) -> None:
    wanted = {int(row["act"]): row["refused_as"] for row in rows_of(story.folder, "then/refused.csv")}
    assert story.refused == wanted
    lines = [(int(row["line"]), row["because"]) for row in rows_of(story.folder, "then/lines.csv")]
    assert story.lines == lines


def wait(story: Story) -> None:
    rows = rows_of(story.folder, "then/corrections.csv")
    found = [
        (one.day, one.state.value, one.differences.get(Channel.A_PLUS, Decimal(0)))
        for one in corrections.list_corrections(story.conn, state=None)
    ]
    assert found == [
        (day_number(instant(row["day"]).date()), row["state"], Decimal(row["primary_more"]) * 1000)
        for row in rows
    ]
