"""Does everything a meter said reach the centre, once it can, in order, and without being sent for ever?"""

import asyncio
import json
from random import Random

import pytest

from osos.modems.mass_json import (
    configuration,
    directive_add,
    parse_alarms,
    parse_directive,
    parse_read,
    read_request,
)
from osos.simulator.line import LINES, LINKS


def reads(centre):
    return [parse_read(each) for each in centre.whole if each.function == "read"]


def journal_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


async def eventually(true):
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.01)


def test_a_message_without_an_ack_is_sent_again_with_its_reference_and_then_kept(world, run):
    async def story():
        async with world(registered=True, retry_count=2, retry_interval_s=0.1) as here:
            await here.centre.teach("short")
            await here.settled()
            here.centre.acks = False
            await here.centre.schedule(id="s", directive="short")
            await eventually(lambda: len(reads(here.centre)) == 3)  # once and two more times
            assert len({each.reference_id for each in here.centre.whole if each.function == "read"}) == 1
            here.centre.acks = True
            await eventually(lambda: len(reads(here.centre)) == 4)  # at the next connection
            await here.settled()
            assert here.centre.sessions >= 2

    run(story())


def test_stored_readings_survive_an_absent_centre_and_come_oldest_first_after_urgent_ones(world, run, clock):
    async def story():
        async with world(registered=True) as here:
            await here.centre.teach("short")
            await here.centre.schedule(id="s", directive="short", start="12:05", every_minutes=60, spread_s=0)
            await here.settled()
            await here.centre.close()
            await eventually(lambda: not here.modem.connected)
            heard_before = len(here.centre.whole)
            for hour in range(3):
                clock.advance(3600)
                await eventually(lambda hour=hour: here.meters[0].packets == 2 + hour)
            here.modem.raise_alarm(9001, "supply lost", level="critical")
            assert len(here.modem.outbox) == 4
            await here.centre.open()
            await here.settled()
            after = [each for each in here.centre.whole[heard_before:] if each.function in ("read", "alarm")]
            assert [each.function for each in after] == ["alarm", "read", "read", "read"]
            dates = [parse_read(each).read_date for each in after[1:]]
            assert dates == sorted(dates)
            values = [parse_read(each).raw_data.split(b"1.8.0(")[1][:6] for each in after[1:]]
            assert values == [b"000002", b"000003", b"000004"]

    run(story())


def test_a_long_answer_travels_in_parts_and_the_ack_follows_the_last(world, run):
    async def story():
        async with world(registered=True, max_package=1000) as here:
            await here.centre.teach("long")
            asked = here.centre.ask(read_request, directive="long")
            message = await here.centre.answer_to(asked, "read")
            assert parse_read(message).raw_data.count(b"1.8.0*") == 800
            parts = [each for each in here.centre.frames if each.function == "read"]
            assert [each.part for each in parts] == list(range(1, len(parts) + 1))
            assert [each.streaming for each in parts] == [True] * (len(parts) - 1) + [False]
            await here.settled()

    run(story())


def test_a_refused_message_is_sent_again_and_in_the_end_given_up(world, run, journal_path):
    async def story():
        async with world(registered=True, retry_count=2, retry_interval_s=0.05) as here:
            await here.centre.teach("short")
            await here.settled()
            here.centre.fail_code = 9409
            await here.centre.schedule(id="s", directive="short")
            await eventually(lambda: len(reads(here.centre)) == 3)
            await here.settled()
            assert not here.modem.outbox

    run(story())
    events = [each["event"] for each in journal_lines(journal_path)]
    assert events.count("dropped") == 1


def test_a_silent_centre_is_left_and_called_again(world, run):
    async def story():
        async with world(registered=True, retry_count=1, retry_interval_s=0.05) as here:
            here.centre.acks = False
            here.modem.raise_alarm(9008, "modem cover")
            await eventually(lambda: here.centre.sessions >= 3)
            here.centre.acks = True
            await here.settled()

    run(story())


def test_an_absent_centre_is_called_with_growing_pauses(world, run):
    async def story():
        async with world(open_centre=False) as here:
            await asyncio.sleep(0.3)
            assert not here.modem.connected
            await here.centre.open()
            await here.centre.function("identification")

    run(story())


