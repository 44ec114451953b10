"""Is a packet written at once the same as one written line by line? (M-30, M-32)"""

from datetime import timedelta

import pytest

from osos.meters import profile_named, rows
from osos.simulator.meter import VirtualMeter
from osos.simulator.meter.readouts import packet_text
from osos.simulator.meter.values import value


def line_by_line(spec, y, shot) -> str:
    entries = spec.profile.catalogue.packet(y, kind=spec.kind, ways=spec.ways, options=spec.options)
    heads = {None: ""}
    return "".join(
        f"{entry.code}{heads.get(row, f'*{row}')}{value(entry, row, shot)}\r\n"
        for entry, row in rows(entries, packet=y)
    )


@pytest.mark.parametrize("profile", ["gen2", "gen3"])
@pytest.mark.parametrize("kind", ["1p", "3p", "combi"])
def test_a_packet_at_once_is_the_packet_line_by_line(spec, thrown, local, profile, kind):
    phases = 1 if kind == "1p" else 3
    meter = VirtualMeter(spec(kind, 2, profile=profile_named(profile)), thrown(4, phases=phases))
    at = local(2026, 2, 1, 12)
    for number in range(130):  # more than the lists hold
        meter.rig(at=at, supply=(False,) * phases, magnet_mt=0)
        at += timedelta(seconds=20 + number % 3 * 200)
        meter.rig(at=at, supply=(True,) * phases, magnet_mt=500)
        at += timedelta(minutes=3)
        if number in {0, 5, 12, 129}:
            shot = meter.snapshot(at)
            for y in "06789":
                assert packet_text(meter.spec, y, shot) == line_by_line(meter.spec, y, shot)
