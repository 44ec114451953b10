"""Which bits of F.F.0 are set? (M-131, M-132)"""

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

from osos.simulator.meter.alarms import magnet_threshold_mt
from osos.simulator.meter.life import rolled
from osos.simulator.meter.moment import wall
from osos.simulator.meter.rig import INNER_FAULTS

if TYPE_CHECKING:
    from osos.simulator.meter.snapshot import Snapshot

SEEN_MA = 20  # a current above it is a current
DEAD_DV = 300
MANY, HOUR_S = 20, 3600  # bits 39-43: more than 20 within one hour
HIGH_DEMAND_W = {"1p": 20_000, "3p": 60_000, "combi": 60_000}  # bit 44

Bit = Callable[["Snapshot"], bool]


def _current_without_voltage(phase: int) -> Bit:
    return lambda shot: shot.current_ma(phase) > SEEN_MA and shot.voltage_dv(phase) < DEAD_DV


def _field_without_current(phase: int) -> Bit:
    """No current has no cos φ: taken as below 0.2."""

    def bit(shot: "Snapshot") -> bool:
        return (
            shot.settings.powered
            and shot.settings.rig.magnet_mt >= magnet_threshold_mt(shot.spec)
            and shot.current_ma(phase) < SEEN_MA
            and shot.voltage_dv(phase) > DEAD_DV
        )

    return bit


def _tariff_stands_still(tariff: int) -> Bit:
    code = f"1.8.{tariff}"

    def bit(shot: "Snapshot") -> bool:
        flows = any(shot.current_ma(phase) > SEEN_MA for phase in range(shot.spec.phases))
        row = shot.month(1) if flows else None
        return row is not None and row.registers[code] == shot.registers[code]

    return bit


def _interrupted(number: int) -> Bit:
    return lambda shot: shot.interruptions.open(number) is not None


def _often(starts: Callable[["Snapshot"], list[int]]) -> Bit:
    return lambda shot: sum(shot.second - HOUR_S < start for start in starts(shot)) > MANY


def _interrupted_often(phase: int) -> Bit:
    return _often(lambda shot: [span.start_s for span in shot.interruptions.spans[phase]])


def _latched(row: int, phase: int) -> Bit:
    return lambda shot: bool(shot.exceeded[row, phase])


def _same_demand(shot: "Snapshot") -> bool:
    """Row for row the very same greatest power, and some."""
    rows = [shot.month(number) for number in (1, 2, 3)]
    powers = {row.peaks[0].power_w if row else None for row in rows}
    return len(powers) == 1 and bool(powers.pop())


def _year_of_tariffs(shot: "Snapshot") -> int:
    changes, produced = shot.settings.changes, shot.spec.produced
    return wall(changes[0] * 60).year if changes else produced.year


def _open(rows: Callable[["Snapshot"], list]) -> Bit:  # type: ignore[type-arg]  # of Span
    return lambda shot: any(row.end_s is None for row in rows(shot)[-1:])


def _inner_fault(bit: int) -> Bit:
    return lambda shot: bit in shot.settings.rig.inner_faults


def _went_back(*codes: str) -> Bit:
    """In the last 12 months; a sound meter counts up only, so just a faulty one's rows are looked through."""

    def bit(shot: "Snapshot") -> bool:
        if not (shot.seams.has("month") or shot.seams.has("metered")):
            return False
        rows = [shot.registers, *(row.registers for n in range(1, 13) if (row := shot.month(n)))]
        return any(newer[code] < older[code] for newer, older in itertools.pairwise(rows) for code in codes)

    return bit


def _phase_stands_still(phase: int) -> Bit:
    """Its energy has not moved against two months ago."""

    def bit(shot: "Snapshot") -> bool:
        closed = shot.closings[-2:]
        return len(closed) == 2 and not shot.has_moved(phase, since_s=closed[0].second)

    return bit


def _demand_without_energy(shot: "Snapshot") -> bool:
    phases = range(shot.spec.phases)
    if not all(_phase_stands_still(phase)(shot) for phase in phases):
        return False
    row = shot.month(2)
    if row is None or row.registers["1.8.0"] != shot.registers["1.8.0"]:
        return False
    return any(found.peaks[0].power_w > 0 for n in (1, 2) if (found := shot.month(n)))


