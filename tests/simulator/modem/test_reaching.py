"""Does a unit find its centre again without knocking its door down?"""

import asyncio
from random import Random

from osos.modems.mass_json import Schedule
from osos.quantities import DeviceId
from osos.simulator.line import Link
from osos.simulator.modem.planning import Planner
from osos.simulator.modem.reaching import Caller
from osos.simulator.modem.settings import MeterBehind, ModemSettings
from osos.simulator.modem.unit import Unit
from osos.simulator.modem.wire import Wire

SETTINGS = ModemSettings(
    device=DeviceId("ABC", "1"),
    meters=(MeterBehind(device=DeviceId("MKS", "1")),),
    reconnect_first_s=1.0,
    reconnect_longest_s=60.0,
)


def caller_of(told: list[str], seed: int = 1, kind: type[Caller] = Caller) -> Caller:
    return kind(
        SETTINGS,
        chance=Random(seed),
        links=(Link(), Link()),
        up=lambda: told.append("up"),
        down=told.append,
        heard=lambda data: None,
    )


async def one_call(caller: Caller, port: int) -> float:
    """Lets it call once; how long it means to wait before the next call, if it failed."""
    now = asyncio.get_running_loop().time()
    caller.call_at = now
    caller.tend("127.0.0.1", port, now)
    while caller._connecting is not None:
        await asyncio.sleep(0.001)
    return caller.call_at - now


def test_pauses_double_with_jitter_up_to_the_longest(run):
    async def story():
        told: list[str] = []
        caller = caller_of(told)
        pauses = [await one_call(caller, 1) for _ in range(9)]  # nobody listens on port 1
        for number, pause in enumerate(pauses):
            nominal = min(60.0, 2.0**number)
            assert 0.5 * nominal <= pause <= nominal + 0.5
        assert len(told) == 9
        assert all("Connect" in reason for reason in told)

    run(story())


def test_two_units_that_fail_together_do_not_come_back_together(run):
    async def story():
        first = [await one_call(caller, 1) for caller in (caller_of([], seed) for seed in range(20))]
        assert max(first) - min(first) > 0.3

    run(story())


def test_sense_from_the_centre_makes_the_next_pause_short_again(run):
    async def story():
        caller = caller_of([])
        for _ in range(5):
            await one_call(caller, 1)
        caller.welcome()
        assert await one_call(caller, 1) <= 1.5

    run(story())


def test_a_centre_that_hangs_up_at_once_is_called_again(world, run):
    class Grumpy(asyncio.Protocol):
        calls = 0

        def connection_made(self, transport):
            Grumpy.calls += 1
            transport.abort()

    async def story():
        async with world(open_centre=False) as here:
            loop = asyncio.get_running_loop()
            grumpy = await loop.create_server(Grumpy, "127.0.0.1", here.centre.port)
            async with asyncio.timeout(60):
                while Grumpy.calls < 3:
                    await asyncio.sleep(0.01)
            grumpy.close()
            await grumpy.wait_closed()
            await here.centre.open()
            await here.centre.function("identification")

    run(story())


class Stillborn(Wire):
    """A connection that is gone before anyone is told of it."""

    def connection_made(self, transport):
        transport.abort()


class CallerOfTheStillborn(Caller):
    def _new_wire(self):
        return Stillborn(out=Link(), into=Link(), heard=lambda data: None, lost=self._lost)


def test_a_connection_that_is_gone_before_it_is_told_is_a_failed_call(run):
    async def story():
        told: list[str] = []
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0)
        caller = caller_of(told, kind=CallerOfTheStillborn)
        await one_call(caller, server.sockets[0].getsockname()[1])
        assert told == ["closed as soon as it was open"]
        assert not caller.connected
        server.close()
        await server.wait_closed()
        await asyncio.sleep(0.05)

    run(story())


def test_a_schedule_whose_day_never_comes_waits_and_harms_nobody(clock):
    unit = Unit.new(SETTINGS, clock)
    unit.schedules["x"] = Schedule(id="x", directive="d", day_of_month=30, every_minutes=2880 * 183)
    planner = Planner(unit)
    assert planner.due() == []
    assert planner.next_at().year == 9999
