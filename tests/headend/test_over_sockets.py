"""What does a modem see that calls a running head-end?"""

import asyncio
import json

from osos.headend import LinkLimits
from osos.headend.plan import standard_plan
from osos.quantities import DeviceId

METER = "123456789"


def test_a_new_modem_is_acknowledged_registered_and_told_its_plan(live) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        modem.send("identification", {"registered": False, "brand": "Örnek"}, reference="i-1")
        first = await modem.hear()
        assert (first.function, first.reference_id, first.response) == ("ack", "i-1", None)
        configuration = await modem.hear()
        assert configuration.function == "configuration"
        assert configuration.request["deviceDate"] == "2026-03-02 00:00:00"
        await modem.ack(configuration)
        told = []
        for _ in standard_plan().directives:
            directive = await modem.hear()
            told.append(directive.request["directives"][0]["id"])
            await modem.ack(directive)
        assert "profile1" in told
        assert await modem.silence()
        await centre.until(lambda: centre.rows("SELECT count(*) FROM modem_plans")[0][0] == 1)
        assert centre.rows("SELECT state FROM modems")[0][0] == "registered"
        assert centre.outcomes()[0].code == 0

        again = await centre.call()  # the next connection: nothing to tell any more
        again.send("heartbeat", {"signal": 20}, reference="h-1")
        assert (await again.hear()).function == "ack"
        assert await again.silence()

    live(story)


def test_an_unknown_modem_is_refused_kept_and_not_registered(live) -> None:
    async def story(centre) -> None:
        stranger = await centre.call(DeviceId("XYZ", "777"))
        stranger.send("identification", {"registered": False}, reference="i-1")
        refusal = await stranger.hear()
        assert refusal.response["failCode"] == 9401
        assert await stranger.ended()
        assert [(str(one.device), one.tries) for one in centre.quarantined()] == [("XYZ777", 1)]
        assert centre.frames() == ["identification i-1"]
        assert centre.outcomes()[0].name == "not-authorised"
        assert centre.rows("SELECT count(*) FROM modems")[0][0] == 1

    live(story)


def test_a_modem_whose_plain_days_are_over_is_told_so(live_here) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        modem.send("heartbeat", {}, reference="h-1")
        refusal = await modem.hear()
        assert refusal.response["failCode"] == 9401
        assert "plain connection" in refusal.response["failDescription"]
        assert await modem.ended()

    live_here(story, sheet=("ABC,100200300400500,123456789,1,2026-02-01",))


def test_what_a_stranger_sent_counts_once_he_is_admitted_and_sends_it_again(live, store) -> None:
    """The ledger has the bytes already; the work was not done, so it is done now."""

    async def story(centre) -> None:
        early = await centre.call()
        alarm = [{"type": "alarm", "level": "warning", "incidentCode": 278, "date": "2026-03-01 23:14:00"}]
        early.send("alarm", alarm, reference="a-1")
        assert (await early.hear()).response["failCode"] == 9401
        from_sheet(centre, "ABC,100200300400500,123456789,1,2099-12-31")
        late = await centre.call()
        late.send("alarm", alarm, reference="a-1")
        assert (await late.hear()).response is None
        assert centre.rows("SELECT incident_code FROM alarms") == [(278,)]

    def from_sheet(centre, line) -> None:
        from osos.registry import admit, parse_admissions

        found, _ = parse_admissions(line)
        with store.begin() as conn:
            admit(conn, found, by="test", now=centre.clock.now(), since=centre.clock.now())

    live(story, sheet=())


def test_a_repeated_reference_is_acknowledged_again_and_stored_once(live) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        alarm = [{"type": "alarm", "level": "warning", "incidentCode": 278, "date": "2026-03-01 23:14:00"}]
        await modem.settle()
        for _ in range(3):
            modem.send("alarm", alarm, reference="a-1")
            assert (await modem.hear()).response is None
        assert centre.rows("SELECT count(*) FROM alarms")[0][0] == 1
        assert centre.rows("SELECT repeats FROM frames WHERE reference_id='a-1' AND direction='in'") == [(2,)]
        assert centre.head_end.status().repeated == 2

    live(story)


def test_alarms_notifications_logs_and_heartbeats_are_kept_and_acknowledged(live) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        said = {
            "heartbeat": {"signal": 18, "cpuTemp": 31.5},
            "notification": {"type": "info", "changes": [{"field": "registered", "old": False, "new": True}]},
            "log": [{"incidentCode": 9007, "description": "apn", "date": "2026-03-01 11:02:33"}],
            "alarm": [{"type": "danger", "level": "critical", "incidentCode": 9001}],
        }
        for function, body in said.items():
            modem.send(function, body, reference=function)
            assert (await modem.hear()).reference_id == function
        changed = centre.rows("SELECT subject, after FROM events WHERE act='changed registered'")
        assert changed == [("modem ABC100200300400500", "true")]

    live(story)


def test_a_function_nobody_knows_is_kept_and_answered_so(live_here) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        modem.send("teleport", {"to": "mars"}, reference="t-1")
        assert (await modem.hear()).response["failCode"] == 9404
        assert "teleport t-1" in centre.frames()
        assert centre.outcomes()[0].en.endswith("function 'teleport'")

    live_here(story)


def test_the_newest_connection_of_a_device_wins_and_the_older_one_is_closed_with_an_event(live_here) -> None:
    async def story(centre) -> None:
        older, newer = await centre.call(), await centre.call()
        await older.settle()
        newer.send("heartbeat", {}, reference="h-8")
        assert (await newer.hear()).reference_id == "h-8"
        assert await older.ended()
        newer.send("heartbeat", {}, reference="h-9")
        assert (await newer.hear()).reference_id == "h-9"
        assert centre.head_end.status().sessions == 1
        await centre.until(lambda: bool(centre.rows("SELECT 1 FROM events WHERE act='session taken over'")))

    live_here(story)


