"""How does a Luna meter of the first generation read out? (capture of a kombi)"""

from osos.simulator.meter.gen1 import queries
from osos.simulator.meter.gen1.dialect import (
    COMMON,
    LISTED,
    MONTHS,
    Dialect,
    Value,
    amperes,
    by_phase,
    constant,
    count,
    cover_row,
    demands,
    energies,
    interruptions,
    reset_stamp,
    rows,
    serial,
    span_row,
    volts,
)
from osos.simulator.meter.snapshot import Snapshot

_ENERGIES = ("1.8.0", "1.8.1", "1.8.2", "1.8.3", "1.8.4", "5.8.0", "8.8.0")
_NOW, _MONTHLY = energies(*_ENERGIES)
_OPEN, _UNUSED = "00-00-00,00:00", "99-99-99,99:99"
_LOST, _LOST_ROWS = interruptions(still_open=_OPEN)


def _cos_phi(phase: int) -> Value:
    """`+1.00`, and `( 0.00)` without voltage."""

    def text(shot: Snapshot) -> str:
        if shot.voltage_dv(phase) == 0:
            return "( 0.00)"
        sign = "-" if shot.power_w(phase) < 0 else "+"
        return f"({sign}{shot.cos_phi_percent(phase) / 100:.2f})"

    return text


def _hertz(phase: int) -> Value:
    return lambda shot: f"({shot.frequency_dhz / 10 if shot.voltage_dv(phase) else 0:04.1f}*Hz)"


DIALECT = Dialect(
    order=(
        *("0.0.0", "0.9.1", "0.9.2", "0.9.5", "1.6.0", *_ENERGIES),
        *("96.1.3", "96.2.5", "96.6.1", "96.70", "96.71"),
        rows(MONTHS, "1.6.0"),
        *(rows(MONTHS, code) for code in _ENERGIES),
        rows(MONTHS, "96.71"),
        *("0.1.0", "96.77.4", "96.77.5", "96.7.0", "96.7.1", "96.7.2", "96.7.3"),
        rows(MONTHS, "0.1.2"),
        *(rows(LISTED, f"96.77.{k}") for k in (4, 5, 0, 1, 2, 3)),
        *("0.8.0", "96.2.2", "96.50", "96.51", "96.52", "96.60", "96.61", "96.62"),
        *(f"{head}{tail}" for head in "357" for tail in ("2.7.0", "1.7.0", "3.7.0")),
        *("34.7.0", "54.7.0", "74.7.0"),
        rows(2, "96.80"),
        "96.80",
        "96.7.5",
    ),
    values={
        **COMMON,
        **_NOW,
        **_LOST,
        "0.0.0": serial,
        "96.77.4": count("4"),
        "96.77.5": count("5"),
        "96.80": count("6"),
        "96.7.5": constant("(0000)(00:00:00)"),
        **by_phase("2.7.0", lambda phase: volts(phase, "{:05.1f}*V")),
        **by_phase("1.7.0", lambda phase: amperes(phase, "{:07.3f}*A")),
        **by_phase("3.7.0", _cos_phi),
        **by_phase("4.7.0", _hertz),
    },
    row_values={
        **_MONTHLY,
        **_LOST_ROWS,
        **demands(),
        "0.1.2": reset_stamp,
        "96.71": cover_row,
        "96.77.4": span_row("4", still_open=_OPEN),
        "96.77.5": span_row("5", still_open=_OPEN),
        "96.80": span_row("6", still_open=_OPEN, unused=_UNUSED),
    },
    asked=queries.luna,
    glued=True,
)
