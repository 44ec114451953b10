"""How does a head-end begin and end?"""

import asyncio
import random

import pytest
import structlog

from osos.headend import HeadEnd, HeadEndSettings


def test_what_was_taken_in_is_committed_and_acknowledged_before_the_end(live, meter_says) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        for number in range(30):
            modem.read_result(meter_says.readout(kwh=f"0001{number:02}.000"), reference=f"r-{number}")
        await modem.writer.drain()
        await centre.until(lambda: centre.head_end.status().frames > 20)
        await centre.head_end.stop()
        heard = set()
        while (message := await modem.hear()) is not None:
            heard.add(message.reference_id)
        kept = {line.split()[1] for line in centre.frames() if line.startswith("read ")}
        assert kept
        assert {reference for reference in heard if reference.startswith("r-")} == kept

    live(story)


def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_behind(live, store) -> None:
    async def story(centre) -> None:
        host, port = centre.head_end.address
        second = HeadEnd(
            store=store,
            clock=centre.clock,
            settings=HeadEndSettings(host=host, port=port),
            rng=random.Random(1),
            log=structlog.testing.CapturingLogger(),
        )
        with pytest.raises(OSError, match="in use"):
            await second.start()

    live(story)


def test_a_second_start_of_the_same_store_knows_what_the_first_one_did(live) -> None:
    async def first(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        await centre.until(lambda: bool(centre.rows("SELECT 1 FROM modem_plans")))

    async def second(centre) -> None:
        modem = await centre.call()
        modem.send("heartbeat", {}, reference="h-1")
        assert (await modem.hear()).function == "ack"
        assert await modem.silence(0.3)

    live(first)
    live(second)


def test_a_status_says_where_it_listens_and_who_is_there(live) -> None:
    async def story(centre) -> None:
        before = centre.head_end.status()
        assert before.listening.startswith("127.0.0.1:")
        assert (before.store, before.connected, before.sessions) == ("ok", 0, 0)
        modem = await centre.call()
        await modem.settle()
        after = centre.head_end.status()
        assert (after.connected, after.sessions) == (1, 1)
        await asyncio.sleep(0)

    live(story)
