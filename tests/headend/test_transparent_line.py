"""Are a meter's readings the same whichever way they came: MASS JSON, dialled in, called? (X-40 … X-43)"""

import asyncio
import contextlib
import itertools
import shutil
import socket
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from osos import jobs, mdm
from osos.headend import GapLimits, Question, put_question
from osos.headend.plan import Plan, standard_plan
from osos.headend.settings import TransparentLimits
from osos.iec62056 import MeterSide
from osos.mdm.ledger import list_frames
from osos.modems.mass_json import Schedule
from osos.modems.transparent import Hello
from osos.quantities import DeviceId, Interval, ManualClock
from osos.simulator.line import LINES, Cut, CuttingLink, DribblingLink, Line, Link, Piece
from osos.simulator.load.plain import Steady
from osos.simulator.meter import MeterSpec, VirtualMeter
from osos.simulator.modem import MeterBehind, ModemSettings, VirtualModem
from osos.simulator.modem.transparent import TransparentModem
from osos.store import open_store

MODEM = DeviceId("ABC", "100200300400500")
SERIALS = ("123456789", "223456789")
AT = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
SHEET = ("ABC,100200300400500,123456789;223456789,1,2099-12-31",)
QUICK = TransparentLimits(reaction_s=0.0, rest_s=0.0, rest_after_failure_s=0.0, least_delay_s=0.05, rounds=1)
PLAN = Plan(directives=standard_plan().directives, schedules=())


class Town:
    """Two meters on one line, before whichever modem; the same at each call."""

    def __init__(self) -> None:
        self.clock = ManualClock(AT)
        self.meters = [self._meter(serial, number) for number, serial in enumerate(SERIALS)]

    def line(self, kind: type[Line] = Line, *, meters=None, **more) -> Line:
        ends = [
            MeterSide(one.port("rs485", now=self.clock.now), (300, 9600), reaction_s=0.0, parity=True)
            for one in meters or self.meters
        ]
        return kind(ends, chance=Random(3), instant=True, **more)

    def transparent(self, line: Line | None = None, **more) -> TransparentModem:
        hello = Hello(device=MODEM, imei="350000000000001", firmware="1.0", port="1", meters=SERIALS)
        return TransparentModem(hello, line or self.line(), instant=True, **more)

    def mass(self) -> VirtualModem:
        numbers = itertools.count(1)
        return VirtualModem(
            ModemSettings(
                device=MODEM, meters=tuple(MeterBehind(device=one.spec.device) for one in self.meters)
            ),
            clock=self.clock,
            line=self.line(),
            chance=Random(1),
            new_reference=lambda: f"modem-{next(numbers)}",
            instant=True,
        )

    @staticmethod
    def _meter(serial: str, number: int) -> VirtualMeter:
        spec = MeterSpec(
            device=DeviceId("OSO", serial),
            kind="combi" if number else "3p",
            connection="X/5" if number else "direct",
            since=AT - timedelta(days=3),
            seed=number,
        )
        return VirtualMeter(spec, Steady(power_w=(500 + 100 * number,) * 3))


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def run(made_sqlite, tmp_path, run_live):
    """Runs a story against a head-end with a transparent port, on a store of its own name."""
    stores = contextlib.ExitStack()

    def go(story, name: str = "osos", **settings) -> None:
        path = tmp_path / f"{name}.sqlite"
        shutil.copy(made_sqlite, path)
        store = stores.enter_context(contextlib.closing(open_store(path)))
        usual = {"transparent_port": 0, "transparent": QUICK, "plan": PLAN, "sheet": SHEET}
        run_live(store, story, **{**usual, **settings})

    with stores:
        yield go


async def asked(centre, directive: str, device: DeviceId = MODEM, **more) -> dict:
    with centre.store.begin() as conn:
        job_id = put_question(conn, Question(device=device, directive=directive, **more))

    def status():
        with centre.store.read() as conn:
            return jobs.job_status(conn, job_id)

    await centre.until(lambda: status().state in ("done", "dead"))
    return status().result


