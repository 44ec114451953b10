"""How fast does the virtual meter live and answer? (a year, a fleet's month, a long readout)

CPU time on one core; the fleet lives in one process, its memory is what the process grew by.
"""

import resource
import statistics
import time
from datetime import datetime, timedelta

from osos.quantities import TURKIYE, DeviceId
from osos.simulator.load import Factory, Home
from osos.simulator.meter import MeterSpec, VirtualMeter

SINCE = datetime(2025, 1, 1, tzinfo=TURKIYE)
YEAR_GOAL_S, READOUT_GOAL_MS = 20.0, 5.0
FLEET, FLEET_SAMPLE = 10_000, 300  # a sample is lived through and reckoned up: the whole takes minutes
READOUTS = 40


def _spec(number: int, kind: str = "1p") -> MeterSpec:
    return MeterSpec(
        device=DeviceId("OSO", f"{100_000_000 + number}"),
        kind=kind,  # type: ignore[arg-type]  # one of the two below
        since=SINCE,
        produced=SINCE.date(),
        connection="direct" if kind == "1p" else "X/5",
        seed=number,
    )


def a_year() -> tuple[VirtualMeter, float]:
    """Every day lived: registers by tariff, demand, month ends, and one profile read of 180 days."""
    began = time.process_time()
    meter = VirtualMeter(_spec(1, "combi"), Factory(1))
    for day in range(1, 366):
        at = SINCE + timedelta(days=day)
        meter.registers(at)
        if at.day == 1:
            meter.packet("7", at=at)
    meter.read("P.01", ";", at=SINCE + timedelta(days=365))
    return meter, time.process_time() - began


def a_long_readout(meter: VirtualMeter) -> float:
    """Median of readouts at different seconds, so that nothing is remembered from the last."""
    took = []
    for number in range(READOUTS):
        at = SINCE + timedelta(days=365, seconds=61 * number)
        meter.registers(at)
        began = time.process_time()
        meter.packet("0", at=at)
        took.append(time.process_time() - began)
    return statistics.median(took) * 1000


def a_fleets_month(count: int) -> tuple[float, float]:
    """Seconds and MB of `count` meters, each asked hourly for a month with its registers at the end."""
    began, grown = time.process_time(), _peak_mb()
    fleet = [VirtualMeter(_spec(number), Home(number), days_kept=2) for number in range(count)]
    for day in range(1, 32):
        at = SINCE + timedelta(days=day)
        for meter in fleet:
            meter.registers(at)
    for meter in fleet:
        meter.packet("6", at=SINCE + timedelta(days=31, minutes=1))
    return time.process_time() - began, _peak_mb() - grown


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run() -> list[dict[str, object]]:
    seconds, megabytes = a_fleets_month(FLEET_SAMPLE)
    meter, year_s = a_year()
    readout_ms = a_long_readout(meter)
    scale = FLEET / FLEET_SAMPLE
    return [
        {"what": "a year of a combi meter, s", "ours": round(year_s, 2), "goal": YEAR_GOAL_S,
         "met": year_s <= YEAR_GOAL_S},
        {"what": "a long readout of it, ms", "ours": round(readout_ms, 2), "goal": READOUT_GOAL_MS,
         "met": readout_ms <= READOUT_GOAL_MS},
        {"what": f"a month of {FLEET_SAMPLE} home meters, s", "ours": round(seconds, 1),
         "MB": round(megabytes)},
        {"what": f"reckoned for {FLEET}, s", "ours": round(seconds * scale), "MB": round(megabytes * scale)},
    ]  # fmt: skip


if __name__ == "__main__":
    # `python -m benchmarks.meter`: the whole fleet, not a sample of it.
    print("{:.0f} s, {:.0f} MB".format(*a_fleets_month(FLEET)))