def test_a_full_store_loses_its_oldest_routine_message_and_says_so(world, run, clock):
    async def story():
        async with world(registered=True, capacity=3) as here:
            await here.centre.teach("short")
            await here.centre.schedule(id="s", directive="short", start="12:05", every_minutes=60, spread_s=0)
            await here.settled()
            await here.centre.close()
            for hour in range(5):
                clock.advance(3600)
                await eventually(lambda hour=hour: here.meters[0].packets == 2 + hour)
            await eventually(lambda: here.modem.work.idle)
            assert len(here.modem.outbox) == 3
            assert [entry["incidentCode"] for entry in here.modem.unit.log] == [9011, 9011]

    run(story())


# -- meters that fail --


def test_a_silent_meter_is_told_as_9408(world, run):
    async def story():
        async with world(registered=True) as here:
            await here.centre.teach("short")
            here.meters[0].serial = "555555555"  # someone changed it: nobody answers to the old address
            asked = here.centre.ask(read_request, directive="short")
            message = await here.centre.heard(
                lambda m: m.reference_id == asked and m.response is not None and m.function == "ack"
            )
            assert message.response["failCode"] == 9408

    run(story())


def test_a_scheduled_read_of_a_silent_meter_raises_one_alarm_until_it_is_found_again(world, run, clock):
    async def story():
        async with world(registered=True) as here:
            await here.centre.teach("short")
            here.meters[0].serial = "555555555"
            await here.centre.schedule(id="s", directive="short", start="12:05", every_minutes=60, spread_s=0)
            lost = parse_alarms(await here.centre.function("alarm"))[0]
            assert (lost.incident_code, lost.meter_serial) == (9015, "123456789")
            clock.advance(3600)
            await asyncio.sleep(0.1)
            here.meters[0].serial = "123456789"
            clock.advance(3600)
            found = parse_alarms(await here.centre.function("alarm", number=2))[0]
            assert found.incident_code == 9016

    run(story())


def test_an_answer_of_another_meter_is_refused_as_525(world, run, paper_meter):
    async def story():
        swapped = paper_meter("MKS", "123456789", says_serial="999999999")
        async with world(registered=True, meters=[swapped]) as here:
            await here.centre.teach("short")
            asked = here.centre.ask(read_request, directive="short")
            message = await here.centre.heard(
                lambda m: m.reference_id == asked and m.response is not None and m.function == "ack"
            )
            assert message.response == {"failCode": 525, "failDescription": "asked 123456789, got 999999999"}

    run(story())


def test_a_line_that_always_corrupts_ends_as_9415_after_one_more_try(world, run):
    async def story():
        broken = {"rate": 0.0}
        async with world(registered=True, kind=LINES["corrupt"], line_more=broken) as here:
            await here.centre.teach("short")
            outward = type(here.line).spoil
            here.line.rate = 1.0
            # only what the meter says is spoilt: a spoilt call would be a silent meter
            here.line.spoil = lambda data: outward(here.line, data) if len(data) > 30 else data
            asked = here.centre.ask(read_request, directive="short")
            message = await here.centre.heard(
                lambda m: m.reference_id == asked and m.response is not None and m.function == "ack"
            )
            assert message.response["failCode"] == 9415
            assert here.meters[0].packets == 2

    run(story())


def test_a_check_that_fails_once_is_read_again_and_nobody_notices(world, run):
    async def story():
        async with world(registered=True, kind=LINES["corrupt"], line_more={"rate": 1.0}) as here:
            await here.centre.teach("short")
            outward, left = type(here.line).spoil, [1]

            def spoil_once(data):
                if len(data) > 30 and left:
                    left.pop()
                    return outward(here.line, data)
                return data

            here.line.spoil = spoil_once
            asked = here.centre.ask(read_request, directive="short")
            result = parse_read(await here.centre.answer_to(asked, "read"))
            assert result.raw_data.count(b"0.0.0(123456789)") == 1
            assert here.meters[0].packets == 2

    run(story())


def test_a_scheduled_directive_that_wants_a_word_no_schedule_has_fails_alone(world, run, journal_path):
    async def story():
        async with world(registered=True) as here:
            await here.centre.teach("short")
            step = {"operation": "sendData", "parameter": ["PASSWORD"]}
            secret = parse_directive({"id": "secret", "steps": [step]})
            await here.centre.answer_to(here.centre.ask(directive_add, directives=[secret]), "ack")
            await here.centre.schedule(id="x", directive="secret")
            await here.centre.schedule(id="s", directive="short")
            await here.centre.function("read")
            await here.settled()

    run(story())
    (failed,) = [each for each in journal_lines(journal_path) if each["event"] == "failed"]
    assert (failed["fail_code"], failed["detail"]) == (9422, "the read brought no PASSWORD")