def held(centre) -> dict[str, list]:
    """Everything that is known of the meters, without when and by which frame it came to be known."""
    readings = "SELECT * FROM readings ORDER BY meter_id, code, at"
    with centre.store.read() as conn:
        result = conn.exec_driver_sql(readings)
        names = list(result.keys())
        kept = [name for name in names if name not in ("frame_id", "known_since", "received_at")]
        rows = [tuple(row._mapping[name] for name in kept) for row in result]
    blocks = "SELECT meter_id, day, profile, content_hash FROM said_blocks ORDER BY 1, 2, 3"
    points = "SELECT point_id, day, content_hash FROM canonical_blocks ORDER BY 1, 2"
    return {"readings": rows, "said": centre.rows(blocks), "points": centre.rows(points)}


async def everything(centre) -> None:
    for directive in ("short", "history"):
        result = await asked(centre, directive)
        assert result["code"] == 0, result
    for directive, since in (("profile1", AT - timedelta(hours=30)), ("profile2", AT - timedelta(hours=6))):
        result = await asked(centre, directive, start=since, end=AT)
        assert {one["outcome"] for one in result["meters"]} == {"done"}, result


@contextlib.asynccontextmanager
async def dialled(centre, modem: TransparentModem):
    living = asyncio.create_task(modem.live(*centre.head_end.transparent))
    try:
        await centre.until(lambda: centre.head_end.status().sessions == 1)
        yield modem
    finally:
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)


def heard_frames(centre, direction: str) -> list[bytes]:
    with centre.store.read() as conn:
        return [
            one.frame.payload
            for one in list_frames(conn)
            if one.frame.link == "transparent" and one.frame.direction.value == direction
        ]


def test_the_same_readings_and_blocks_arrive_whichever_way_they_came(run, town) -> None:
    found = {}

    async def by_mass(centre) -> None:
        living = asyncio.create_task(town.mass().live(*centre.head_end.address))
        await centre.until(lambda: centre.head_end.status().sessions == 1)
        await everything(centre)
        found["mass"] = held(centre)
        living.cancel()

    async def by_transparent(centre) -> None:
        async with dialled(centre, town.transparent()):
            await everything(centre)
        found["dialled in"] = held(centre)

    run(by_mass, "mass")
    run(by_transparent, "transparent")
    assert len(found["mass"]["readings"]) > 40
    assert found["mass"]["said"]
    assert found["mass"]["points"]
    assert found["dialled in"] == found["mass"]


def test_the_ledger_alone_gives_the_blocks_again(run, town) -> None:
    async def story(centre) -> None:
        async with dialled(centre, town.transparent()):
            await everything(centre)
        with centre.store.read() as conn:
            for (point_id,) in centre.rows("SELECT id FROM metering_points"):
                again = mdm.rebuild(conn, point_id, Interval(AT - timedelta(days=1), AT))
                assert again.said_held
                assert again.is_identical

    run(story)


