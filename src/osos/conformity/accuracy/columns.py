"""Which columns has a page of measurements, and what do people call them?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from osos.conformity.accuracy.judge import Judged
from osos.conformity.verdicts import Verdict

Cell = str | int | float | None

ENERGIES = {"active": "Aktif", "inductive": "Endüktif", "capacitive": "Kapasitif"}
WORDS: Mapping[Verdict, str] = {
    Verdict.PASS: "Uygun",
    Verdict.FAIL: "Uygun değil",
    Verdict.WAITING: "Bekliyor",
}
NUMBER, ERROR, IMPULSES, LIMIT = "No", "Hata (%)", "İmpuls", "Sınır ±(%)"
# Other spellings a test bench may use for the three columns that are read.
ALIASES: Mapping[str, str] = {
    "no": NUMBER, "nokta": NUMBER, "point": NUMBER, "number": NUMBER,
    "hata (%)": ERROR, "hata": ERROR, "hata %": ERROR, "error": ERROR, "error (%)": ERROR, "error %": ERROR,
    "i̇mpuls": IMPULSES, "impuls": IMPULSES, "impulses": IMPULSES, "pulses": IMPULSES,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    head: str
    value: Callable[[Judged], Cell]
    form: str = "General"
    width: int = 9


def columns(phases: int) -> list[Column]:
    """Conditions first, then what was measured; `phases` of each value."""
    return [
        Column(NUMBER, lambda one: one.point.number, "0", 5),
        Column("Enerji", lambda one: ENERGIES[one.point.quantity], width=11),
        Column("Durum", lambda one: one.point.why, width=24),
        *[Column(f"U L{n + 1} (V)", _at("volts_dv", n, 10), "0.0") for n in range(phases)],
        *[Column(f"I L{n + 1} (A)", _at("amps_ma", n, 1000), "0.000") for n in range(phases)],
        *[Column(f"φ L{n + 1} (°)", _at("degrees", n, 1), "0") for n in range(phases)],
        Column("Ters akım", _reversed, width=10),
        Column("Faz sırası", lambda one: "L1 L3 L2" if one.point.wrong_order else "L1 L2 L3", width=10),
        Column("f (Hz)", lambda one: one.point.frequency_chz / 100, "0.00"),
        Column("Endeks", lambda one: one.point.register or None),
        Column(LIMIT, lambda one: float(one.limit_percent), "0.0", 10),
        Column(ERROR, _error, "0.000", 10),
        Column(IMPULSES, lambda one: one.measured.impulses if one.measured else None, "0"),
        Column("Sonuç", lambda one: WORDS[one.verdict], width=12),
    ]


def _at(name: str, phase: int, scale: int) -> Callable[[Judged], Cell]:
    def value(one: Judged) -> Cell:
        found: int = getattr(one.point, name)[phase]
        return found / scale if scale > 1 else found

    return value


def _reversed(one: Judged) -> Cell:
    flags = one.point.reversed_current
    return " ".join(f"L{number}" for number, back in enumerate(flags, 1) if back) or None


def _error(one: Judged) -> Cell:
    if one.measured is None or one.measured.error_percent is None:
        return None
    return float(one.measured.error_percent)
