"""What do the tests of the head-end share?"""

import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from osos.headend.actions import Action, Entry, Keep, ModemFacts, Verdict
from osos.headend.plan import MeterBehindModem, Plan, standard_plan
from osos.headend.session import Session
from osos.headend.settings import HeadEndSettings
from osos.modems.mass_json import Frame, Message, ack, encode, frame
from osos.quantities import DeviceId

MODEM = DeviceId("ABC", "100200300400500")
METER = "123456789"
AT = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)


def as_frame(sent: Message) -> Frame:
    payload = encode(sent)
    return Frame(payload, frame(payload))


class Bench:
    """A session on a bench: the test is the wire, the store and both clocks."""

    def __init__(self, *, plan: Plan, registered: bool = True) -> None:
        numbers = itertools.count(1)
        self.settings = replace(HeadEndSettings(), plan=plan)
        self.now, self.at = 0.0, AT
        meters = (MeterBehindModem(serial=METER, line="rs485-1"),)
        self.facts = ModemFacts(
            modem_id=1,
            device=MODEM,
            registered=registered,
            plan=plan.fingerprint(meters),
            meters=meters,
        )
        self.session = Session(
            address="10.20.0.7:4001",
            settings=self.settings,
            rng=random.Random(7),
            new_reference=lambda: f"centre-{next(numbers)}",
            now=0.0,
        )

    @staticmethod
    def message(function: str, response: Any = None, *, reference: str = "r-1", **more: Any) -> Message:
        """A message as the modem of these tests sends it."""
        device = more.pop("device", MODEM)
        return Message(device=device, function=function, reference_id=reference, response=response, **more)

    @staticmethod
    def only(kind: type, actions: list[Action]) -> Any:
        """The one action of this kind."""
        found = [action for action in actions if isinstance(action, kind)]
        assert len(found) == 1, actions
        return found[0]

    def hear(self, sent: Message) -> list[Action]:
        return self.session.received(as_frame(sent), now=self.now, at=self.at)

    def commit(self, entry: Entry, verdict: Verdict | None = None) -> list[Action]:
        """The store took it; unless told otherwise the device is known and gets a plain acknowledgement."""
        if verdict is None:
            verdict = Verdict(facts=self.facts, reply=self.reply(entry))
        return self.session.kept(entry, verdict, now=self.now, at=self.at)

    def exchange(self, sent: Message) -> list[Action]:
        """Heard and committed at once."""
        actions: list[Action] = []
        for action in self.hear(sent):
            actions += self.commit(action.entry) if isinstance(action, Keep) else [action]
        return actions

    def reply(self, entry: Entry) -> bytes | None:
        if entry.message is None or entry.message.function == "ack":
            return None
        return frame(encode(ack(device=MODEM, reference_id=entry.reference)))

    def wait(self, seconds: float) -> list[Action]:
        self.now += seconds
        self.at += timedelta(seconds=seconds)
        return self.session.tick(now=self.now, at=self.at)


@pytest.fixture
def bench() -> Bench:
    """A registered modem that has its plan: nothing is sent to it unasked."""
    return Bench(plan=standard_plan())


@pytest.fixture
def new_modem() -> Bench:
    """An admitted modem that has never been configured, and a plan of one directive and one schedule."""
    plan = standard_plan()
    small = Plan(directives=plan.directives[:1], schedules=plan.schedules[:1])
    made = Bench(plan=small, registered=False)
    made.facts = replace(made.facts, plan=None)
    return made
