"""Does the journal say what was sent and acked so that a stranger can check the centre with it?"""

import hashlib
import json
from datetime import datetime

from osos.modems.mass_json import encode, read_request
from osos.quantities import to_utc
from osos.simulator.journal import Journal, carried, profile_of


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_readout_is_told_in_the_meters_own_characters():
    raw = (
        b"/MKS6<2>TED(X)\r\n\x01P0\x02(SEED)\x03x\x021-0:0.0.0(123456789)\r\n1.8.0(000123.456*kWh)\r\n"
        b"1.6.0(000.100*kW)(26-03-01,00:15)\r\n1.8.0*1(000100.000*kWh)\r\n!\r\n\x03z"
    )
    assert carried(raw, None, None) == {
        "values": [
            ["0.0.0", "123456789"],
            ["1.8.0", "000123.456*kWh"],
            ["1.6.0", "000.100*kW", "26-03-01,00:15"],
            ["1.8.0*1", "000100.000*kWh"],
        ]
    }


def test_a_profile_is_told_row_by_row():
    raw = b"\x02(26-03-01,00:15)(000001.000,000.100)\r\n(26-03-01,00:30)(000002.000,000.200)\r\n\x03z"
    assert carried(raw, "P.01", ("1.8.0", "1.6.0")) == {
        "profile": "P.01",
        "columns": ["1.8.0", "1.6.0"],
        "rows": [
            ["2026-03-01T00:15:00+03:00", ["000001.000", "000.100"]],
            ["2026-03-01T00:30:00+03:00", ["000002.000", "000.200"]],
        ],
    }


def test_the_profile_asked_for_is_seen_in_the_bytes_of_the_query():
    assert profile_of(b"\x01R2\x02P.01(") == "P.01"
    assert profile_of(b"/?!\r\n") is None


def test_no_path_keeps_nothing():
    journal = Journal()
    journal.note("link", device="ABC1", at=to_utc(datetime(2026, 3, 2)), state="up")
    journal.close()


def test_the_life_of_a_read_is_written_down(world, run, journal_path):
    async def story():
        async with world(registered=True) as here:
            await here.centre.teach("profile1")
            start, end = to_utc(datetime(2026, 3, 1)), to_utc(datetime(2026, 3, 2))
            asked = here.centre.ask(read_request, directive="profile1", start=start, end=end)
            message = await here.centre.answer_to(asked, "read")
            await here.settled()
            return asked, hashlib.sha256(encode(message)).hexdigest()

    asked, digest = run(story())
    told = lines(journal_path)
    assert told[0]["event"] == "journal"
    assert {each["event"] for each in told} <= {"journal", *told[0]["lines"]}
    about = [each for each in told if each.get("reference_id") == asked]
    assert [each["event"] for each in about] == ["heard", "made", "sent", "acked"]
    heard, made, sent, acked = about
    assert heard["function"] == "read"
    assert (made["meter"], made["profile"], made["columns"]) == ("MKS123456789", "P.01", ["1.8.0", "1.6.0"])
    assert made["rows"][0] == ["2026-03-01T00:15:00+03:00", ["000001.000", "000.100"]]
    assert (sent["part"], sent["parts"], sent["attempt"], sent["sha256"]) == (1, 1, 1, digest)
    assert (acked["fail_code"], acked["known"]) == (None, True)
    assert all(each["device"] == "ABC100200300400500" for each in about)
    assert acked["at"] == "2026-03-02T09:00:00+00:00"


def test_each_line_is_on_disk_before_the_next_thing_happens(journal_path):
    journal = Journal(journal_path)
    journal.note("link", device="ABC1", at=to_utc(datetime(2026, 3, 2)), state="up", reason="")
    assert [each["event"] for each in lines(journal_path)] == ["journal", "link"]  # not closed yet
    journal.close()
    again = Journal(journal_path)
    again.note("link", device="ABC1", at=to_utc(datetime(2026, 3, 2)), state="down", reason="")
    again.close()
    assert [each["event"] for each in lines(journal_path)] == ["journal", "link", "link"]
