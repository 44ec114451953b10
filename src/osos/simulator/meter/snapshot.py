"""What does the meter hold at one instant?"""

from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from osos.simulator.load import weekday
from osos.simulator.meter.alarms import (
    HELD_S,
    Look,
    Sight,
    connection_alarms,
    currents,
    magnet_threshold_mt,
    magnetic_alarms,
    voltages,
)
from osos.simulator.meter.closings import Closing
from osos.simulator.meter.covers import CoverMonth, Opening, cover_month, spans_of, terminal_openings
from osos.simulator.meter.demand import Peaks
from osos.simulator.meter.interruptions import Interruptions, interruptions, of_length
from osos.simulator.meter.life import Life, MonthRow, Registers
from osos.simulator.meter.metrology import MeteredDay
from osos.simulator.meter.moment import DAY_S, wall, wall_second
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.spans import Span, began, changes_to
from osos.simulator.meter.spec import MeterSpec
from osos.simulator.meter.state_bits import BITS, state_bits
from osos.simulator.meter.timeline import Timeline

HISTORY = 12  # month rows (M-73)
Shown = Literal["off", "on", "blink"]


class Snapshot:
    """All values of one world second (M-37), each worked out when first asked for."""

    def __init__(self, life: Life, second: int) -> None:
        self._life, self.second, self.seams = life, second, life.seams
        self.spec: MeterSpec = life.spec
        self._rows: dict[tuple[int, bool], list[Span]] = {}
        self.settings: Settings = life.timeline.at(second)
        self.wall_s = second + self.settings.offset_s

    @property
    def timeline(self) -> Timeline:
        return self._life.timeline

    @cached_property
    def registers(self) -> Registers:
        return self._life.registers(self.second)

    @cached_property
    def closings(self) -> list[Closing]:
        return self._life.closings(self.second)

    @cached_property
    def peaks(self) -> Peaks:
        last = self.closings[-1].second if self.closings else self._life.since_s
        return self._life.demand.peaks(last, self.second)

    def month(self, row: int) -> MonthRow | None:
        """Row *row, 1 newest; None: never recorded (M-75)."""
        if row > self.seams.number("history_rows", HISTORY):
            return None
        return self._life.month_row(self.closings, len(self.closings) - row)

    @cached_property
    def interruptions(self) -> Interruptions:
        found = interruptions(self.timeline, self.second)
        for number, spans in found.spans.items():
            found.spans[number] = self.seams.through("spans", spans, f"lost {number}", self)
        return found

    def interruption_rows(self, number: int, *, short: bool) -> list[Span]:
        """Newest first (M-112)."""
        key = number, short
        if key not in self._rows:
            spans = self.interruptions.spans[number]
            rows = of_length(spans, self.timeline, self.second, short=short)
            self._rows[key] = self.seams.through("listed", rows, number, short, self)
        return self._rows[key]

    @cached_property
    def voltage_alarms(self) -> list[Span]:
        return self._connection("voltage", voltages(self.spec))

    @cached_property
    def current_alarms(self) -> list[Span]:
        return self._connection("current", currents(self.spec))

    def _connection(self, name: str, look: Look) -> list[Span]:
        def seen(settings: Settings) -> Sight:
            return self.seams.through("sight", look(settings), name, settings, self.spec)

        held_s = self.seams.number(f"{name}_held_s", HELD_S)
        rows = connection_alarms(self.timeline, self.second, seen, held_s=held_s)
        return self.seams.through("spans", rows, name, self)

    @cached_property
    def magnetic_alarms(self) -> list[Span]:
        from_mt = self.seams.number("magnet_mt", magnet_threshold_mt(self.spec))
        rows = magnetic_alarms(self.timeline, self.second, from_mt=from_mt)
        return self.seams.through("spans", rows, "magnet", self)

    @cached_property
    def top_opened(self) -> Opening | None:
        """The first opening of the top cover, for ever (M-125)."""
        openings = (
            Opening(change.second, change.minute)
            for change in changes_to(self.timeline, self.second)
            if change.after.rig.top_open
        )
        return self.seams.through("top_opened", next(openings, None), self)

    @cached_property
    def shelf_left_s(self) -> int | None:
        return self._life.shelf_left_s(self.second)

    @cached_property
    def openings(self) -> list[Opening]:
        """Of the terminal cover, since shelf mode was left (M-121)."""
        changes = changes_to(self.timeline, self.second)
        if not any(change.after.rig.terminal_open for change in changes):
            return []  # nothing to record, so no need to know when shelf mode was left
        left_s = self.shelf_left_s
        found = terminal_openings(self.timeline, self.second, shelf_left_s=left_s)
        return self.seams.through("openings", found, self)

    def cover_spans(self, name: str) -> list[Span]:
        """gen3: each opening with its closing, oldest first; on the shelf none (M-121, M-126)."""
        found = spans_of(self.timeline, self.second, name=name)
        left_s = self.shelf_left_s if found and name == "terminal_open" else 0
        return [span for span in found if left_s is not None and span.start_s > left_s]

    @cached_property
    def restarts(self) -> list[Span]:
        """gen3 96.11.0: each time power came back, oldest first."""
        changes = changes_to(self.timeline, self.second)
        return [began(one) for one in changes if one.after.powered and not one.before.powered]

    def cover_month(self, row: int) -> CoverMonth:
        """96.71 and its rows; 0 is the present month (M-122, M-124)."""
        return self.seams.through("cover_month", self._cover_month(row), row, self)

    def _cover_month(self, row: int) -> CoverMonth:
        at = len(self.closings) - row
        if at < 0 or not self.openings:
            return CoverMonth()
        after = self.closings[at - 1] if at else None
        upto_s = self.second if row == 0 else self.closings[at].second
        timeline, left_s = self.timeline, self.shelf_left_s
        return cover_month(timeline, self.openings, after=after, upto_s=upto_s, left_s=left_s)

    @property
    def peaks_unread(self) -> Peaks:
        """Since the month began; gen3 forgets what was read (M-132)."""
        last = self.closings[-1].second if self.closings else self._life.since_s
        read_s = self.settings.state_read_s
        return self.peaks if read_s <= last else self._life.demand.peaks(read_s, self.second)

    def has_moved(self, phase: int, *, since_s: int) -> bool:
        """Did this phase carry anything that counts?"""
        return self._life.counters.has_moved(phase, since_s, self.second)

    @cached_property
    def neutral_differed(self) -> bool:
        """This month, or since it was read: more than 20 mA and a tenth apart (chosen: no source says)."""
        if "neutral" not in self.spec.options:
            return False
        return any(
            self._neutral_differs(epoch.settings, max(epoch.start_s, self._latched_from_s))
            for epoch in self.timeline.whole(self.second)
            if epoch.end_s > self._latched_from_s
        )

    def _neutral_differs(self, settings: Settings, second: int) -> bool:
        neutral_ma, by_hand = settings.rig.neutral_ma, settings.rig.current[0]
        if neutral_ma is None or not settings.live[0]:
            return False
        flows_ma = by_hand[0] if by_hand else Snapshot(self._life, second).current_ma(0)
        return abs(flows_ma - neutral_ma) > max(20, flows_ma // 10)

    @property
    def neutral_ma(self) -> int:
        by_hand = self.settings.rig.neutral_ma
        return self.current_ma(0) if by_hand is None else by_hand

    @property
    def _latched_from_s(self) -> int:
        """Latched bits clear at the month's change, in gen3 when read too (M-132)."""
        shown = wall(self.wall_s)
        first = wall_second(shown.replace(day=1, hour=0, minute=0, second=0)) - self.settings.offset_s
        return max(first, self.settings.state_read_s)

    @cached_property
    def exceeded(self) -> NDArray[np.bool_]:
        """(3, phases) F.F.0 bits 45-53 since the month began by the clock."""
        return self._life.counters.exceeded(self._latched_from_s, self.second)

    @cached_property
    def state(self) -> int:
        """F.F.0 (M-131)."""
        return self.seams.through("state", state_bits(self), self)

    def has_bit(self, *bits: int) -> bool:
        """Any of these of F.F.0; a display asks for few of them, many times."""
        if self.seams.has("state"):
            return any(self.state >> bit & 1 for bit in bits)
        return any(BITS[bit](self) for bit in bits)

    @property
    def alert_pending(self) -> bool:
        """F.A.1: a bit allowed by F.A.0 changed since the last acknowledged report (M-28, M-133)."""
        return bool((self.state ^ self.settings.reported_word) & int(self.settings.alert_mask, 2))

    @property
    def magnet_icon(self) -> Shown:
        """Blinks in the field, steady after it until read (M-119)."""
        return self.seams.through("magnet_icon", self._magnet_icon(), self)

    def _magnet_icon(self) -> Shown:
        rows = self.magnetic_alarms
        if rows and rows[-1].end_s is None:
            return "blink"
        last = rows[-1].end_s if rows else None
        return "on" if last is not None and last > self.settings.magnet_read_s else "off"

    @property
    def cover_icon(self) -> Shown:
        """Blinks while open, steady after it until read (M-123); on the shelf on only while open (M-121)."""
        return self.seams.through("cover_icon", self._cover_icon(), self)

    def _cover_icon(self) -> Shown:
        is_open = self.settings.rig.terminal_open
        if is_open:
            return "blink" if self.shelf_left_s is not None else "on"
        recorded = any(one.second > self.settings.cover_read_s for one in self.openings)
        return "on" if recorded else "off"

    @property
    def since_s(self) -> int:
        return self._life.since_s

    @cached_property
    def cover_opened_s(self) -> int | None:
        """When either cover was last opened."""
        for change in reversed(changes_to(self.timeline, self.second)):
            was, now = change.before.rig, change.after.rig
            if (now.terminal_open and not was.terminal_open) or (now.top_open and not was.top_open):
                return change.second
        return None

    @property
    def tariff(self) -> int:
        """The one in force by the clock."""
        table = self.settings.table(weekday(self.wall_s // DAY_S))
        minute = self.wall_s % DAY_S // 60
        return [tariff for start, tariff in table.switches() if start <= minute][-1]

    def power_w(self, phase: int) -> int:
        return int(self._day.power_w[phase, self._cell])

    @property
    def quadrant(self) -> int:
        """Of the register that reactive energy now moves most; 0: none moves."""
        rates = self._day.rate[2:, self._cell]
        return int(rates.argmax()) + 1 if rates.any() else 0

    def current_ma(self, phase: int) -> int:
        by_hand = self.settings.rig.current[phase]
        if by_hand is not None and self.settings.contact_closed:
            return by_hand[0]
        volts = max(self.voltage_dv(phase), 1)
        return int(self._day.apparent_va[phase, self._cell]) * 10_000 // volts

    @cached_property
    def _day(self) -> MeteredDay:
        return self._life.counters.day(self.second // DAY_S)

    @property
    def _cell(self) -> int:
        starts, of_day = self._day.starts_s, self.second % DAY_S
        return of_day // 60 if starts is None else int(starts.searchsorted(of_day, side="right")) - 1

    def voltage_dv(self, phase: int) -> int:
        return int(self._day.voltage_dv[phase, self._cell])

    def current_da(self, phase: int) -> int:
        return int(self._day.current_da[phase, self._cell])

    @property
    def frequency_dhz(self) -> int:
        return (int(self._day.frequency_chz[self._cell]) + 5) // 10

    def cos_phi_percent(self, phase: int) -> int:
        """Without sign; 1.00 where nothing flows."""
        apparent = int(self._day.apparent_va[phase, self._cell])
        if apparent == 0:
            return 100
        active = abs(int(self._day.power_w[phase, self._cell]))
        return min(100, (200 * active + apparent) // (2 * apparent))
