"""How does a Viko meter of the first generation read out? (public notes; nobody published a capture)"""

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
_NOW, _MONTHLY = energies(*_ENERGIES, whole=5)
_OPEN = "00-00-00,00:00"
_LOST, _LOST_ROWS = interruptions(still_open=_OPEN)


def _power(phase: int) -> Value:
    return lambda shot: f"({abs(shot.power_w(phase)) / 1000:09.3f}*kW)"


def _slices(table: int) -> Value:
    """Digit k belongs to time k, unused ones are 9 (M-82); before the first time the last digit holds."""

    def text(shot: Snapshot) -> str:
        digits = shot.settings.tables[table].slices.rstrip("0")
        first = digits[:1] if len(digits) < 2 else ""
        told = (first or digits[1:]).ljust(8, "9")
        return f"({told[:8]})"

    return text


DIALECT = Dialect(
    order=(
        *("0.0.0", "0.1.0", rows(MONTHS, "0.1.2"), "0.8.0", "0.9.1", "0.9.2", "0.9.5"),
        *("1.6.0", rows(MONTHS, "1.6.0")),
        *(line for code in _ENERGIES[:5] for line in (code, rows(MONTHS, code))),
        *("21.7.0", "31.7.0", "32.7.0", "41.7.0"),
        *("5.8.0", rows(MONTHS, "5.8.0"), "51.7.0", "52.7.0", "61.7.0", "71.7.0", "72.7.0"),
        *("8.8.0", rows(MONTHS, "8.8.0")),
        *("96.1.3", "96.2.2", "96.2.5", "96.50", "96.51", "96.52", "96.6.1", "96.60", "96.61", "96.62"),
        *("96.7.0", "96.7.1", "96.7.2", "96.7.3", "96.70", "96.71", rows(MONTHS, "96.71")),
        *(rows(LISTED, f"96.77.{k}") for k in range(4)),
        *(line for k in (4, 5, 6) for line in (f"96.77.{k}", rows(LISTED, f"96.77.{k}"))),
        *("96.97", "96.98"),
    ),
    values={
        **COMMON,
        **_NOW,
        **_LOST,
        "0.0.0": serial,
        **by_phase("1.7.0", _power, heads="246"),
        **by_phase("1.7.0", lambda phase: amperes(phase, "{:09.3f}*A")),
        **by_phase("2.7.0", lambda phase: volts(phase, "{:09.3f}*V")),
        **{f"96.6{table}": _slices(table) for table in range(3)},
        **{f"96.77.{k}": count(k) for k in "456"},
        "96.97": constant("(0)"),
        "96.98": constant("(0)"),
    },
    row_values={
        **_MONTHLY,
        **_LOST_ROWS,
        **demands(),
        "0.1.2": reset_stamp,
        "96.71": cover_row,
        **{f"96.77.{k}": span_row(k, still_open=_OPEN) for k in "456"},
    },
    asked=queries.viko,
)