def test_another_devices_message_on_this_connection_is_refused_and_the_session_goes_on(live_here) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        modem.device, mine = DeviceId("XYZ", "5"), modem.device
        modem.send("heartbeat", {}, reference="x-1")
        assert (await modem.hear()).response["failCode"] == 9401
        modem.device = mine
        modem.send("heartbeat", {}, reference="h-2")
        assert (await modem.hear()).response is None

    live_here(story)


# -- bytes that are none of ours --


def test_byte_by_byte_a_message_is_the_same_message(live_here) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        text = json.dumps(
            {
                "device": {"flag": "ABC", "serialNumber": "100200300400500"},
                "function": "heartbeat",
                "referenceId": "slow",
                "response": {},
            }
        )
        for byte in f"#{text}$".encode():
            modem.send_raw(bytes([byte]))
            await asyncio.sleep(0)
        assert (await modem.hear()).reference_id == "slow"

    live_here(story)


def test_a_broken_frame_is_answered_where_its_header_can_be_read_and_the_next_is_served(live_here) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        head = b'#{"device":{"flag":"ABC","serialNumber":"100200300400500"},"function":"read",'
        modem.send_raw(head + b'"referenceId":"b-1","response":{oops}}$')
        assert (await modem.hear()).response["failCode"] == 9400
        modem.send_raw(b"#{\xff\xff}$")
        modem.send("heartbeat", {}, reference="h-1")
        assert (await modem.hear()).reference_id == "h-1"
        broken = centre.rows("SELECT reason FROM frames WHERE outcome='bytes but broken' ORDER BY id")
        assert len(broken) == 2

    live_here(story)


def test_a_truncated_frame_is_kept_when_the_connection_ends(live_here) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        modem.send_raw(b'#{"device":{"flag":"ABC","serialNumber":"100200300400500"},"function":"re')
        await modem.writer.drain()
        modem.writer.write_eof()
        await centre.until(lambda: any("unfinished" in one.en for one in centre.outcomes()))

    live_here(story)


def test_an_oversized_frame_is_refused_without_being_held(live_here) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        modem.send_raw(b'#{"x":"' + b"A" * 300_000)
        modem.send_raw(b'"}$')
        modem.send("heartbeat", {}, reference="h-1")
        heard = await modem.hear()
        while heard is not None and heard.reference_id != "h-1":
            heard = await modem.hear()
        assert heard is None or heard.reference_id == "h-1"
        assert any("too large" in one.en for one in centre.outcomes())

    live_here(story, link=LinkLimits(frame_bytes=65_536, malformed_frames=1000))


def test_an_echo_of_our_own_words_starts_no_loop(live_here) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        modem.send("identification", {"registered": False}, reference="i-1")
        heard = 0
        for _ in range(40):  # everything we say comes straight back
            try:
                data = await asyncio.wait_for(modem.reader.read(65536), 0.4)
            except TimeoutError:
                break
            heard += 1
            modem.send_raw(data)
        assert heard < 30

    live_here(story)


def test_another_protocol_is_named_and_closed(live_here) -> None:
    async def story(centre) -> None:
        for opening, name in ((b"\x16\x03\x01\x02", "TLS"), (b"/MKS6<2>ADM\r\n", "raw meter")):
            modem = await centre.call()
            modem.send_raw(opening)
            assert await modem.ended()
            await centre.until(lambda name=name: any(one.en.endswith(name) for one in centre.outcomes()))

    live_here(story)


def test_garbage_is_closed_after_its_time_and_its_first_bytes_are_kept(live_here) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        modem.send_raw(b"\xde\xad\xbe\xef" * 4096)
        assert await modem.silence(0.2)
        assert await modem.ended()
        await centre.until(lambda: any("de ad be ef" in one.en for one in centre.outcomes()))

    live_here(story, link=LinkLimits(unknown_s=0.5))


def test_a_slow_dribble_that_never_becomes_a_known_device_is_closed(live_here) -> None:
    async def story(centre) -> None:
        modem = await centre.call()

        async def dribble() -> None:
            while True:
                modem.send_raw(b'#{"a":"' if modem.reader.at_eof() else b"x")
                await asyncio.sleep(0.05)

        modem.send_raw(b'#{"device":"')
        dribbling = asyncio.create_task(dribble())
        assert await modem.ended()
        dribbling.cancel()

    live_here(story, link=LinkLimits(unidentified_s=0.6))


def test_a_peer_that_never_reads_is_dropped_and_the_others_are_served(live_here) -> None:
    async def story(centre) -> None:
        deaf = await centre.call(window=2048)
        deaf.writer.transport.pause_reading()
        for n in range(600):
            deaf.send("teleport", {"n": n}, reference=f"t-{n}")  # a refusal is longer than a plain ack
        await centre.until(lambda: centre.head_end.status().connected == 0)
        modem = await centre.call()
        modem.send("heartbeat", {}, reference="fine")
        assert (await modem.hear()).reference_id == "fine"

    live_here(
        story,
        link=LinkLimits(
            kernel_send_bytes=4096, write_high_bytes=1024, write_most_bytes=32 * 1024, write_stall_s=0.5
        ),
    )


def test_one_too_many_is_told_to_call_later(live_here) -> None:
    from osos.headend import DoorLimits

    async def story(centre) -> None:
        first = await centre.call()
        first.send("heartbeat", {}, reference="h-1")
        assert (await first.hear()).reference_id == "h-1"
        second = await centre.call()
        said = await asyncio.wait_for(second.reader.read(), 60)
        assert b'"failCode":9409' in said
        assert centre.head_end.status().turned_away == 1

    live_here(story, door=DoorLimits(connections=1))
