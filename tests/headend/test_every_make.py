"""Does every make bring the same readings by a MASS modem and over a transparent line? (M-162, M-163)"""

import asyncio
import contextlib
import itertools
import re
import shutil
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from osos import jobs
from osos.headend import Question, put_question
from osos.headend.own_ways import PORTION
from osos.headend.plan import Plan, standard_plan
from osos.headend.settings import TransparentLimits
from osos.mdm.ledger import list_frames
from osos.meters import profile_named
from osos.modems.transparent import Hello
from osos.quantities import DeviceId, ManualClock
from osos.simulator.line import Line
from osos.simulator.load.plain import Steady
from osos.simulator.meter import MeterSpec, VirtualMeter
from osos.simulator.meter.gen1 import MADE
from osos.simulator.modem import MeterBehind, ModemSettings, VirtualModem
from osos.simulator.modem.transparent import TransparentModem
from osos.store import open_store

MODEM = DeviceId("ABC", "100200300400500")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AT = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
QUICK = TransparentLimits(reaction_s=0.0, rest_s=0.0, rest_after_failure_s=0.0, least_delay_s=0.05, rounds=1)
PLAN = Plan(directives=standard_plan().directives, schedules=())
GEN1, GEN3 = tuple(MADE), ("gen3",)
WAYS = ("mass", "transparent")


def device_of(make: str) -> DeviceId:
    return DeviceId(MADE[make].flag if make in MADE else "OSO", "10000001" if make in MADE else "123456789")


def modem_of(make: str, way: str) -> VirtualModem | TransparentModem:
    clock, device = ManualClock(AT), device_of(make)
    more = {"model": MADE[make].model_of(device)} if make in MADE else {}
    spec = MeterSpec(
        device=device,
        kind="combi",
        connection="X/5",
        since=AT - timedelta(days=3),
        profile=profile_named(make),
        **more,
    )
    meter = VirtualMeter(spec, Steady(power_w=(500, 600, 700)))
    end = meter.port("rs485", now=clock.now).side((300, 9600), reaction_s=0.0, parity=True)
    line = Line([end], chance=Random(3), instant=True)
    if way == "transparent":
        hello = Hello(device=MODEM, imei="", firmware="1.0", port="1", meters=(device.serial,))
        return TransparentModem(hello, line, instant=True)
    numbers = itertools.count(1)
    return VirtualModem(
        ModemSettings(device=MODEM, meters=(MeterBehind(device=device),)),
        clock=clock,
        line=line,
        chance=Random(1),
        new_reference=lambda: f"modem-{next(numbers)}",
        instant=True,
    )


async def asked(centre, directive: str, **span) -> dict:
    with centre.store.begin() as conn:
        job_id = put_question(conn, Question(device=MODEM, directive=directive, **span))

    def status():
        with centre.store.read() as conn:
            return jobs.job_status(conn, job_id)

    await centre.until(lambda: status().state in ("done", "dead"))
    return status().result["meters"][0]


def held(centre) -> dict[str, list]:
    """What is known, without when and by which frame it came to be known."""
    with centre.store.read() as conn:
        names = list(conn.exec_driver_sql("SELECT * FROM readings WHERE 1=0").keys())
    columns = ", ".join(one for one in names if one not in ("id", "frame_id", "known_since", "received_at"))
    blocks = "SELECT day, profile, content_hash FROM said_blocks ORDER BY 1, 2"
    return {
        "readings": sorted(
            repr([_plain(one) for one in row]) for row in centre.rows(f"SELECT {columns} FROM readings")
        ),
        "said": [(str(day), name, bytes(content)) for day, name, content in centre.rows(blocks)],
    }


def _plain(value: object) -> object:
    """SQLite keeps instants as microseconds."""
    return (value - EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else value


TWO_DAYS = (AT - timedelta(days=2), AT)


def brought(run_live, store, make: str, way: str, directives: tuple[str, ...], *, span=TWO_DAYS):
    """The outcome of each directive, and what the store holds then."""
    outcomes, found = {}, {}
    sheet = (f"ABC,100200300400500,{device_of(make)},1,2099-12-31",)

    async def story(centre) -> None:
        end = centre.head_end
        where = end.address if way == "mass" else end.transparent
        living = asyncio.create_task(modem_of(make, way).live(*where))
        try:
            await centre.until(lambda: end.status().sessions == 1)
            for directive in directives:
                labels = {"start": span[0], "end": span[1]} if directive.startswith("prof") else {}
                outcomes[directive] = await asked(centre, directive, **labels)
            found.update(held(centre))
        finally:
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)

    run_live(store, story, transparent_port=0, transparent=QUICK, plan=PLAN, sheet=sheet)
    return outcomes, found


