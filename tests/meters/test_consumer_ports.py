"""Does a consumer port's telegram (DSMR P1) give each value its time, its unit and its place?"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.iec62056 import crc16
from osos.meters import read
from osos.meters.stamps import season_time

HEAD = b"/KFM5KAIFA-METER\r\n\r\n0-0:1.0.0(160303164347W)\r\n"
HOURLY = b"0-1:24.3.0(161107190000)(00)(60)(1)(0-1:24.2.1)(m3)"


def telegram(*lines: bytes, ending: bytes = b"") -> bytes:
    return HEAD + b"".join(line + b"\r\n" for line in lines) + b"!" + ending + b"\r\n"


def told(*lines: bytes):
    return read(telegram(*lines))


def values(found, code):
    return [one for one in found.readings if one.obis.code == code]


@pytest.mark.parametrize(
    ("stamp", "instant"),
    [
        ("180924132132S", "2018-09-24T11:21:32"),
        ("190326095015W", "2019-03-26T08:50:15"),
        ("201025023000S", "2020-10-25T00:30:00"),  # the hour that comes twice: summer's …
        ("201025023000W", "2020-10-25T01:30:00"),  # … and winter's
        ("161107190000", "2016-11-07T18:00:00"),  # no letter: by the European rule
        ("160707190000", "2016-07-07T17:00:00"),
        ("160327015959", "2016-03-27T00:59:59"),
        ("160327030000", "2016-03-27T01:00:00"),
    ],
)
def test_the_season_letter_makes_a_stamp_an_instant(stamp, instant):
    assert season_time(stamp) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "stamp", ["700101010000W", "000000000000", "161332010101W", "160230000000S", "x", ""]
)
def test_what_is_no_time_has_none(stamp):
    assert season_time(stamp) is None


def test_an_m_bus_channel_gives_its_value_the_time_at_which_it_was_taken():
    found = told(b"0-1:24.1.0(003)", b"0-2:24.2.1(200426223001S)(00246.138*m3)")
    stamp, value = values(found, "24.2.1")
    assert (value.obis.prefix, value.text, value.unit, value.amount, value.scale) == (
        *("0-2", "00246.138", "m3"),
        *(246138, -3),
    )
    assert value.time == stamp.time == datetime(2020, 4, 26, 20, 30, 1, tzinfo=UTC)
    assert (found.kind, found.complaints) == ("dsmr", [])


def test_a_channel_never_read_has_a_value_without_a_time_and_no_complaint():
    found = told(b"0-1:24.2.1(700101010000W)(00000000)")
    assert [(one.text, one.time) for one in values(found, "24.2.1")] == [
        ("700101010000W", None),
        ("00000000", None),
    ]
    assert found.complaints == []


@pytest.mark.parametrize("lines", [(HOURLY, b"(00001.001)"), (HOURLY + b"(00001.001)",)])
def test_the_value_of_the_older_form_is_found_on_its_own_line_as_on_the_same(lines):
    found = told(*lines)
    value = values(found, "24.3.0")[-1]
    assert (value.index, value.text, value.unit, value.amount, value.scale) == (
        6,
        "00001.001",
        "m3",
        1001,
        -3,
    )
    assert value.time == datetime(2016, 11, 7, 18, tzinfo=UTC)
    assert found.complaints == []


def test_several_values_of_the_older_form_stand_an_hour_apart():
    found = told(HOURLY + b"(1.0)(2.0)")
    assert [one.time.hour for one in values(found, "24.3.0")[-2:]] == [18, 19]


@pytest.mark.parametrize(
    "line",
    [
        HOURLY,
        b"0-1:24.3.0(161107190000)(00)(60)(9999)(0-1:24.2.1)(m3)(1.0)",
        b"0-1:24.3.0(161107190000)(00)(60)(0)(1.0)",
        b"0-1:24.3.0(161107190000)(00)(60)(2)(a)(m3)(b)(kWh)(1)(2)(3)",
        b"0-1:24.3.0()",
    ],
)
def test_an_hourly_value_that_is_not_there_is_named_and_what_is_there_is_kept(line):
    found = told(line)
    assert [(one.code, one.line) for one in found.complaints] == [("record-damaged", 4)]
    assert len(values(found, "24.3.0")) == line.count(b"(")


def test_a_log_that_announces_more_than_it_holds_is_named():
    log = b"1-0:99.97.0(5)(0-0:96.7.19)(170520130938S)(0000005627*s)(170325044014W)(0043178677*s)"
    found = told(log)
    assert [(one.code, one.line, one.found, one.expected) for one in found.complaints] == [
        ("count-wrong", 4, "2", "5")
    ]
    durations = [one for one in found.readings if one.unit == "s"]
    assert [(one.amount, one.time) for one in durations] == [
        (5627, datetime(2017, 5, 20, 11, 9, 38, tzinfo=UTC)),
        (43178677, datetime(2017, 3, 25, 3, 40, 14, tzinfo=UTC)),
    ]


@pytest.mark.parametrize(
    ("log", "wrong"),
    [
        (b"1-0:99.97.0(0)(0-0:96.7.19)", []),
        (b"1-0:99.97.0()", []),
        (b"1-0:99.97.0(0)", []),
        (b"1-0:99.97.0(2)", ["count-wrong"]),
        (b"1-0:99.97.0(1)(0-0:96.7.19)(170520130938S)", ["count-wrong"]),
        (b"0-0:98.1.0(230701000000S)(000040.777*kWh)(000008.950*kWh)", []),
        (b"0-0:98.1.0(1)(1-0:1.6.0)(1-0:1.6.0)(200501000000S)(200423192538S)(03.695*kW)", []),
        (b"0-0:98.1.0(2)(1-0:1.6.0)(1-0:1.6.0)(200501000000S)(200423192538S)(03.695*kW)", ["count-wrong"]),
    ],
)
def test_entries_are_counted_by_the_columns_that_are_announced(log, wrong):
    assert [one.code for one in told(log).complaints] == wrong


def test_a_maximum_of_a_month_has_the_time_of_the_maximum():
    found = told(b"0-0:98.1.0(1)(1-0:1.6.0)(1-0:1.6.0)(200501000000S)(200423192538S)(03.695*kW)")
    assert values(found, "98.1.0")[-1].time == datetime(2020, 4, 23, 17, 25, 38, tzinfo=UTC)


def test_a_stamp_that_cannot_be_is_kept_and_named():
    found = told(b"0-1:24.2.1(161332010101W)(00001.000*m3)")
    assert [(one.code, one.found) for one in found.complaints] == [("no-time", "161332010101W")]
    assert [one.time for one in values(found, "24.2.1")] == [None, None]


def test_the_sum_at_the_end_is_checked():
    whole = telegram(b"1-0:1.8.1(001073.079*kWh)")
    body = whole[: whole.rindex(b"!") + 1]
    assert read(body + b"%04X\r\n" % crc16(body)).check.ok is True
    found = read(body + b"%04X\r\n" % (crc16(body) ^ 1))
    assert [one.code for one in found.complaints] == ["crc16-wrong"]
    assert {one.quality.name for one in found.readings} == {"SUSPECT"}


@given(
    st.lists(
        st.sampled_from(["0", "1", "5", "60", "0-1:24.2.1", "m3", "161107190000W", "1.0*m3", ""]), max_size=12
    )
)
def test_any_brackets_become_as_many_values(brackets):
    for code in ("24.3.0", "24.2.1", "99.97.0", "98.1.0"):
        line = f"0-1:{code}" + "".join(f"({one})" for one in brackets or [""])
        assert len(values(told(line.encode()), code)) == max(len(brackets), 1)
