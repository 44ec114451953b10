"""Can somebody at the centre ask a meter for the codes he names, by any modem? (X-24, M-43)"""

import asyncio

import pytest

from osos.headend import Question, put_question
from osos.headend.codes_told import answers_in, told_of
from osos.headend.settings import TransparentLimits
from osos.iec62056 import DataBlock
from osos.jobs import job_status
from osos.quantities import DeviceId

QUICK = TransparentLimits(reaction_s=0.0, rest_s=0.0, rest_after_failure_s=0.0, least_delay_s=0.05, rounds=1)
METER = DeviceId("", "123456789")


async def told(centre, *codes: str) -> dict:
    with centre.store.begin() as conn:
        question = Question(device=METER, directive="register", codes=codes)
        job_id = put_question(conn, question)

    def status():
        with centre.store.read() as conn:
            return job_status(conn, job_id)

    await centre.until(lambda: status().state in ("done", "dead"))
    return status().result


@pytest.mark.parametrize("way", ["mass", "transparent"])
def test_named_codes_are_told_one_by_one_and_kept_as_readings(live_here, modem_with_meters, way) -> None:
    async def story(centre) -> None:
        end = centre.head_end
        where = end.address if way == "mass" else end.transparent
        living = asyncio.create_task(modem_with_meters(way).live(*where))
        try:
            await centre.until(lambda: end.status().sessions == 1)
            result = await told(centre, "1.8.0", "9.9.9", "0.0.0", "96.77.0*1")
            (meter,) = result["meters"]
            values = {one["code"]: one["value"] for one in meter["values"]}
            assert meter["outcome"] == "done"
            assert list(values) == ["1.8.0", "9.9.9", "0.0.0", "96.77.0*1"]
            assert values["1.8.0"].endswith("*kWh)")
            assert values["9.9.9"] is None
            assert values["0.0.0"] == "(123456789)"
            kept = centre.rows("SELECT code, text FROM readings WHERE code = '1.8.0'")
            assert kept == [("1.8.0", values["1.8.0"][1:-5])]
            refused = await told(centre, "9.9.9")
            assert refused["outcome"] == "value-refused"
        finally:
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)

    live_here(story, transparent_port=0, transparent=QUICK)


@pytest.mark.parametrize(
    ("codes", "words"),
    [((), "1 to 64 codes"), (("1.8.0",) * 65, "not 65"), (("1.8.0()",), "is no code"), (("",), "is no code")],
)
def test_what_is_no_code_is_refused_before_the_modem_hears_of_it(live_here, codes, words) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        result = await told(centre, *codes)
        assert result["outcome"] == "value-refused"
        assert words in result["en"]

    live_here(story)


def test_answers_are_told_apart_only_where_there_are_as_many_as_codes() -> None:
    raw = b"/AEL5<1>X\r\n\x06" + DataBlock(b"1.8.0(1)").framed() + b"\x15"
    assert answers_in(raw) == [b"1.8.0(1)", None]
    assert told_of(["1.8.0", "9.9.9"], raw) == (("1.8.0", "(1)"), ("9.9.9", None))
    assert told_of(["1.8.0"], raw) == ()
    assert answers_in(raw[:-2] + b"\x00") is None  # damaged: whose it is cannot be said
