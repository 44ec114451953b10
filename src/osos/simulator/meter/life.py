"""How does everything a meter counts follow from its load, its acts and the time?"""

from dataclasses import dataclass

import numpy as np

from osos.simulator.load import Load
from osos.simulator.meter.booking import STRIDE_S, TARIFFS, Booking
from osos.simulator.meter.closings import Closing, closings
from osos.simulator.meter.counters import WS_A_WH, Counters
from osos.simulator.meter.demand import Demand, Peaks
from osos.simulator.meter.metrology import CHANNELS
from osos.simulator.meter.moment import DAY_S, second_of
from osos.simulator.meter.profile import ROLLOVER, Profile
from osos.simulator.meter.relay import LIMIT_W, commanded, first_passing
from osos.simulator.meter.rig import Rig
from osos.simulator.meter.seams import SOUND, Seams
from osos.simulator.meter.settings import Settings, factory_mask
from osos.simulator.meter.spec import MeterSpec
from osos.simulator.meter.summer_time import default_periods, jumps
from osos.simulator.meter.tariffs import STYLE2_HOURS, DayTable
from osos.simulator.meter.timeline import Timeline

Registers = dict[str, int]  # code → whole Wh or varh since the beginning, not yet rolled over


@dataclass(frozen=True, slots=True)
class MonthRow:
    """Row *n of the history: what stood when a month closed (M-70)."""

    closing: Closing
    registers: Registers
    peaks: Peaks


class Life:
    """The parts of one meter, each a function of time; only `act` adds to it (M-180)."""

    def __init__(self, spec: MeterSpec, load: Load, *, days_kept: int, seams: Seams = SOUND) -> None:
        self.spec, self.seams = spec, seams
        self.since_s = second_of(spec.since)
        gen3 = spec.profile.generation == 3
        first = Settings(
            clock_from_s=self.since_s,
            window_from_s=self.since_s,
            grid_from_s=self.since_s,
            password=spec.first_password,
            rig=Rig.plain(spec.phases),
            live=(True,) * spec.phases,
            limit_w=LIMIT_W[spec.kind],
            higher=tuple(spec.password_of(level) for level in (2, 3)) if gen3 else (),
            tables=(DayTable(hours=STYLE2_HOURS),) * 3 if gen3 else (DayTable(),) * 3,
            alert_mask=factory_mask(gen3=gen3),
            summer=default_periods(spec.produced.year),
        )
        first = seams.through("first", first, spec)
        self.timeline = Timeline(
            self.since_s, first, automatic=lambda settings, second: jumps(settings, second, seams)
        )
        self.counters = Counters(spec, load, self.timeline, days_kept=days_kept, seams=seams)
        self.booking = Booking(self.counters, self.timeline, start_wh=spec.start_wh, seams=seams)
        self.demand = Demand(self.counters, self.timeline, seams=seams)
        self.profile = Profile(spec, self.counters, self.booking, self.timeline, seams=seams)
        self._months: dict[int, MonthRow] = {}
        self._shelf_left_s: int | None = None
        self._watched_to = self.since_s  # how far an armed relay was looked after

    def act(self, second: int, settings: Settings) -> None:
        """From this second on these settings hold; what was worked out beyond it is forgotten."""
        second = max(second, self.since_s)
        rewired = self.timeline.at(second).flow != settings.flow
        self.timeline.add(second, settings)
        self._forget_after(second, rewired=rewired)

    def restore(self, entries: list[tuple[int, bool, Settings]]) -> None:
        self.timeline.restore(entries)
        self.counters.forget_after(self.since_s)
        self._watched_to = self.timeline.last_act_s

    def settle(self, second: int) -> None:
        """Find out whether the relay opened by itself up to this second (M-140)."""
        if "relay" not in self.spec.options:
            return
        while self._watched_to < second:
            found = None
            for epoch in self.timeline.epochs(self._watched_to, second):
                found = self.seams.through("passing", first_passing(self.counters, epoch), epoch)
                if found is not None:
                    opened = commanded(self.timeline.at(found), closed=False)
                    self.timeline.foresee(found, opened)
                    self._forget_after(found, rewired=True)
                    break
            self._watched_to = second if found is None else found

    def _forget_after(self, second: int, *, rewired: bool) -> None:
        self._watched_to = min(self._watched_to, second)
        if rewired:
            self.counters.forget_after(second)
        if self._shelf_left_s is not None and self._shelf_left_s > second:
            self._shelf_left_s = None
        self.booking.forget_after(second)
        self.demand.forget_after(second)
        self._months = {closed: row for closed, row in self._months.items() if closed < second}

    def _live_to(self, second: int) -> None:
        """Pass each day once, a month at a time, while its minutes are at hand."""
        while (start := self.booking.known_to) + STRIDE_S < second:
            self._pass_days(start, start // DAY_S * DAY_S + STRIDE_S)
        if (midnight := second // DAY_S * DAY_S) > start:
            self._pass_days(start, midnight)

    def _pass_days(self, start_s: int, midnight: int) -> None:
        self.booking.catch_up(midnight)
        self.demand.peaks(start_s, self.booking.known_to)

    def registers(self, second: int) -> Registers:
        instant = np.array([second], dtype=np.int64)
        self._live_to(second)
        whole = self.counters.at(instant)[:, 0] // WS_A_WH
        booked = self.booking.at(instant)[:, :, 0]
        found = {code: int(value) for code, value in zip(CHANNELS, whole, strict=True)}
        for way in (0, 1):
            found[f"{way + 1}.8.0"] = int(booked[way].sum())
            found.update({f"{way + 1}.8.{n + 1}": int(booked[way, n]) for n in range(TARIFFS)})
        return found

    def shelf_left_s(self, upto_s: int) -> int | None:
        """When 1.8.0 first reached the limit; None: still on the shelf (M-121)."""
        limit_wh = self.seams.number("shelf_wh", int(str(self.spec.profile.value("shelf.limit_wh"))))
        if self._shelf_left_s is None and self.registers(upto_s)["1.8.0"] >= limit_wh:
            low, high = self.since_s - 1, upto_s
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if self.registers(middle)["1.8.0"] >= limit_wh else (middle, high)
            self._shelf_left_s = high
        left_s = self._shelf_left_s
        return left_s if left_s is not None and left_s <= upto_s else None

    def closings(self, second: int) -> list[Closing]:
        return self.seams.through("closings", closings(self.timeline, second), self.timeline, second)

    def month_row(self, closed: list[Closing], index: int) -> MonthRow | None:
        if index < 0:
            return None
        closing = closed[index]
        if closing.second not in self._months:
            before = closed[index - 1].second if index else self.since_s
            row = MonthRow(closing, self.registers(closing.second), self.demand.peaks(before, closing.second))
            self._months[closing.second] = self.seams.through("month", row, closed, index, self)
        return self._months[closing.second]


def rolled(value: int) -> int:
    """What six and three digits show (M-60)."""
    return value % ROLLOVER
