"""Is each oddity that readouts of the field are known for read, or named in its place?

Lines that echo, repeat, stop in mid-block, answer for another or at another speed are in tests/reader
(test_finding, test_profiles_resume, test_every_make) and tests/headend (test_transparent_line).
"""

from decimal import Decimal

import pytest

from osos.iec62056 import DataBlock
from osos.meters import read

HEAD = b"/LUN5<1>LUN70000130\r\n"


def told(*lines, end="\r\n!\r\n"):
    return read(HEAD + DataBlock(("\r\n".join(lines) + end).encode()).framed())


def amount(reading):
    return Decimal(reading.amount).scaleb(-reading.scale)


@pytest.mark.parametrize(
    ("text", "wh"),
    [
        ("12345.678*kWh", 12345678),
        ("012345.678*kWh", 12345678),
        ("0012345.678*kWh", 12345678),
        ("9999999.999*kWh", 9999999999),
        ("00012.345*MWh", 12345000),
    ],
)
def test_registers_of_five_six_and_seven_digits_and_of_other_units_are_exact(text, wh):  # M-171
    found = told("0.0.0(70000130)", f"1.8.0({text})", "1.8.1(000001.000*kWh)")
    assert found.complaints == []
    assert amount(found.readings[1]) == wh
    assert found.readings[1].base_unit == "Wh"
    assert amount(found.readings[2]) == 1000  # the next line's own unit


@pytest.mark.parametrize("text", ["+1.00", "-0.98", " 0.97", "+ 0.5", "- 0.5"])
def test_signs_and_blanks_of_a_power_factor_are_read_or_kept_with_a_word(text):  # M-171
    found = told("0.0.0(70000130)", f"33.7.0({text})")
    (factor,) = [one for one in found.readings if one.obis.code == "33.7.0"]
    assert factor.text.strip() == text.strip()
    assert factor.amount is not None or found.complaints


@pytest.mark.parametrize("empty", ["00-00-00,00:00", "99-99-99,99:99", ""])
def test_three_kinds_of_empty_stamp_are_no_time_and_no_fault(empty):  # M-173
    found = told("0.0.0(70000130)", f"96.90({empty})")
    assert [one.time for one in found.readings if one.obis.code == "96.90"] in ([None], [])


@pytest.mark.parametrize(("date", "year"), [("99-12-31", 2099), ("00-01-01", 2000), ("70-01-01", 2070)])
def test_a_clock_of_another_century_is_said_as_it_stands(date, year):
    """1999 and 2099 print alike; yy = 2000 + yy (M-173). What it means is judged where the time is known."""
    found = told("0.0.0(70000130)", "0.9.1(23:59:59)", f"0.9.2({date})", "1.8.0(000001.000*kWh)")
    texts = {one.obis.code: one.text for one in found.readings}
    assert texts["0.9.2"] == date
    assert amount(next(one for one in found.readings if one.obis.code == "1.8.0")) == 1000
    assert year == 2000 + int(date[:2])


def test_an_end_glued_to_the_last_line_costs_no_value():
    found = told("0.0.0(70000130)", "1.8.0(000001.000*kWh)", end="!\r\n")
    assert [one.obis.code for one in found.readings] == ["0.0.0", "1.8.0"]
    assert found.complaints == []  # Luna's habit


def test_a_line_said_twice_stays_twice():
    found = told("0.0.0(70000130)", "1.8.0(000001.000*kWh)", "1.8.0(000001.000*kWh)")
    assert [one.obis.code for one in found.readings].count("1.8.0") == 2
