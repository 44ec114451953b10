"""Does a reader take away exactly what he saw, and nothing that runs?"""

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from osos.quantities import Quality
from osos.web import sheets
from osos.web.sheets import Column, Sheet, csv_machine, csv_text, quality_word, xlsx
from osos.web.words import OWN_WORDS, read_words

NOW = datetime(2026, 11, 21, 19, 52, tzinfo=UTC)
COLUMNS = (
    Column(title="Başlangıç", key="start_utc", kind="time"),
    Column(title="Gün", key="day", kind="day"),
    Column(title="Aktif çekiş (kWh)", key="import_kwh", kind="number", decimals=3),
    Column(title="Tutar (₺)", key="money", kind="number", decimals=2),
    Column(title="Tanım", key="title"),
    Column(title="kalite", key="quality"),
)


def sheet(*rows, facts=()):
    return Sheet(name="Kasım", columns=COLUMNS, rows=rows, facts=facts)


ROW = (NOW, date(2026, 11, 21), 23_803_500, Decimal("128450.50"), "Ğüşİ ı", Quality.ESTIMATED)


def opened(body):
    return openpyxl.load_workbook(io.BytesIO(body))


def test_a_workbook_holds_numbers_and_dates_and_not_pictures_of_them():
    page = opened(xlsx([sheet(ROW, facts=[("Tesisat", "2004178356")])], language="tr", made_at=NOW)).active
    assert [cell.value for cell in page[1]][:2] == ["Tesisat", "2004178356"]
    assert [cell.value for cell in page[3]] == [column.title for column in COLUMNS]
    when, day, kwh, money, title, quality = page[4]
    assert when.value == datetime(2026, 11, 21, 22, 52)
    assert day.value == datetime(2026, 11, 21)
    assert (kwh.value, kwh.number_format) == (23803.5, "#,##0.000")
    assert (money.value, money.number_format) == (128450.5, "#,##0.00")
    assert (title.value, quality.value) == ("Ğüşİ ı", "tahmini")


def test_excel_in_turkey_opens_the_csv_as_it_is():
    body = csv_text(sheet(ROW, facts=[("Tesisat", "2004178356")]), language="tr")
    assert body.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    assert lines[0] == ["Tesisat", "2004178356"]
    assert lines[2] == ["21.11.2026 22:52", "21.11.2026", "23803,500", "128450,50", "Ğüşİ ı", "tahmini"]


def test_a_program_reads_utc_and_points():
    lines = list(csv.reader(io.StringIO(csv_machine(sheet(ROW)).decode())))
    assert lines[0] == ["start_utc", "day", "import_kwh", "money", "title", "quality"]
    assert lines[1] == ["2026-11-21T19:52:00Z", "2026-11-21", "23803.500", "128450.50", "Ğüşİ ı", "estimated"]


EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("text", EVIL)
def test_no_text_becomes_a_formula(text):
    row = (*ROW[:4], text, Quality.MEASURED)
    page = opened(xlsx([sheet(row)], language="tr", made_at=NOW)).active
    assert page.cell(2, 5).data_type == "s"
    for body, delimiter in ((csv_text(sheet(row), language="tr"), ";"), (csv_machine(sheet(row)), ",")):
        last = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=delimiter))[-1]
        assert last[4] == "'" + text


@settings(max_examples=25)  # a workbook each
@given(
    st.lists(
        st.tuples(st.none() | st.integers(-(10**14), 10**14), st.text(max_size=60), st.sampled_from(Quality)),
        max_size=8,
    )
)
def test_whatever_stands_in_it_comes_back(facts):
    rows = [
        (NOW + timedelta(minutes=15 * n), date(2026, 11, 21), wh, None, text, q)
        for n, (wh, text, q) in enumerate(facts)
    ]
    page = opened(xlsx([sheet(*rows)], language="tr", made_at=NOW)).active
    assert page.max_row == len(rows) + 1
    lines = list(csv.reader(io.StringIO(csv_machine(sheet(*rows)).decode("utf-8", "replace"), newline="")))[
        1:
    ]
    for n, (wh, _, quality) in enumerate(facts):
        shown = page.cell(n + 2, 3).value
        assert shown is None if wh is None else shown == pytest.approx(wh / 1000, rel=1e-14)
        assert lines[n][2] == ("" if wh is None else f"{Decimal(wh).scaleb(-3):f}")
        assert lines[n][5] == quality.name.lower()


def test_a_quick_page_is_byte_for_byte_the_librarys(monkeypatch):
    rows = [(NOW + n * timedelta(minutes=15), *ROW[1:2], n * 1_234_567 - 5, *ROW[3:]) for n in range(40)]
    whole = sheet(*rows, (None,) * len(COLUMNS), ROW, facts=[("Σ", Decimal("1.5")), ("Tesisat", "=1")])
    books = [xlsx([whole], language="tr", made_at=NOW)]
    monkeypatch.setattr(sheets, "_Page", Worksheet)
    books.append(xlsx([whole], language="tr", made_at=NOW))
    quick, theirs = (zipfile.ZipFile(io.BytesIO(book)) for book in books)
    name = "xl/worksheets/sheet1.xml"
    assert quick.read(name) == theirs.read(name)


def test_the_words_of_quality_are_those_of_the_page():
    words = read_words([OWN_WORDS])
    for quality in Quality:
        for language in ("tr", "en"):
            assert quality_word(quality, language) == words.text(language, f"quality.{quality.name.lower()}")


def test_sheets_of_the_same_or_an_impossible_name_are_told_apart():
    pages = [Sheet(name=name, columns=COLUMNS, rows=()) for name in ("a/b", "a:b", "", "x" * 40)]
    names = opened(xlsx(pages, language="tr", made_at=NOW)).sheetnames
    assert names == ["a b", "a b 2", "Sayfa", "x" * 31]


def test_more_than_a_workbook_holds_is_refused(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    with pytest.raises(sheets.TooManyRows):
        xlsx([sheet(ROW, ROW, ROW)], language="tr", made_at=NOW)


def test_a_files_name_survives_the_header():
    answer = sheets.attachment(b"x", name="Kasım 2026 ölçüm.xlsx", kind=sheets.XLSX)
    assert 'filename="Kas_m_2026__l__m.xlsx"' in answer.headers["content-disposition"]
    assert "filename*=UTF-8''Kas%C4%B1m%202026" in answer.headers["content-disposition"]
