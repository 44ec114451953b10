"""What becomes of a meter's answer, from the wire into the store?"""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from osos import mdm
from osos.headend import GapLimits
from osos.headend.actions import Entry
from osos.modems.mass_json import Message, frame, split

METER, OTHER = "123456789", "223456789"
FIRST = datetime(2026, 2, 28, 21, 15, tzinfo=UTC)  # 00:15 of 1 March in Turkey


def count(centre, table) -> int:
    return centre.rows(f"SELECT count(*) FROM {table}")[0][0]


def test_a_readout_is_in_the_store_before_it_is_acknowledged(live, meter_says) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        modem.read_result(meter_says.readout(), reference="r-1")
        acknowledged = await modem.hear()
        assert (acknowledged.reference_id, acknowledged.response) == ("r-1", None)
        assert centre.rows("SELECT code, text FROM readings WHERE code='1.8.0'") == [("1.8.0", "000123.456")]
        assert centre.head_end.status().readings > 0
        assert centre.rows("SELECT flag FROM meters WHERE serial='123456789'") == [("MKS",)]  # learned

    live(story)


def test_a_load_profile_becomes_blocks_and_a_second_copy_changes_nothing(live, meter_says) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        day = meter_says.profile(FIRST, 96)
        modem.read_result(day, reference="p-1")
        assert (await modem.hear()).response is None
        assert centre.head_end.status().intervals == 96
        modem.read_result(day, reference="p-2")  # the same records read again under another reference
        assert (await modem.hear()).response is None
        assert centre.head_end.status().intervals == 96
        with centre.store.read() as conn:
            lines = [line for line in mdm.stored(conn, 1) if line["kind"] == "interval"]
        assert len(lines) == 96 * 4
        assert lines[0]["meter"] == METER  # as the sheet has it

    live(story)


def test_a_split_profile_is_acknowledged_once_after_its_last_part(live, meter_says) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        body = {"meter": {"serialNumber": METER}, "data": {"rawData": meter_says.profile(FIRST, 480)}}
        whole = Message(device=modem.device, function="read", reference_id="s-1", response=body)
        parts = [frame(payload) for payload in split(whole, 4096)]
        for part in (parts[2], parts[0], *parts[3:-1]):
            modem.send_raw(part)
        assert await modem.silence(0.2)
        modem.send_raw(parts[-1] + parts[1])
        assert (await modem.hear()).reference_id == "s-1"
        assert await modem.silence(0.2)
        assert centre.head_end.status().intervals == 480
        assert len(parts) > 5
        assert centre.frames().count("read s-1") == len(parts)

    live(story)


def test_half_a_set_that_is_sent_again_whole_is_recorded(live, meter_says) -> None:
    """The bytes of its parts are in the ledger already; the work was never done."""

    async def story(centre) -> None:
        body = {"meter": {"serialNumber": METER}, "data": {"rawData": meter_says.profile(FIRST, 200)}}
        first = await centre.call()
        await first.settle()
        whole = Message(device=first.device, function="read", reference_id="s-1", response=body)
        parts = [frame(payload) for payload in split(whole, 4096)]
        for late in (parts[:1], parts[1:]):  # two connections, each with half of it
            modem = await centre.call()
            modem.send("heartbeat", {}, reference=f"h-{len(late)}")
            await modem.hear()
            modem.send_raw(b"".join(late))
            await modem.writer.drain()
            modem.writer.write_eof()
            assert await modem.ended()
        await centre.until(lambda: centre.frames().count("read s-1") == len(parts))
        assert centre.head_end.status().intervals == 0
        again = await centre.call()
        again.send_raw(b"".join(parts))
        assert (await again.hear()).reference_id == "s-1"
        assert centre.head_end.status().intervals == 200

    live(story)


def test_a_meter_unknown_behind_this_modem_is_named_and_nothing_is_mixed(live, meter_says) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        for _ in range(2):  # the answer was lost: the same again, and the same answer
            modem.read_result(meter_says.readout("999999999"), serial="999999999", reference="r-1")
            refusal = await modem.hear()
            assert refusal.response["failCode"] == 9404
        assert len(centre.outcomes()) == 13  # twelve of the preparation, and this one once
        assert "999999999" in refusal.response["failDescription"]
        assert count(centre, "readings") == 0
        assert centre.frames()[-1] == "read r-1"
        assert centre.outcomes()[0].meter == "999999999"
        assert centre.rows("SELECT act FROM events WHERE subject='meter 999999999'")

    live(story)


