"""Does a value that is estimated or edited say so by shape and word, on page, workbook and CSV?"""

import csv
import io
import re
from datetime import date, datetime

import openpyxl
import pytest
from pretend_city import NOW, shared, told_of

from osos.mdm import editing, faces
from osos.mdm.canonical import Channel
from osos.mdm.estimates.running import estimate
from osos.mdm.labels import day_number
from osos.quantities import TURKIYE, Interval
from osos.store import open_store

EDITED = date(2026, 11, 12)  # of this day eleven quarter hours never came
HOLE = Interval(datetime(2026, 11, 12, tzinfo=TURKIYE), datetime(2026, 11, 13, tzinfo=TURKIYE))
SLOTS = range(40, 44)  # 10:00 to 11:00
DAYS = "from=2026-11-12&to=2026-11-12"


@pytest.fixture(scope="module")
def decided(tmp_path_factory, panel_of):
    """The city, in which two people edited an hour of the factory's day, and its hole is filled."""
    path = tmp_path_factory.mktemp("decided") / "city.sqlite"
    store = open_store(shared(tmp_path_factory.getbasetemp(), path))
    with store.begin() as conn:
        told = told_of(conn)
        seen = faces.find_point(conn, told.staff, told.points["factory"], now=NOW)
        point_id = seen.point_id
        facts = {"point_id": point_id, "day": day_number(EDITED), "reason": "deneme", "now": NOW}
        acted = editing.edit(
            conn,
            slots=SLOTS,
            values={Channel.A_PLUS: [400] * len(SLOTS)},
            by="ayşe",
            **facts,
        )
        editing.look(conn, number=acted.decision.number, agree=True, by="mehmet", **facts)
        report = estimate(conn, point_id=point_id, period=HOLE, now=NOW)
        assert report.filled
    yield panel_of(store)(told.company), f"/p/{told.points['factory']}"
    store.close()


def words_of_hours(body):
    lines = list(csv.DictReader(io.StringIO(body.decode())))
    return [line["quality"] for line in lines]


def test_the_hourly_page_marks_them_by_shape_and_word(decided):
    client, base = decided
    page = client.get(f"{base}/hourly?{DAYS}").text
    assert len(re.findall('<tr class="row-estimated">', page)) >= 2
    assert len(re.findall('<tr class="row-edited">', page)) == 1
    assert "▨ </span>tahmini" in page
    assert "✎ </span>düzeltilmiş" in page


@pytest.mark.parametrize("screen", ["hourly", "profile"])
def test_workbook_and_csv_have_the_words(decided, screen):
    client, base = decided
    plain = words_of_hours(client.get(f"{base}/{screen}.csv?{DAYS}&machine=1").content)
    per_hour = {"hourly": 1, "profile": 4}[screen]
    assert plain.count("edited") == per_hour
    assert plain.count("estimated") >= 2 * per_hour
    assert "missing" not in plain
    body = client.get(f"{base}/{screen}.xlsx?{DAYS}").content
    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True)
    cells = [cell for line in book.active.iter_rows(values_only=True) for cell in line]
    book.close()
    assert cells.count("düzeltilmiş") == plain.count("edited")
    assert cells.count("tahmini") == plain.count("estimated")


def test_the_heat_map_hatches_what_is_estimated_and_the_summary_counts_it(decided):
    client, base = decided
    page = client.get(f"{base}/overview").text
    assert 'fill="url(#hatch)"' in page
