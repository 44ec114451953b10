"""Which directive runs on the line now, and what came of the last one?"""

from collections import deque
from dataclasses import dataclass

from osos.modems.mass_json import RAW, Fail, MissingWord
from osos.quantities import Clock
from osos.simulator.line import Line
from osos.simulator.modem.conduct import DirectiveRun, Heard, Wait
from osos.simulator.modem.speed_watch import SIGN_ON, START_BAUD, SpeedWatch
from osos.simulator.modem.unit import ReadOrder

ORDERS_KEPT = 64  # asked ones; more are refused as busy (9409)
REST_BETWEEN_S = (
    61.0  # line time between two runs when it costs nothing: any session has ended by then (M-18)
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an order brought; `fail` is None when `heard` may be sent."""

    order: ReadOrder
    heard: Heard
    fail: Fail | None = None
    detail: str = ""


class LineWork:
    """One line, one conversation at a time; asked orders before scheduled ones.

    `instant`: the line's time is its own and jumps from event to event; else it is the clock's.
    """

    def __init__(self, line: Line, clock: Clock, *, instant: bool) -> None:
        self._line, self._clock, self._instant = line, clock, instant
        self._asked: deque[ReadOrder] = deque()
        self._scheduled: deque[ReadOrder] = deque()
        self._jumped_to = 0.0
        self._order: ReadOrder | None = None
        self._again = False
        self._run: DirectiveRun | None = None
        self._waiting: Wait | None = None
        self._wanted = 0.0
        self._started = False
        self._missing = ""
        self._speeds: SpeedWatch | None = None  # of raw exchanges that may make up one session of a meter

    @property
    def idle(self) -> bool:
        return self._order is None and not self._asked and not self._scheduled

    def put(self, order: ReadOrder) -> bool:
        """False: too much is asked already."""
        if order.reference_id is None:
            self._scheduled.append(order)
            return True
        if len(self._asked) >= ORDERS_KEPT:
            return False
        self._asked.append(order)
        return True

    def step(self) -> Outcome | None:
        """Go on as far as time allows, but not beyond the end of one order."""
        while not self.idle:
            if self._order is None:
                self._order = self._asked.popleft() if self._asked else self._scheduled.popleft()
                self._again = False
            if self._waiting is None:
                self._begin(self._order)
            if not self._instant and self._now() < self._wanted:
                return None
            if self._go_on():
                continue
            outcome = self._judge(self._order)
            if outcome is not None:
                self._order = None
                return outcome
        return None

    def wait_s(self) -> float | None:
        """How long the world outside waits before `step` has something to do; None: until an order comes."""
        if self.idle:
            return None
        if self._instant or self._waiting is None:
            return 0.0
        return max(0.0, self._clock.wall_s(self._wanted - self._now()))

    def _now(self) -> float:
        return self._jumped_to if self._instant else self._clock.monotonic()

    def _begin(self, order: ReadOrder) -> None:
        is_raw = order.directive.id == RAW
        if self._instant and not (is_raw and SIGN_ON.match(order.words.get("VALUE", b"")) is None):
            self._jumped_to += REST_BETWEEN_S
        raw = self._speeds = self._raw_speeds() if is_raw else None
        self._run = DirectiveRun(order.directive, self._line, words=order.words, obis=order.obis, raw=raw)
        self._waiting = self._run.conduct(self._now())
        self._wanted = self._now()
        self._started = False
        self._missing = ""

    def _raw_speeds(self) -> SpeedWatch:
        """Where the exchange before left the port; at the start again after a while, or after another run."""
        now = self._now()
        if self._speeds is not None and not self._speeds.is_over(now):
            return self._speeds
        self._line.set_baud(START_BAUD, now=now)
        return SpeedWatch()

    def _go_on(self) -> bool:
        """Wake the run; False when it is over."""
        assert self._waiting is not None  # the caller has begun one
        if self._instant:
            self._jumped_to = max(self._jumped_to, self._wanted)
        try:
            if self._started:
                self._wanted = self._waiting.send(self._now())
            else:
                self._started = True
                self._wanted = next(self._waiting)
        except StopIteration:
            self._waiting = None
            return False
        except MissingWord as no:
            self._waiting, self._missing = None, str(no)
            return False
        return True

    def _judge(self, order: ReadOrder) -> Outcome | None:
        """None: read again once (X-26)."""
        assert self._run is not None  # it has just ended
        heard = self._run.heard
        if self._missing:
            return Outcome(order, heard, Fail.VALUE_REFUSED, self._missing)
        if heard.fault == "silent":
            return Outcome(order, heard, Fail.METER_SILENT, heard.detail)
        if heard.fault and not self._again:
            self._again = True
            return None
        if heard.fault:
            return Outcome(order, heard, Fail.BAD_CHECKSUM, heard.detail)
        answered = heard.serial
        if answered is not None and answered.lstrip("0") != order.meter.device.serial.lstrip("0"):
            return Outcome(
                order, heard, Fail.OTHER_METER, f"asked {order.meter.device.serial}, got {answered}"
            )
        return Outcome(order, heard)
