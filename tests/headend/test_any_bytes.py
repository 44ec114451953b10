"""Can any bytes on the wire break a session, or make it promise what it does not keep?"""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.headend.actions import Close, Keep, Say, Verdict, Write
from osos.headend.dialect import recognise
from osos.headend.outcomes import MALFORMED
from osos.headend.settings import LinkLimits
from osos.modems.mass_json import Framer, encode, frame, split

METER = "123456789"
POISON = [b"#{", b"}$", b'"', b"\\", b"\x00", b"\xff\xfe", b"null", b"1e999", b"[[", b"\\ud800", b"-", b"("]


def seeds(bench) -> list[bytes]:
    """What a modem sends on a good day."""
    introduction = {"registered": False, "timezone": "+03:00", "meters": [{"serialNumber": METER}]}
    alarm = [{"type": "alarm", "level": "warning", "incidentCode": 278, "date": "2026-03-02 09:14:00"}]
    lines = "/MKS6<2>ADM(M550)\r\n\x02" + "1.8.0(000001.000*kWh)\r\n" * 40 + "!\r\n\x03Q"
    read = {"meter": {"serialNumber": METER}, "data": {"id": "/MKS6<2>ADM(M550)", "rawData": lines}}
    good = [
        bench.message("identification", introduction, reference="i-1"),
        bench.message("ack", {"failCode": 525, "failDescription": "başka sayaç"}, reference="centre-1"),
        bench.message("alarm", alarm, reference="a-1", message_status="success"),
        bench.message("read", read, reference="r-1"),
    ]
    parts = split(bench.message("read", read, reference="s-1"), 512)
    return [frame(encode(each)) for each in good] + [frame(part) for part in parts]


def mutant(rng: random.Random, seeds: list[bytes]) -> bytes:
    """One to four frames, then bits flipped, pieces cut out, doubled or put elsewhere."""
    data = bytearray(b"".join(rng.choice(seeds) for _ in range(rng.randint(1, 4))))
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data) or 1)
        match rng.randrange(5):
            case 0 if data:
                data[at] ^= 1 << rng.randrange(8)
            case 1:
                del data[at : at + rng.randint(1, 40)]
            case 2:
                data[at:at] = data[at : at + rng.randint(1, 40)]
            case 3:
                data[at:at] = rng.randbytes(rng.randint(1, 8))
            case 4:
                data[at:at] = rng.choice(POISON)
    return bytes(data)


def feed(bench, data: bytes, *, known: bool = True) -> int:
    """Bytes in, every entry committed; how many were kept."""
    framer, kept = Framer(), 0
    for item in [*framer.feed(data), *framer.finish()]:
        bench.now += 0.01
        todo = bench.session.received(item, now=bench.now, at=bench.at)
        for action in todo:
            assert not isinstance(action, Write), "nothing is written before it is kept"
            if isinstance(action, Keep):
                kept += 1
                assert action.entry.frames
                assert b"".join(action.entry.frames) in data or len(action.entry.frames) > 1
                verdict = Verdict(facts=bench.facts if known else None, reply=bench.reply(action.entry))
                for after in bench.commit(action.entry, verdict):
                    assert not (isinstance(after, Say) and not known)
    bench.wait(0.5)
    return kept


def torture(bench, count: int, seed: int) -> int:
    rng, material = random.Random(seed), seeds(bench)
    return sum(feed(bench, mutant(rng, material)) for _ in range(count))


@pytest.fixture
def patient(bench):
    """A session that is not closed for broken frames, so that all of them arrive."""
    return replace_limits(bench)


def replace_limits(bench):
    limits = LinkLimits(malformed_frames=10**9)
    bench.session._settings = replace(bench.settings, link=limits)
    return bench


def test_five_thousand_mutants_break_no_session(patient) -> None:
    assert torture(patient, 5_000, seed=1) > 2_000


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_hundred_thousand_mutants_break_no_session(patient) -> None:
    assert torture(patient, 100_000, seed=2) > 40_000


@given(st.binary(max_size=400))
def test_any_bytes_are_kept_or_said_to_be_another_protocol(data) -> None:
    recognise(data)
    Framer().feed(data)


def test_what_is_broken_is_kept_byte_for_byte_with_a_reason(bench) -> None:
    noise = b"\x00\xff garbage #{ and more }$ #12$"
    framer, kept = Framer(), []
    for item in [*framer.feed(noise), *framer.finish()]:
        for action in bench.session.received(item, now=0.0, at=bench.at):
            if isinstance(action, Keep):
                kept.append(action.entry)
            assert not isinstance(action, Close)
    assert b"".join(raw for entry in kept for raw in entry.frames) == noise
    assert all(entry.fault.kind is MALFORMED and entry.fault.detail for entry in kept)


def test_mutants_through_the_whole_way_poison_nothing_and_the_next_modem_is_served(live, bench) -> None:
    """From the socket through ledger, registry and readings: our own code never breaks on what came."""
    rng, material = random.Random(3), seeds(bench)

    async def story(centre) -> None:
        for _ in range(8):
            modem = await centre.call()
            for _ in range(25):
                modem.send_raw(mutant(rng, material))
            modem.send("heartbeat", {}, reference="last")
            await modem.silence(0.2)
        fine = await centre.call()
        fine.send("heartbeat", {}, reference="fine")
        while (heard := await fine.hear()).reference_id != "fine":
            pass
        assert heard.response is None
        status = centre.head_end.status()
        assert status.poisoned == 0, centre.outcomes(limit=5)
        assert status.frames > 100

    live(story, link=LinkLimits(malformed_frames=10**6))
