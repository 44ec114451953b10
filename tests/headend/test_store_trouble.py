"""What does a modem see while the store can take nothing, and afterwards? (F3, F12, F18)"""

import asyncio
import shutil
import sqlite3
import threading

from osos.headend import Question, put_question
from osos.headend.conversation import Request, Urgency
from osos.headend.plan import standard_plan
from osos.store import Store, StoreUnavailable, open_store


class LockedOut:
    """A second connection that holds the write lock of an SQLite file for as long as it is told."""

    def __init__(self, path: str) -> None:
        self._conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def __enter__(self) -> None:
        self._conn.execute("BEGIN IMMEDIATE")

    def __exit__(self, *_: object) -> None:
        self._conn.execute("ROLLBACK")
        self._conn.close()


class FullStore(Store):
    """A store that has no room until it is told that it has."""

    def __init__(self, real: Store) -> None:
        self._real, self.dialect = real, real.dialect
        self.full = threading.Event()

    def begin(self):
        if self.full.is_set():
            raise StoreUnavailable("full", "no space left on device")
        return self._real.begin()

    def read(self):
        return self._real.read()


def test_while_another_holds_the_write_lock_nothing_is_acknowledged_and_then_everything(
    made_sqlite, tmp_path, run_live, meter_says
) -> None:
    path = tmp_path / "osos.sqlite"
    shutil.copy(made_sqlite, path)
    store = open_store(path, lock_within_s=0.3)

    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        with LockedOut(str(path)):
            modem.read_result(meter_says.readout(), reference="r-1")
            assert await modem.silence(1.5)
            await centre.until(lambda: centre.head_end.status().not_kept >= 1)
            assert "locked" in centre.head_end.status().store
            modem.read_result(meter_says.readout(), reference="r-1")  # no ack, so again
            assert await modem.silence(0.2)
        modem.read_result(meter_says.readout(), reference="r-1")
        heard = await modem.hear()
        assert (heard.reference_id, heard.response) == ("r-1", None)
        await centre.until(lambda: centre.head_end.status().store == "ok")
        assert centre.rows("SELECT count(*) FROM readings WHERE code='1.8.0'") == [(1,)]
        assert centre.head_end.status().poisoned == 0

    run_live(store, story)
    store.close()


def test_a_full_store_is_named_nothing_is_lost_and_it_recovers_by_itself(store, run_live, meter_says) -> None:
    full = FullStore(store)

    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        full.full.set()
        for number in range(5):
            modem.read_result(meter_says.readout(kwh=f"00012{number}.000"), reference=f"r-{number}")
        assert await modem.silence(0.5)
        await centre.until(lambda: centre.head_end.status().not_kept >= 5)
        assert "full" in centre.head_end.status().store
        full.full.clear()
        for number in range(5):
            modem.read_result(meter_says.readout(kwh=f"00012{number}.000"), reference=f"r-{number}")
        heard = {(await modem.hear()).reference_id for _ in range(5)}
        assert heard == {f"r-{number}" for number in range(5)}
        assert centre.head_end.status().store == "ok"

    run_live(full, story)


def test_a_request_that_cannot_be_written_down_is_not_sent(store, run_live) -> None:
    full = FullStore(store)

    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        prepared = 1 + len(standard_plan().directives)  # the configuration first
        await centre.until(lambda: centre.head_end.status().answered == prepared)
        full.full.set()
        [link] = centre.head_end._house.sessions.values()
        link.ask(
            Request(
                what="read short",
                function="read",
                body={"directive": "short"},
                at=centre.clock.now(),
                line="rs485-1",
                urgency=Urgency.ON_DEMAND,
            )
        )
        assert await modem.silence(0.4)
        await centre.until(lambda: centre.head_end.status().asked == prepared + 1)  # it has an outcome
        full.full.clear()

    run_live(full, story)


def test_half_a_conversation_goes_on_when_the_store_was_away_for_the_answer(
    store, run_live, meter_says
) -> None:
    """The answer came while nothing could be kept: not acknowledged, it comes again and ends the request."""
    full = FullStore(store)

    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        with store.begin() as conn:
            job_id = put_question(conn, Question(device=modem.device, directive="short"))
        read = await modem.hear()
        await modem.ack(read)
        await asyncio.sleep(0.1)
        full.full.set()
        answer = meter_says.readout(read.request["meter"])
        modem.read_result(answer, serial=read.request["meter"], reference=read.reference_id)
        assert await modem.silence(0.5)
        full.full.clear()
        modem.read_result(answer, serial=read.request["meter"], reference=read.reference_id)
        assert (await modem.hear()).reference_id == read.reference_id
        await centre.until(lambda: any(one.job_id == job_id for one in centre.outcomes()))

    run_live(full, story)