class Tap(Link):
    """A good link that remembers what went through it."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = bytearray()

    def carry(self, data: bytes):
        self.passed += data
        yield Piece(data)


def test_every_byte_both_ways_is_in_the_ledger(run, town) -> None:
    out, into = Tap(), Tap()

    async def story(centre) -> None:
        async with dialled(centre, town.transparent(links=(out, into))):
            assert (await asked(centre, "short"))["code"] == 0
            assert (await asked(centre, "profile1", start=AT - timedelta(hours=2), end=AT))["code"] == 0
        told = [raw for raw in heard_frames(centre, "out") if not raw.startswith(b"@")]
        assert b"".join(told) == bytes(into.passed)
        # The telegram repeats the identification before its block, so that it can be read alone.
        pieces, at = [raw for raw in heard_frames(centre, "in") if not raw.startswith(b"@")], 0
        for raw in pieces:
            own = raw if raw in out.passed[at:] else raw.partition(b"\r\n")[2]
            assert out.passed[at:].startswith(own)
            at += len(own)
        assert at == len(out.passed)
        assert heard_frames(centre, "in")[0].startswith(b"@ID;ABC;100200300400500;350000000000001;1.0;1;")
        assert heard_frames(centre, "out")[0] == b"@OK;2026-03-02 00:00:00\r\n"

    run(story)


def test_what_is_missing_is_asked_for_in_exact_ranges(run, town) -> None:
    async def story(centre) -> None:
        async with dialled(centre, town.transparent()):
            await centre.until(lambda: centre.head_end.status().open_gaps == 0)
        asked_for = [raw for raw in heard_frames(centre, "out") if b"P.01(" in raw]
        assert len(asked_for) >= 6  # two days of two meters, 64 records at a time
        assert all(raw.count(b"26-0") == 2 for raw in asked_for)
        with centre.store.read() as conn:
            assert not mdm.gaps.open_gaps(conn)

    run(story, gap=GapLimits(every_s=0.5, settle_s=0.0, records=64, first_backoff_s=0.1, cap_backoff_s=1.0))


def test_the_plan_is_read_when_the_modem_calls_and_not_again_before_it_is_due(run, town) -> None:
    schedules = (
        Schedule(id="short-6h", directive="short", every_minutes=360),
        Schedule(id="history-monthly", directive="history", day_of_month=1),
        Schedule(id="profile1-hourly", directive="profile1", every_minutes=60, traverse_hours=3),
    )

    async def story(centre) -> None:
        modem = town.transparent()
        async with dialled(centre, modem):
            await centre.until(lambda: centre.head_end.status().asked == 6)
            assert centre.head_end.status().answered == 6
            modem.cut()
            await centre.until(lambda: modem.calls == 2 and centre.head_end.status().sessions == 1)
            assert centre.head_end.status().waiting_requests == 0
            centre.clock.advance(2 * 3600)
            town.clock.advance(2 * 3600)
            modem.cut()
            await centre.until(lambda: centre.head_end.status().asked == 8)

    run(story, plan=Plan(directives=PLAN.directives, schedules=schedules))


def test_a_modem_nobody_admitted_is_told_no_and_waits_in_quarantine(run, town) -> None:
    async def story(centre) -> None:
        modem = town.transparent()
        await modem.call(*centre.head_end.transparent)
        await modem.ended()
        assert modem.answers == [b"@NO"]
        (one,) = centre.quarantined()
        assert (one.device, one.payload[:8]) == (MODEM, b"@ID;ABC;")
        assert centre.head_end.status().sessions == 0

    run(story, sheet=("ABC,999,999456789,1,2099-12-31",))


class OwnLine(TransparentModem):
    """A modem that says its own line first, and waits for no answer (X-41)."""

    def came(self, transport, *, calls: bool) -> bool:
        taken = super().came(transport, calls=False)
        if taken and calls:
            transport.write(b"ABC-100200300400500;350000000000001\r\n")
        return taken


def test_a_modem_with_a_first_line_of_its_own_is_known_and_read_and_told_nothing(run, town) -> None:
    async def story(centre) -> None:
        hello = Hello(device=MODEM, imei="", firmware="", port="1", meters=SERIALS)
        async with dialled(centre, OwnLine(hello, town.line(), instant=True)):
            assert (await asked(centre, "short"))["code"] == 0
        assert not any(raw.startswith(b"@") for raw in heard_frames(centre, "out"))
        assert heard_frames(centre, "in")[0].startswith(b"ABC-100200300400500;")

    run(story)


def test_a_modem_whose_plain_days_are_over_is_told_no(run, town) -> None:
    async def story(centre) -> None:
        modem = town.transparent()
        await modem.call(*centre.head_end.transparent)
        await modem.ended()
        assert modem.answers == [b"@NO"]
        assert "plain" in centre.quarantined()[0].reason

    run(story, sheet=("ABC,100200300400500,123456789,1,2026-03-01",))


@pytest.mark.parametrize(
    "first", [b"GET / HTTP/1.1\r\n", b"@ID;nonsense\r\n", b"@ID;" + b"x" * 600, b"\x00" * 40]
)
def test_bytes_that_are_no_first_line_end_the_connection_and_are_kept(run, first) -> None:
    async def story(centre) -> None:
        reader, writer = await asyncio.open_connection(*centre.head_end.transparent)
        writer.write(first)
        said = await asyncio.wait_for(reader.read(), 60)
        assert said == (b"@NO\r\n" if first.startswith(b"@") else b"")
        writer.close()
        await centre.until(lambda: len(heard_frames(centre, "in")) == 1)
        assert first.startswith(heard_frames(centre, "in")[0])

    run(story)


def test_silence_before_the_first_line_is_not_waited_for_long(run) -> None:
    async def story(centre) -> None:
        reader, writer = await asyncio.open_connection(*centre.head_end.transparent)
        assert await asyncio.wait_for(reader.read(), 60) == b""
        writer.close()

    run(story, transparent=TransparentLimits(unidentified_s=0.2))


def test_a_line_where_nothing_is_wanted_is_hung_up(run, town) -> None:
    async def story(centre) -> None:
        modem = town.transparent()
        await modem.call(*centre.head_end.transparent)
        await asyncio.wait_for(modem.ended(), 60)
        assert modem.answers[0].startswith(b"@OK;")

    run(story, transparent=TransparentLimits(idle_s=0.3))


@pytest.mark.parametrize("kind", ["echo", "dribble", "corrupt", "lose"])
def test_a_bad_line_costs_tries_but_no_reading_is_wrong(run, town, kind) -> None:
    found = {}

    async def story(centre, line) -> None:
        async with dialled(centre, town.transparent(line)):
            for _ in range(12):
                result = await asked(centre, "profile1", start=AT - timedelta(hours=3), end=AT)
                if result["code"] == 0:
                    break
        found[len(found)] = held(centre)["said"]
        assert result["code"] == 0, result

    more = {"rate": 0.15} if kind in ("corrupt", "lose") else {}
    run(lambda centre: story(centre, town.line(LINES[kind], **more)), "bad")
    run(lambda centre: story(centre, town.line()), "good")
    assert found[0] == found[1]


def test_a_connection_in_small_pieces_brings_the_same(run, town) -> None:
    async def story(centre) -> None:
        links = (DribblingLink(Random(1)), DribblingLink(Random(2)))
        async with dialled(centre, town.transparent(links=links)):
            assert (await asked(centre, "short"))["code"] == 0

    run(story)


class CutOnce(CuttingLink):
    """Cuts the first readout in its middle, then is good."""

    def carry(self, data: bytes):
        self.rate = 1.0 if len(data) > 100 and not self.spoilt else 0.0
        yield from super().carry(data)


def test_a_connection_cut_in_mid_block_loses_nothing_that_is_not_read_again(run, town) -> None:
    async def story(centre) -> None:
        link = CutOnce(Random(4))
        async with dialled(centre, town.transparent(links=(link, Link()))) as modem:
            first = await asked(centre, "short")
            assert link.spoilt == 1
            assert "connection-lost" in {one["outcome"] for one in first["meters"]}
            await centre.until(lambda: modem.calls == 2 and centre.head_end.status().sessions == 1)
            assert (await asked(centre, "short"))["code"] == 0
        broken = centre.rows("SELECT count(*) FROM frames WHERE outcome='bytes but broken'")[0][0]
        assert broken >= 1

    run(story)


class CutAt(Link):
    """Cuts in the middle of the first two messages of a meter that begin so."""

    def __init__(self, mark: bytes) -> None:
        super().__init__(Random(1))
        self.mark, self.times = mark, 2

    def carry(self, data: bytes):
        if self.mark in data and self.times:
            self.times -= 1
            yield Piece(data[: len(data) // 2])
            yield Cut()
        else:
            yield Piece(data)


@pytest.mark.parametrize("mark", [b"/OSO6", b"\x01P0", b"\x020.0.0("])
def test_what_is_missing_is_read_whole_wherever_the_connection_fell(run, town, mark) -> None:
    """At sign-on, at the password stage, before the first record: the gaps are asked for again."""

    async def story(centre) -> None:
        link = CutAt(mark)
        async with dialled(centre, town.transparent(links=(link, Link()))) as modem:

            def is_whole() -> bool:
                centre.clock.advance(0.1)  # what failed rests for a while of this clock
                return link.times == 0 and centre.head_end.status().open_gaps == 0

            await centre.until(is_whole)
            assert (link.times, modem.calls >= 3) == (0, True)
            assert len({meter for meter, *_ in held(centre)["said"]}) == 2

    run(story, gap=GapLimits(every_s=0.5, settle_s=0.0, first_backoff_s=0.1, cap_backoff_s=1.0))


@pytest.mark.parametrize("directive", ["short", "profile1"])
def test_another_meter_that_answers_is_found_out_and_nothing_is_mixed(run, town, directive) -> None:
    impostor = Town._meter("555000111", 1)

    async def story(centre) -> None:
        line = town.line(meters=[impostor])
        for end in line._meters:  # answers whoever is called
            end._device.is_me = lambda _: True
        async with dialled(centre, town.transparent(line)):
            result = await asked(centre, directive)
            assert {one["outcome"] for one in result["meters"]} == {"wrong-meter"}
        nothing = held(centre)
        assert (nothing["readings"], nothing["said"], nothing["points"]) == ([], [], [])
        assert heard_frames(centre, "in")

    run(story)


def test_a_silent_meter_does_not_keep_the_other_from_being_read(run, town) -> None:
    async def story(centre) -> None:
        line = town.line(meters=town.meters[1:])
        async with dialled(centre, town.transparent(line)):
            result = await asked(centre, "short")
            outcome = {one["meter"]: one["outcome"] for one in result["meters"]}
            assert outcome == {SERIALS[0]: "meter-silent", SERIALS[1]: "done"}

    run(story)


def test_what_a_transparent_line_cannot_ask_is_refused_in_words(run, town) -> None:
    async def story(centre) -> None:
        async with dialled(centre, town.transparent()):
            unknown = await asked(centre, "query")  # the centre's own, for makes with words of their own
            assert (unknown["outcome"], "directive 'query'" in unknown["en"]) == ("unknown", True)
            nothing = await asked(centre, "register")
            assert (nothing["outcome"], "codes, not 0" in nothing["en"]) == ("value-refused", True)

    run(story)


def test_on_a_line_at_its_true_speeds_a_packet_is_read_too(run, town) -> None:
    """Nothing is hurried here: 300 Bd, 9600 Bd, reaction times and the modem's own change of speed."""
    ends = [MeterSide(one.port("rs485", now=town.clock.now), (300,), parity=True) for one in town.meters[:1]]
    modem = TransparentModem(
        Hello(device=MODEM, imei="", firmware="", port="1", meters=SERIALS), Line(ends, chance=Random(1))
    )

    async def story(centre) -> None:
        async with dialled(centre, modem):
            assert (await asked(centre, "short", DeviceId("", SERIALS[0])))["code"] == 0

    run(story, transparent=TransparentLimits())


