"""What is believed of a meter's bytes, and what is refused by name (F50)?"""

import random
from datetime import UTC, datetime, timedelta

import pytest

from osos import mdm
from osos.iec62056 import block_check
from osos.mdm import FrameOutcome
from osos.mdm.outcomes import WORDS, Finding
from osos.quantities import DeviceId, Quality

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # 12:00 in Türkiye
ASKED = DeviceId("MKS", "000123456")
SHORT = (
    "0.0.0(000123456)\r\n0.9.1(12:00:05)\r\n0.9.2(26-03-02)\r\n1.8.0(000123.456*kWh)\r\n1.8.1(000123.456*kWh)\r\n"
    "5.8.0(000000.015*kVArh)\r\n1.6.0(012.345*kW)(26-03-01,18:30)\r\n32.7.0(230.4)\r\n33.7.0(0.98)\r\n96.7.0(0003)\r\n"
)
MONTH_ENDS = (
    "0.1.2*1(26-03-01,00:00)\r\n0.1.2*2(26-02-01,00:00)\r\n0.1.2*3(00-00-00,00:00)\r\n"
    "1.8.0*1(000100.000*kWh)\r\n1.8.0*2(000090.000*kWh)\r\n1.8.0*3(000000.000*kWh)\r\n"
    "1.6.0*1(011.000*kW)(26-02-11,09:15)\r\n"
)
RECORDS = "(26-03-02,00:15)(000001.000,000.400)\r\n"


def telegram(text: str, *, ident: bytes = b"/MKS6<2>TED(M600)\r\n", wrong: int = 0) -> bytes:
    block = text.encode() + b"!\r\n\x03"
    return ident + b"\x02" + block + bytes([block_check(block) ^ wrong])


def interpret(raw: bytes, **facts):
    return mdm.interpret(raw, **{"asked": ASKED, "received_at": AT} | facts)


def codes(found) -> list[str]:
    return [finding.code for finding in found.findings]


def test_a_short_readout_gives_registers_at_the_meters_own_time():
    found = interpret(telegram(SHORT))
    assert (found.outcome, codes(found), found.serial, found.drift_s) == (
        FrameOutcome.DECODED,
        [],
        "000123456",
        5,
    )
    values = {one.code: one for one in found.readings}
    assert set(values) == {
        "1.8.0",
        "1.8.1",
        "5.8.0",
        "1.6.0",
        "32.7.0",
        "33.7.0",
    }  # 96.7.0 counts interruptions
    total = values["1.8.0"]
    assert (total.amount, total.base_unit, total.text, total.unit) == (123_456, "Wh", "000123.456", "kWh")
    assert (total.at, total.time_from, total.quality) == (
        AT + timedelta(seconds=5),
        "clock",
        Quality.MEASURED,
    )
    assert values["1.6.0"].stamp == datetime(2026, 3, 1, 15, 30, tzinfo=UTC)


def test_month_ends_belong_to_the_dates_of_the_same_telegram():
    found = interpret(telegram(MONTH_ENDS))
    got = [(one.code, one.row, one.at.isoformat(), one.amount) for one in found.readings]
    assert got == [
        ("1.8.0", 1, "2026-02-28T21:00:00+00:00", 100_000),
        ("1.8.0", 2, "2026-01-31T21:00:00+00:00", 90_000),
        ("1.6.0", 1, "2026-02-28T21:00:00+00:00", 11_000),
    ]
    assert {one.history for one in found.readings} == {1}
    assert found.readings[2].stamp == datetime(2026, 2, 11, 6, 15, tzinfo=UTC)


def test_a_month_end_without_its_date_is_taken_from_the_calendar_and_said_so():
    found = interpret(
        telegram("1.8.0*1(000100.000*kWh)\r\n1.8.0*2(000090.000*kWh)\r\n1.8.0*3(000000.000*kWh)\r\n")
    )
    assert codes(found) == ["month end unknown"]
    assert [one.at.isoformat() for one in found.readings] == [
        "2026-02-28T21:00:00+00:00",
        "2026-01-31T21:00:00+00:00",
    ]
    assert {(one.time_from, one.quality) for one in found.readings} == {("calendar", Quality.SUSPECT)}


def test_a_wrong_check_character_refuses_everything():
    found = interpret(telegram(SHORT, wrong=1))
    assert (codes(found)[0], found.readings, found.outcome) == ("checksum", (), FrameOutcome.BROKEN)


def test_a_telegram_cut_short_is_refused():
    whole = telegram(SHORT)
    for length in range(whole.index(b"\x02") + 30, len(whole), 17):
        assert interpret(whole[:length]).readings == ()


