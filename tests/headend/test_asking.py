"""What does somebody who asks a meter through the running head-end get told? (H-11)"""

from datetime import UTC, datetime

import pytest

from osos import jobs
from osos.headend import ASK_JOB, AskLimits, Question, put_question
from osos.quantities import DeviceId

MODEM = DeviceId("ABC", "100200300400500")
METER = "123456789"


async def ask(centre, device=MODEM, directive="short", **more) -> int:
    with centre.store.begin() as conn:
        return put_question(conn, Question(device=device, directive=directive, **more))


async def told(centre, job_id):
    def status():
        with centre.store.read() as conn:
            return jobs.job_status(conn, job_id)

    await centre.until(lambda: status().state in ("done", "dead"))
    return status().result


async def next_read(modem):
    while (heard := await modem.hear()).function != "read":
        if heard.function != "ack":
            await modem.ack(heard)
    return heard


def test_every_meter_behind_the_modem_is_read_and_each_has_its_outcome(live, meter_says) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        job_id = await ask(centre)
        for _ in range(2):
            read = await next_read(modem)
            assert read.request["directive"] == "short"
            serial = read.request["meter"]
            await modem.ack(read)
            if serial == METER:
                modem.read_result(meter_says.readout(serial), serial=serial, reference=read.reference_id)
            else:
                await modem.ack(read, failCode=9408, failDescription="no answer on the line")
        result = await told(centre, job_id)
        by_meter = {one["meter"]: one for one in result["meters"]}
        assert (by_meter[METER]["code"], by_meter[METER]["readings_new"] > 0) == (0, True)
        assert by_meter["223456789"]["outcome"] == "meter-silent"
        assert "no answer on the line" in by_meter["223456789"]["tr"]
        assert result["code"] == 9408
        assert sum(one.job_id == job_id for one in centre.outcomes()) == 2

    live(story)


def test_one_meter_can_be_asked_by_its_own_serial_for_a_range(live, meter_says) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        start, end = datetime(2026, 2, 28, 21, 15, tzinfo=UTC), datetime(2026, 2, 28, 22, 0, tzinfo=UTC)
        job_id = await ask(centre, DeviceId("", METER), "profile1", start=start, end=end)
        read = await next_read(modem)
        assert read.request["parameters"] == {
            "STARTDATE": "2026-03-01 00:15:00",
            "ENDDATE": "2026-03-01 01:00:00",
        }
        modem.read_result(meter_says.profile(start, 4), reference=read.reference_id)
        result = await told(centre, job_id)
        assert (result["code"], result["meters"][0]["intervals_new"]) == (0, 4)

    live(story)


def test_another_meters_answer_is_told_as_such(live_here, meter_says) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        job_id = await ask(centre, DeviceId("", METER))
        read = await next_read(modem)
        modem.read_result(meter_says.readout("223456789"), reference=read.reference_id)
        assert (await told(centre, job_id))["code"] == 525

    live_here(story)


NOT_POSSIBLE = [
    (MODEM, "short", "not-connected"),
    (MODEM, "teleport", "unknown"),
    (MODEM, "query", "unknown"),
    (DeviceId("XYZ", "1"), "short", "not-admitted"),
    (DeviceId("", "999"), "short", "not-admitted"),
]


@pytest.mark.parametrize(("device", "directive", "name"), NOT_POSSIBLE)
def test_what_cannot_be_asked_is_named_at_once(live_here, device, directive, name) -> None:
    async def story(centre) -> None:
        result = await told(centre, await ask(centre, device, directive))
        assert result["outcome"] == name
        assert result["tr"]
        assert result["meters"] == []

    live_here(story)


def test_a_question_nobody_of_ours_has_put_is_answered_too(live_here) -> None:
    async def story(centre) -> None:
        with centre.store.begin() as conn:
            made = [
                jobs.put(conn, kind=ASK_JOB, payload=payload, not_before=centre.clock.now()).job_id
                for payload in (b"", b"\xff", b"[]", b"{}", b'{"flag":"abc"}')
            ]
        for job_id in made:
            assert (await told(centre, job_id))["outcome"] == "not-admitted"

    live_here(story)


def test_a_modem_that_takes_the_question_and_never_answers_is_named(live_here) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        job_id = await ask(centre, DeviceId("", METER))
        await modem.ack(await next_read(modem))
        assert (await told(centre, job_id))["outcome"] == "no-answer"

    live_here(story, ask=AskLimits(retry_interval_s=2.0, answer_within_s=0.5))


def test_a_modem_that_does_not_acknowledge_gets_the_same_reference_again_and_is_named(live_here) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        for _ in range(100):  # nothing but the first message is answered: the preparation fails too
            if centre.head_end.status().sessions:
                break
            modem.send("identification", {"registered": True}, reference="hello")
            await modem.hear()
        job_id = await ask(centre, DeviceId("", METER))
        references = []
        while len(references) < 3:
            heard = await modem.hear(20)
            if heard.function == "read":
                references.append(heard.reference_id)
            elif heard.function != "ack":
                await modem.ack(heard, failCode=9422)
        assert len(set(references)) == 1
        assert (await told(centre, job_id))["outcome"] == "not-acknowledged"

    live_here(story, ask=AskLimits(retry_interval_s=0.3, retry_cap_s=0.3, retry_count=2))


def test_a_lost_connection_is_the_outcome_of_what_was_asked(live_here) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        job_id = await ask(centre, DeviceId("", METER))
        await modem.ack(await next_read(modem))
        modem.hang_up()
        assert (await told(centre, job_id))["outcome"] == "connection-lost"

    live_here(story)


def test_a_head_end_that_stops_answers_whom_it_keeps_waiting(live) -> None:
    held = {}

    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        held["job"] = await ask(centre, DeviceId("", METER))
        await modem.ack(await next_read(modem))
        await centre.head_end.stop()
        held["result"] = await told(centre, held["job"])

    live(story)
    assert held["result"]["outcome"] == "stopping"
