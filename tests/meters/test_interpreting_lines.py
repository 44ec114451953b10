"""Does a line become the values it holds, exactly, and nothing that it does not say?"""

from datetime import UTC, datetime

import pytest

from osos.meters import profile_named, read
from osos.meters.stamps import stamp_time
from osos.meters.units import scaled
from osos.quantities import Quality


def readings(line: str, profile: str = "gen2"):
    return read(f"{line}\r\n!\r\n".encode(), profile=profile_named(profile))


@pytest.mark.parametrize(
    ("line", "amount", "scale", "base"),
    [
        ("1.8.0(123456.789*kWh)", 123456789, 0, "Wh"),
        ("1.8.0( 12345.67*kWh)", 12345670, 0, "Wh"),  # M-171: blanks, 5 digits
        ("1.8.0(1234567.890*kWh)", 1234567890, 0, "Wh"),
        ("2.8.0(000000.043*MWh)", 43000, 0, "Wh"),  # a real Köhler: by the unit read
        ("1.8.0(123456.789)", 123456789, 0, "Wh"),  # no unit printed: the catalogue's
        ("1.8.0(123456.789)*kWh", 123456789, 0, "Wh"),  # unit outside
        ("5.8.0(000001.500*kVarh)", 1500, 0, "varh"),
        ("32.7.0(220.5)", 2205, -1, "V"),
        ("33.7.0(-1.00)", -100, -2, None),
        ("33.7.0( 0.97)", 97, -2, None),
        ("0.8.4(15*min)", 15, 0, "min"),
    ],
)
def test_a_number_is_an_exact_integer_of_its_base_unit(line, amount, scale, base):
    told = readings(line)
    assert told.complaints == []
    (one,) = told.readings
    assert (one.amount, one.scale, one.base_unit) == (amount, scale, base)


def test_the_value_keeps_the_meters_own_characters():
    (one,) = readings("53.7.0( 0.00)").readings
    assert (one.text, one.raw, one.unit) == (" 0.00", " 0.00", None)


def test_a_demand_carries_its_own_time():
    value, stamp = readings("1.6.0*3(123.456*kW)(17-02-01,13:30)").readings
    at = datetime(2017, 2, 1, 10, 30, tzinfo=UTC)
    assert (value.text, value.unit, value.amount, value.time, value.index) == ("123.456", "kW", 123456, at, 0)
    assert (stamp.text, stamp.time, stamp.index) == ("17-02-01,13:30", at, 1)
    assert str(value.obis) == "1.6.0*3"


@pytest.mark.parametrize("separator", [";", ",", "; "])
def test_a_span_gives_its_start_and_its_end(separator):
    start, end = readings(f"96.77.1*1(19-05-04,14:49{separator}00-00-00,00:00)").readings
    assert (start.text, end.text) == ("19-05-04,14:49", "00-00-00,00:00")
    assert (start.index, end.index) == (0, 0)
    assert start.raw == end.raw
    assert start.time == datetime(2019, 5, 4, 11, 49, tzinfo=UTC)
    assert end.time is None


@pytest.mark.parametrize("nothing", ["00-00-00,00:00", "99-99-99,99:99"])
def test_zeros_and_nines_are_no_time_and_no_fault(nothing):  # M-173
    told = readings(f"96.70({nothing})")
    assert told.readings[0].time is None
    assert told.complaints == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("1.8.0(123*kWh)", "layout"),  # digits are lost
        ("1.8.0(12345A.789*kWh)", "layout"),
        ("1.8.0(123456.789*kvarh)", "unit"),
        ("1.8.0(123456.789*xyz)", "unit"),
        ("1.8.0(123456.789*kWh)(1)", "layout"),
        ("96.70(19-02-31,10:00)", "no-time"),
        ("96.50(0600)", "layout"),
        ("F.F.0(012)", "layout"),
    ],
)
def test_a_known_code_whose_layout_does_not_fit_is_kept_raw_and_flagged(line, code):  # M-173
    told = readings(line)
    assert [one.code for one in told.complaints] == [code]
    assert (told.complaints[0].offset, told.complaints[0].line) == (0, 1)
    first = told.readings[0]
    assert (first.amount, first.quality) == (None, Quality.SUSPECT)
    assert first.text == line.partition("(")[2].partition(")")[0]


def test_an_unknown_code_is_kept_as_text_and_is_no_fault():
    told = readings("T.V.1(005)")
    assert told.complaints == []
    assert (told.readings[0].text, told.readings[0].amount) == ("005", None)


def test_without_a_profile_a_bare_number_is_not_given_a_unit():
    (one,) = readings("32.7.0(237)", "generic").readings
    assert (one.text, one.amount, one.base_unit) == ("237", None, None)


def test_vdew_prints_the_time_of_a_maximum_without_separators():
    value, stamp = readings("1.6.1(27.19*kW)(1702090945)", "generic").readings
    assert value.time == stamp.time == datetime(2017, 2, 9, 6, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("17-06-30,13:30", (2017, 6, 30, 13, 30, 0)),
        ("10-02-02 14:15", (2010, 2, 2, 14, 15, 0)),
        ("23-11-11,13:30:05", (2023, 11, 11, 13, 30, 5)),
        ("00:00:00,19-08-01", (2019, 8, 1, 0, 0, 0)),
        ("1220826235646", (2022, 8, 26, 23, 56, 46)),
        ("091025000500", (2009, 10, 25, 0, 5, 0)),
        ("2112010000", (2021, 12, 1, 0, 0, 0)),
    ],
)
def test_every_printed_form_of_a_stamp_is_the_same_clock(text, wall):
    year, month, day, hour, minute, second = wall
    local = datetime(year, month, day, hour, minute, second)
    assert stamp_time(text).timestamp() == local.replace(tzinfo=UTC).timestamp() - 3 * 3600


@pytest.mark.parametrize("text", ["", "0000", "17-13-01,00:00", "abc", "99-99-99,99:99", "00-01-00,00:00"])
def test_what_is_no_time_is_none(text):
    assert stamp_time(text) is None


def test_more_digits_than_a_watt_hour_stay_exact():
    assert scaled("00052185.7825309", "kWh") == (521857825309, -4, "Wh")