def test_another_serial_in_the_telegram_than_in_the_message_is_refused(live, meter_says) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        modem.read_result(meter_says.readout(OTHER), serial=METER, reference="r-1")
        assert (await modem.hear()).response["failCode"] == 525
        assert count(centre, "readings") == 0
        assert centre.rows("SELECT outcome FROM frames WHERE reference_id='r-1' AND direction='in'") == [
            ("decoded but odd",)
        ]
        assert centre.rows("SELECT subject FROM events WHERE act='another meter answered'") == [
            (f"meter {METER}",)
        ]

    live(story)


def test_a_meter_that_has_become_another_makers_is_not_mixed_in(live, meter_says) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        modem.read_result(meter_says.readout(), reference="r-1")
        assert (await modem.hear()).response is None
        before = count(centre, "readings")
        swapped = meter_says.readout(kwh="000777.000", ident="/LUN6<2>ADM(LSM50)\r\n")
        modem.read_result(swapped, reference="r-2")
        assert (await modem.hear()).response["failCode"] == 525
        assert count(centre, "readings") == before

    live(story)


def test_a_wrong_check_character_is_kept_refused_and_not_recorded(live_here, meter_says) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        modem.read_result(meter_says.readout(check=0x01), reference="r-1")
        assert (await modem.hear()).response["failCode"] == 9415
        assert count(centre, "readings") == 0
        assert centre.outcomes()[0].name == "wrong-checksum"

    live_here(story)


def test_bytes_that_are_no_telegram_are_safe_and_named(live_here) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        for number, raw in enumerate(("", "\x15", "\x00\xff" * 300, "hello", "(" * 500)):
            modem.read_result(raw, reference=f"r-{number}")
            answer = await modem.hear()
            assert answer.reference_id == f"r-{number}"
        assert count(centre, "readings") == 0
        assert centre.head_end.status().poisoned == 0
        assert len(centre.outcomes()) >= 4

    live_here(story)


def test_a_read_result_of_any_shape_breaks_nothing(live_here) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        shapes = [
            None,
            [],
            {},
            {"meter": 5},
            {"data": {"rawData": 7}},
            {"meter": {"serialNumber": "´'; DROP"}},
        ]
        for number, body in enumerate(shapes):
            modem.send("read", body, reference=f"r-{number}")
            assert (await modem.hear()).reference_id == f"r-{number}"
        assert centre.head_end.status().poisoned == 0

    live_here(story)


def test_values_of_no_named_register_are_kept_and_nobody_says_the_meter_was_silent(live_here) -> None:
    """The message `profile`: a simulator was seen to send `profileData` alone."""

    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        values = [{"date": "2026-03-01 00:15:00", "value": "1.25"}] * 2
        body = {"meter": {"serialNumber": METER}, "profileData": values}
        modem.send("profile", body, reference="p-1")
        assert (await modem.hear()).reference_id == "p-1"
        outcome = centre.outcomes()[0]
        assert outcome.name == "nothing-usable"
        assert "2 values of no named register" in str(outcome)
        assert count(centre, "readings") == 0

    live_here(story)


def test_a_telegram_that_breaks_our_own_code_is_kept_acknowledged_and_the_next_is_served(
    live, meter_says, monkeypatch
) -> None:
    """A fault of ours costs neither the device's bytes nor the next frame (F52)."""

    def poisonous(entry: Entry):
        if entry.reference == "poison":
            raise RuntimeError("a fault of ours")
        return real(entry)

    from osos.headend import house

    real = house.prepare
    monkeypatch.setattr(house, "prepare", poisonous)

    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        modem.read_result(meter_says.readout(), reference="poison")
        modem.read_result(meter_says.readout(), reference="r-2")
        assert {(await modem.hear()).reference_id for _ in range(2)} == {"poison", "r-2"}
        assert count(centre, "readings") > 0
        assert centre.head_end.status().poisoned == 1
        assert "RuntimeError: a fault of ours" in centre.outcomes()[0].en
        assert "read poison" in centre.frames()

    live(story)


# -- gaps --


class AnsweringMeter:
    """Takes what the head-end asks and answers each read with exactly the records asked for."""

    def __init__(self, modem, meter_says, *, empty: bool = False) -> None:
        self.modem, self.meter_says, self.empty = modem, meter_says, empty
        self.asked: list[tuple[str, str, str]] = []

    async def serve(self) -> None:
        while (heard := await self.modem.hear(30)) is not None:
            if heard.function == "ack":
                continue
            await self.modem.ack(heard)
            if heard.function != "read":
                continue
            words = heard.request["parameters"]
            self.asked.append((heard.request["meter"], words["STARTDATE"], words["ENDDATE"]))
            start, end = (datetime.fromisoformat(words[name]) for name in ("STARTDATE", "ENDDATE"))
            records = int((end - start) / timedelta(minutes=15)) + 1
            first = (start - timedelta(hours=3)).replace(tzinfo=UTC)
            raw = self.meter_says.nothing() if self.empty else self.meter_says.profile(first, records)
            self.modem.read_result(raw, serial=heard.request["meter"], reference=heard.reference_id)


