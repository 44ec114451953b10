"""Are heartbeats that go into the ledger together kept and answered as each would be alone? (H-4, X-16)"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from osos.headend.actions import Entry
from osos.headend.admission import TokenBucket
from osos.headend.beats import Beats, is_beat
from osos.headend.keeping import Desk, settle
from osos.headend.work import Work
from osos.mdm.ledger import list_frames
from osos.mdm.ledger_many import keep_many, mark
from osos.modems.mass_json import Message, encode, frame
from osos.quantities import DeviceId
from osos.registry import admit, list_modems, parse_admissions

AT = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
LINK = object()


def beat(serial: str, reference: str, signal: int = 20, *, at: datetime = AT, known: bool = False) -> Work:
    device = DeviceId("ABC", serial)
    message = Message(
        device=device, function="heartbeat", reference_id=reference, response={"signal": signal}
    )
    entry = Entry(
        number=1,
        frames=(frame(encode(message)),),
        received_at=at,
        address="10.0.0.1:1",
        link_time=1.0,
        device=device,
        speaker=device if known else None,
        message=message,
        reference=reference,
    )
    return Work(entry=entry, session="10.0.0.1:1#1")


@pytest.fixture
def desk(store) -> Desk:
    found, _ = parse_admissions("ABC,1,111,1,2099-12-31\nABC,2,222,1,2099-12-31\n")
    with store.begin() as conn:
        admit(conn, found, by="test", now=AT, since=AT - timedelta(days=1))
    return Desk(TokenBucket(5.0, 200))


def settled(store, desk, *works: Work):
    beats = Beats(desk)
    for work in works:
        assert beats.add(LINK, work)
    with store.begin() as conn:
        verdicts = beats.settle(conn)
    assert not beats.add(LINK, works[0])  # its transaction is over: the next one takes it
    return verdicts


def kept(store) -> list[tuple]:
    with store.read() as conn:
        return [
            (one.frame.direction, one.frame.serial, one.frame.reference_id, one.outcome, one.repeats)
            for one in list_frames(conn)
        ]


def test_they_lie_in_the_ledger_with_their_answers_as_one_by_one(store, desk) -> None:
    told = settled(store, desk, beat("1", "a"), beat("2", "b"))
    together = kept(store)
    with store.begin() as conn:
        alone = [settle(conn, beat("1", "c"), desk), settle(conn, beat("2", "d"), desk)]
    assert [one.facts.device.serial for one in told] == ["1", "2"]
    assert [replace(one, reply=None) for one in told] == [replace(one, reply=None) for one in alone]
    assert told[0].reply == alone[0].reply.replace(b'"c"', b'"a"')
    later = [(way, serial, {"c": "a", "d": "b"}[ref], *rest) for way, serial, ref, *rest in kept(store)[4:]]
    assert later == together


def test_what_was_kept_before_a_twin_and_a_stranger_go_their_own_way(store, desk) -> None:
    assert None not in settled(store, desk, beat("1", "a"))
    told = settled(store, desk, beat("1", "a"), beat("2", "b"), beat("2", "b"), beat("3", "c"))
    assert [one is None for one in told] == [True, False, True, True]
    with store.begin() as conn:
        again, twin, stranger = (
            settle(conn, one, desk) for one in (beat("1", "a"), beat("2", "b"), beat("3", "c"))
        )
    assert (again.repeated, twin.repeated) == (True, True)
    assert stranger.close
    assert [one for one in kept(store) if one[0] == "in"][:2] == [
        ("in", "1", "a", "decoded", 1),
        ("in", "2", "b", "decoded", 1),
    ]


def test_a_reference_that_comes_with_other_bytes_is_seen(store, desk) -> None:
    settled(store, desk, beat("1", "a"))
    # Its answer would be the very one that is there: it takes the long way.
    assert settled(store, desk, beat("1", "a", signal=21)) == [None]
    with store.begin() as conn:
        assert settle(conn, beat("1", "a", signal=21), desk).reply is not None
    with store.read() as conn:
        assert [one.reference_reused for one in list_frames(conn) if one.frame.direction == "in"] == [
            False,
            True,
        ]


def test_a_modem_that_is_known_already_is_let_speak_in_one_look_for_all_and_noted_as_seen(
    store, desk
) -> None:
    later = AT + timedelta(minutes=15)
    settled(store, desk, beat("1", "a"), beat("2", "b"))
    told = settled(store, desk, *(beat(one, f"{one}-later", at=later, known=True) for one in ("1", "2")))
    assert [(one.facts, one.reply is not None) for one in told] == [(None, True), (None, True)]
    with store.read() as conn:
        assert {one.last_seen for one in list_modems(conn)} == {later}
        assert [one.frame.modem_id for one in list_frames(conn)].count(None) == 0


def test_a_known_modem_whose_plain_days_are_over_goes_the_way_that_says_so(store, desk) -> None:
    late = datetime(2100, 1, 1, tzinfo=UTC)
    assert settled(store, desk, beat("1", "a", at=late, known=True)) == [None]


def test_what_somebody_else_has_kept_meanwhile_undoes_the_whole_and_not_a_part(store, desk) -> None:
    settled(store, desk, beat("1", "a"))
    with store.read() as conn:
        marked = [mark(one.frame) for one in list_frames(conn)]
    with pytest.raises(IntegrityError), store.begin() as conn:
        keep_many(conn, marked)
    assert len(kept(store)) == 2


def test_only_a_whole_heartbeat_of_one_frame_nobody_asked_for_is_taken() -> None:
    entry = beat("1", "a").entry
    assert is_beat(entry)
    assert not is_beat(replace(entry, message=None))
    assert not is_beat(replace(entry, frames=entry.frames * 2))
    assert not is_beat(replace(entry, message=replace(entry.message, function="alarm")))


def test_two_hundred_modems_that_beat_at_once_are_all_answered_and_a_broken_batch_costs_nobody(
    live, monkeypatch
) -> None:
    """Whatever goes wrong with all together, each is served alone then."""

    async def story(centre) -> None:
        modem = await centre.call()
        await modem.settle()
        for number in range(200):
            modem.send("heartbeat", {"signal": number}, reference=f"h-{number}")
        answered = {(await modem.hear()).reference_id for _ in range(200)}
        assert answered == {f"h-{number}" for number in range(200)}
        monkeypatch.setattr(Beats, "settle", _breaks)
        modem.send("heartbeat", {"signal": 1}, reference="after")
        assert (await modem.hear()).reference_id == "after"
        [(count,)] = centre.rows(
            "SELECT count(*) FROM frames WHERE function='heartbeat' AND outcome='decoded'"
        )
        assert count == 201

    live(story)


def _breaks(self, conn) -> list:
    self._closed = True
    raise ValueError("a fault of ours")
