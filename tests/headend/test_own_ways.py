"""Are numbered records found in portions as they are one by one, and is a make asked in its own words?"""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from osos.headend.actions import Verdict
from osos.headend.conversation import Request
from osos.headend.own_ways import OwnWays, Portions, Way, profile_asked, whole
from osos.iec62056 import parse_identification
from osos.iec62056.numbered_records import Walk, label_of
from osos.iec62056.profile_queries import dialect_named
from osos.quantities import TURKIYE

KOHLER = dialect_named("kohler", "AEL.TF.21")
NEWEST = datetime(2026, 3, 2, 12, 0)
QUARTER = timedelta(minutes=15)


def record(label: datetime) -> bytes:
    return b"(%s)(000001.000)\r\n" % label.strftime("%y-%m-%d,%H:%M").encode()


@st.composite
def memories(draw) -> list[bytes]:
    """Newest first, with the holes that power cuts leave."""
    steps = draw(st.lists(st.integers(1, 9), max_size=200))
    label, found = NEWEST, [record(NEWEST)]
    for step in steps:
        label -= QUARTER * step
        found.append(record(label))
    return found


@given(memory=memories(), begin=st.integers(0, 900), length=st.integers(0, 900))
def test_portions_bring_what_a_walk_record_by_record_brings(memory, begin, length) -> None:
    last = NEWEST - QUARTER * begin
    first = last - QUARTER * length

    def kept(number: int) -> bytes:
        return memory[number - 1] if number <= len(memory) else b""

    walk = Walk(first, last, KOHLER.numbers)
    walk.run(kept)
    portions, reads, last_told = Portions(KOHLER, first, last), 0, False
    brought: set[bytes] = set()
    while codes := portions.codes():
        records = [kept(int(code[-4:])) for code in codes]
        assert not last_told, "something was asked after the last answer"
        last_told = portions.is_last(records)
        brought |= set(records)
        assert portions.take(records)
        reads += 1
    assert set(walk.records) <= brought
    assert set(walk.records) == {one for one in memory if first <= label_of(one) <= last}
    assert reads <= 14 + len(walk.records) // 32 + 1


def test_an_answer_with_fewer_parts_than_codes_ends_the_walk_and_hides_nothing() -> None:
    portions = Portions(KOHLER, NEWEST - QUARTER, None)
    assert len(portions.codes()) == 32
    assert portions.take([record(NEWEST)] * 31) is False


def test_what_was_learnt_of_a_make_is_used_at_once_and_the_question_stays_the_askers() -> None:
    ways, named = OwnWays(), parse_identification(b"/LUN5<1>LUN70000130\r\n")
    asked = Request(
        what="read profile1",
        function="read",
        body={"parameters": {"STARTDATE": "2026-03-01 00:00:00", "ENDDATE": "2026-03-02 00:00:00"}},
        at=NEWEST.replace(tzinfo=TURKIYE),
        meter="70000130",
        directive="profile1",
        job=7,
    )
    assert ways.first(asked, TURKIYE) is asked
    ways.more(asked, Verdict(answered=named.raw + b"\r\n\x06\x02(26-03-01,00:00)(1)\x03\x00"), TURKIYE)
    own = ways.first(asked, TURKIYE)
    assert (own.directive, own.job, profile_asked(own)) == ("query", 7, "P.01")
    (command,) = own.body["parameters"]["OBIS"]
    assert bytes(command).startswith(b"\x01R5\x02P1(260301;260302)()\x03")
    assert isinstance(own.way, Way)
    assert whole(own, Verdict(intervals_new=96))[0] is asked
