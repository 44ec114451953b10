"""Can any bytes of a modem or a meter break a transparent session? (X-40, H-5)"""

import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from osos.headend import outcomes
from osos.headend.actions import Close, Keep, ModemFacts, Verdict
from osos.headend.conversation import Ended, Urgency
from osos.headend.outcomes import Finding
from osos.headend.plan import MeterBehindModem, Plan, standard_plan
from osos.headend.reads import read
from osos.headend.settings import HeadEndSettings, TransparentLimits
from osos.headend.transparent_plan import Diary
from osos.headend.transparent_session import Later, TransparentSession
from osos.iec62056 import readout_message
from osos.quantities import TURKIYE, DeviceId

MODEM, METER = DeviceId("ABC", "42"), "123456789"
AT = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
HELLO = b"@ID;ABC;42;350000000000001;1.0;1;123456789\r\n"
IDENT = b"/OSO6<2>TED(VM25)\r\n"
SAID = (
    IDENT,
    readout_message(b"0.0.0(123456789)\r\n1.8.0(000123.456*kWh)\r\n"),
    b"\x01P0\x02(0123456789ABCDEF)\x03v",
    b"\x020.0.0(123456789)\x03R",
    b"\x02(26-03-01,00:15)(000001.000,000002.000)\r\n\x03Q",
    b"\x06",
    b"\x15",
)
FACTS = ModemFacts(
    modem_id=1,
    device=MODEM,
    registered=True,
    plan=None,
    meters=(MeterBehindModem(meter_id=11, serial=METER, line="1"),),
)
LIMITS = TransparentLimits(reaction_s=0.0, rest_s=0.0, rest_after_failure_s=0.1, least_delay_s=0.1, rounds=1)
PLAN = Plan(directives=standard_plan().directives, schedules=())  # nothing is read but what is asked
DIRECTIVES = ("short", "history", "profile1", "raw")


def mutant(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((0, 0, 1, 3))):
        at = chance.randrange(len(changed) + 1)
        match chance.randrange(4):
            case 0:
                del changed[at : at + chance.randint(1, 8)]
            case 1:
                changed[at:at] = chance.choice(SAID)
            case 2:
                changed[at : at + 1] = bytes([chance.randrange(256)])
            case _:
                changed[at:at] = bytes([chance.choice(b"\x01\x02\x03\x06\x15/\r\n\xff")])
    return bytes(changed)


class Talk:
    """One session whose store always commits; every wish of it is noted."""

    def __init__(self, chance: random.Random) -> None:
        numbers = itertools.count(1)
        self.now, self.chance = 0.0, chance
        self.kept = self.ended = self.asked = 0
        self.closed = False
        self.session = TransparentSession(
            address="10.0.0.1:1",
            settings=replace(HeadEndSettings(), transparent=LIMITS, plan=PLAN),
            rng=random.Random(1),
            new_reference=lambda: f"c-{next(numbers)}",
            diary=Diary(),
            now=0.0,
        )

    def at(self) -> datetime:
        return AT + timedelta(seconds=self.now)

    def obey(self, actions) -> None:
        for action in actions:
            match action:
                case Keep():
                    self.kept += 1
                    assert action.entry.frames
                    verdict = Verdict(facts=FACTS)
                    self.obey(self.session.kept(action.entry, verdict, now=self.now, at=self.at()))
                case Ended():
                    self.ended += 1
                case Close():
                    self.closed = True
                    self.obey(self.session.end(action.finding, now=self.now, at=self.at()))
                case Later():
                    assert action.say.frames[0]

    def hear(self, data: bytes) -> None:
        self.now += 0.05
        self.obey(self.session.received(data, now=self.now, at=self.at()))

    def ask(self) -> None:
        directive = self.chance.choice(DIRECTIVES)
        self.asked += 1
        wanted = read(
            directive,
            FACTS.meters[0],
            zone=TURKIYE,
            at=self.at(),
            urgency=Urgency.ON_DEMAND,
            start=AT - timedelta(hours=1),
            end=AT,
            sent=b"/?!\r\n",
        )
        self.obey(self.session.ask(wanted, now=self.now, at=self.at()))

    def wait(self) -> None:
        """Until nothing is awaited any more, or the connection has ended."""
        for _ in range(200):
            if self.closed or (not self.session.talk.waiting and self.ended >= self.asked):
                return
            self.now = max(self.now + 0.01, self.session.deadline)
            self.obey(self.session.tick(now=self.now, at=self.at()))
        raise AssertionError("a conversation never ends")


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("count", [5_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_mutants_break_no_conversation_and_each_request_has_one_outcome(count: int) -> None:
    chance, done = random.Random(count), 0
    while done < count:
        talk = Talk(chance)
        talk.hear(mutant(chance, HELLO) if chance.random() < 0.1 else HELLO)
        while not talk.closed and done < count and chance.random() < 0.9 and talk.session.facts:
            talk.ask()
            for _ in range(chance.randint(1, 4)):
                if not talk.closed:
                    talk.hear(mutant(chance, chance.choice(SAID)))
                done += 1
            talk.wait()
        done += 1
        if not talk.closed:
            talk.obey([Close(Finding(outcomes.PEER_CLOSED))])
        assert talk.ended == talk.asked
