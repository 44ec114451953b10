"""Does a supplier's portfolio, on the page and in its files, hold all his points and only his time?"""

import csv
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pretend_city import NOW, PORTFOLIO, PORTFOLIO_SINCE, shared

from osos.mdm import faces, fleet
from osos.mdm.faces.ranking import _place_of
from osos.portal.screens.points import choosing
from osos.quantities import Interval, Quality
from osos.store import open_store

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


@pytest.mark.parametrize("back", [0, 1])
@pytest.mark.parametrize("who", ["supplier", "company"])
def test_a_lists_columns_say_what_the_slots_say(city, city_store, who, back):
    viewer = getattr(city, who)
    with city_store.read() as conn:
        points, month = faces.list_points(conn, viewer, now=NOW).points, faces.month_at(NOW, back=back)
        listed = faces.listed_months(conn, points, period=month)
        for seen in points:
            exact = faces.series(conn, seen, period=month, resolution="15min")
            own = listed[seen.point_id]
            assert own.wh == exact.total(faces.Channel.A_PLUS)
            assert own.exported_wh == exact.total(faces.Channel.A_MINUS)
            assert own.missing_min == int(exact.minutes[Quality.MISSING].sum())
            assert own.due_min == int(exact.due_minutes.sum())
            days = faces.series(conn, seen, period=month, resolution="day")
            assert [day.due for day in own.days] == days.due_minutes.tolist()


@pytest.mark.parametrize(("who", "order"), [("supplier", "missing"), ("company", "use")])
def test_an_order_over_all_points_is_the_order_of_their_slots(city, city_store, who, order):
    viewer, month = getattr(city, who), faces.month_at(NOW)
    with city_store.read() as conn:
        found = faces.ranked(conn, viewer, period=month, now=NOW, order=order)
        points = faces.list_points(conn, viewer, now=NOW).points
        of = {seen.point_id: faces.series(conn, seen, period=month, resolution="15min") for seen in points}
    missing = {key: int(one.minutes[Quality.MISSING].sum()) for key, one in of.items()}
    use = {key: one.total(faces.Channel.A_PLUS) for key, one in of.items()}
    value = missing if order == "missing" else use
    assert [seen.point_id for seen in found.points] == sorted(value, key=lambda one: -value[one])
    assert found.count == len(points) and found.wh == sum(use.values())
    assert found.lacking == sum(1 for one in missing.values() if one)


def test_a_large_portfolio_is_put_in_the_same_order_by_the_counters(
    city, tmp_path_factory, panel_of, monkeypatch
):
    from osos.mdm.faces import ranking  # only this test calls three points many

    monkeypatch.setattr(ranking, "MOST_SUMMED", 2)
    monkeypatch.setattr(choosing, "IN_ORDER", 2)
    path = tmp_path_factory.mktemp("own") / "own.sqlite"
    store = open_store(shared(tmp_path_factory.getbasetemp(), path))
    with store.begin() as conn:
        while fleet.refresh(conn, now=NOW).more:
            pass
        for back in (0, 1):  # October: in his portfolio from the fifteenth on
            month = faces.month_at(NOW, back=back)
            by_counters = faces.ranked(conn, city.supplier, period=month, now=NOW, order="missing")
            monkeypatch.setattr(ranking, "MOST_SUMMED", 2_000)
            by_columns = faces.ranked(conn, city.supplier, period=month, now=NOW, order="missing")
            monkeypatch.setattr(ranking, "MOST_SUMMED", 2)
            assert [one.point_id for one in by_counters.points] == [one.point_id for one in by_columns.points]
            assert (by_counters.count, by_counters.lacking) == (by_columns.count, by_columns.lacking)
            assert by_counters.wh is None
        second = faces.ranked(
            conn, city.supplier, period=month, now=NOW, order="missing", after=None, limit=1
        )
        rest = faces.ranked(
            conn, city.supplier, period=month, now=NOW, order="missing", after=second.after, limit=5
        )
        assert rest.first == 2 and len(rest.points) == 2
    client = panel_of(store)(city.supplier)
    assert "Dosyada bütün noktalar tesisat numarasına göredir" in client.get("/p/portfolio").text
    assert "3 noktanın 3 tanesinde eksik veri var" in client.get("/p/portfolio").text.replace(
        "<b>", ""
    ).replace("</b>", "")
    text = client.get("/p/portfolio.csv").content.decode("utf-8-sig")
    assert "tesisat numarasına göre; bütün noktalar" in text
    assert len(rows_of(client.get("/p/portfolio.csv?machine=1").content)) == 3
    store.close()


def test_the_page_says_whether_the_file_is_in_its_order(panel, city):
    text = panel(city.supplier).get("/p/portfolio.csv").content.decode("utf-8-sig")
    assert "Sıra;eksiği en çok olan önce; bütün noktalar" in text.replace('"', "")


@given(st.text(max_size=20))
def test_whatever_stands_in_the_address_is_a_place_or_none(after):
    place = _place_of(after)
    assert place is None or place[0] <= 0
