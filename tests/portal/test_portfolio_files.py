"""Does a supplier's portfolio, on the page and in its files, hold all his points and only his time?"""

import csv
import io
from types import SimpleNamespace

import openpyxl
from hypothesis import given
from hypothesis import strategies as st
from pretend_city import NOW, PORTFOLIO, PORTFOLIO_SINCE

from osos.mdm import faces
from osos.portal.screens.points.view import slice_after
from osos.quantities import Interval, Quality

MONTH = "month=2026-10"  # the month in which the points became his


def rows_of(body):
    lines = list(csv.DictReader(io.StringIO(body.decode())))
    return {line["installation_no"]: line for line in lines}


def test_the_file_has_a_row_a_point_and_only_his_time(panel, city, city_store):
    told = rows_of(panel(city.supplier).get(f"/p/portfolio.csv?{MONTH}&machine=1").content)
    assert len(told) == len(PORTFOLIO)
    with city_store.read() as conn:
        (seen,) = [
            one
            for one in faces.list_points(conn, city.supplier, now=NOW).points
            if one.public_id == city.points["factory"]
        ]
        his = Interval(PORTFOLIO_SINCE, NOW.replace(month=11, day=1, hour=0, minute=0))
        own = faces.series(conn, seen, period=his, resolution="15min").total(faces.Channel.A_PLUS)
    row = told[seen.place.installation_no]
    assert row["a_plus_kwh"] == f"{own / 1000:.3f}"
    assert row["missing_minutes"] == "0"


def test_workbook_and_csv_say_the_same(panel, city):
    client = panel(city.supplier)
    plain = rows_of(client.get("/p/portfolio.csv?machine=1").content)
    book = openpyxl.load_workbook(io.BytesIO(client.get("/p/portfolio.xlsx").content), read_only=True)
    lines = [line for line in book.active.iter_rows(values_only=True) if line[0] in plain]
    book.close()
    assert [line[0] for line in lines] == list(plain), "the order of the page: what lacks most first"
    for line in lines:
        assert f"{line[4]:.3f}" == plain[line[0]]["a_plus_kwh"]
        assert str(line[7]) == plain[line[0]]["missing_minutes"]


def test_a_kind_of_file_that_is_not_there(panel, city):
    assert panel(city.supplier).get("/p/portfolio.exe").status_code == 404


def test_what_columns_say_is_missing_is_what_the_slots_say(city, city_store):
    with city_store.read() as conn:
        points = faces.list_points(conn, city.supplier, now=NOW).points
        for back in (0, 1):
            month = faces.month_at(NOW, back=back)
            lacking = faces.lacking_minutes(conn, points, period=month)
            for seen in points:
                days = faces.series(conn, seen, period=month, resolution="15min")
                exact = int(days.minutes[Quality.MISSING].sum())
                assert abs(lacking[seen.point_id] - exact) < 15, "less than a slot: the one that is not over"


@given(
    st.lists(st.integers(0, 50), max_size=60),
    st.integers(1, 7),
)
def test_pages_one_after_the_other_show_each_point_once_and_in_order(minutes, limit):
    points = [
        SimpleNamespace(point_id=n, public_id=f"p{n}", place=SimpleNamespace(installation_no=f"{n:04d}"))
        for n in range(len(minutes))
    ]
    lacking = dict(enumerate(minutes))
    after, shown = None, []
    for _ in range(len(minutes) + 1):
        some, after = slice_after(points, lacking, after=after, limit=limit)
        shown += some
        if after is None:
            break
    assert [one.point_id for one in shown] == sorted(lacking, key=lambda n: (-lacking[n], n))


@given(st.text(max_size=20))
def test_whatever_stands_in_the_address_begins_somewhere(after):
    points = [SimpleNamespace(point_id=1, public_id="p", place=SimpleNamespace(installation_no="1"))]
    some, more = slice_after(points, {1: 5}, after=after, limit=10)
    assert len(some) <= 1
    assert more is None
