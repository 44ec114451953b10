"""Does the unit live the sessions that the protocol document draws? (25-modem-protocols §e)"""

import asyncio
import json
from datetime import datetime, timedelta

from osos.modems.mass_json import (
    Change,
    configuration,
    directive_list,
    directive_remove,
    identification_request,
    log_request,
    parse_ack,
    parse_alarms,
    parse_identification,
    parse_notification,
    parse_read,
    read_request,
    schedule_list,
    schedule_remove,
    standard_directives,
)
from osos.quantities import to_utc
from osos.simulator.modem.line_work import ORDERS_KEPT


def test_a_new_unit_introduces_itself_until_it_is_registered(world, run):
    async def story():
        async with world() as here:
            await here.centre.function("identification", number=2)  # again, for nobody has registered it
            unit = parse_identification(here.centre.whole[0])
            assert unit.registered is False
            assert [meter.serial for meter in unit.meters] == ["123456789"]
            assert unit.device_date == to_utc(datetime(2026, 3, 2, 12, 0))
            assert unit.odd == ()
            here.centre.ask(configuration, registered=True)
            note = parse_notification(await here.centre.function("notification"))
            assert note.changes == (Change(field="registered", old=False, new=True),)
            await here.centre.function("heartbeat")
            assert here.modem.unit.registered

    run(story())


def test_a_registered_unit_introduces_itself_only_when_asked(world, run):
    async def story():
        async with world(registered=True) as here:
            before = sum(each.function == "identification" for each in here.centre.whole)
            asked = here.centre.ask(identification_request)
            unit = parse_identification(await here.centre.answer_to(asked, "identification"))
            assert unit.registered is True
            assert sum(each.function == "identification" for each in here.centre.whole) == before + 1

    run(story())


def test_a_configuration_is_done_as_far_as_it_can_be_and_both_halves_are_told(world, run):
    async def story():
        async with world(registered=True) as here:
            here.centre.ask(
                configuration,
                device_date=to_utc(datetime(2026, 3, 2, 12, 1, 30)),
                maxPackageSize=1000,
                retryCount="many",
                ipAddressWhiteList=[{"operation": "add", "ipAddress": "10.20.0.6"}],
                colour="grey",
            )
            note = parse_notification(await here.centre.function("notification", number=2))
            assert {change.field: change.new for change in note.changes} == {
                "deviceDate": "2026-03-02 12:01:30",
                "maxPackageSize": 1000,
                "ipAddressWhiteList": [{"ipAddress": "10.20.0.6"}],
            }
            (alarm,) = parse_alarms(await here.centre.function("alarm"))
            assert alarm.description == "not changed: retryCount, colour"
            here.centre.ask(
                configuration, ipAddressWhiteList=[{"operation": "remove", "ipAddress": "10.20.0.6"}]
            )
            note = parse_notification(await here.centre.function("notification", number=3))
            assert note.changes[0].new == []

    run(story())


def test_directives_and_schedules_are_added_listed_and_removed(world, run):
    async def story():
        async with world(registered=True) as here:
            await here.centre.teach("short", "profile1")
            listed = await here.centre.answer_to(here.centre.ask(directive_list), "directive")
            assert [each["id"] for each in listed.response["directives"]] == ["short", "profile1"]
            await here.centre.schedule(id="hourly", directive="short", every_minutes=60)
            listed = await here.centre.answer_to(here.centre.ask(schedule_list), "schedule")
            assert listed.response["schedules"][0]["everyMinutes"] == 60
            gone = here.centre.ask(schedule_remove, id="hourly")
            assert parse_ack(await here.centre.answer_to(gone, "ack")).accepted
            assert here.modem.unit.schedules == {}
            here.centre.ask(directive_remove, ids=["short"])
            again = here.centre.ask(directive_remove, ids=["short"])
            assert parse_ack(await here.centre.answer_to(again, "ack")).fail_code == 9404

    run(story())


def test_a_read_on_demand_is_acked_then_answered_with_its_own_reference(world, run):
    async def story():
        async with world(registered=True) as here:
            await here.centre.teach("short")
            asked = here.centre.ask(read_request, directive="short", meter="123456789")
            assert parse_ack(await here.centre.answer_to(asked, "ack")).accepted
            result = parse_read(await here.centre.answer_to(asked, "read"))
            assert result.data_id == "/MKS6<2>TED(PAPER)"
            assert result.meter_serial == "123456789"
            assert result.raw_data.startswith(b"/MKS6<2>TED(PAPER)\r\n\x020.0.0(123456789)\r\n")
            assert result.raw_data[-2:-1] == b"\x03"
            assert result.schedule_id == ""
            await here.settled()

    run(story())


