"""Are the bodies of the document read, and those of careless makers named odd instead of lost?"""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.modems.mass_json import (
    Change,
    Fail,
    Message,
    ack,
    decode,
    encode,
    fail_words,
    incident_words,
    parse_ack,
    parse_alarms,
    parse_heartbeat,
    parse_identification,
    parse_log,
    parse_notification,
    parse_read,
    raw_bytes,
    raw_text,
)
from osos.quantities import DeviceId

PARSERS = (
    parse_ack,
    parse_alarms,
    parse_heartbeat,
    parse_identification,
    parse_log,
    parse_notification,
    parse_read,
)


@pytest.fixture
def said(modem):
    def build(response, function="x") -> Message:
        return Message(device=modem, function=function, reference_id="r", response=response)

    return build


IDENTIFICATION = json.loads(
    """{"registered":false,"brand":"Örnek","model":"M4","protocolVersion":"1.0.0","firmware":"2.07","signal":18,
    "deviceDate":"2026-03-02 00:00:07","timezone":"+03:00",
    "servers":[{"ipAddress":"10.20.0.5","tcpPort":5010,"udpPort":5011}],"retryInterval":10,"retryCount":3,
    "maxPackageSize":4096,"meters":[{"protocol":"IEC62056","type":"electricity","brand":"Makel",
    "serialNumber":"123456789","serialPort":"rs485-1","initBaud":300,"fixBaud":false,"frame":"7E1"}]}"""
)


def test_the_documents_identification_is_read(said):
    unit = parse_identification(said(IDENTIFICATION))
    assert (unit.registered, unit.brand, unit.retry_interval_s, unit.max_package_size) == (
        False,
        "Örnek",
        10,
        4096,
    )
    assert unit.device_date == datetime(2026, 3, 1, 21, 0, 7, tzinfo=UTC)
    assert [(meter.serial, meter.init_baud, meter.fix_baud, meter.frame) for meter in unit.meters] == [
        ("123456789", 300, False, "7E1")
    ]
    assert unit.servers[0]["tcpPort"] == 5010
    assert (unit.odd, unit.extra) == ((), {})


def test_an_identification_in_a_list_of_one_and_with_numbers_as_texts_is_read(said):
    unit = parse_identification(said([{**IDENTIFICATION, "signal": "18", "retryCount": "3"}]))
    assert (unit.signal, unit.retry_count, unit.odd) == (18, 3, ())


def test_a_units_times_are_read_in_its_own_time_zone(said):
    unit = parse_identification(said({**IDENTIFICATION, "timezone": "+02:00"}))
    assert unit.device_date == datetime(2026, 3, 1, 22, 0, 7, tzinfo=UTC)
    assert unit.zone == timezone(timedelta(hours=2))


def test_members_that_do_not_fit_are_named_and_the_others_stand(said):
    unit = parse_identification(
        said(
            {
                **IDENTIFICATION,
                "signal": "weak",
                "registered": "no",
                "deviceDate": "2026-02-30 25:00:00",
                "timezone": "Istanbul",
                "meters": [{"serialNumber": "1"}, {"serialNumber": ""}, 7],
                "colour": "grey",
            }
        )
    )
    assert [meter.serial for meter in unit.meters] == ["1"]
    assert set(unit.odd) == {"signal", "registered", "deviceDate", "timezone", "meters[1]", "meters[2]"}
    assert unit.extra == {"colour": "grey"}
    assert unit.brand == "Örnek"


def test_a_reads_raw_data_is_the_lines_bytes(read_push):
    line = bytes(range(256))
    result = parse_read(decode(encode(read_push(raw_text(line)))))
    assert result.raw_data == line
    assert (result.meter_serial, result.data_id) == ("123456789", "/MKS6<2>ADM(M550.2251)")
    assert result.read_date == datetime(2026, 3, 1, 21, 5, 11, tzinfo=UTC)
    assert result.odd == ()


@given(st.binary(max_size=300))
def test_any_line_bytes_survive_as_text(line):
    assert raw_bytes(raw_text(line)) == line