@pytest.mark.parametrize(
    ("raw", "asked_profile", "code"),
    [
        (b"", None, "no bytes"),
        (b"\0\0\0", "P.01", "no bytes"),
        (b"\x15", None, "refused"),
        (b"/MKS6<2>TED(M600)\r\n\x15", None, "refused"),
        (b"/MKS6<2>TED(M600)\r\n\x01P0\x02(0A)\x03\x20\x15", "P.01", "empty"),
        (b"/MKS6<2>TED(M600)\r\n\x06\x15\x15", "P.01", "empty"),
        (b"/MKS6<2>TED(M600)\r\n}?k<P7\x15", "P.01", "not understood"),  # noise of a wrong speed
        (b"?k<P7\x03\x15", "P.01", "not understood"),
        (b"garbage \xff\xfe", None, "not understood"),
        (b"\x02\x03\x03", "P.01", "empty"),
        (b"\x15", "P.01", "empty"),
    ],
)
def test_each_way_to_say_nothing_has_its_name(raw: bytes, asked_profile: str | None, code: str):
    found = interpret(raw, asked_profile=asked_profile)
    assert codes(found)[:1] == [code]
    assert found.is_empty_profile == (code == "empty")


def test_another_meter_is_named_and_nothing_of_it_recorded():
    other = interpret(telegram(SHORT.replace("000123456", "000999999")))
    assert (codes(other)[0], other.readings, other.records) == ("other meter", (), None)
    assert "000999999" in other.words("tr")
    assert codes(interpret(telegram(SHORT), asked=DeviceId("", "123456"))) == []  # leading zeros do not count
    assert codes(interpret(telegram(SHORT), told_serial="000999999"))[0] == "other meter"
    luna = interpret(telegram("1.8.0(000001.000*kWh)\r\n", ident=b"/LUN5<1>LUN70000130\r\n"))
    assert codes(luna)[0] == "other meter"


@pytest.mark.parametrize("drift_s", [-86_400, -601, 601, 3600])
def test_a_clock_that_is_off_flags_what_it_stamped(drift_s: int):
    found = interpret(telegram(SHORT), received_at=AT + timedelta(seconds=5 - drift_s))
    assert (codes(found), found.drift_s) == (["clock"], drift_s)
    assert {one.quality for one in found.readings} == {Quality.SUSPECT}


def test_a_reading_that_waited_in_the_modem_has_no_drift():
    found = interpret(telegram(SHORT), received_at=AT + timedelta(days=2), read_at=AT)
    assert (codes(found), found.drift_s) == ([], 5)


def test_a_load_profile_is_kept_under_the_name_its_columns_tell():
    text = "".join(
        f"(26-03-02,{n // 4:02d}:{n % 4 * 15:02d})({n:010.3f},{1:010.3f},{2:010.3f},{4:07.3f})\r\n"
        for n in range(1, 9)
    )
    block = text.encode() + b"\x03"
    raw = b"\x02" + block + bytes([block_check(block)])
    found = interpret(raw, asked_profile="P.01")
    assert (found.profile, len(found.records), codes(found)) == ("P.01", 8, [])
    assert codes(interpret(raw, asked_profile="P.02")) == ["other profile"]
    early = interpret(raw, asked_profile="P.01", received_at=datetime(2026, 3, 1, 21, 40, tzinfo=UTC))
    assert codes(early) == ["labels ahead"]
    assert len(early.records) == 8


def test_every_outcome_has_words_in_both_languages():
    class Anything(dict):
        def __missing__(self, key: str) -> str:
            return key

    for code, (_, turkish, english) in WORDS.items():
        for text in (turkish, english):
            assert text.format_map(Anything()), code
    assert Finding("clock", {"drift_s": 9}).words("tr").startswith("Sayaç saati 9 s")


def mutants(count: int) -> None:
    chance = random.Random(7)
    seeds = [telegram(SHORT), telegram(MONTH_ENDS), b"\x02" + RECORDS.encode() + b"\x03\x11", b"\x15"]
    for _ in range(count):
        raw = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 8)):
            place = chance.randrange(len(raw) + 1)
            act = chance.randrange(3)
            if act == 0:
                raw[place : place + 1] = bytes([chance.randrange(256)])
            elif act == 1:
                del raw[place : place + chance.randint(1, 20)]
            else:
                raw[place:place] = chance.choice(seeds)[: chance.randint(0, 40)]
        if raw.startswith(b"\x02"):
            raw[-1:] = bytes([block_check(bytes(raw[1:-1]))]) if len(raw) > 2 else b""
        found = interpret(bytes(raw), asked_profile=chance.choice([None, "P.01", "P.07"]))
        assert found.words("tr")
        assert found.words()


def test_any_bytes_come_to_an_outcome():
    mutants(1000)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_any_bytes_come_to_an_outcome_for_long():
    mutants(100_000)
