"""Does the radar find what was planted, name the right meter, and stay silent where nothing is wrong?"""

from dataclasses import replace

import numpy as np
import pytest

from osos.mdm.derive.radar import Meter, Place, look, wrong_places

DAYS, METERS = 28, 12
SLOTS = DAYS * 96


def street(seed: int = 1, *, name: str = "TR-1") -> tuple[Place, np.ndarray]:
    """A transformer with a dozen homes and shops, all measured rightly; and what each truly used."""
    chance = np.random.default_rng(seed)
    hour = np.arange(SLOTS) % 96 / 4
    used = np.zeros((METERS, SLOTS), dtype=np.int64)
    for number in range(METERS):
        peak, width = chance.uniform(8, 21), chance.uniform(2, 5)
        shape = 0.15 + np.exp(-(((hour - peak) / width) ** 2))
        used[number] = chance.gamma(4, 1, SLOTS) / 4 * shape * chance.uniform(300, 1_500)
    losses = (used.sum(axis=0) * chance.normal(0.02, 0.002, SLOTS)).astype(np.int64)
    swing = np.cumsum(chance.normal(0, 0.6, SLOTS)) * 0.05 + chance.normal(0, 1.2, SLOTS)
    meters = {}
    for number in range(METERS):
        own = used[number]
        apparent = own / chance.uniform(0.93, 0.99)
        meters[f"{name}/{number}"] = Meter(
            import_wh=own.copy(),
            export_wh=np.zeros(SLOTS, dtype=np.int64),
            q1_varh=np.sqrt(np.maximum(apparent**2 - own.astype(float) ** 2, 0)).astype(np.int64),
            volts=230 + swing + chance.normal(0, 0.4, SLOTS),
            apparent_vah=apparent,
        )
    return Place(name=name, main_wh=used.sum(axis=0) + losses, meters=meters), used


def with_meter(place: Place, name: str, **facts: object) -> Place:
    return replace(place, meters={**place.meters, name: replace(place.meters[name], **facts)})


def found_of(place: Place, pattern: str):
    return [one for one in look(place) if one.pattern == pattern]


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_suspected_where_nothing_is_wrong(seed: int) -> None:
    place, _ = street(seed)
    assert look(place) == ()


@pytest.mark.parametrize("true_over_used", [2.0, 1.5, 0.5])
def test_a_wrong_ratio_is_found_with_its_size(true_over_used: float) -> None:
    place, used = street(2)
    shown = (used[4] / true_over_used).astype(np.int64)
    (found,) = look(with_meter(place, "TR-1/4", import_wh=shown, apparent_vah=None))
    assert (found.pattern, found.meter) == ("ratio", "TR-1/4")
    assert found.facts["true_over_used"] == pytest.approx(true_over_used, rel=0.06)
    assert found.recoverable_wh == pytest.approx(abs(int(used[4].sum() - shown.sum())), rel=0.12)


def test_a_bypass_is_found_from_the_day_it_began() -> None:
    place, used = street(3)
    shown = used[7].copy()
    shown[14 * 96 :] = shown[14 * 96 :] * 4 // 10
    found = found_of(with_meter(place, "TR-1/7", import_wh=shown, apparent_vah=None), "bypass")
    assert [one.meter for one in found] == ["TR-1/7"]
    assert found[0].facts["from_day"] == 14
    assert found[0].recoverable_wh == pytest.approx(int(used[7].sum() - shown.sum()), rel=0.2)


def test_somebody_who_merely_uses_less_is_not_suspected() -> None:
    place, used = street(3)
    less = used[7].copy()
    less[14 * 96 :] = less[14 * 96 :] * 4 // 10
    quiet = with_meter(place, "TR-1/7", import_wh=less, apparent_vah=None)
    quiet = replace(quiet, main_wh=place.main_wh - (used[7] - less))
    assert look(quiet) == ()


def test_a_current_turned_round_is_found_and_a_roof_is_not() -> None:
    place, used = street(4)
    third = used[2] // 3
    turned = {"import_wh": used[2] - third, "export_wh": third}
    (found,) = found_of(with_meter(place, "TR-1/2", **turned), "polarity")
    assert (found.meter, found.recoverable_wh) == ("TR-1/2", int(third.sum()))
    sun = np.maximum(0, np.sin((np.arange(SLOTS) % 96 / 4 - 6) / 12 * np.pi)) * 2_000
    roof = {
        "import_wh": np.maximum(used[2] - sun, 0).astype(np.int64),
        "export_wh": np.maximum(sun - used[2], 0).astype(np.int64),
    }
    assert found_of(with_meter(place, "TR-1/2", **roof), "polarity") == []


def test_a_current_at_another_phases_voltage_is_found() -> None:
    place, used = street(5)
    apparent = place.meters["TR-1/9"].apparent_vah
    assert apparent is not None
    turn = np.deg2rad(120)
    phi = np.arccos(used[9] / np.maximum(apparent, 1))
    right, wrong = used[9] * 2 / 3, apparent / 3 * np.cos(phi - turn)
    facts = {
        "import_wh": (right + np.maximum(wrong, 0)).astype(np.int64),
        "export_wh": np.maximum(-wrong, 0).astype(np.int64),
    }
    (found,) = found_of(with_meter(place, "TR-1/9", **facts), "phase")
    assert found.meter == "TR-1/9"
    missing = int(used[9].sum() - facts["import_wh"].sum() + facts["export_wh"].sum())
    assert found.recoverable_wh == pytest.approx(missing, rel=0.15)


def test_poor_power_factor_is_no_wrong_phase() -> None:
    place, used = street(5)
    apparent = used[9] / 0.6
    reactive = (apparent * 0.8).astype(np.int64)
    assert found_of(with_meter(place, "TR-1/9", apparent_vah=apparent, q1_varh=reactive), "phase") == []


def test_a_meter_written_down_at_another_transformer_is_found_by_its_voltage() -> None:
    (one, _), (other, _) = street(6, name="TR-1"), street(7, name="TR-2")
    moved = one.meters["TR-1/3"]
    wrong = replace(other, meters={**other.meters, "TR-1/3": moved})
    left = replace(one, meters={name: meter for name, meter in one.meters.items() if name != "TR-1/3"})
    (found,) = wrong_places([left, wrong])
    assert (found.meter, found.place, found.pattern) == ("TR-1/3", "TR-2", "place: TR-1")
    assert list(wrong_places([one, other])) == []


def test_the_most_energy_comes_first() -> None:
    place, used = street(8)
    place = with_meter(place, "TR-1/1", import_wh=used[1] // 2, apparent_vah=None)
    place = with_meter(place, "TR-1/2", import_wh=used[2] * 3 // 4, apparent_vah=None)
    found = look(place)
    assert {one.meter for one in found} == {"TR-1/1", "TR-1/2"}
    assert [one.recoverable_wh for one in found] == sorted(
        (one.recoverable_wh for one in found), reverse=True
    )


def test_a_transformer_without_meters_or_with_equal_ones_is_no_error() -> None:
    assert look(Place(name="empty", main_wh=np.zeros(96, dtype=np.int64))) == ()
    same = Meter(import_wh=np.full(SLOTS, 100, dtype=np.int64))
    assert look(Place(name="flat", main_wh=np.full(SLOTS, 210), meters={1: same, 2: same})) == ()
