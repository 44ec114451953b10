"""May an operator say how a modem introduces itself, by what pattern or IMEI? (X-41)"""

from datetime import UTC, datetime

import pytest

from osos.quantities import DeviceId
from osos.registry import CallingPlace, admit, find_modem, first_lines, listening_modems, parse_admissions

NOW = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
HEAD = "flag,serial,meters,plain_until,imei,first_line\n"
PATTERN = r"IMEI=(?P<imei>\d{15})"


def admitted(store, text: str):
    found, problems = parse_admissions(text)
    assert not problems
    with store.begin() as conn:
        return admit(conn, found, by="test", now=NOW, since=NOW)


def test_a_pattern_and_an_imei_are_kept_found_and_may_change(store) -> None:
    rows = f"ELM,1,111,2099-12-31,350000000000001,{PATTERN}\nELM,2,222,2099-12-31,,{PATTERN}\n"
    assert admitted(store, HEAD + rows).modems_new == 2
    with store.read() as conn:
        assert first_lines(conn) == [PATTERN]
        assert find_modem(conn, DeviceId("", "350000000000001")).device == DeviceId("ELM", "1")
        assert find_modem(conn, DeviceId("ELM", "350000000000001")) is None  # with a maker it is a serial
    assert admitted(store, HEAD + rows).modems_unchanged == 2
    assert admitted(store, "ELM,1,111,1,2099-12-31\n").modems_unchanged == 1  # says nothing of it
    assert admitted(store, f"{HEAD}ELM,1,111,2099-12-31,350000000000009,\n").modems_changed == 1
    with store.read() as conn:
        assert find_modem(conn, DeviceId("", "350000000000001")) is None
        assert find_modem(conn, DeviceId("", "350000000000009")).device == DeviceId("ELM", "1")
        told = list(conn.exec_driver_sql("SELECT before, after FROM events WHERE act = 'first line changed'"))
    assert len(told) == 1


def test_an_imei_belongs_to_one_modem(store) -> None:
    rows = "ELM,1,111,2099-12-31,350000000000001,\nELM,2,222,2099-12-31,350000000000001,\n"
    report = admitted(store, HEAD + rows)
    assert report.modems_new == 1
    assert "IMEI 350000000000001 is modem ELM1's" in report.problems[0].what
    assert "ELM1's" in admitted(store, f"{HEAD}ELM,3,333,2099-12-31,350000000000001,\n").problems[0].what


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (r"(?P<imei>\d{15}", "no regular expression"),
        (r"\d{15}", "names no modem"),
        (r"(\d{15})(?P<serial>\d+)", "a group without a name"),
        (r"(?P<number>\d{15})", "a group that is none of ours"),
        (r"(?=A)(?P<imei>\d{15})", "a group that is none of ours"),
        (r"(?:\d+)+(?P<imei>\d{15})", "repeats a group"),
        (r"\d++(?P<imei>\d{15})", "never gives back"),
        (r"(?P<serial>\d*)", "fits an empty line"),
        (r"\d+\d+\d+\d+(?P<imei>\d{15})", "no fixed length"),
        (r"(?P<imei>\d{15})\1", "refers back"),
        ("(?P<imei>ı{15})", "printable ASCII"),
        ("(?P<serial>" + "1" * 200 + ")", "1 to 200"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_with_its_reason(cell: str, words: str) -> None:
    found, (problem,) = parse_admissions(f'{HEAD}ELM,1,111,2099-12-31,,"{cell}"\n')
    assert not found
    assert words in problem.what
    assert problem.do


@pytest.mark.parametrize("cell", ["12", "35000000000000a", "3.5E+14"])
def test_what_is_no_imei_is_named(cell: str) -> None:
    found, (problem,) = parse_admissions(f"{HEAD}ELM,1,111,2099-12-31,{cell},\n")
    assert not found
    assert "IMEI" in problem.what


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("10.2.0.7:7001", CallingPlace(host="10.2.0.7", port=7001)),
        ("tcp://10.2.0.7:7001?baud=9600", CallingPlace(host="10.2.0.7", port=7001, baud=9600)),
        ("rfc2217://ev:7001", CallingPlace(host="ev", port=7001, is_rfc2217=True)),
        ("rfc2217://[fd00::7]:1?baud=300", CallingPlace(host="fd00::7", port=1, is_rfc2217=True, baud=300)),
    ],
)
def test_how_a_listening_modem_is_spoken_to_is_kept_with_its_address(store, cell: str, place) -> None:
    admitted(store, f"flag,serial,meters,plain_until,listens\nELM,1,111,2099-12-31,{cell}\n")
    with store.read() as conn:
        assert [one.place for one in listening_modems(conn)] == [place]


def test_a_speed_that_no_meter_has_is_named() -> None:
    _, (problem,) = parse_admissions("flag,serial,meters,listens\nELM,1,111,tcp://h:1?baud=1234\n")
    assert "1234 is no speed" in problem.what