def _tariffs_differ(shot: "Snapshot") -> bool:
    """|T0 − (T1 + … + T4)| > 200 Wh: by construction never, unless a deliberate fault did it (M-60)."""
    return any(
        abs(shot.registers[f"{way}.8.0"] - sum(shot.registers[f"{way}.8.{n}"] for n in range(1, 5))) > 200
        for way in (1, 2)
    )


BITS: dict[int, Bit] = {
    0: lambda shot: shot.settings.clock_fault,
    **{bit: _inner_fault(bit) for bit in INNER_FAULTS},
    5: lambda shot: shot.settings.rig.terminal_open,
    6: lambda shot: shot.settings.rig.top_open,
    7: lambda shot: shot.top_opened is not None,
    **{8 + k: _current_without_voltage(k) for k in range(3)},
    **{11 + k: _field_without_current(k) for k in range(3)},
    **{13 + tariff: _tariff_stands_still(tariff) for tariff in (1, 2, 3)},
    **{17 + k: _phase_stands_still(k) for k in range(3)},
    **{19 + number: _interrupted(number) for number in (1, 2, 3)},
    23: _interrupted(0),
    24: _open(lambda shot: shot.current_alarms),
    25: _open(lambda shot: shot.voltage_alarms),
    26: _went_back("1.8.0", "2.8.0"),
    27: _went_back("5.8.0", "7.8.0"),
    28: _went_back("6.8.0", "8.8.0"),
    29: _demand_without_energy,
    30: _tariffs_differ,
    31: lambda shot: any(rolled(shot.registers[f"{way}.8.4"]) for way in (1, 2)),
    32: lambda shot: not all(table.fits for table in shot.settings.tables),
    33: lambda shot: _year_of_tariffs(shot) != shot.spec.produced.year,
    34: lambda shot: shot.spec.produced.year != (shot.spec.calibrated or shot.spec.produced).year,
    35: _same_demand,
    37: lambda shot: not shot.settings.rig.system_battery,
    38: lambda shot: not shot.settings.rig.clock_battery,
    **{38 + number: _interrupted_often(number) for number in (1, 2, 3)},
    42: _often(lambda shot: [row.start_s for row in shot.current_alarms]),
    43: _often(lambda shot: [row.start_s for row in shot.voltage_alarms]),
    44: lambda shot: (
        shot.spec.connection == "direct"
        and max(peak.power_w for peak in shot.peaks_unread) > HIGH_DEMAND_W[shot.spec.kind]
    ),
    **{45 + 3 * row + k: _latched(row, k) for row in range(3) for k in range(3)},
    54: lambda shot: shot.neutral_differed,
    56: lambda shot: shot.spec.profile.generation == 3 and _restarted_often(shot),
    55: lambda shot: shot.settings.contact_command != shot.settings.contact_closed,
}
_PHASE_BITS = {8, 11, 17, 20, 39, 45, 48, 51}  # the L1 bit of each three


def _has(bit: int, phases: int) -> bool:
    """1p uses the L1 bits."""
    return phases == 3 or bit not in {start + k for start in _PHASE_BITS for k in (1, 2)}


def _restarted_often(shot: "Snapshot") -> bool:
    """gen3: twice in a month, or once in each of two months running."""
    month = [_month(shot.wall_s)]
    month.append((month[0][0] - 1, 12) if month[0][1] == 1 else (month[0][0], month[0][1] - 1))
    told = [_month(one.start_wall_s) for one in shot.restarts if one.start_wall_s is not None]
    return told.count(month[0]) >= 2 or all(one in told for one in month)


def _month(wall_s: int) -> tuple[int, int]:
    shown = wall(wall_s)
    return shown.year, shown.month


def state_bits(shot: "Snapshot") -> int:
    return sum(1 << bit for bit, is_set in BITS.items() if _has(bit, shot.spec.phases) and is_set(shot))
