"""What does a unit remember, and what has it been told to do?"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from osos.modems.mass_json import (
    Directive,
    Message,
    Schedule,
    meter_stamp,
    schedule_json,
    wall,
)
from osos.quantities import Clock
from osos.simulator.modem.settings import MeterBehind, ModemSettings

REMEMBERED = 10_000  # references of the centre's requests
REMEMBERED_FOR = timedelta(hours=24)
LOG_KEPT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOrder:
    """A directive to run for one meter; `reference_id` is the request's, or None when a schedule wants it."""

    function: str
    directive: Directive
    meter: MeterBehind
    words: dict[str, bytes]
    obis: tuple[bytes, ...] = ()
    reference_id: str | None = None
    schedule_id: str | None = None


@dataclass(slots=True)
class Unit:
    """The memory of one unit. It survives connections and loss of supply."""

    settings: ModemSettings
    clock: Clock
    retry_interval_s: float
    retry_count: int
    max_package: int
    registered: bool = False
    fields: dict[str, Any] = field(default_factory=dict)  # settable fields of X-20 this unit only keeps
    directives: dict[str, Directive] = field(default_factory=dict)
    schedules: dict[str, Schedule] = field(default_factory=dict)
    log: list[dict[str, Any]] = field(default_factory=list)
    clock_offset: timedelta = timedelta(0)
    done: OrderedDict[str, datetime] = field(default_factory=OrderedDict)

    @classmethod
    def new(cls, settings: ModemSettings, clock: Clock) -> Self:
        """As it leaves the factory."""
        return cls(
            settings,
            clock,
            retry_interval_s=settings.retry_interval_s,
            retry_count=settings.retry_count,
            max_package=settings.max_package,
        )

    def now(self) -> datetime:
        """The unit's own clock, which the centre may have set."""
        return self.clock.now() + self.clock_offset

    def wall_now(self) -> str:
        return wall(self.now(), self.settings.zone)

    def message(self, function: str, reference_id: str, response: Any = None, **header: Any) -> Message:
        return Message(
            device=self.settings.device,
            function=function,
            reference_id=reference_id,
            response=response,
            **header,
        )

    def repeated(self, reference_id: str) -> bool:
        """Whether this request was heard before; from now on it was (X-16)."""
        now = self.clock.now()
        while self.done and (
            len(self.done) > REMEMBERED or next(iter(self.done.values())) < now - REMEMBERED_FOR
        ):
            self.done.popitem(last=False)
        if reference_id in self.done:
            return True
        if reference_id:
            self.done[reference_id] = now
        return False

    def note(self, code: int, description: str, meter: MeterBehind | None = None) -> dict[str, Any]:
        """Enter an incident into the unit's log; the entry as it goes on the wire."""
        entry: dict[str, Any] = {"incidentCode": code, "description": description, "date": self.wall_now()}
        if meter is not None:
            entry["meter"] = {"brand": meter.brand, "serialNumber": meter.device.serial}
        self.log = [*self.log[-LOG_KEPT + 1 :], entry]
        return entry

    def scheduled(self, schedule: Schedule) -> list[ReadOrder]:
        """One order for each of its meters: STARTDATE = now − traversHours, ENDDATE = now (X-25)."""
        directive = self.directives.get(schedule.directive)
        if directive is None:
            return []
        now, zone = self.now(), self.settings.zone
        start = now - timedelta(hours=schedule.traverse_hours)
        everyone = "*" in schedule.meters
        return [
            ReadOrder(
                function="read",
                directive=directive,
                meter=meter,
                words={
                    "METERSERIALNUMBER": meter.address,
                    "STARTDATE": meter_stamp(start, zone).encode(),
                    "ENDDATE": meter_stamp(now, zone).encode(),
                },
                schedule_id=schedule.id,
            )
            for meter in self.settings.meters
            if everyone or {meter.device.serial, str(meter.device)} & set(schedule.meters)
        ]

    def identification(self, reference_id: str) -> Message:
        """X-20, X-21."""
        settings = self.settings
        body = {
            "registered": self.registered,
            "brand": settings.brand,
            "model": settings.model,
            "protocolVersion": "1.0.0",
            "firmware": settings.firmware,
            "signal": settings.signal,
            "deviceDate": self.wall_now(),
            "timezone": _offset(self.now().astimezone(settings.zone)),
            "retryInterval": round(self.retry_interval_s),
            "retryCount": self.retry_count,
            "maxPackageSize": self.max_package,
            **self.fields,
            "serialPorts": [{"id": 1, "type": "rs485", "name": settings.serial_port}],
            "meters": [_on_port(meter, settings.serial_port) for meter in settings.meters],
            "schedules": [schedule_json(each) for each in self.schedules.values()],
        }
        return self.message("identification", reference_id, body)

    def heartbeat(self, reference_id: str) -> Message:
        body = {"signal": self.settings.signal, "deviceDate": self.wall_now(), "cpuTemp": 41}
        return self.message("heartbeat", reference_id, body)


def _on_port(meter: MeterBehind, port: str) -> dict[str, Any]:
    return {
        "protocol": "IEC62056",
        "type": "electricity",
        "brand": meter.brand,
        "serialNumber": meter.device.serial,
        "serialPort": port,
        "initBaud": 300,
        "fixBaud": False,
        "frame": "7E1",
    }


def _offset(moment: datetime) -> str:
    text = moment.strftime("%z")
    return f"{text[:3]}:{text[3:]}"
