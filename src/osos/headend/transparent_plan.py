"""What does the centre read at a transparent modem without being asked? (H-10)

Such a modem knows no schedules: the plan's own are run from here, when it calls, as far as they are due.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from osos.headend.conversation import Request, Urgency
from osos.headend.plan import MeterBehindModem, Plan
from osos.headend.reads import PROFILES, read
from osos.modems.mass_json import Schedule


@dataclass(slots=True)
class Diary:
    """When each schedule was run last for each meter; a new process begins with all of them due."""

    _ran: dict[tuple[int, str], datetime] = field(default_factory=dict)

    def due(
        self, plan: Plan, meters: tuple[MeterBehindModem, ...], *, at: datetime, zone: timezone
    ) -> list[Request]:
        """The reads that are due now, meter after meter; `ran` is told as each has succeeded."""
        wanted = []
        for schedule in plan.schedules_for(meters):
            for meter in meters:
                named = "*" in schedule.meters or meter.serial in schedule.meters
                if named and _is_due(schedule, self._ran.get((meter.meter_id, schedule.id)), at, zone):
                    wanted.append(_request(schedule, meter, at, zone))
        return wanted

    def ran(self, request: Request) -> None:
        if isinstance(request.label, Due):
            self._ran[request.label.meter_id, request.label.schedule_id] = request.at


@dataclass(frozen=True, slots=True)
class Due:
    """What a planned read is known by."""

    meter_id: int
    schedule_id: str


def _is_due(schedule: Schedule, last: datetime | None, at: datetime, zone: timezone) -> bool:
    if last is None:
        return True
    if schedule.day_of_month:
        here, there = at.astimezone(zone), last.astimezone(zone)
        return (here.year, here.month) != (there.year, there.month) and here.day >= schedule.day_of_month
    return at - last >= timedelta(minutes=schedule.every_minutes)


def _request(schedule: Schedule, meter: MeterBehindModem, at: datetime, zone: timezone) -> Request:
    ranged = schedule.directive in PROFILES
    return read(
        schedule.directive,
        meter,
        zone=zone,
        at=at,
        urgency=Urgency.PREPARING,
        start=at - timedelta(hours=schedule.traverse_hours) if ranged else None,
        end=at if ranged else None,
        label=Due(meter.meter_id, schedule.id),
    )
