"""How does a virtual unit live between its meters and its centre?

One asyncio task: it sleeps until bytes come, a run can go on or a timer is due, then does what is due.
Data times come from the injected clock, which may be scaled; ack waits and reconnects are real seconds of the
loop.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from osos.modems.mass_json import (
    Fail,
    Frame,
    Framer,
    Message,
    NotAMessage,
    ack,
    decode,
    encode,
    frame,
    parse_ack,
    split,
)
from osos.quantities import Clock
from osos.simulator.journal import Journal
from osos.simulator.line import Line, Link
from osos.simulator.modem.answers import answer
from osos.simulator.modem.line_work import LineWork, Outcome
from osos.simulator.modem.outbox import Dropped, Outbox, Owed, Rank
from osos.simulator.modem.planning import Planner
from osos.simulator.modem.reaching import Caller
from osos.simulator.modem.reporting import keep_truth, report
from osos.simulator.modem.settings import MeterBehind, ModemSettings
from osos.simulator.modem.unit import ReadOrder, Unit

LEAST_PAUSE_S = 0.05  # a data clock may stand still, or run so fast that every sleep rounds to nothing
LONGEST_LOOK_S = 86_400.0  # a run that is further away is looked for again in a day
CAPACITOR_S = 5.0  # how long a unit without supply still speaks

LAST_GASP, SUPPLY_BACK, STORE_FULL, METER_LOST, METER_FOUND = 9001, 9002, 9011, 9015, 9016
_KIND = {"info": "info", "warning": "alarm", "critical": "danger"}  # type by level


class VirtualModem:
    """A unit speaking MASS JSON over TCP (25-modem-protocols §a).

    `instant`: its line takes no time, for compressed runs. `links`: what is wrong with the way out and in.
    """

    def __init__(
        self,
        settings: ModemSettings,
        *,
        clock: Clock,
        line: Line,
        chance: Random,
        new_reference: Callable[[], str],
        journal: Journal | None = None,
        links: tuple[Link, Link] | None = None,
        instant: bool = False,
    ) -> None:
        self.settings = settings
        self.unit = Unit.new(settings, clock)
        self.outbox = Outbox(settings.retry_interval_s, settings.retry_count, capacity=settings.capacity)
        self.work = LineWork(line, clock, instant=instant)
        self.powered = True
        self._clock, self._new_reference = clock, new_reference
        self._journal = journal if journal is not None else Journal()
        self._planner = Planner(self.unit)
        self._caller = Caller(
            settings,
            chance=chance,
            links=links or (Link(), Link()),
            up=self._link_up,
            down=self._link_down,
            heard=self._heard,
        )
        self._framer = Framer()
        self._lost_meters: set[MeterBehind] = set()
        self._wake = asyncio.Event()
        self._identify_at = 0.0
        self._heartbeat_at: datetime | None = None
        self._gasp: tuple[str, float] | None = None  # the last alarm, and when the capacitor is empty

    async def live(self, host: str, port: int) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                if self.powered:
                    self._tend(host, port, loop.time())
                await self._pause(self._wait_s(loop.time()))
        finally:
            self._caller.stop()

    @property
    def connected(self) -> bool:
        return self._caller.connected

    @property
    def calls(self) -> int:
        """Connections made so far."""
        return self._caller.calls

    @property
    def settled(self) -> bool:
        """Nothing is running, nothing is owed."""
        return self.work.idle and not len(self.outbox)

    # -- what happens to it --

    def raise_alarm(
        self, code: int, description: str, *, meter: MeterBehind | None = None, level: str = "warning"
    ) -> str:
        """Enter it into the log and tell the centre, urgent before routine; its reference."""
        body = [{"type": _KIND[level], "level": level, **self.unit.note(code, description, meter)}]
        message = self.unit.message("alarm", self._new_reference(), body, message_status="success")
        self._keep(message, Rank.URGENT)
        self._wake.set()
        return message.reference_id

    def lose_supply(self) -> None:
        """The last gasp (C-14): an alarm on the capacitor, then silence."""
        reference = self.raise_alarm(LAST_GASP, "supply lost", level="critical")
        self._gasp = (reference, asyncio.get_running_loop().time() + CAPACITOR_S)

    def restore_supply(self) -> None:
        self._gasp, self.powered = None, True
        self.raise_alarm(SUPPLY_BACK, "supply back", level="info")

    def cut_link(self) -> None:
        """The carrier drops the connection."""
        self._caller.cut()

    # -- what is due --

    def _tend(self, host: str, port: int, now: float) -> None:
        if self._gasp is not None and (self._gasp[0] not in self.outbox or now >= self._gasp[1]):
            self._gasp, self.powered = None, False
            self._caller.cut()
            return
        self._caller.tend(host, port, now)
        for order in self._planner.due():
            self.work.put(order)
        outcome = self.work.step()
        if outcome is not None:
            self._finish(outcome)
        if self._caller.connected:
            self._tend_centre(now)

    def _tend_centre(self, now: float) -> None:
        patience = self.unit.retry_interval_s * (self.unit.retry_count + 1)
        if self.outbox.silent and now - self._caller.heard_at >= patience:
            self._caller.cut()  # half open: it took all we sent and said nothing
            return
        if not self.unit.registered and now >= self._identify_at:
            self._identify_at = now + self.settings.identify_every_s
            self._keep(self.unit.identification(self._new_reference()), Rank.ASKED, passing=True)
        if self.unit.registered and (self._heartbeat_at is None or self._clock.now() >= self._heartbeat_at):
            self._say_heartbeat()
        # An unregistered unit only introduces itself: its store waits until a centre has taken it on.
        while (owed := self.outbox.due(now, only_passing=not self.unit.registered)) is not None:
            self._send(owed)

    def _wait_s(self, now: float) -> float | None:
        """How long nothing will be due, in real seconds; None: until something happens."""
        if not self.powered:
            return None
        waits = [self.work.wait_s(), self._data_wait_s(self._planner.next_at())]
        if self._caller.connected:
            waits.append(_left(self.outbox.wake_at(), now))
            if self.unit.registered:
                waits.append(self._data_wait_s(self._heartbeat_at))
            else:
                waits.append(self._identify_at - now)
        elif not self._caller.busy:
            waits.append(self._caller.call_at - now)
        if self._gasp is not None:
            waits.append(self._gasp[1] - now)
        return min((each for each in waits if each is not None), default=None)

    def _data_wait_s(self, due: datetime | None) -> float | None:
        if due is None:
            return None
        ahead_s = min(LONGEST_LOOK_S, max(0.0, (due - self.unit.now()).total_seconds()))
        return max(LEAST_PAUSE_S, self._clock.wall_s(ahead_s))

    async def _pause(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(None if seconds is None else max(0.0, seconds)):
                await self._wake.wait()
        except TimeoutError:
            pass  # the timer was what we waited for
        self._wake.clear()

    # -- what the centre says --

    def _link_up(self) -> None:
        self._identify_at = 0.0
        self.outbox.link_up()
        self._note("link", state="up", reason="")
        if self.unit.registered:
            self._say_heartbeat()  # a centre cannot know who called before something is said (**chosen**)
        self._wake.set()

    def _link_down(self, reason: str) -> None:
        self._framer = Framer()
        self.outbox.link_down()
        self._note("link", state="down", reason=reason)
        self._wake.set()

    def _heard(self, data: bytes) -> None:
        for event in self._framer.feed(data):
            if isinstance(event, Frame):
                self._take(event.payload)
            else:
                self._note("garbled", reason=event.reason, bytes=len(event.raw))
        self._wake.set()

    def _take(self, payload: bytes) -> None:
        try:
            message = decode(payload)
        except NotAMessage as no:
            self._note("garbled", reason=no.reason, bytes=len(payload))
            return
        self._caller.welcome()
        if message.function == "ack":
            self._take_ack(message)
        else:
            self._obey(message)

    def _take_ack(self, message: Message) -> None:
        said, reference = parse_ack(message), message.reference_id
        owed: Owed | Dropped | None
        if said.accepted:
            owed = self.outbox.acked(reference)
        else:
            owed = self.outbox.refused(reference, asyncio.get_running_loop().time())
        self._note("acked", reference_id=reference, fail_code=said.fail_code, known=owed is not None)
        if isinstance(owed, Dropped):
            self._note("dropped", reference_id=reference, reason=owed.reason)

    def _obey(self, message: Message) -> None:
        repeated = message.reference_id in self.unit.done
        self._note("heard", reference_id=message.reference_id, function=message.function, repeated=repeated)
        doing = answer(message, self.unit, self._new_reference)
        if doing.ack is not None:
            self._caller.write(frame(encode(doing.ack)))
        self.outbox.retry_interval_s = self.unit.retry_interval_s
        self.outbox.retry_count = self.unit.retry_count
        for each in doing.answers:
            self._keep(each, Rank.URGENT if each.function == "alarm" else Rank.ASKED)
        for order in doing.orders:
            if not self.work.put(order):
                self._refuse(order, Fail.BUSY, "too many reads are waiting")
        for schedule in doing.run_now:
            for order in self.unit.scheduled(schedule):
                self.work.put(order)
        if doing.restart:
            self._caller.hang_up()

    # -- what it says --

    def _say_heartbeat(self) -> None:
        self._heartbeat_at = self._clock.now() + timedelta(seconds=self.settings.heartbeat_s)
        self._keep(self.unit.heartbeat(self._new_reference()), Rank.ASKED, passing=True)

    def _keep(self, message: Message, rank: Rank, *, passing: bool = False) -> None:
        payloads = tuple(split(message, self.unit.max_package))
        for dropped in self.outbox.put(message, payloads, rank, passing=passing):
            self.unit.note(STORE_FULL, "store full, oldest dropped")
            self._note("dropped", reference_id=dropped.owed.reference, reason=dropped.reason)

    def _send(self, owed: Owed) -> None:
        facts = {
            "reference_id": owed.reference,
            "function": owed.message.function,
            "parts": len(owed.payloads),
            "attempt": owed.attempts,
        }
        for part, payload in enumerate(owed.payloads, start=1):
            device, at = str(self.settings.device), self._clock.now()
            self._journal.sent(payload, device=device, at=at, part=part, **facts)
            self._caller.write(frame(payload))

    def _finish(self, outcome: Outcome) -> None:
        """A run is over: its bytes go to the centre, or the reason why there are none."""
        order = outcome.order
        if outcome.fail is None:
            message = report(outcome, self.unit, new_reference=self._new_reference())
            keep_truth(self._journal, outcome, self.unit, message)
            self._keep(message, Rank.ROUTINE if order.reference_id is None else Rank.ASKED)
            if order.meter in self._lost_meters:
                self._lost_meters.discard(order.meter)
                self.raise_alarm(METER_FOUND, "meter found", meter=order.meter, level="info")
        elif order.reference_id is not None:
            self._refuse(order, outcome.fail, outcome.detail)
        else:
            self._note_failure(order, outcome.fail, outcome.detail)
            if outcome.fail is Fail.METER_SILENT and order.meter not in self._lost_meters:
                self._lost_meters.add(order.meter)
                self.raise_alarm(METER_LOST, "meter lost", meter=order.meter)

    def _refuse(self, order: ReadOrder, code: Fail, detail: str) -> None:
        """The work of an accepted request failed: a second ack with its reference says why (X-14, X-18)."""
        self._note_failure(order, code, detail)
        device, reference = self.settings.device, order.reference_id or ""
        no = ack(device=device, reference_id=reference, fail_code=code, fail_description=detail)
        self._caller.write(frame(encode(no)))

    def _note_failure(self, order: ReadOrder, code: Fail, detail: str) -> None:
        facts = {"meter": str(order.meter.device), "directive": order.directive.id}
        self._note("failed", **facts, reference_id=order.reference_id, fail_code=int(code), detail=detail)

    def _note(self, event: str, **facts: object) -> None:
        self._journal.note(event, device=str(self.settings.device), at=self._clock.now(), **facts)


def _left(at: float | None, now: float) -> float | None:
    return None if at is None else at - now