def test_a_profile_read_asks_the_meter_for_exactly_the_range(world, run):
    async def story():
        async with world(registered=True) as here:
            await here.centre.teach("profile1")
            asked = here.centre.ask(
                read_request,
                directive="profile1",
                meter="MKS123456789",
                start=to_utc(datetime(2026, 3, 1, 0, 15)),
                end=to_utc(datetime(2026, 3, 1, 0, 30)),
            )
            result = parse_read(await here.centre.answer_to(asked, "read"))
            assert here.meters[0].queries == [("P.01", "26-03-01,00:15;26-03-01,00:30")]
            assert b"\x01P0\x02(0123456789ABCDEF)\x03" in result.raw_data
            assert b"\x02(26-03-01,00:15)(000001.000,000.100)\r\n" in result.raw_data

    run(story())


def test_a_register_list_is_read_code_by_code(world, run):
    async def story():
        async with world(registered=True) as here:
            await here.centre.teach("register")
            asked = here.centre.ask(read_request, directive="register", obis=["1.8.0", "1.8.1", "9.9.9"])
            result = parse_read(await here.centre.answer_to(asked, "read"))
            assert b"1.8.0(000123.456*kWh)" in result.raw_data
            assert b"1.8.1(000123.456*kWh)" in result.raw_data
            assert result.raw_data.endswith(b"\x15")  # the meter knows no 9.9.9

    run(story())


def test_requests_the_unit_cannot_do_are_refused_with_their_codes(world, run):
    async def story():
        async with world(registered=True) as here:
            await here.centre.teach("short", "profile1")
            centre = here.centre
            refusals = {
                centre.ask(read_request, directive="nothing"): 9404,
                centre.ask(read_request, directive="short", meter="999"): 9404,
                centre.ask(read_request, directive="profile1"): 9422,  # without its dates
                centre.ask(read_request, directive="short", parameters={"OBIS": "1.8.0"}): 9422,
            }
            for reference, code in refusals.items():
                assert parse_ack(await centre.answer_to(reference, "ack")).fail_code == code
            broken = {"id": "x", "steps": [{"operation": "explode"}]}
            bad = centre.say(
                read_request(device=here.modem.settings.device, reference_id="b1", directive="").__class__(
                    device=here.modem.settings.device,
                    function="directive",
                    reference_id="b1",
                    request={"operation": "add", "directives": [broken]},
                )
            )
            assert parse_ack(await centre.answer_to(bad, "ack")).fail_code == 9422

    run(story())


def test_a_repeated_request_is_acked_again_and_done_once(world, run):
    async def story():
        async with world(registered=True) as here:
            await here.centre.teach("short")
            request = read_request(device=here.modem.settings.device, reference_id="same", directive="short")
            for _ in range(3):
                here.centre.say(request)
            await here.centre.heard(lambda m: (m.reference_id, m.function) == ("same", "ack"), number=3)
            await here.centre.answer_to("same", "read")
            await here.settled()
            assert here.meters[0].packets == 1

    run(story())


def test_a_new_schedule_is_run_at_once_and_then_by_its_plan(world, run, clock):
    async def story():
        async with world(registered=True) as here:
            await here.centre.teach("short", "profile1")
            await here.centre.schedule(
                id="p", directive="profile1", start="12:30", every_minutes=60, traverse_hours=48, spread_s=0
            )
            first = parse_read(await here.centre.function("read"))
            assert first.schedule_id == "p"
            assert here.meters[0].queries == [("P.01", "26-02-28,12:00;26-03-02,12:00")]
            clock.advance(1799)
            await asyncio.sleep(0.12)
            assert len(here.meters[0].queries) == 1
            clock.advance(1)
            await here.centre.function("read", number=2)
            assert here.meters[0].queries[1] == ("P.01", "26-02-28,12:30;26-03-02,12:30")

    run(story())


def test_the_same_schedule_added_again_is_not_run_again(world, run):
    async def story():
        async with world(registered=True) as here:
            await here.centre.teach("short")
            for _ in range(2):
                await here.centre.schedule(id="s", directive="short")
            await here.settled()
            assert here.meters[0].packets == 1
            await here.centre.schedule(id="s", directive="short", enabled=False)
            await here.settled()
            assert here.meters[0].packets == 1

    run(story())


