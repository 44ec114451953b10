"""Does each loss of voltage enter the right list at once and end up long or short? (M-110…M-114)"""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osos.simulator.load import Steady

DEAD, ALIVE = (False,) * 3, (True,) * 3
LOAD = Steady(power_w=(400, 200, 600))
ZEROS = "00-00-00,00:00"


def seconds(count: int) -> timedelta:
    return timedelta(seconds=count)


def line(one, code, at) -> str:
    return one.read(code, "", at=at).decode().removeprefix(code)


def test_a_loss_enters_the_long_and_the_short_list_at_once(meter, local):  # M-111
    one = meter("combi", 1, load=LOAD)
    at = local(2026, 2, 1, 12, 0, 20)
    one.rig(at=at, supply=(True, False, True))
    for code in ("96.7.2", "96.7.20"):
        assert line(one, code, at) == "(0001)"
    for code in ("96.77.2*1", "96.77.20*1"):
        assert line(one, code, at) == f"(26-02-01,12:00;{ZEROS})"
    assert line(one, "96.7.1", at) == line(one, "96.7.0", at) == "(0000)"


@pytest.mark.parametrize(("lasted_s", "long", "short"), [(1, 0, 1), (179, 0, 1), (180, 1, 0), (4000, 1, 0)])
def test_180_seconds_divide_short_from_long(meter, local, lasted_s, long, short):  # M-112
    one = meter("combi", 1, load=LOAD)
    at = local(2026, 2, 1, 12, 0, 20)
    one.rig(at=at, supply=(False, True, True))
    one.rig(at=at + seconds(lasted_s), supply=ALIVE)
    later = at + timedelta(days=1)
    assert (line(one, "96.7.1", later), line(one, "96.7.10", later)) == (f"({long:04d})", f"({short:04d})")
    end = at + seconds(lasted_s)
    row = f"(26-02-01,12:00;{end:%y-%m-%d,%H:%M})"
    assert line(one, "96.77.1*1" if long else "96.77.10*1", later) == row
    assert line(one, "96.77.10*1" if long else "96.77.1*1", later) == f"({ZEROS};{ZEROS})"


def test_at_180_seconds_the_short_row_of_an_open_loss_is_taken_out(meter, local):  # M-112
    one = meter("combi", 1, load=LOAD)
    at = local(2026, 2, 1, 12, 0, 20)
    one.rig(at=at, supply=(False, True, True))
    assert line(one, "96.7.10", at + seconds(179)) == "(0001)"
    assert line(one, "96.7.10", at + seconds(180)) == "(0000)"
    assert line(one, "96.7.1", at + seconds(180)) == "(0001)"


def test_the_threshold_can_be_written(meter, local):  # M-55, M-112
    one = meter("combi", 1, load=LOAD)
    at = local(2026, 2, 1, 12, 0, 20)
    assert one.write("0.9.9", "60*sec", port="rs485", at=at, trusted=True)
    one.rig(at=at, supply=DEAD)
    one.rig(at=at + seconds(60), supply=ALIVE)
    assert one.write("0.9.9", "300*sec", port="rs485", at=at + seconds(90), trusted=True)
    assert line(one, "96.7.0", at + seconds(100)) == "(0001)"  # decided then, not judged again


def test_all_phases_in_one_second_are_one_three_phase_loss(meter, local):  # M-113
    one = meter("combi", 1, load=LOAD)
    at = local(2026, 2, 1, 12, 0, 20)
    for phases in ((False, True, True), (False, False, True), DEAD):
        one.rig(at=at, supply=phases)
    assert line(one, "96.7.0", at) == "(0001)"
    assert [line(one, f"96.7.{k}", at) for k in (1, 2, 3)] == ["(0000)"] * 3


def test_when_the_last_phase_goes_phase_rows_end_and_when_one_is_back_the_dead_begin(meter, local):  # M-113
    one = meter("combi", 1, load=LOAD)
    at = local(2026, 2, 1, 12)
    one.rig(at=at, supply=(False, True, True))
    one.rig(at=at + seconds(600), supply=DEAD)
    one.rig(at=at + seconds(1200), supply=(False, True, False))
    later = at + seconds(1500)
    assert line(one, "96.77.0*1", later) == "(26-02-01,12:10;26-02-01,12:20)"
    assert line(one, "96.77.1*2", later) == "(26-02-01,12:00;26-02-01,12:10)"
    assert line(one, "96.77.1*1", later) == f"(26-02-01,12:20;{ZEROS})"
    assert line(one, "96.77.3*1", later) == f"(26-02-01,12:20;{ZEROS})"
    assert line(one, "96.7.2", later) == "(0000)"


