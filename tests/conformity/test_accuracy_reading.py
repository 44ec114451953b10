"""Is a test bench's file read as it is meant, and is every bad cell told with its place?"""

import io
import random
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osos.conformity.accuracy import Classes, judge, sheets
from osos.conformity.accuracy.reading import read_measurements
from osos.conformity.accuracy.workbook import workbook
from osos.conformity.device import Device

DEVICE = Device(kind="1p")
TESTS = sheets(DEVICE)


def _book(change):
    """Our own blank sheets, filled in by a test bench."""
    blank = workbook(judge(TESTS, {}, DEVICE, Classes()), DEVICE)
    book = openpyxl.load_workbook(io.BytesIO(blank))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _error_column(page):
    return next(cell.column for cell in page[4] if cell.value == "Hata (%)")


def _put(value, *, page="EK4-a", row=5):
    def change(book):
        sheet = book[page]
        sheet.cell(row, _error_column(sheet)).value = value

    return change


@pytest.mark.parametrize(
    ("value", "read"), [(0.25, "0.25"), ("-0,31", "-0.31"), ("0.5 %", "0.5"), ("−1,2", "-1.2"), (1, "1")]
)
def test_numbers_are_read_as_numbers_or_as_text(value, read):
    found = read_measurements(_book(_put(value)), TESTS)
    assert found.problems == []
    assert {key: one.error_percent for key, one in found.measured.items()} == {("EK4-a", 1): Decimal(read)}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("yok", "EK4-a!L5: 'yok' is no number"),
        ("NaN", "EK4-a!L5: 'NaN' is no number"),
        (True, "EK4-a!L5: 'True' is no number"),
        (50_000, "EK4-a!L5: 50000 is no error in per cent"),
    ],
)
def test_a_bad_cell_is_told_with_its_place_and_waits(value, told):
    found = read_measurements(_book(_put(value)), TESTS)
    assert [str(one) for one in found.problems] == [told]
    assert found.measured == {}


def test_points_that_are_none_and_points_told_twice_are_problems():
    def change(book):
        page = book["EK4-a"]
        page.cell(5, 1).value, page.cell(6, 1).value, page.cell(7, 1).value = 999, 3, 3
        for row in (6, 7):
            page.cell(row, _error_column(page)).value = 0.1

    found = read_measurements(_book(change), TESTS)
    assert [str(one) for one in found.problems] == [
        "EK4-a!A5: EK4-a has no point 999",
        "EK4-a!A7: point 3 stands there twice: the first is kept",
    ]
    assert list(found.measured) == [("EK4-a", 3)]


def test_a_page_without_heads_or_of_another_meter_is_a_problem():
    def change(book):
        book["EK4-a"].cell(4, 1).value = "Nummer"
        book["EK4-h"].cell(2, 1).value = "X/5--EndeksKayıtTestleri"

    told = [str(one) for one in read_measurements(_book(change), TESTS).problems]
    assert told == [
        "EK4-a: no row of heads with No and Hata (%)",
        "EK4-h: a page of X/5--EndeksKayıtTestleri, wanted is DB--EndeksKayıtTestleri",
    ]


def test_pages_of_the_benchs_own_are_left_alone():
    found = read_measurements(_book(lambda book: book.create_sheet("Kapak")), TESTS)
    assert (found.problems, found.measured) == ([], {})


def test_csv_is_read_with_semicolons_and_decimal_commas():
    text = "Test;No;Hata;İmpuls\nEK4-a;1;0,12;\nEK-4.a 400 mT;2;-0,4;\nEK4-k;1;;12\n\nEK4-z;1;0;\n"
    found = read_measurements(text.encode(), TESTS)
    assert [str(one) for one in found.problems] == ["line 6: no test 'EK4-z' for this meter"]
    assert found.measured["EK4-a", 1].error_percent == Decimal("0.12")
    assert found.measured["EK4-a 400 mT", 2].error_percent == Decimal("-0.4")
    assert found.measured["EK4-k", 1].impulses == 12


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "line 1: heads are wanted"),
        (b"a,b\n", "line 1: heads are wanted"),
        (b"\xff\xfe", "byte 0: no UTF-8"),
        (b"PK\x03\x04 no zip", "file: no workbook"),
    ],
)
def test_files_that_are_none_are_told(data, told):
    (problem,) = read_measurements(data, TESTS).problems
    assert str(problem).startswith(told)


@given(st.binary(max_size=300))
def test_any_bytes_give_measurements_or_problems(data):
    found = read_measurements(b"test;no;hata\n" + data, TESTS)
    assert all(number >= 1 for _, number in found.measured)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.decimals(-900, 900, places=3), min_size=1, max_size=46))
def test_whatever_is_written_is_read_back(errors):
    text = "test;no;hata\n" + "".join(
        f"EK4-a;{n};{str(error).replace('.', ',')}\n" for n, error in enumerate(errors, 1)
    )
    found = read_measurements(text.encode(), TESTS)
    assert found.problems == []
    assert [one.error_percent for one in found.measured.values()] == errors


def test_a_workbook_that_was_damaged_is_read_or_told():
    sound, dice = _book(_put(0.2)), random.Random(5)  # a test's own dice
    for _ in range(60):
        data = bytearray(sound)
        for _ in range(dice.randrange(1, 30)):
            data[dice.randrange(2, len(data))] = dice.randrange(256)
        read_measurements(bytes(data), TESTS)