# -- supply --


def test_a_last_gasp_goes_out_first_and_stored_readings_after_supply_is_back(world, run):
    async def story():
        async with world(registered=True) as here:
            await here.centre.teach("short")
            await here.settled()
            here.modem.lose_supply()
            (gasp,) = parse_alarms(await here.centre.function("alarm"))
            assert (gasp.incident_code, gasp.level, gasp.type) == (9001, "critical", "danger")
            await eventually(lambda: not here.modem.connected)
            await asyncio.sleep(0.15)
            assert not here.modem.connected  # without supply nobody calls
            sessions = here.centre.sessions
            here.modem.restore_supply()
            (back,) = parse_alarms(await here.centre.function("alarm", number=2))
            assert back.incident_code == 9002
            assert here.centre.sessions == sessions + 1

    run(story())


# -- bad lines and bad links --


async def all_delivered(here, clock, hours):
    await here.centre.teach("short", "profile1")
    for name in ("short", "profile1"):
        await here.centre.schedule(id=name, directive=name, start="12:05", every_minutes=60, spread_s=0)
    for _ in range(hours):
        clock.advance(3600)
        await asyncio.sleep(0.06)
    await here.settled()


@pytest.mark.parametrize("kind", ["echo", "dribble", "delay", "lose", "corrupt"])
def test_nothing_wrong_on_the_line_reaches_the_centre_as_right(kind, world, run, clock):
    more = {"rate": 0.1} if kind in ("lose", "corrupt") else {}

    async def story():
        async with world(registered=True, kind=LINES[kind], line_more=more, seed=5) as here:
            await all_delivered(here, clock, hours=8)
            results = reads(here.centre)
            assert len(results) >= (18 if not more else 9)
            for each in results:
                for line in each.raw_data.split(b"\r\n")[:-1]:
                    assert (
                        line in (b"/MKS6<2>TED(PAPER)", b"!", b"\x020.0.0(123456789)")
                        # an identification has no check character: a lost letter of it cannot be noticed
                        or (kind == "lose" and line.startswith(b"/MKS6"))
                        or line.startswith((b"1.8.0(0000", b"\x01P0\x02(0123456789ABCDEF)\x03"))
                        or line.endswith((b"(26-03-01,00:15)(000001.000,000.100)", b"(000002.000,000.200)"))
                    ), line

    run(story())


@pytest.mark.parametrize("kind", ["dribble", "delay", "cut", "lose", "duplicate", "corrupt"])
@pytest.mark.parametrize("way", ["out", "in"])
def test_everything_arrives_over_a_bad_link(kind, way, world, run, clock, journal_path):
    bad, good = LINKS[kind](Random(3), rate=0.1), LINKS["good"]()
    bad.longest_delay_s = 0.05
    links = (bad, good) if way == "out" else (good, bad)

    async def story():
        async with world(links=links, retry_interval_s=0.1, retry_count=5) as here:
            bad.rate = 0.0
            await here.centre.register()
            await here.centre.teach("short")
            await here.centre.schedule(id="s", directive="short", start="12:05", every_minutes=60, spread_s=0)
            bad.rate = 0.1
            for hour in range(10):
                clock.advance(3600)
                await eventually(lambda hour=hour: here.meters[0].packets == 2 + hour)
            await here.settled()

    run(story())
    lines = journal_lines(journal_path)
    made = {each["reference_id"] for each in lines if each["event"] == "made"}
    acked = {each["reference_id"] for each in lines if each["event"] == "acked" and each["fail_code"] is None}
    assert len(made) == 11
    assert made <= acked


def test_a_garbled_word_of_the_centre_is_noted_and_the_next_one_heard(world, run, journal_path):
    async def story():
        async with world() as here:
            await here.centre.function("identification")
            here.centre.desk.transport.write(b'\xff#{"device":}$#{"device":{}}$')
            here.centre.ask(configuration, registered=True)
            await here.centre.function("notification")

    run(story())
    garbled = [each for each in journal_lines(journal_path) if each["event"] == "garbled"]
    assert [each["reason"] for each in garbled] == ["noise", "not json", "no device"]
