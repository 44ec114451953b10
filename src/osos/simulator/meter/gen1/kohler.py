"""How does a Köhler meter of the first generation read out? (capture of an AEL.TF.21)"""

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
from osos.simulator.meter.life import rolled
from osos.simulator.meter.snapshot import Snapshot

_ACTIVE = tuple(f"{way}.8.{n}" for way in (1, 2) for n in range(5))
_REACTIVE = tuple(f"{quadrant}.8.{n}" for quadrant in (5, 6, 7, 8) for n in range(5))
_NOW, _MONTHLY = energies(*_ACTIVE, *_REACTIVE, kvarh="kVarh")
_OPEN = "00-00-00,00:00"
_LOST, _LOST_ROWS = interruptions(still_open=_OPEN)
_NO_HARMONICS = "50Hz,{:05.0f},00000,00000,00000,00000,00000,00000,00000"


def _export_mwh(shot: Snapshot) -> str:
    """2.8.0 alone is said in MWh, by a real meter too."""
    mwh, part = divmod(rolled(shot.registers["2.8.0"]) // 1000, 1000)
    return f"({mwh:06d}.{part:03d}*MWh)"


def _power(phase: int, *, export: bool) -> Value:
    def text(shot: Snapshot) -> str:
        watts = shot.power_w(phase)
        return f"({max(0, -watts if export else watts) / 1000:07.3f}*kW)"

    return text


def _cos_phi(phase: int) -> Value:
    """Three decimals; a minus where nothing flows."""

    def text(shot: Snapshot) -> str:
        if not shot.current_ma(phase):
            return "(-1.000)"
        return f"({'-' if shot.power_w(phase) < 0 else '+'}{shot.cos_phi_percent(phase) / 100:.3f})"

    return text


def _hertz(phase: int) -> Value:
    return lambda shot: f"({shot.frequency_dhz / 10 if shot.voltage_dv(phase) else 0:07.3f}*Hz)"


def _voltage_harmonics(phase: int) -> Value:
    return lambda shot: f"({_NO_HARMONICS.format(shot.voltage_dv(phase) * 7.55)})"


def _lines_of_phase(head: int) -> tuple[str, ...]:
    """Currents, voltages and angles of one phase, with distortion and harmonics."""
    tails = ("1.7.0", "1.7.1", "1.7.2", "2.7.0", "2.7.1", "2.7.2", "3.7.0", "4.7.0", "5.7.1")
    return (f"{head - 1}1.7.0", f"{head - 1}2.7.0", *(f"{head}{tail}" for tail in tails))


def _program(shot: Snapshot) -> str:
    return f"(KOM{shot.spec.device.serial.rjust(8, '0')} CRC:0x269D A1 Nov 21 2016)"


def _with_months(*codes: str) -> tuple[object, ...]:
    return tuple(line for code in codes for line in (code, rows(MONTHS, code)))


_ORDER = (
    "0.0.0",
    rows(MONTHS, "0.1.2"),
    *("0.2.0", "0.8.0", "0.9.1", "0.9.2", "0.9.5"),
    *_with_months("1.6.0", *_ACTIVE[:5], "2.6.0", *_ACTIVE[5:]),
    *("21.7.0", "22.7.0", *_lines_of_phase(3)[2:]),
    *("41.7.0", "42.7.0"),
    *_with_months(*_REACTIVE[:5]),
    *_lines_of_phase(5)[2:],
    *_with_months(*_REACTIVE[5:10]),
    *("61.7.0", "62.7.0"),
    *_with_months(*_REACTIVE[10:15]),
    *_lines_of_phase(7)[2:],
    *_with_months(*_REACTIVE[15:]),
    *("96.1.3", "96.2.2", "96.2.5", "96.50", "96.51", "96.52", "96.6.1", "96.60", "96.61", "96.62"),
    *("96.7.0", "96.7.1", "96.7.2", "96.7.3", "96.70", "96.71"),
    rows(MONTHS, "96.71"),
    *(rows(LISTED, f"96.77.{k}") for k in range(4)),
    *(line for k in (4, 5, 6) for line in (f"96.77.{k}", rows(LISTED, f"96.77.{k}"))),
    *("96.93", "97.97.0"),
    rows(7, "97.97.0"),
)

DIALECT = Dialect(
    order=_ORDER,  # type: ignore[arg-type]  # made of codes and Rows only
    values={
        **COMMON,
        **_NOW,
        **_LOST,
        "0.0.0": serial,
        "0.2.0": _program,
        "2.8.0": _export_mwh,
        **by_phase("1.7.0", lambda phase: _power(phase, export=False), heads="246"),
        **by_phase("2.7.0", lambda phase: _power(phase, export=True), heads="246"),
        **by_phase("1.7.0", lambda phase: amperes(phase, "{:07.3f}*A")),
        **by_phase("1.7.1", lambda _: constant("(200.00%)")),
        **by_phase("1.7.2", lambda _: constant(f"({_NO_HARMONICS.format(0)})")),
        **by_phase("2.7.0", lambda phase: volts(phase, "{:06.2f}*V")),
        **by_phase("2.7.1", lambda _: constant("(002.00%)")),
        **by_phase("2.7.2", _voltage_harmonics),
        **by_phase("3.7.0", _cos_phi),
        **by_phase("4.7.0", _hertz),
        **by_phase("5.7.1", lambda _: constant("(004.00%)")),
        **{f"96.77.{k}": count(k) for k in "456"},
        "96.93": constant("(0)"),
        "97.97.0": constant("(00)"),
    },
    row_values={
        **_MONTHLY,
        **_LOST_ROWS,
        **demands(),
        "0.1.2": reset_stamp,
        "96.71": cover_row,
        **{f"96.77.{k}": span_row(k, still_open=_OPEN) for k in "456"},
        "97.97.0": lambda _shot, _row: "(00-00-00,00:00,00-00-00,00:00,00)",
    },
    asked=queries.kohler,
    keeps_unused=False,
)
