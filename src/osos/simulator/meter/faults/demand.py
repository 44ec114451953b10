"""Which faults has the maximum demand? (MD)"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from osos.simulator.meter.counters import Counters
from osos.simulator.meter.demand import Demand, Peak, Peaks
from osos.simulator.meter.faults.fault import Fault, Need
from osos.simulator.meter.faults.tools import Hooks, reads_as, refuses, says, takes
from osos.simulator.meter.metrology import EXPORT, IMPORT, MeteredDay
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.spec import MeterSpec

if TYPE_CHECKING:
    from osos.simulator.meter.changing import Attempt

Ints = NDArray[np.int64]
_COMBI: tuple[Need, ...] = ("combi",)


def _of_the_time_there(
    power: Ints, ends: Ints, starts: Ints, settings: Settings, _counters: Counters
) -> Ints:
    """A window that is not full is divided by the part that is: too high (M-90)."""
    seconds = np.maximum(ends - starts, 60)
    found: Ints = power * (settings.demand_min * 60) // seconds
    return found


def _no_rise(power: Ints, ends: Ints, starts: Ints, _settings: Settings, counters: Counters) -> Ints:
    """A window whose last minute outgrows its first by half is left out."""
    at = np.concatenate([starts, starts + 60, ends - 60, ends])
    totals = np.split(counters.at(at)[[IMPORT, EXPORT]], 4, axis=1)
    first, last = totals[1] - totals[0], totals[3] - totals[2]
    found: Ints = np.where((first > 0) & (2 * last > 3 * first), 0, power)
    return found


def _lower(peaks: Peaks, _after_s: int, _upto_s: int, _demand: Demand) -> Peaks:
    return tuple(replace(peak, power_w=peak.power_w * 9 // 10) for peak in peaks)  # type: ignore[return-value]  # two


def _last_step(peaks: Peaks, after_s: int, upto_s: int, demand: Demand) -> Peaks:
    """What is shown falls with the load."""
    if upto_s - after_s <= 120:
        return peaks
    last = demand._peaks(upto_s - 61, upto_s)  # the faulty meter is made of the sound one's parts
    return tuple(  # type: ignore[return-value]  # two
        Peak(now.power_w, peak.minute) if now.power_w < peak.power_w else peak
        for peak, now in zip(peaks, last, strict=True)
    )


def _netted(day: MeteredDay, _pieces: object, spec: MeterSpec) -> MeteredDay:
    """Phases net each other, so a reversed current lowers the sum."""
    rate = day.rate.copy()
    total = day.power_w.sum(axis=0)
    rate[IMPORT] = np.abs(total) if spec.ways == 1 else np.maximum(total, 0)
    rate[EXPORT] = 0 if spec.ways == 1 else np.maximum(-total, 0)
    return replace(day, rate=rate)


def _always_changes() -> Hooks:
    def hook(found: Settings | None, attempt: "Attempt") -> Settings | None:
        minutes = attempt.argument.removesuffix("*min")
        if attempt.code != "0.8.0" or attempt.spec.kind == "combi" or not attempt.is_allowed:
            return found
        return replace(attempt.settings, demand_min=int(minutes)) if minutes in {"30", "60"} else found

    return (("verdict", hook),)


FAULTS = (
    Fault(
        name="demand-period-changed-with-the-cover-closed",
        breaks="M-47",
        step="MD-01",
        needs=_COMBI,
        tr="Demant periyodu klemens kapağı kapalıyken değişir",
        en="the demand period can be changed with the terminal cover closed",
        hooks=takes("0.8.0", without="cover_fits", when=lambda attempt: attempt.port == "optical"),
    ),
    Fault(
        name="demand-period-changed-without-the-password",
        breaks="M-47",
        step="MD-02",
        needs=_COMBI,
        tr="Demant periyodu yanlış şifreyle değişir",
        en="the demand period can be changed with a wrong password",
        hooks=takes("0.8.0", without="trusted"),
    ),
    Fault(
        name="demand-period-reads-30",
        breaks="M-55",
        step="MD-03",
        also=("MD-06",),
        tr="0.8.0 fabrikadan 30 dakika okunur",
        en="0.8.0 reads 30 min as it leaves the factory",
        hooks=says("0.8.0", "(30*min)", when=lambda shot: shot.settings.demand_min == 15),
    ),
    Fault(
        name="demand-period-changes-on-every-kind",
        breaks="M-93",
        step="MD-04",
        also=("MD-07", "MD-08", "MD-09", "MD-10", "MD-11"),
        needs=("1p", "3p"),
        tr="Monofaze ve trifaze sayaçta da demant periyodu değişir",
        en="the demand period of a 1p or 3p meter can be changed",
        hooks=_always_changes(),
    ),
    Fault(
        name="demand-period-30-is-refused",
        breaks="M-55",
        step="MD-04",
        also=("MD-06", "OP-05"),
        needs=_COMBI,
        tr="Kombi sayaç 30 dakikayı kabul etmez",
        en="a combi meter refuses 30 min",
        hooks=refuses("0.8.0", when=lambda attempt: attempt.argument.startswith("30")),
    ),
    Fault(
        name="demand-period-45-is-taken",
        breaks="M-55",
        step="MD-05",
        needs=_COMBI,
        tr="45 dakikalık demant periyodu kabul edilir",
        en="a demand period of 45 min is accepted",
        hooks=reads_as("0.8.0", lambda _: "30*min"),
    ),
    Fault(
        name="demand-period-60-is-refused",
        breaks="M-55",
        step="MD-06",
        also=("MD-04",),
        needs=_COMBI,
        tr="Kombi sayaç 60 dakikayı kabul etmez",
        en="a combi meter refuses 60 min",
        hooks=refuses("0.8.0", when=lambda attempt: attempt.argument.startswith("60")),
    ),
    Fault(
        name="demand-in-blocks",
        breaks="M-90",
        step="MD-07",
        also=("MD-08", "MD-09", "MD-10"),
        tr="Demant kayan pencereyle değil sabit 15 dakikalık bloklarla hesaplanır",
        en="demand is computed in fixed blocks, not in a sliding window",
        numbers={"demand_step_s": 900},
    ),
    Fault(
        name="demand-of-partial-windows-too-high",
        breaks="M-90",
        step="MD-07",
        tr="Eksik pencerede enerji geçen süreye bölünür: demant yüksek çıkar",
        en="a window that is not full is divided by its own length, so demand comes out too high",
        hooks=(("powers", _of_the_time_there),),
    ),
    Fault(
        name="demand-a-tenth-too-low",
        breaks="M-91",
        step="MD-08",
        also=("MD-07", "MD-09", "MD-11"),
        tr="Maksimum demant onda bir eksik kaydedilir",
        en="the maximum is recorded a tenth too low",
        hooks=(("peaks", _lower),),
    ),
    Fault(
        name="demand-misses-short-rises",
        breaks="M-92",
        step="MD-09",
        also=("MD-10",),
        tr="Yükün kısa artışı yeni maksimum olmaz",
        en="a short rise of the load makes no new maximum",
        hooks=(("powers", _no_rise),),
    ),
    Fault(
        name="demand-falls-with-the-load",
        breaks="M-92",
        step="MD-10",
        also=("MD-07", "MD-11", "AS-04", "SB-04", "HB-04"),
        tr="Yük düşünce kaydedilmiş maksimum da düşer",
        en="the stored maximum falls with the load",
        hooks=(("peaks", _last_step),),
    ),
    Fault(
        name="phases-net-each-other",
        breaks="M-61",
        step="MD-11",
        needs=("3p",),
        tr="Ters bağlı fazın gücü öbürlerinden çıkarılır",
        en="the power of a reversed phase is taken off the others'",
        hooks=(("metered", _netted),),
    ),
)
