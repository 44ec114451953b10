"""Do hundreds of units live in one process?"""

import asyncio
import itertools
from random import Random

from osos.iec62056 import MeterSide
from osos.modems.mass_json import (
    Frame,
    Framer,
    Message,
    Schedule,
    ack,
    configuration,
    decode,
    directive_add,
    encode,
    frame,
    schedule_add,
    standard_directives,
)
from osos.quantities import DeviceId
from osos.simulator.line import Line
from osos.simulator.modem import MeterBehind, ModemSettings, VirtualModem

UNITS = 200


class BusyDesk(asyncio.Protocol):
    """One connection of a centre that takes everyone on and wants a short packet from each."""

    def __init__(self, reads: list[Message]) -> None:
        self.reads, self.framer, self.numbers = reads, Framer(), itertools.count(1)

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        for event in self.framer.feed(data):
            assert isinstance(event, Frame)
            self.take(decode(event.payload))

    def take(self, message):
        if message.function == "ack":
            return
        device = message.device
        self.say(ack(device=device, reference_id=message.reference_id))
        if message.function == "identification":
            short = standard_directives()["short"]
            self.say(directive_add(device=device, reference_id="c1", directives=[short]))
            hourly = Schedule(id="s", directive="short")
            self.say(schedule_add(device=device, reference_id="c2", schedules=[hourly]))
            self.say(configuration(device=device, reference_id="c3", registered=True))
        elif message.function == "read":
            self.reads.append(message)

    def say(self, message):
        self.transport.write(frame(encode(message)))


def test_two_hundred_units_are_taken_on_and_read_in_one_process(paper_meter, clock, run):
    def unit(number: int) -> VirtualModem:
        meter = paper_meter("MKS", f"1234{number:05}")
        numbers = itertools.count(1)
        return VirtualModem(
            ModemSettings(
                device=DeviceId("ABC", f"{number:015}"),
                meters=(MeterBehind(device=DeviceId(meter.flag, meter.serial)),),
            ),
            clock=clock,
            line=Line([MeterSide(meter, (300, 9600), reaction_s=0.0, parity=True)], instant=True),
            chance=Random(number),
            new_reference=lambda: f"{number}-{next(numbers)}",
            instant=True,
        )

    async def story() -> list[Message]:
        reads: list[Message] = []
        server = await asyncio.get_running_loop().create_server(lambda: BusyDesk(reads), "127.0.0.1", 0)
        units = [unit(number) for number in range(UNITS)]
        lives = [asyncio.create_task(each.live(*server.sockets[0].getsockname())) for each in units]
        async with asyncio.timeout(90):
            while len(reads) < UNITS or not all(each.settled for each in units):
                await asyncio.sleep(0.02)
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)
        server.close()
        await server.wait_closed()
        await asyncio.sleep(0.05)
        return reads

    reads = run(story())
    assert len({each.device for each in reads}) == len(reads) == UNITS