@pytest.fixture
def by_both(run_live, made_sqlite, tmp_path):
    def read(make: str, *directives: str, ways: tuple[str, ...] = WAYS):
        told = []
        for way in ways:
            path = tmp_path / f"{make}-{way}.sqlite"
            shutil.copy(made_sqlite, path)
            with contextlib.closing(open_store(path)) as store:
                told.append(brought(run_live, store, make, way, directives))
        return told

    return read


@pytest.mark.parametrize("make", [*GEN1, *GEN3])
def test_a_packet_and_a_profile_are_the_same_by_both_ways(by_both, make) -> None:
    for told, _ in (both := by_both(make, "long", "profile1")):
        assert {one["outcome"] for one in told.values()} == {"done"}
        assert told["long"]["readings_new"] > 20
        assert told["profile1"]["intervals_new"] == 2 * 96 + 1
    assert both[0][1] == both[1][1]
    assert len(both[0][1]["said"]) == 3


@pytest.mark.postgres
@pytest.mark.parametrize("make", [*GEN1, *GEN3])
def test_postgresql_holds_the_same(by_both, run_live, postgres, make) -> None:
    ((_, wanted),) = by_both(make, "long", "profile1", ways=("transparent",))
    name = postgres.new_database("made")
    with contextlib.closing(open_store(postgres.url(name))) as store:
        _, found = brought(run_live, store, make, "transparent", ("long", "profile1"))
    postgres.drop(name)
    assert found == wanted


class OwnWordsOnly(VirtualMeter):
    """A make that never heard of the national form of asking for a load profile."""

    def read(self, code, argument, **more):
        is_national = code.startswith("P.") and "-" in argument
        return None if is_national else super().read(code, argument, **more)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("make", "says"),
    [
        ("luna", b"R5\x02P1("),
        ("viko", b"R2\x0296.1.8.0("),
        ("makel", b"P.01(2602280000"),
        ("kohler", b"128.12.0001"),
    ],
)
def test_a_make_is_asked_in_its_own_words_where_it_knows_no_others(
    run_live, made_sqlite, tmp_path, make, way, says, monkeypatch
) -> None:
    path = tmp_path / "own.sqlite"
    shutil.copy(made_sqlite, path)
    monkeypatch.setitem(globals(), "VirtualMeter", OwnWordsOnly)
    with contextlib.closing(open_store(path)) as store:
        told, found = brought(run_live, store, make, way, ("profile1",))
        with store.read() as conn:
            sent = [one.frame.payload for one in list_frames(conn) if one.frame.direction == "out"]
    assert told["profile1"]["outcome"] == "done"
    more = PORTION if (make, way) == ("kohler", "mass") else 0  # numbers come in portions, whole ones
    assert 0 <= told["profile1"]["intervals_new"] - (2 * 96 + 1) <= more
    assert len(found["said"]) == 3
    assert any(says in _bytes_listed(each) for each in sent)


def _bytes_listed(sent: bytes) -> bytes:
    """What a MASS message lists as numbers, as the bytes that the unit will send."""
    lists = re.findall(rb"\[((?:\d+,)+\d+)\]", sent)
    return sent + b"".join(bytes(int(one) for one in each.split(b",")) for each in lists)


@pytest.mark.parametrize("way", WAYS)
def test_numbered_records_stop_where_the_memory_ends_and_are_not_asked_for_without_end(
    run_live, made_sqlite, tmp_path, way, monkeypatch
) -> None:
    """The meter is three days old, a week is wanted: what there is comes, and what is not is no fault."""
    path = tmp_path / "week.sqlite"
    shutil.copy(made_sqlite, path)
    monkeypatch.setitem(globals(), "VirtualMeter", OwnWordsOnly)
    span = (AT - timedelta(days=7), AT - timedelta(hours=3))
    with contextlib.closing(open_store(path)) as store:
        told, _ = brought(run_live, store, "kohler", way, ("profile1",), span=span)
    looked_at = 12 if way == "mass" else 0  # to find the newest that was wanted; what came is kept
    assert told["profile1"]["outcome"] == "done"
    assert 0 <= told["profile1"]["intervals_new"] - (3 * 96 - 3 * 4) <= 1 + looked_at


class Refuses(VirtualMeter):
    """Knows no way of asking for a profile."""

    def read(self, code, argument, **more):
        return None if "P" in code or "8.0" in code else super().read(code, argument, **more)


@pytest.mark.parametrize("way", WAYS)
def test_the_nak_of_a_make_with_its_own_way_is_not_taken_for_an_empty_memory(
    run_live, made_sqlite, tmp_path, way, monkeypatch
) -> None:
    path = tmp_path / "nak.sqlite"
    shutil.copy(made_sqlite, path)
    monkeypatch.setitem(globals(), "VirtualMeter", Refuses)
    with contextlib.closing(open_store(path)) as store:
        told, _ = brought(run_live, store, "luna", way, ("profile1",))
    assert told["profile1"]["outcome"] == "value-refused"
