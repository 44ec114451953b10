"""What does the centre make of a line that speaks at another speed than it was told? (X-42, M-19)

Through a transparent modem nobody tells it the speed of the bytes: it hears noise, or nothing.
"""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from osos import jobs
from osos.headend import Question, put_question
from osos.headend.plan import Plan, standard_plan
from osos.headend.settings import TransparentLimits
from osos.iec62056 import MeterSide, SwitchBaud
from osos.mdm.ledger import list_frames
from osos.modems.transparent import Hello
from osos.quantities import DeviceId, ManualClock
from osos.simulator.line import Line
from osos.simulator.load.plain import Steady
from osos.simulator.meter import MeterSpec, VirtualMeter
from osos.simulator.modem.transparent import TransparentModem

MODEM = DeviceId("ABC", "100200300400500")
ODD, SOUND = "123456789", "223456789"
AT = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
SHEET = (f"ABC,100200300400500,{ODD};{SOUND},1,2099-12-31",)
QUICK = TransparentLimits(
    reaction_s=0.0, rest_s=0.0, rest_after_failure_s=0.0, least_delay_s=0.05, rounds=1, attempts=1
)
PLAN = Plan(directives=standard_plan().directives, schedules=())


class SpeaksAt(MeterSide):
    """Offers one speed and speaks at another."""

    def __init__(self, *about, baud: int, **more) -> None:
        super().__init__(*about, **more)
        self._own = baud

    def receive(self, data, *, baud, now):
        actions = super().receive(data, baud=None if baud == self._own else baud, now=now)
        return [SwitchBaud(self._own) if isinstance(one, SwitchBaud) else one for one in actions]


class StuckPort(Line):
    """The modem's port does not follow the speed that was agreed, as long as it is stuck."""

    stuck = True

    def set_baud(self, baud: int, *, now: float) -> None:
        super().set_baud(300 if self.stuck else baud, now=now)


def port(serial: str):
    spec = MeterSpec(
        device=DeviceId("OSO", serial), kind="3p", connection="direct", since=AT - timedelta(days=3)
    )
    return VirtualMeter(spec, Steady(power_w=(500,) * 3)).port("rs485", now=ManualClock(AT).now)


def end(serial: str, idle=(300, 9600)) -> MeterSide:
    return MeterSide(port(serial), idle, reaction_s=0.0, parity=True)


def modem_on(line: Line) -> TransparentModem:
    hello = Hello(device=MODEM, imei="", firmware="1.0", port="1", meters=(ODD, SOUND))
    return TransparentModem(hello, line, instant=True)


def line_of(first: MeterSide, kind: type[Line] = Line) -> Line:
    return kind([first, end(SOUND)], chance=Random(3), instant=True)


@pytest.fixture
def lived(live_here):
    """Runs a story with the centre while this modem lives."""

    def go(modem: TransparentModem, story) -> None:
        async def told(centre) -> None:
            living = asyncio.create_task(modem.live(*centre.head_end.transparent))
            try:
                await centre.until(lambda: centre.head_end.status().sessions == 1)
                await story(centre)
            finally:
                living.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await living

        live_here(told, transparent_port=0, transparent=QUICK, plan=PLAN, sheet=SHEET)

    return go


async def asked(centre, directive: str, **more) -> dict[str, dict]:
    """Meter → what became of it."""
    with centre.store.begin() as conn:
        job_id = put_question(conn, Question(device=MODEM, directive=directive, **more))

    def status():
        with centre.store.read() as conn:
            return jobs.job_status(conn, job_id)

    await centre.until(lambda: status().state in ("done", "dead"))
    return {one["meter"]: one for one in status().result["meters"]}


def heard(centre) -> list[tuple[bytes, str | None]]:
    """What came over the line, and what the ledger says it was."""
    with centre.store.read() as conn:
        frames = [one for one in list_frames(conn) if one.frame.direction.value == "in"]
        return [(one.frame.payload, one.outcome and one.outcome.value) for one in frames]


def readings_of(centre, serial: str) -> int:
    of_meter = f"meter_id = (SELECT id FROM meters WHERE serial = '{serial}')"
    found = [
        centre.rows(f"SELECT count(*) FROM {table} WHERE {of_meter}") for table in ("readings", "said_blocks")
    ]
    return sum(count for ((count,),) in found)


WAYS = [("short", {}), ("profile1", {"start": AT - timedelta(hours=3), "end": AT})]
NOISE = ("wrong-checksum", "meter-silent")  # never done, and never a refusal: nobody understood anybody


@pytest.mark.parametrize(("directive", "span"), WAYS)
def test_a_meter_that_speaks_at_another_speed_is_noise_that_is_kept_and_its_neighbour_is_read(
    lived, directive, span
) -> None:
    """Its noise held an ACK and a NAK: it passed for a meter with nothing in its memory."""
    odd = SpeaksAt(port(ODD), (300, 9600), reaction_s=0.0, parity=True, baud=2400)

    async def story(centre) -> None:
        found = await asked(centre, directive, **span)
        assert found[ODD]["outcome"] in NOISE
        assert found[SOUND]["outcome"] == "done"
        assert (readings_of(centre, ODD), readings_of(centre, SOUND) > 0) == (0, True)
        broken = [payload for payload, outcome in heard(centre) if outcome == "bytes but broken"]
        assert any(not payload.startswith(b"/OSO6") for payload in broken)  # the noise itself

    lived(modem_on(line_of(odd)), story)


def test_a_meter_that_listens_at_another_speed_is_silent_and_its_neighbour_is_read(lived) -> None:
    async def story(centre) -> None:
        found = await asked(centre, "short")
        assert {meter: one["outcome"] for meter, one in found.items()} == {ODD: "meter-silent", SOUND: "done"}

    lived(modem_on(line_of(end(ODD, idle=(4800,)))), story)


@pytest.mark.parametrize(("directive", "span"), [WAYS[0], pytest.param(*WAYS[1], marks=pytest.mark.long)])
def test_a_port_that_does_not_follow_spoils_that_call_and_not_the_next(lived, directive, span) -> None:
    line = line_of(end(ODD), StuckPort)

    async def story(centre) -> None:
        first = await asked(centre, directive, **span)
        assert {one["outcome"] for one in first.values()} <= set(NOISE)
        assert readings_of(centre, ODD) == readings_of(centre, SOUND) == 0
        line.stuck = False
        second = await asked(centre, directive, **span)
        assert {one["outcome"] for one in second.values()} == {"done"}

    lived(modem_on(line), story)