def test_a_single_phase_meter_has_the_first_list_only(meter, local):  # M-110
    one = meter("1p", 1)
    at = local(2026, 2, 1, 12)
    one.rig(at=at, supply=(False,))
    assert line(one, "96.7.1", at) == "(0001)"
    assert one.read("96.7.0", "", at=at) is None
    assert one.packet("9", at=at).decode().count("96.77.1*") == 99


def test_ninety_nine_rows_are_kept_and_the_count_goes_on(meter, local):  # M-73, M-114
    one = meter("1p", 1)
    at = local(2026, 2, 1)
    for number in range(120):
        one.rig(at=at + seconds(1000 * number), supply=(False,))
        one.rig(at=at + seconds(1000 * number + 200), supply=(True,))
    text = one.packet("9", at=at + timedelta(days=3)).decode()
    assert "96.7.1(0120)" in text
    first, last = at + seconds(119_000), at + seconds(21_000)
    assert f"96.77.1*1({first:%y-%m-%d,%H:%M};" in text
    assert f"96.77.1*99({last:%y-%m-%d,%H:%M};" in text


class ByTheBook:
    """M-111 to M-113 word for word: rows put in, taken out and ended, second by second."""

    def __init__(self) -> None:
        self.long = {number: [] for number in range(4)}
        self.short = {number: [] for number in range(4)}
        self.open: dict[int, int] = {}

    def step(self, second: int, was, now) -> None:
        for number, start in self.open.items():
            if second - start == 180:
                self.short[number].pop(0)
        if was == now:
            return
        if any(was) and not any(now):
            for number in (1, 2, 3):
                self.finish(number, second)
            self.start(0, second)
            return
        if not any(was) and any(now):
            self.finish(0, second)
            was = ALIVE
        for phase in range(3):
            if was[phase] and not now[phase]:
                self.start(phase + 1, second)
            elif now[phase] and not was[phase]:
                self.finish(phase + 1, second)

    def start(self, number: int, second: int) -> None:
        self.open[number] = second
        self.long[number].insert(0, [second, None])
        self.short[number].insert(0, [second, None])

    def finish(self, number: int, second: int) -> None:
        start = self.open.pop(number, None)
        if start is None:
            return
        if second - start < 180:
            self.short[number][0][1] = second
            del self.long[number][0]
        else:
            self.long[number][0][1] = second


@given(
    losses=st.lists(
        st.tuples(st.integers(1, 400) | st.sampled_from([179, 180, 181]), st.tuples(*[st.booleans()] * 3)),
        min_size=1,
        max_size=12,
    ),
    after_s=st.integers(0, 400),
)
@settings(max_examples=60, deadline=None)
def test_any_losses_leave_the_rows_the_requirements_tell(meter, same_day, losses, after_s):
    one, book = meter("combi", 2, load=same_day), ByTheBook()
    then, acts = 0, {}
    for pause_s, supply in losses:
        then += pause_s
        one.rig(at=one.spec.since + seconds(then), supply=supply)
        acts[then] = supply
    was = ALIVE
    for second in range(then + after_s + 1):
        now = acts.get(second, was)
        book.step(second, was, now)
        was = now
    at = one.spec.since + seconds(then + after_s)

    def minute(second) -> str:
        return ZEROS if second is None else f"{one.spec.since + seconds(second):%y-%m-%d,%H:%M}"

    for number, (lists, tail) in itertools.product(range(4), ((book.long, ""), (book.short, "0"))):
        rows = lists[number]
        assert line(one, f"96.7.{number}{tail}", at) == f"({len(rows):04d})"
        for row, (start, end) in enumerate(rows, 1):
            assert line(one, f"96.77.{number}{tail}*{row}", at) == f"({minute(start)};{minute(end)})"
    word = int(line(one, "F.F.0", at).strip("()"), 2)
    assert [word >> bit & 1 for bit in (23, 20, 21, 22)] == [int(number in book.open) for number in range(4)]