# -- modems that listen --


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def listening(port: int, plain_until: str = "2099-12-31") -> tuple[str, ...]:
    return (
        "flag,serial,meters,multiplier,plain_until,listens",
        f"ABC,100200300400500,123456789;223456789,1,{plain_until},127.0.0.1:{port}",
    )


def test_a_modem_that_listens_is_called_and_brings_the_same(run, town) -> None:
    found, port = {}, free_port()

    async def called(centre) -> None:
        modem = town.transparent()
        await modem.listen(port=port)
        await everything(centre)
        found["called"] = held(centre)
        assert modem.calls == 1  # one client, and the question that came first waited for it
        modem.close()

    async def calls(centre) -> None:
        async with dialled(centre, town.transparent()):
            await everything(centre)
        found["dialled in"] = held(centre)

    run(called, "called", sheet=listening(port))
    run(calls, "calls")
    assert found["called"] == found["dialled in"]


def test_somebody_elses_meters_at_that_address_are_found_out(run, town) -> None:
    port = free_port()

    async def story(centre) -> None:
        line = town.line(meters=[Town._meter("555000111", 1)])
        for end in line._meters:
            end._device.is_me = lambda _: True
        modem = town.transparent(line)
        await modem.listen(port=port)
        result = await asked(centre, "profile1")
        assert {one["outcome"] for one in result["meters"]} == {"wrong-meter"}
        assert held(centre)["said"] == []
        modem.close()

    run(story, sheet=listening(port))


def test_a_modem_that_does_not_answer_the_call_is_an_outcome(run) -> None:
    async def story(centre) -> None:
        result = await asked(centre, "short")
        assert result["outcome"] == "not-connected"

    run(story, sheet=listening(free_port()))


def test_a_listening_modem_whose_plain_days_are_over_is_not_called(run, town) -> None:
    port = free_port()

    async def story(centre) -> None:
        modem = town.transparent()
        await modem.listen(port=port)
        assert (await asked(centre, "short"))["outcome"] == "not-connected"
        assert modem.calls == 0
        modem.close()

    run(story, sheet=listening(port, "2026-03-01"))