def test_raw_data_beyond_latin_1_gives_its_utf_8_bytes():
    assert raw_bytes("ş(1)") == "ş(1)".encode()


def test_a_read_without_raw_data_is_named_odd_not_lost(said):
    result = parse_read(said({"data": {"rawData": 7}, "profileData": [{"date": "x", "value": 1}]}))
    assert (result.raw_data, result.profile_data) == (b"", ({"date": "x", "value": 1},))


@pytest.mark.parametrize("response", [None, {}, []])
def test_an_ack_without_a_fail_code_is_a_yes(response, said):
    assert parse_ack(said(response)).accepted


@pytest.mark.parametrize(
    ("response", "code"),
    [
        ({"failCode": 525, "failDescription": "answered by another meter"}, 525),
        ([{"failCode": "525"}], 525),
        ({"failCode": "why"}, 0),
        ({"failDescription": "no"}, 0),
    ],
)
def test_an_ack_with_any_sign_of_refusal_is_no_yes(response, code, said):
    found = parse_ack(said(response))
    assert (found.accepted, found.fail_code) == (False, code)


def test_our_own_refusal_is_read_as_refused(modem):
    message = ack(device=modem, reference_id="r", fail_code=Fail.OTHER_METER)
    assert parse_ack(decode(encode(message))).fail_code == 525
    assert parse_ack(decode(encode(message))).fail_description == "answered by another meter"


ALARM = {
    "type": "alarm",
    "level": "warning",
    "incidentCode": 278,
    "description": "terminal cover",
    "date": "2026-03-02 09:14:00",
    "meter": {"brand": "Makel", "serialNumber": "123456789"},
}


@pytest.mark.parametrize("response", [[ALARM], ALARM])
def test_alarms_are_read_with_and_without_the_list(response, said):
    (alarm,) = parse_alarms(said(response))
    assert (alarm.incident_code, alarm.level, alarm.meter_serial) == (278, "warning", "123456789")
    assert alarm.date == datetime(2026, 3, 2, 6, 14, tzinfo=UTC)


def test_a_log_and_a_notification_are_read(said):
    (entry,) = parse_log(said([{"incidentCode": 9007, "description": "apn", "date": "2026-03-01 11:02:33"}]))
    assert (entry.incident_code, entry.description) == (9007, "apn")
    note = parse_notification(
        said({"type": "info", "changes": [{"field": "registered", "old": False, "new": True}, "odd"]})
    )
    assert note.changes == (Change(field="registered", old=False, new=True),)
    assert note.odd == ("changes[1]",)


def test_codes_have_words_in_both_languages_also_when_unknown():
    assert fail_words(525).tr == "başka bir sayaç cevap verdi"
    assert fail_words(4711).en == "the unit's fail code 4711"
    assert incident_words(9001).en == "supply lost (last gasp)"
    assert incident_words(4711).tr == "olay kodu 4711"
    assert all(fail_words(code).tr and fail_words(code).en for code in Fail)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.just("2026-03-02 00:00:07"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*IDENTIFICATION, *ALARM, "data", "rawData", "changes"]), inner, max_size=6
        )
    ),
    max_leaves=12,
)


@given(
    st.none()
    | st.lists(json_values, max_size=2)
    | st.dictionaries(st.sampled_from([*IDENTIFICATION, *ALARM, "data", "changes"]), json_values)
)
def test_no_body_makes_a_parser_raise(response):
    message = Message(device=DeviceId("ABC", "1"), function="x", response=response)
    for parse in PARSERS:
        parse(message)


@pytest.mark.parametrize("code", [10**30, 2**31, -(2**40), "999999999999"])
def test_an_incident_code_no_table_can_hold_is_odd_and_the_alarm_is_read(code, said):
    (alarm,) = parse_alarms(said([{"incidentCode": code, "description": "kapak", "type": "alarm"}]))
    assert (alarm.incident_code, alarm.description) == (None, "kapak")
