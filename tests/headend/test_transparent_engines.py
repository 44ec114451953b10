"""Are readings on PostgreSQL, by MASS JSON, dialled in and called, those that SQLite holds?"""

import asyncio
import contextlib
import itertools
import shutil
import socket
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from osos import jobs
from osos.headend import Question, put_question
from osos.headend.plan import Plan, standard_plan
from osos.headend.settings import TransparentLimits
from osos.modems.transparent import Hello
from osos.quantities import DeviceId, ManualClock
from osos.simulator.line import Line
from osos.simulator.load.plain import Steady
from osos.simulator.meter import MeterSpec, VirtualMeter
from osos.simulator.modem import MeterBehind, ModemSettings, VirtualModem
from osos.simulator.modem.transparent import TransparentModem
from osos.store import open_store

MODEM = DeviceId("ABC", "100200300400500")
AT = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
SERIALS = ("123456789", "223456789", "323456789")
QUICK = TransparentLimits(reaction_s=0.0, rest_s=0.0, rest_after_failure_s=0.0, least_delay_s=0.05, rounds=1)
PLAN = Plan(directives=standard_plan().directives, schedules=())
ASKED = (("short", None), ("history", None), ("profile1", timedelta(hours=30)))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WAYS = ("mass", "dialled in", "called")


class Street:
    """Three meters behind one line, before whichever modem; the same at each call."""

    def __init__(self) -> None:
        self.clock = ManualClock(AT)
        kinds = (("3p", "direct"), ("combi", "X/5"), ("combi", "X/5"))
        self._meters = [self._meter(serial, *kind) for serial, kind in zip(SERIALS, kinds, strict=True)]

    @staticmethod
    def _meter(serial: str, kind: str, connection: str) -> VirtualMeter:
        spec = MeterSpec(
            device=DeviceId("OSO", serial),
            kind=kind,
            connection=connection,
            since=AT - timedelta(days=3),
            seed=int(serial[0]),
        )
        return VirtualMeter(spec, Steady(power_w=(400 + 100 * int(serial[0]),) * 3))

    def modem(self, way: str) -> VirtualModem | TransparentModem:
        ends = [
            one.port("rs485", now=self.clock.now).side((300, 9600), reaction_s=0.0, parity=True)
            for one in self._meters
        ]
        line = Line(ends, chance=Random(3), instant=True)
        if way != "mass":
            hello = Hello(device=MODEM, imei="", firmware="1.0", port="1", meters=SERIALS)
            return TransparentModem(hello, line, instant=True)
        numbers = itertools.count(1)
        meters = tuple(MeterBehind(device=one.spec.device) for one in self._meters)
        return VirtualModem(
            ModemSettings(device=MODEM, meters=meters),
            clock=self.clock,
            line=line,
            chance=Random(1),
            new_reference=lambda: f"modem-{next(numbers)}",
            instant=True,
        )


async def asked(centre, directive, ago) -> list[str]:
    span = {} if ago is None else {"start": AT - ago, "end": AT}
    with centre.store.begin() as conn:
        job_id = put_question(conn, Question(device=MODEM, directive=directive, **span))

    def status():
        with centre.store.read() as conn:
            return jobs.job_status(conn, job_id)

    await centre.until(lambda: status().state in ("done", "dead"))
    return [one["outcome"] for one in status().result["meters"]]


def held(centre) -> dict[str, list]:
    """What is known, without when and by which frame it came to be known."""
    with centre.store.read() as conn:
        names = list(conn.exec_driver_sql("SELECT * FROM readings WHERE 1=0").keys())
    columns = ", ".join(one for one in names if one not in ("id", "frame_id", "known_since", "received_at"))
    return {
        "readings": sorted(
            repr([_plain(value) for value in row]) for row in centre.rows(f"SELECT {columns} FROM readings")
        ),
        "said": [
            (meter, str(day), profile, bytes(content))
            for meter, day, profile, content in centre.rows(
                "SELECT meter_id, day, profile, content_hash FROM said_blocks ORDER BY 1, 2, 3"
            )
        ],
        "points": [
            (point, str(day), bytes(content))
            for point, day, content in centre.rows(
                "SELECT point_id, day, content_hash FROM canonical_blocks ORDER BY 1, 2"
            )
        ],
    }


def _plain(value: object) -> object:
    """SQLite keeps instants as microseconds."""
    return (value - EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else value


@pytest.fixture
def come(run_live):
    """What a store holds after all was asked for by this way."""

    def by(store, way: str) -> dict[str, list]:
        found: dict[str, list] = {}
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            port = sock.getsockname()[1]
        header = "flag,serial,meters,multiplier,plain_until,listens"
        listens = f"127.0.0.1:{port}" if way == "called" else ""
        sheet = (header, f"ABC,100200300400500,{';'.join(SERIALS)},1,2099-12-31,{listens}")

        async def story(centre) -> None:
            modem, living = Street().modem(way), None
            if way == "called":
                await modem.listen(port=port)
            else:
                where = centre.head_end.address if way == "mass" else centre.head_end.transparent
                living = asyncio.create_task(modem.live(*where))
                await centre.until(lambda: centre.head_end.status().sessions == 1)
            for directive, ago in ASKED:
                outcomes = await asked(centre, directive, ago)
                assert outcomes == ["done"] * len(SERIALS), directive
            found.update(held(centre))
            if living is None:
                modem.close()
            else:
                living.cancel()
                await asyncio.gather(living, return_exceptions=True)

        run_live(store, story, transparent_port=0, transparent=QUICK, plan=PLAN, sheet=sheet)
        return found

    return by


@pytest.mark.postgres
def test_three_meters_behind_one_line_bring_the_same_on_postgresql_by_every_way(
    come, postgres, made_sqlite, tmp_path
):
    path = tmp_path / "first.sqlite"
    shutil.copy(made_sqlite, path)
    with contextlib.closing(open_store(path)) as first:
        wanted = come(first, "dialled in")
    assert len(wanted["readings"]) > 60
    assert len({meter for meter, *_ in wanted["said"]}) == 3
    assert wanted["points"]
    for way in WAYS:
        name = postgres.new_database("made")
        with contextlib.closing(open_store(postgres.url(name))) as store:
            assert come(store, way) == wanted, way
        postgres.drop(name)
