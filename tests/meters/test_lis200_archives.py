"""Is an archive of an Elster logger read record by record, and each damaged place named?"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.iec62056 import block_check
from osos.meters import read

COLUMNS = ["GONr", "AONr", "1", "2", "3", "4", "Er", "Check"]


def record(k: int, check: str = "CRC Ok", values: str = "(130)(131.5)(0)(15)") -> bytes:
    """As the device prints it; `k` counts five-minute periods."""
    stamp = datetime(2010, 3, 7, 8, 45) + timedelta(minutes=5 * k)  # a wall clock
    return f"({8482 + k})({498 + k})({stamp:%Y-%m-%d,%H:%M:%S}){values}(0x8105)({check})\r\n".encode()


def archive(count: int) -> bytes:
    return b"".join(map(record, range(count)))


def framed(block: bytes, end: bytes) -> bytes:
    return b"\x02" + block + end + bytes([block_check(block + end)])


def test_each_record_gives_one_value_a_column_with_its_time_and_its_own_check():
    told = read(archive(3))
    assert (told.kind, told.complaints) == ("profile", [])
    assert [one.obis.code for one in told.readings] == COLUMNS * 3
    first = told.readings[:8]
    assert {one.time for one in first} == {datetime(2010, 3, 7, 5, 45, tzinfo=UTC)}
    assert [one.text for one in first] == ["8482", "498", "130", "131.5", "0", "15", "0x8105", "CRC Ok"]
    assert [one.index for one in first] == [0, 1, 3, 4, 5, 6, 7, 8]
    assert (first[3].amount, first[3].scale, first[6].amount) == (1315, -1, None)


def test_records_glued_on_one_line_are_two():
    told = read(record(0).strip() + record(1))
    assert (len(told.readings), told.complaints) == (16, [])


@pytest.mark.parametrize("kept", [3, 20, 30, 31, 40, 50, 60, 66])
def test_a_cut_end_is_named_with_its_place_and_the_records_before_it_are_kept(kept):
    whole, part = archive(2), record(2).strip()[:kept]
    told = read(whole + part)
    assert len(told.readings) == 16
    (wrong,) = told.complaints
    assert wrong.code in ("record-damaged", "not-a-record")
    assert (len(whole) - 2 <= wrong.offset <= len(whole), wrong.line in (2, 3)) == (True, True)


def test_a_record_whose_check_the_meter_itself_denies_is_suspect():
    told = read(record(0) + record(1, check="CRC Error"))
    assert [(one.code, one.line, one.found) for one in told.complaints] == [("record-check", 2, "CRC Error")]
    assert [one.quality.name for one in told.readings] == ["MEASURED"] * 8 + ["SUSPECT"] * 8


def test_a_record_of_other_columns_is_read_and_named():
    told = read(record(0) + record(1, values="(130)"))
    assert [one.code for one in told.complaints] == ["columns-changed"]
    assert [one.obis.code for one in told.readings[8:]] == ["GONr", "AONr", "1", "Er", "Check"]


def test_a_day_that_does_not_exist_leaves_the_values_without_time():
    told = read(record(0).replace(b"2010-03-07", b"2010-02-31"))
    assert [one.code for one in told.complaints] == ["no-time"]
    assert {one.time for one in told.readings} == {None}
    before_time = record(0).replace(b"2010-03-07,08", b"0001-01-01,00")
    assert [one.code for one in read(before_time).complaints] == ["no-time"]


def test_text_between_records_is_named_where_it_stands():
    told = read(record(0) + b"?? noise\r\n" + record(1))
    (wrong,) = told.complaints
    assert (wrong.code, wrong.found, len(told.readings)) == ("not-a-record", "?? noise", 16)
    assert (wrong.offset, wrong.line) == (len(record(0)), 2)


@pytest.mark.parametrize("end", [b"\x03", b"\x04"])
def test_parts_framed_with_check_characters_are_checked(end):
    text = b"/Els6DL220\r\n" + framed(record(0), b"\x04") + framed(record(1), end)
    told = read(text)
    assert (told.identification, told.check.ok, told.complaints) == ("/Els6DL220", True, [])
    assert len(told.readings) == 16
    bad = read(text[:-1] + bytes([text[-1] ^ 1]))
    assert [(one.code, one.offset) for one in bad.complaints] == [("bcc-wrong", len(text) - 1)]
    assert {one.quality.name for one in bad.readings} == {"SUSPECT"}
    assert [one.code for one in read(text[:-1]).complaints] == ["bcc-missing"]


def test_complaints_without_end_are_counted_not_listed():
    told = read(b"(1)(2)(2010-03-07,08:45:00)\r\n" * 500)
    assert len(told.complaints) == 201
    assert told.complaints[-1].code == "more"


@given(st.integers(0, 400), st.binary(max_size=12), st.integers(0, 30))
def test_a_damaged_archive_is_read_and_its_places_are_real(at, noise, gone):
    whole = archive(5)
    text = whole[:at] + noise + whole[at + gone :]
    told = read(text)
    assert all(0 <= one.offset <= len(text) for one in told.complaints)
    assert len(told.readings) >= 8  # two neighbours at most are touched, unless it is taken for another form
