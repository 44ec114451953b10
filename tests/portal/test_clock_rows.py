"""Has an hour that a clock left out or showed twice a row that says so?"""

from datetime import date, datetime

import pytest
from lxml import html
from pretend_city import NOW, SINCE, shared
from sqlalchemy import select

from osos.mdm import faces
from osos.mdm.faces import ClockChange
from osos.mdm.keeping.clocks import Clock
from osos.mdm.keeping.papers import note_clock
from osos.portal.screens.hourly.lines import line_of
from osos.portal.screens.hourly.view import HourRow
from osos.quantities import TURKIYE, Interval, Quality
from osos.registry.tables import installations, metering_points
from osos.store import open_store
from osos.web import Formats


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """The city in a store of this file's own, whose factory has a meter that still changes to summer time."""
    path = tmp_path_factory.mktemp("clocks") / "own.sqlite"
    store = open_store(shared(tmp_path_factory.getbasetemp(), path))
    with store.begin() as conn:
        query = select(installations.c.meter_id, metering_points.c.public_id).join(
            metering_points, metering_points.c.id == installations.c.point_id
        )
        meters = {row.public_id: row.meter_id for row in conn.execute(query)}
    yield store, meters
    store.close()


@pytest.mark.parametrize(("language", "said"), [("tr", "günü 25 saattir"), ("en", "its day 25 hours")])
def test_the_hour_that_a_meters_clock_shows_twice_is_a_row(own, city, panel_of, language, said):
    store, meters = own
    with store.begin() as conn:
        paper = {"clock": Clock.SUMMER, "by": "test", "reason": "seen", "now": NOW}
        note_clock(conn, meter_id=meters[city.points["factory"]], since=SINCE, **paper)
    client = panel_of(store)(city.company)
    address = f"/p/{city.points['factory']}/hourly?from=2026-10-24&to=2026-10-26&lang={language}"
    page = html.fromstring(client.get(address).text)
    (row,) = page.xpath("//tr[@class='break']")
    assert said in row.text_content() and "OSO700000001" in row.text_content()
    after = row.getnext().xpath("th")[0].text_content()
    assert after.startswith("04:00–05:00") and "03:00–04:00" in after
    days = page.xpath("//tr[@class='break']/preceding-sibling::tr[@class='day']/th")
    assert "25" in days[-1].text_content()


def test_where_no_clock_changed_no_row_says_so(panel, city):
    page = panel(city.company).get(f"/p/{city.points['factory']}/hourly?from=2026-10-24&to=2026-10-26")
    assert 'class="break"' not in page.text


def test_the_countrys_change_of_2015_is_in_the_period(city, city_store):
    with city_store.read() as conn:
        seen = faces.find_point(conn, city.staff, city.points["factory"], now=NOW)
        day = datetime(2015, 11, 8, tzinfo=TURKIYE)
        (found,) = faces.clock_changes(conn, seen, period=Interval(day, day.replace(day=9)))
    assert (found.whose, found.forward, found.at.date()) == ("country", False, date(2015, 11, 8))


def test_an_hour_after_a_spring_change_did_not_come_twice():
    at = datetime(2016, 3, 27, 4, tzinfo=TURKIYE)
    row = HourRow(
        start=at,
        end=at.replace(hour=5),
        wh={},
        index={},
        quality=Quality.MEASURED,
        known_minutes=60,
        due_minutes=60,
        known_since=None,
        clocks=(ClockChange(at=at, forward=True, whose="country"),),
    )
    assert not row.came_twice and "again" not in line_of(Formats("tr"), "again")(row, "")