def test_all_meters_of_a_line_are_read_one_after_the_other(world, run, paper_meter):
    async def story():
        meters = [paper_meter("MKS", f"12345678{n}") for n in range(3)]
        async with world(registered=True, meters=meters) as here:
            await here.centre.teach("short")
            await here.centre.schedule(id="s", directive="short")
            results = [parse_read(await here.centre.function("read", number=n)) for n in (1, 2, 3)]
            assert [each.meter_serial for each in results] == [meter.serial for meter in meters]
            for each in results:
                assert each.raw_data.count(b"/MKS6") == 1

    run(story())


def test_a_heartbeat_comes_each_quarter_of_an_hour(world, run, clock):
    async def story():
        async with world(registered=True) as here:
            await here.centre.function("heartbeat")
            clock.advance(901)
            beat = await here.centre.function("heartbeat", number=2)
            assert beat.response["deviceDate"] == "2026-03-02 12:15:01"

    run(story())


def test_the_log_holds_what_happened(world, run):
    async def story():
        async with world(registered=True) as here:
            here.modem.raise_alarm(9008, "modem cover")
            noon = to_utc(datetime(2026, 3, 2, 12))
            asked = here.centre.ask(log_request, start=noon, end=noon + timedelta(hours=1))
            log = await here.centre.answer_to(asked, "log")
            assert [entry["incidentCode"] for entry in log.response] == [9008]
            asked = here.centre.ask(
                log_request, start=noon + timedelta(hours=1), end=noon + timedelta(hours=2)
            )
            assert (await here.centre.answer_to(asked, "log")).response == []

    run(story())


def test_an_unknown_function_is_refused_and_a_reset_starts_over(world, run):
    async def story():
        async with world(registered=True) as here:
            await here.centre.teach("short")
            message = read_request(device=here.modem.settings.device, reference_id="x1", directive="d")
            for function, body, reference in (("dance", {}, "x1"), ("reset", {"factoryDefault": True}, "x2")):
                here.centre.say(
                    message.__class__(
                        device=message.device, function=function, reference_id=reference, request=body
                    )
                )
            assert parse_ack(await here.centre.answer_to("x1", "ack")).fail_code == 9404
            assert parse_ack(await here.centre.answer_to("x2", "ack")).accepted
            before = sum(each.function == "identification" for each in here.centre.whole)
            again = parse_identification(await here.centre.function("identification", number=before + 1))
            assert again.registered is False
            assert here.modem.unit.directives == {}
            assert here.centre.sessions == 2

    run(story())


def test_the_standard_directives_fit_the_default_package_one_by_one():
    from osos.modems.mass_json import DEFAULT_MAX_PACKAGE, directive_add, encode
    from osos.quantities import DeviceId

    for directive in standard_directives().values():
        message = directive_add(
            device=DeviceId("ABC", "1" * 15), reference_id="0" * 36, directives=[directive]
        )
        assert len(encode(message)) + 2 <= DEFAULT_MAX_PACKAGE
        assert json.loads(encode(message))["request"]["operation"] == "add"


def test_at_the_pace_of_a_scaled_clock_a_read_takes_its_line_time(world, run):
    async def story():
        async with world(registered=True, pace=20.0) as here:
            await here.centre.teach("short")
            loop = asyncio.get_running_loop()
            began = loop.time()
            asked = here.centre.ask(read_request, directive="short")
            result = parse_read(await here.centre.answer_to(asked, "read"))
            # 2.3 s of line time at ×20 are 115 ms of ours
            assert loop.time() - began > 0.11
            assert result.raw_data.count(b"0.0.0(123456789)") == 1

    run(story())


def test_asked_reads_go_before_scheduled_ones_and_are_refused_when_too_many_wait(world, run, paper_meter):
    async def story():
        meters = [paper_meter("MKS", f"12345678{n}") for n in range(3)]
        async with world(registered=True, pace=50.0, meters=meters) as here:
            await here.centre.teach("short", "long")
            await here.centre.schedule(id="s", directive="long")
            asked = [
                here.centre.ask(read_request, directive="short", meter="123456782")
                for _ in range(ORDERS_KEPT + 1)
            ]
            refused = await here.centre.heard(
                lambda m: m.function == "ack" and m.response is not None and "failCode" in m.response
            )
            assert (refused.reference_id, refused.response["failCode"]) == (asked[-1], 9409)
            await here.centre.function("read", number=3)
            done = [parse_read(m).directive for m in here.centre.whole if m.function == "read"]
            assert done.count("long") <= 1  # the one that was running when they came

    run(story())
