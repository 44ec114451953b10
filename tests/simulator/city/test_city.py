"""Is the city whole, repeatable, and listed as the registry wants it?"""

from collections import Counter
from datetime import date, timedelta

import pytest

from osos.quantities import TURKIYE, Interval, local_midnight
from osos.registry import parse_admissions
from osos.simulator.city import City

SINCE = local_midnight(date(2026, 1, 20))


@pytest.fixture(scope="module")
def city():
    return City(7, since=SINCE)


def test_forty_points_share_some_two_dozen_modems(city):
    assert len(city.points) == 40
    assert 18 <= len(city.modems) <= 30
    assert {len(modem.meters) for modem in city.modems} >= {1, 2, 3}
    assert max(len(modem.meters) for modem in city.modems) <= 4


@pytest.mark.parametrize("seed", range(5))
def test_every_meter_hangs_on_one_modem_and_every_device_is_its_own(seed):
    small = City(seed, since=SINCE)
    behind = [meter.spec.device for modem in small.modems for meter in modem.meters]
    assert sorted(behind) == sorted(point.meter.spec.device for point in small.points)
    devices = [*behind, *(modem.device for modem in small.modems)]
    assert len(set(devices)) == len(devices)


def test_all_sorts_of_meters_and_customers_live_there(city):
    kinds = Counter((point.meter.spec.kind, point.meter.spec.ways) for point in city.points)
    assert set(kinds) == {("1p", 1), ("1p", 2), ("3p", 1), ("3p", 2), ("combi", 1), ("combi", 2)}
    assert kinds["1p", 1] > 10
    small = City(1, since=SINCE, points=10)
    assert len({point.customer for point in small.points}) == 9


def test_multipliers_belong_to_transformer_meters(city):
    for point in city.points:
        assert (point.multiplier == 1) is (point.meter.spec.connection == "direct")
        assert point.multiplier == 1 or 20 <= point.multiplier <= 400
    for modem in city.modems:
        multipliers = {p.multiplier for p in city.points if p.meter in modem.meters}
        assert multipliers == {modem.multiplier}


def test_the_registry_reads_the_list_of_admissions(city):
    until = SINCE + timedelta(days=365)
    admissions, problems = parse_admissions(city.admissions_csv(plain_until=until))
    assert problems == []
    assert [one.modem for one in admissions] == [modem.device for modem in city.modems]
    for one, modem in zip(admissions, city.modems, strict=True):
        assert one.meters == tuple(meter.spec.device for meter in modem.meters)
        assert set(one.multipliers) == {modem.multiplier}
        assert one.plain_until == until
    assert parse_admissions(city.admissions_csv())[0][0].plain_until is None


def test_the_citys_energy_is_the_sum_of_its_profiles(city):
    """The profile rows of all meters, added up, are the truth the head-end is measured by."""
    day = Interval(SINCE + timedelta(days=3), SINCE + timedelta(days=4))
    total = 0
    for point in city.points:
        rows = point.meter.profile_records(
            "P.01", day.start.astimezone(TURKIYE), day.end.astimezone(TURKIYE), at=day.end
        )
        energies = rows.values[:, rows.columns.index("1.8.0")]
        assert len(energies) == 97
        total += int(energies[-1] - energies[0])
    assert city.energy_wh(day) == total


def test_the_same_seed_is_the_same_city(city):
    at = SINCE + timedelta(days=2, hours=13, seconds=7)
    again = City(7, since=SINCE)
    again.points[3].meter.packet("6", at=at + timedelta(days=20))
    for one, other in zip(city.points, again.points, strict=True):
        assert one.meter.packet("6", at=at) == other.meter.packet("6", at=at)
    assert City(8, since=SINCE).admissions_csv() != city.admissions_csv()


def test_transformer_meters_see_secondary_currents(city):
    at = SINCE + timedelta(days=2, hours=11)
    for point in city.points:
        if point.multiplier == 1:
            continue
        lines = point.meter.packet("6", at=at).decode().splitlines()
        current = float(next(line for line in lines if line.startswith("31.7.0"))[7:12])
        assert current <= 10.0  # X/5: 5(10) A


@pytest.fixture(scope="module")
def fed():
    return City(1, since=SINCE, mains_since=SINCE, around_since=SINCE + timedelta(days=4))


def test_a_city_with_mains_has_the_same_customers(fed):
    assert City(1, since=SINCE).admissions_csv() == "".join(
        line for line in fed.admissions_csv().splitlines(keepends=True)[: -len(fed.mains)]
    )


def test_every_small_customer_hangs_at_one_transformer_of_a_printed_size(fed):
    below = [number for main in fed.mains for number in main.transformer.below]
    assert sorted(below) == [number for number, point in enumerate(fed.points) if point.multiplier <= 80]
    for main in fed.mains:
        assert main.transformer.kva in {50, 100, 160, 250, 400, 630, 1000}
        assert main.point.multiplier == main.transformer.multiplier
        assert main.point.meter in {meter for modem in fed.modems for meter in modem.meters}


def test_a_main_meter_sees_its_customers_and_the_loss_in_the_wires(fed):
    for main in fed.mains:
        assert 0 < _missing(fed, main, day=3) < 0.02


def test_what_goes_around_a_meter_is_missing_in_its_street_alone(fed):
    """From the fifth day on (D-33)."""
    for main in fed.mains:
        houses = [number for number in main.transformer.below if fed.points[number].customer == "house"]
        if 3 in houses:
            assert _missing(fed, main, day=5) > 0.025
        else:
            assert 0 < _missing(fed, main, day=5) < 0.02


def _missing(fed, main, *, day):
    """Share of what the transformer gives that no meter below it counts."""
    period = Interval(SINCE + timedelta(days=day), SINCE + timedelta(days=day + 1))
    given = _net_wh(main.point, period)
    return (given - sum(_net_wh(fed.points[number], period) for number in main.transformer.below)) / given


def _net_wh(point, day):
    both = point.meter.spec.ways == 2 or point.meter.spec.kind == "combi"
    back = point.meter.energy_wh("2.8.0", day) if both else 0
    return (point.meter.energy_wh("1.8.0", day) - back) * int(point.multiplier)
