"""How many faults planted into streets does the radar find, and how many honest meters does it name?"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest

from osos.mdm.derive.radar import Meter, Place, Voltage, look, ranked, wrong_here
from osos.simulator.city.faults_network import INNOCENT, KINDS
from osos.simulator.city.network import District, ToldMeter, district

DAYS, FIRST_DAY = 28, 9527


def meter_of(told: ToldMeter) -> Meter:
    return Meter(
        import_wh=told.import_wh,
        export_wh=told.export_wh,
        q1_varh=told.q1_varh,
        volts=told.volts,
        apparent_vah=told.apparent_vah,
        generates=told.generates,
        known=told.known,
    )


def places_of(city: District) -> dict[str, Place]:
    return {
        name: Place(name=name, main_wh=wh, meters={one.name: meter_of(one) for one in city.below(name)})
        for name, wh in city.main_wh.items()
    }


@dataclass
class Score:
    """Labels against suspicions."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    false: list[tuple[str, Any]] = field(default_factory=list)
    honest: int = 0
    recoverable: list[tuple[str, int]] = field(default_factory=list)

    def add(self, city: District) -> None:
        places = places_of(city)
        voltages = {name: Voltage.of(place) for name, place in places.items()}
        said = {
            one.meter: one
            for place in places.values()
            for one in ranked([*look(place), *wrong_here(place, voltages)])
        }
        guilty = {one.meter: one.kind for one in city.planted if one.kind in KINDS}
        for meter, kind in guilty.items():
            self.planted[kind] += 1
            suspicion = said.get(meter)
            if suspicion is not None and suspicion.pattern.partition(":")[0] == kind:
                self.found[kind] += 1
        self.honest += len(city.meters) - len(guilty)
        self.false += [(one.pattern, meter) for meter, one in said.items() if meter not in guilty]

    def lines(self) -> str:
        each = [f"{kind}: {self.found[kind]} of {self.planted[kind]}" for kind in sorted(self.planted)]
        return "; ".join([*each, f"false alarms: {len(self.false)} of {self.honest} honest meters"])

    @property
    def recall(self) -> float:
        return sum(self.found.values()) / sum(self.planted.values())


def scored(seeds: range, *, each: int) -> Score:
    score = Score()
    for seed in seeds:
        faults = {**KINDS, **INNOCENT}
        streets = each * len(faults) + 1
        score.add(
            district(seed, transformers=streets, days=DAYS, first_day=FIRST_DAY, faults=faults, each=each)
        )
    return score


def test_planted_faults_are_found_and_honest_meters_are_left_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    score = scored(range(1, 2), each=2)
    with capsys.disabled():
        print(f"\nloss radar: {score.lines()}")
    assert sum(score.planted.values()) == 10
    assert score.recall >= 0.9, score.lines()
    assert len(score.false) <= 0.01 * score.honest, score.false


@pytest.mark.long
@pytest.mark.timeout(900)
def test_planted_faults_are_found_in_a_large_district(capsys: pytest.CaptureFixture[str]) -> None:
    score = scored(range(10, 14), each=3)
    with capsys.disabled():
        print(f"\nloss radar: {score.lines()}")
    assert score.recall >= 0.95, score.lines()
    assert len(score.false) <= 0.01 * score.honest, score.false
