"""By whose calendar and whose clock does energy of a moment belong to a tariff (M-80 … M-86)?

The meter books by its own table and its own clock. Its tables are known from when they were first read; what
was read first is taken to have held before. A meter that still changes to winter time changes its bands an
hour later by the country's clock (EPDK 6561); a failed clock books all to T1, and nothing puts that right.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from osos.mdm import states
from osos.mdm.derive.grids import Starts, naive
from osos.mdm.derive.tariff_tables import DIGITS, TIMES, slices_of
from osos.mdm.derive.tariffs import DEFAULT, Band, Bands, ClockRegime, Slices, TariffCalendar, bands
from osos.mdm.faces.points import SeenPoint
from osos.mdm.keeping.clocks import Clock, Regime
from osos.mdm.keeping.papers import clocks_of
from osos.mdm.labels import HOUR_MIN
from osos.quantities import DeviceId, Interval, local_day

CLOCK_FAULT = 1  # bit 0 of F.F.0 (M-131)
_FIRST = date(2000, 1, 1)
_DAYS = ("weekday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Of one meter of the period: what its bands are drawn from."""

    meter: DeviceId
    told: bool  # by its own tables; else by the standard ones
    unreadable: bool  # it told tables that are none (M-83): the standard ones are used
    read_since: date | None  # when the table in force was first read
    changes_in_winter: bool  # its clock goes back an hour each winter
    clock_wrong: bool  # papers say that its clock is not to be believed
    clock_failed: bool  # F.F.0 told so: its energy went to T1
    hours: Mapping[Band, str]  # of a weekday, as the meter's clock shows them


@dataclass(frozen=True, slots=True, eq=False)
class MeterBands:
    """The band of each slot, and where it comes from, the latest meter last."""

    bands: Bands
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class _Own:
    calendars: tuple[TariffCalendar, ...]
    told: bool
    unreadable: bool
    read_since: date | None


def meter_bands(conn: Connection, seen: SeenPoint, starts: Starts, *, period: Interval) -> MeterBands:
    """Of slots of the period, each by the meter that hung there."""
    found = bands(starts)
    hung = [(one, part) for one, part in seen.seen_installations() if part.overlap(period) is not None]
    ids = {one.meter_id for one, _ in hung}
    clocks = clocks_of(conn, meter_ids=ids) if ids else {}
    sources = []
    for one, part in hung:
        own = _own(conn, one.meter_id, period)
        here = (starts >= naive(part.start)) & (starts < naive(part.end))
        failed = _failed(conn, one.meter_id, starts, until=period.end)
        regimes = clocks.get(one.meter_id, ())
        found[here] = _by_clock(starts[here], own.calendars, regimes)
        found[here & failed] = Band.T1
        running = {clock for clock, slots in _stretches(starts[here], regimes) if slots.any()}
        sources.append(
            Source(
                meter=one.meter,
                told=own.told,
                unreadable=own.unreadable,
                read_since=own.read_since,
                changes_in_winter=Clock.SUMMER in running,
                clock_wrong=Clock.WRONG in running,
                clock_failed=bool((here & failed).any()),
                hours=hours_of(own.calendars[-1].weekday),
            )
        )
    return MeterBands(found, tuple(sources))


def _by_clock(starts: Starts, calendars: Sequence[TariffCalendar], regimes: Sequence[Regime]) -> Bands:
    found = bands(starts, calendars=calendars)
    for clock, slots in _stretches(starts, regimes):
        if clock is Clock.SUMMER and slots.any():
            found[slots] = bands(starts[slots], calendars=calendars, regime=ClockRegime.CHANGING)
    return found


def _stretches(starts: Starts, regimes: Sequence[Regime]) -> Iterable[tuple[Clock, npt.NDArray[np.bool_]]]:
    """How the clock ran in which of these slots; before the first paper, at +03:00."""
    edges = [naive(one.since) for one in regimes]
    yield Clock.FIXED, starts < edges[0] if edges else np.ones(starts.size, dtype=bool)
    for number, one in enumerate(regimes):
        after = starts >= edges[number]
        yield one.clock, after & (starts < edges[number + 1]) if number + 1 < len(edges) else after


def _own(conn: Connection, meter_id: int, period: Interval) -> _Own:
    """Its calendars up to the period's end; the standard one where it told none that can be read."""
    changes = _changes(conn, meter_id)
    calendars, unreadable = [], False
    for number, (since, facts) in enumerate(changes):
        calendar = _calendar(facts, since=_FIRST if not number else since)
        unreadable = calendar is None
        if calendar is not None:
            calendars.append(calendar)
    in_force = [one for one in calendars if one.since < local_day(period.end)]
    if not in_force:
        return _Own((DEFAULT,), told=False, unreadable=unreadable, read_since=None)
    read = [since for since, _ in changes if since < local_day(period.end)]
    return _Own(tuple(in_force), told=True, unreadable=unreadable, read_since=max(read, default=None))


def _changes(conn: Connection, meter_id: int) -> list[tuple[date, dict[str, int]]]:
    """From which day on which of the six tables were known, oldest first."""
    found: dict[date, dict[str, int]] = {}
    facts: dict[str, int] = {}
    for at, name, value in states.tariff_tables(conn, meter_id=meter_id):
        facts = {**facts, name: value}
        found[local_day(at)] = facts
    return sorted(found.items())


def _calendar(facts: Mapping[str, int], *, since: date) -> TariffCalendar | None:
    """Days without tables of their own are like weekdays."""
    made: list[Slices] = []
    for day in _DAYS:
        times = facts.get(f"tariff times {day}", facts.get("tariff times weekday"))
        digits = facts.get(f"tariffs {day}", facts.get("tariffs weekday"))
        if times is None or digits is None:
            return None
        slices = slices_of(str(times).zfill(TIMES), str(digits).zfill(DIGITS))
        if slices is None:
            return None
        made.append(slices)
    source = "96.50-96.52, 96.60-96.62 of the meter"
    return TariffCalendar(since=since, source=source, weekday=made[0], saturday=made[1], sunday=made[2])


def _failed(conn: Connection, meter_id: int, starts: Starts, *, until: datetime) -> npt.NDArray[np.bool_]:
    """The slots in which the meter's own word was that its clock has failed."""
    told = states.held(conn, meter_ids=[meter_id], name=states.WORD, until=until)
    found = np.zeros(starts.size, dtype=bool)
    for number, one in enumerate(told):
        if one.value & CLOCK_FAULT:
            after = starts >= naive(one.since)
            found |= after if number + 1 == len(told) else after & (starts < naive(told[number + 1].since))
    return found


def hours_of(slices: Slices) -> dict[Band, str]:
    """When each band holds on such a day: `06–17`, runs joined over midnight.

    >>> hours_of(DEFAULT.weekday)[Band.T3]
    '22–06'
    """
    ends = [*(start for start, _ in slices[1:]), 24 * HOUR_MIN]
    runs = [(start, end, band) for (start, band), end in zip(slices, ends, strict=True)]
    if len(runs) > 1 and runs[0][2] == runs[-1][2]:
        runs = [*runs[1:-1], (runs[-1][0], runs[0][1], runs[0][2])]
    found: dict[Band, list[str]] = {}
    for start, end, band in runs:
        found.setdefault(band, []).append(f"{_hour(start)}–{_hour(end)}")
    return {band: ", ".join(words) for band, words in found.items()}


def _hour(minute: int) -> str:
    hour, rest = divmod(minute, HOUR_MIN)
    return f"{hour:02d}" + (f":{rest:02d}" if rest else "")
