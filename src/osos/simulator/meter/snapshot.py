"""What does the meter hold at one instant?"""

from functools import cached_property

from osos.simulator.meter.closings import Closing
from osos.simulator.meter.demand import Peaks
from osos.simulator.meter.life import Life, MonthRow, Registers
from osos.simulator.meter.metrology import MeteredDay
from osos.simulator.meter.moment import DAY_S
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.spec import MeterSpec


class Snapshot:
    """All values of one world second (M-37), each worked out when first asked for."""

    def __init__(self, life: Life, second: int) -> None:
        self._life, self.second = life, second
        self.spec: MeterSpec = life.spec
        self.settings: Settings = life.timeline.at(second)
        self.wall_s = second + self.settings.offset_s

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
        return self._life.month_row(self.closings, len(self.closings) - row)

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