GAPS = GapLimits(every_s=0.2, settle_s=0.0, records=64, first_backoff_s=0.1, cap_backoff_s=1.0)


def test_missing_records_are_asked_for_exactly_and_in_small_ranges(live, meter_says) -> None:
    """Two days are missing of each meter (admitted two days ago); one quarter hour is there already."""

    async def story(centre) -> None:
        modem = await centre.call()
        modem.send("identification", {"registered": True}, reference="hello")
        meter = AnsweringMeter(modem, meter_says)
        serving = asyncio.create_task(meter.serve())
        await centre.until(lambda: centre.head_end.status().open_gaps == 0)
        serving.cancel()
        assert {serial for serial, _, _ in meter.asked} == {METER, OTHER}
        spans = [
            (datetime.fromisoformat(end) - datetime.fromisoformat(start)) / timedelta(minutes=15) + 1
            for _, start, end in meter.asked
        ]
        assert max(spans) <= 64
        assert len(set(meter.asked)) == len(meter.asked)  # nothing twice
        with centre.store.read() as conn:
            assert not mdm.gaps.open_gaps(conn)

    live(story, gap=GAPS)


def test_a_meter_that_has_nothing_there_is_asked_three_times_and_then_left_in_peace(live, meter_says) -> None:
    """F46: its memory has passed that time; it is told as lost at the meter, and estimates may fill it."""

    async def story(centre) -> None:
        modem = await centre.call()
        modem.send("identification", {"registered": True}, reference="hello")
        meter = AnsweringMeter(modem, meter_says, empty=True)
        serving = asyncio.create_task(meter.serve())
        await centre.until(lambda: centre.head_end.status().gaps_lost_at_meter > 0)
        await centre.until(lambda: centre.head_end.status().open_gaps == 0)
        serving.cancel()
        one = [start for serial, start, _ in meter.asked if serial == METER]
        assert {one.count(start) for start in one} == {3}

    live(story, gap=replace(GAPS, records=2000))


def test_a_meter_that_does_not_answer_rests_before_it_is_asked_again(live_here, meter_says) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        modem.send("identification", {"registered": True}, reference="hello")
        reads = []
        while len(reads) < 2:  # both meters hang on one line: one conversation at a time
            heard = await modem.hear()
            if heard.function != "ack":
                await modem.ack(heard)
            if heard.function == "read":
                reads.append(heard)
                await modem.ack(heard, failCode=9408)
        assert {heard.request["meter"] for heard in reads} == {METER, OTHER}
        assert await modem.silence(1.0)
        assert [one.name for one in centre.outcomes()[:2]] == ["meter-silent", "meter-silent"]
        centre.clock.advance(7200)
        heard = await modem.hear()
        assert heard.function == "read"

    live_here(story, gap=replace(GAPS, first_backoff_s=3600.0, cap_backoff_s=3600.0))


@pytest.mark.parametrize("spelling", ["MKS123456789", "000123456789", "MKS000123456789"])
def test_a_meter_is_found_however_the_modem_spells_its_serial(live_here, meter_says, spelling) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        modem.read_result(meter_says.readout(), reference="r-1", serial=spelling)
        assert (await modem.hear()).response is None
        assert count(centre, "readings") == 1
        modem.read_result(meter_says.readout(), reference="r-2", serial=spelling.replace("9", "8"))
        assert (await modem.hear()).response["failCode"] == 9404

    live_here(story)


def test_two_makers_meters_with_one_number_are_told_apart(live_here, meter_says) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        lun = meter_says.readout(kwh="000777.000", ident="/LUN5<2>TED(K1)\r\n")
        for reference, raw in (("r-1", lun), ("r-2", meter_says.readout())):
            modem.read_result(raw, reference=reference)
            assert (await modem.hear()).response is None
        told = centre.rows(
            "SELECT flag, text FROM readings JOIN meters ON meters.id = meter_id ORDER BY flag"
        )
        assert told == [("LUN", "000777.000"), ("MKS", "000123.456")]

    live_here(story, sheet=("ABC,100200300400500,MKS123456789;LUN123456789,1,2099-12-31",))
