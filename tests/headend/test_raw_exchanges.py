"""Can somebody lead a talk with a meter himself, through any modem? (X-44)"""

import asyncio
from datetime import UTC, datetime

import pytest

from osos import jobs
from osos.headend import Question, put_question
from osos.headend.settings import TransparentLimits
from osos.quantities import DeviceId

MODEM = DeviceId("ABC", "100200300400500")
SERIALS = ("123456789", "223456789")
FIRST = DeviceId("", SERIALS[0])
AT = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
QUICK = TransparentLimits(reaction_s=0.0, rest_s=0.0, rest_after_failure_s=0.0, least_delay_s=0.05, rounds=1)
SIGN_ON = b"/?123456789!\r\n"


async def told(centre, sent: bytes, device: DeviceId = FIRST, directive: str = "raw") -> dict:
    with centre.store.begin() as conn:
        job_id = put_question(conn, Question(device=device, directive=directive, sent=sent))

    def status():
        with centre.store.read() as conn:
            return jobs.job_status(conn, job_id)

    await centre.until(lambda: status().state in ("done", "dead"))
    return status().result


@pytest.fixture(params=["mass", "transparent"])
def talk(request, live_here, modem_with_meters):
    """Runs a story with a modem of this kind connected."""

    def run(story) -> None:
        async def whole(centre) -> None:
            end = centre.head_end
            where = end.address if request.param == "mass" else end.transparent
            living = asyncio.create_task(modem_with_meters(request.param).live(*where))
            try:
                await centre.until(lambda: end.status().sessions == 1)
                await story(centre)
            finally:
                living.cancel()
                await asyncio.gather(living, return_exceptions=True)

        live_here(whole, transparent_port=0, transparent=QUICK)

    return run


def test_a_session_of_several_exchanges_is_one_session_of_the_meter(talk) -> None:
    async def story(centre) -> None:
        async def says(sent: bytes) -> str:
            result = await told(centre, sent)
            assert result["code"] == 0, result
            return result["meters"][0]["rawData"]

        assert (await says(SIGN_ON)).startswith("/OSO6<2>")
        assert (await says(b"\x06051\r\n")).startswith("\x01P0\x02(")
        assert (await says(b"\x01R2\x020.0.0()\x03P")).startswith("\x020.0.0(123456789)\x03")
        assert (await says(b"\x01R2\x02no.such()\x03v")) == "\x15"
        assert centre.rows("SELECT count(*) FROM readings") == [(0,)]  # a few words are no reading

    talk(story)


def test_a_packet_that_says_whose_it_is_becomes_readings_as_when_it_was_asked_for_by_name(talk) -> None:
    async def story(centre) -> None:
        await told(centre, SIGN_ON)
        packet = (await told(centre, b"\x06056\r\n"))["meters"][0]
        assert (packet["code"], packet["readings_new"] > 10) == (0, True)
        assert "0.0.0(123456789)" in packet["rawData"]
        again = (await told(centre, b"", directive="short"))["meters"][0]
        assert (again["code"], again["readings_new"]) == (0, 0)

    talk(story)


def test_the_telegram_of_another_meter_than_the_one_asked_is_not_recorded(talk) -> None:
    async def story(centre) -> None:
        await told(centre, b"/?223456789!\r\n")
        result = await told(centre, b"\x06056\r\n")
        assert result["outcome"] == "wrong-meter"
        assert centre.rows("SELECT count(*) FROM readings") == [(0,)]

    talk(story)


def test_silence_is_an_outcome(talk) -> None:
    async def story(centre) -> None:
        assert (await told(centre, b"/?999999999!\r\n"))["outcome"] == "meter-silent"

    talk(story)


@pytest.mark.parametrize(
    ("device", "sent", "words"),
    [(MODEM, SIGN_ON, "one meter"), (FIRST, b"", "1 to 1024 bytes"), (FIRST, b"x" * 1025, "not 1025")],
)
def test_what_cannot_be_one_exchange_is_refused_before_the_modem_hears_of_it(
    live_here, device, sent, words
) -> None:
    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        result = await told(centre, sent, device)
        assert result["outcome"] == "value-refused"
        assert words in result["en"]

    live_here(story)
