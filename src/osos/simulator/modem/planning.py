"""Which schedules are due, and when is the next one?"""

from datetime import datetime

from osos.modems.mass_json import BadSchedule, Schedule, due_after
from osos.simulator.modem.unit import ReadOrder, Unit


class Planner:
    """Keeps the next run of each schedule; a schedule that was changed is planned anew."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._plans: dict[str, tuple[Schedule, datetime]] = {}

    def due(self) -> list[ReadOrder]:
        """The orders of every schedule whose time has come; a run missed without supply is not caught up."""
        now, orders = self._unit.now(), []
        for name in [name for name in self._plans if name not in self._unit.schedules]:
            del self._plans[name]
        for name, schedule in self._unit.schedules.items():
            planned, at = self._plans.get(name, (None, now))
            if planned is schedule and now < at:
                continue
            if planned is schedule and schedule.enabled:
                orders += self._unit.scheduled(schedule)
            self._plans[name] = (schedule, self._next(schedule, now))
        return orders

    def next_at(self) -> datetime | None:
        return min((at for _, at in self._plans.values()), default=None)

    def _next(self, schedule: Schedule, now: datetime) -> datetime:
        settings = self._unit.settings
        try:
            return due_after(schedule, now, serial=settings.device.serial, zone=settings.zone)
        except BadSchedule:
            return datetime.max.replace(tzinfo=now.tzinfo)  # a day that never comes
