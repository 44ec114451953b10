"""What do the tests of this room pretend that meters said?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from sqlalchemy import Connection

from osos import mdm
from osos.mdm import Direction, Interpreted, WireFrame
from osos.mdm.canonical import Installed
from osos.mdm.labels import day_number, grid_of_day
from osos.mdm.recording import Outcome
from osos.meters import ProfileRecords

COMBI = ("1.8.0", "5.8.0", "8.8.0", "1.6.0")
COMBI_UNITS = ("kWh", "kvarh", "kvarh", "kW")
DAY = day_number(datetime(2026, 3, 2).date())
POINT, METER = 7, 70


def utc_of_day(day: int) -> datetime:
    """The instant at which this day begins in Türkiye."""
    return datetime(1999, 12, 31, 21, tzinfo=UTC) + timedelta(days=day)


@dataclass
class ToldMeter:
    """A meter that is known by what it said: registers after every quarter hour since a day's beginning."""

    meter_id: int = METER
    first_day: int = DAY
    days: int = 2
    seed: int = 1
    start: int = 123_000_000
    period_min: int = 15
    labels: np.ndarray = field(init=False)
    values: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        grids = [grid_of_day(self.first_day + n, self.period_min) for n in range(self.days)]
        self.labels = np.concatenate(([self.first_day * 1440], *grids))
        chance = np.random.default_rng(self.seed)
        energy = chance.integers(0, 700, (self.labels.size, 3)) // (1, 3, 20)
        energy[0] = 0
        registers = self.start + np.cumsum(energy, axis=0)
        self.values = np.column_stack((registers, energy[:, 0] * 60 // self.period_min)).astype(np.int64)

    def records(self, rows: Sequence[int] | slice = slice(None)) -> ProfileRecords:
        return records_of(self.labels[rows], self.values[rows])

    def energy_wh(self) -> int:
        return int(self.values[-1, 0] - self.values[0, 0])

    def installed(self, multiplier: str = "40", since_day: int | None = None) -> Installed:
        since = utc_of_day(self.first_day if since_day is None else since_day)
        return Installed(meter_id=self.meter_id, multiplier=Decimal(multiplier), since=since)


def records_of(labels: np.ndarray, values: np.ndarray, codes: tuple[str, ...] = COMBI) -> ProfileRecords:
    return ProfileRecords(
        profile="P.01",
        codes=codes,
        labels=np.asarray(labels, dtype=np.int64),
        values=np.asarray(values, dtype=np.int64),
        decimals=(3,) * len(codes),
        units=COMBI_UNITS[: len(codes)],
        kind="combi",
        ways=1,
    )


class Desk:
    """Keeps and records telegrams as the head-end does, each with a frame of its own."""

    def __init__(self, conn: Connection, *, at: datetime) -> None:
        self.conn, self.at, self.count = conn, at, 0

    def frame(self, payload: bytes = b"#{}$", **facts: object) -> mdm.Kept:
        self.count += 1
        said = {"reference_id": f"r{self.count}", "flag": "MKS", "serial": "1", "function": "read"}
        where = {"direction": Direction.IN, "link": "tcp", "address": "10.0.0.1:40000", "session": "s1"}
        return mdm.keep(self.conn, WireFrame(payload=payload, received_at=self.at, **said | where | facts))

    def tell(
        self,
        records: ProfileRecords,
        *,
        meter: int = METER,
        point: int | None = POINT,
        installed: Sequence[Installed],
    ) -> Outcome:
        interpreted = Interpreted(kind="profile", profile=records.profile, records=records)
        return mdm.record(
            self.conn,
            frame_id=self.frame().frame_id,
            meter=meter,
            point=point,
            interpreted=interpreted,
            received_at=self.at,
            installed=installed,
        )


@pytest.fixture
def desk_on() -> Callable[[Connection], Desk]:
    return lambda conn: Desk(conn, at=utc_of_day(DAY + 3))


@pytest.fixture
def told_meter() -> type[ToldMeter]:
    return ToldMeter
