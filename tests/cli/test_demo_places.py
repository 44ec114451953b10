"""Does the registry take what the demo says of its places and its network, line by line?"""

import asyncio
from datetime import date, timedelta

import numpy as np
import pytest

from osos import registry
from osos.cli.demo import _described
from osos.cli.demo_places import network_csv, places_csv
from osos.mdm.derive.radar import look
from osos.mdm.derive.radar.seen import Meter, Place
from osos.quantities import TURKIYE, Interval, local_midnight
from osos.simulator.city import City
from osos.store import StoreUnavailable

SINCE = local_midnight(date(2026, 10, 17))
PERIOD = Interval(SINCE, SINCE + timedelta(days=35))


@pytest.mark.parametrize("points", [3, 40])
def test_places_and_network_of_the_demo_are_taken_without_a_complaint(store, points):
    city = City(1, since=SINCE, points=points, mains_since=SINCE)
    admissions, problems = registry.parse_admissions(city.admissions_csv())
    assert not problems
    with store.begin() as conn:
        assert not registry.admit(conn, admissions, by="demo", now=PERIOD.end, since=SINCE).problems
        rows, problems = registry.parse_service_points(places_csv(city, PERIOD))
        assert not problems
        assert not registry.admit_service_points(conn, rows, by="demo", now=PERIOD.end).problems
        lines, problems = registry.parse_network(network_csv(city))
        assert not problems
        told = registry.admit_network(conn, lines, by="demo", now=PERIOD.end)
        assert not told.problems
        below = sum(len(main.transformer.below) for main in city.mains)
        assert told.points_hung == below + len(city.mains)
        assert len(list(registry.list_points(conn))) == points + len(city.mains)


class _Busy:
    def describe_network(self, clock):
        raise StoreUnavailable("locked", "another writer")


def test_a_busy_store_is_asked_again_and_ends_no_demo(clock):
    assert asyncio.run(_described(_Busy(), clock)) is False


def test_the_radar_finds_the_house_that_goes_around_its_meter():
    """What a visitor of the demo sees on /o/losses follows from its meters (D-33)."""
    end = SINCE + timedelta(days=30)
    city = City(1, since=SINCE, mains_since=SINCE, around_since=end - timedelta(days=13))
    street = next(main for main in city.mains if 3 in main.transformer.below)
    meters = {number: _told(city.points[number], end) for number in street.transformer.below}
    main = _told(street.point, end)
    (found,) = look(Place(name="TR", main_wh=main.import_wh - main.export_wh, meters=meters))
    assert (found.meter, found.pattern, city.points[3].customer) == (3, "bypass", "house")


def _told(point, end):
    first = (end - timedelta(days=28)).astimezone(TURKIYE)
    rows = point.meter.profile_records("P.01", first, end.astimezone(TURKIYE), at=end)
    wh = {
        code: np.diff(rows.values[:, rows.columns.index(code)]).astype(np.int64) * int(point.multiplier)
        for code in ("1.8.0", "2.8.0")
        if code in rows.columns
    }
    return Meter(import_wh=wh["1.8.0"], export_wh=wh.get("2.8.0"))
