"""How does a Makel meter of the first generation read out? (capture of a C500.KMY.2556)"""

from osos.simulator.meter.gen1 import queries
from osos.simulator.meter.gen1.dialect import (
    COMMON,
    LISTED,
    MONTHS,
    Dialect,
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

_ACTIVE = ("1.8.0", "1.8.1", "1.8.2", "1.8.3", "1.8.4")
_NOW, _MONTHLY = energies(*_ACTIVE, "5.8.0", "8.8.0")
_OPEN = "99-99-99,99:99"
_LOST, _LOST_ROWS = interruptions(still_open=_OPEN)

DIALECT = Dialect(
    order=(
        "0.0.0",
        "0.8.0",
        "0.9.1",
        "0.9.2",
        "0.9.5",
        "0.1.0",
        rows(MONTHS, "0.1.2"),
        *_ACTIVE,
        rows(MONTHS, *_ACTIVE),
        "5.8.0",
        rows(MONTHS, "5.8.0"),
        "8.8.0",
        rows(MONTHS, "8.8.0"),
        "1.6.0",
        rows(MONTHS, "1.6.0"),
        *("31.7.0", "51.7.0", "71.7.0", "32.7.0", "52.7.0", "72.7.0"),
        *("96.90", "96.6.1", "96.1.3", "96.2.5", "96.2.2"),
        *("96.50", "96.51", "96.52", "96.60", "96.61", "96.62"),
        "96.70",
        "96.71",
        rows(MONTHS, "96.71"),
        *(line for k in range(4) for line in (f"96.7.{k}", rows(LISTED, f"96.77.{k}"))),
        *(line for k in (4, 5, 6) for line in (f"96.77.{k}", rows(LISTED, f"96.77.{k}"))),
    ),
    values={
        **COMMON,
        **_NOW,
        **_LOST,
        "0.0.0": serial,
        **by_phase("1.7.0", lambda phase: amperes(phase, "{:06.3f}*A")),
        **by_phase("2.7.0", lambda phase: volts(phase, "{:06.2f}*V")),
        "96.90": constant("(00-00-00,00:00)"),
        **{f"96.77.{k}": count(k) for k in "456"},
    },
    row_values={
        **_MONTHLY,
        **_LOST_ROWS,
        **demands(),
        "0.1.2": reset_stamp,
        "96.71": cover_row,
        **{f"96.77.{k}": span_row(k, still_open=_OPEN) for k in "456"},
    },
    asked=queries.makel,
)
