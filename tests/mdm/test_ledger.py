"""Is every frame kept, once, with what became of it?"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osos import mdm
from osos.mdm import Direction, FrameOutcome, ledger
from osos.store import Store


def test_a_frame_comes_back_byte_for_byte(store: Store, desk_on) -> None:
    payload = b'#{"device":{"flag":"MKS"}}$' + bytes(range(256)) * 20
    with store.begin() as conn:
        kept = desk_on(conn).frame(payload, modem_id=5, part=2)
        mdm.set_outcome(conn, kept.frame_id, outcome=FrameOutcome.ODD, reason="saat 5 dk ileri \0")
    with store.read() as conn:
        back = mdm.load(conn, kept.frame_id)
        assert mdm.load(conn, 999) is None
    assert back.frame.payload == payload
    assert (back.frame.modem_id, back.frame.part, back.frame.direction) == (5, 2, Direction.IN)
    assert (back.outcome, back.reason, back.repeats) == (FrameOutcome.ODD, "saat 5 dk ileri ␀", 0)


def test_an_identical_repeat_is_only_counted(store: Store, desk_on) -> None:
    with store.begin() as conn:
        desk = desk_on(conn)
        first = desk.frame(b"#{1}$", reference_id="a")
        again = [desk.frame(b"#{1}$", reference_id="a") for _ in range(3)]
        assert {(one.frame_id, one.repeated) for one in again} == {(first.frame_id, True)}
        kept = mdm.load(conn, first.frame_id)
    assert (kept.repeats, kept.last_repeat_at, first.repeated) == (3, desk.at, False)


def test_a_reference_used_again_for_other_bytes_is_kept_and_marked(store: Store, desk_on) -> None:
    with store.begin() as conn:
        desk = desk_on(conn)
        desk.frame(b"#{1}$", reference_id="a")
        other = desk.frame(b"#{2}$", reference_id="a")
        part = desk.frame(b"#{2}$", reference_id="a", part=2)
        reply = desk.frame(b"#{2}$", reference_id="a", direction=Direction.OUT)
        third = desk.frame(b"#{2}$", reference_id="a")
    assert (other.repeated, other.reference_reused) == (False, True)
    assert (part.reference_reused, reply.reference_reused) == (False, False)
    assert (third.repeated, third.reference_reused, third.frame_id) == (True, True, other.frame_id)


def test_what_nobody_understands_is_kept_each_time(store: Store, desk_on) -> None:
    with store.begin() as conn:
        desk = desk_on(conn)
        unknown = {"flag": "", "serial": "", "function": "", "reference_id": ""}
        ids = {desk.frame(b"\xff\x00GET /", **unknown).frame_id for _ in range(3)}
        assert len(ids) == 3
        assert len(list(ledger.list_frames(conn))) == 3


def test_an_empty_frame_and_hostile_words_are_kept(store: Store, desk_on) -> None:
    with store.begin() as conn:
        kept = desk_on(conn).frame(b"", function="\0\ud800read", reference_id="\0" * 40, address="a\0b")
        assert mdm.load(conn, kept.frame_id).frame.payload == b""
        assert desk_on(conn).frame(b"", function="\0\ud800read", reference_id="\0" * 40).repeated


def test_frames_of_a_modem_include_what_came_before_it_was_admitted(store: Store, desk_on) -> None:
    from osos.quantities import DeviceId

    with store.begin() as conn:
        desk = desk_on(conn)
        desk.frame(b"1")
        desk.frame(b"2", modem_id=5)
        desk.frame(b"3", modem_id=6, serial="2")
        found = list(ledger.list_frames(conn, modem_id=5, device=DeviceId("MKS", "1")))
        assert [one.frame.payload for one in found] == [b"1", b"2"]
        assert [one.frame.payload for one in ledger.list_frames(conn, modem_id=6)] == [b"3"]


@pytest.mark.parametrize("engine", ["sqlite"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.binary(max_size=3)), max_size=12))
def test_as_many_rows_as_there_are_different_frames(made_sqlite, desk_on, tmp_path, engine, sent) -> None:
    import shutil

    from osos.store import open_store

    path = tmp_path / "own.sqlite"
    shutil.copy(made_sqlite, path)
    store = open_store(path)
    with store.begin() as conn:
        desk = desk_on(conn)
        kept = [desk.frame(payload, reference_id=reference) for reference, payload in sent]
        assert len({one.frame_id for one in kept}) == len(set(sent))
        assert sum(not one.repeated for one in kept) == len(set(sent))
    store.close()
