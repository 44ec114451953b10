"""Is the ladder that of D-20, rung by rung, and is what it fills what the registers say?"""

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from osos.mdm.canonical import Channel
from osos.mdm.estimates.hole import Fill, Hole
from osos.mdm.estimates.interruption import powered_minutes
from osos.mdm.estimates.ladder import LADDER, Given, Left, Why, climb, survey
from osos.mdm.estimates.re_read import Asked
from osos.mdm.estimates.similar_points import Similar
from osos.mdm.estimates.standard_profile import Standard
from osos.mdm.estimates.straight_line import EndPoint
from osos.mdm.labels import edge_of_day, instant_of_label
from osos.quantities import Interval

A_PLUS = Channel.A_PLUS
FIRST = edge_of_day(9557) + 10 * 60
NOW = instant_of_label(FIRST + 10 * 1440)


def hole(count: int, *, advanced: int | None = 0) -> Hole:
    return Hole(
        first_label=FIRST,
        last_label=FIRST + 15 * count,
        period_min=15,
        meter_id=1,
        multiplier=Decimal(40),
        channels=(A_PLUS,),
        begun=None if advanced is None else {A_PLUS: 999_999_990},
        ended=None if advanced is None else {A_PLUS: (999_999_990 + advanced) % 10**9},
        minutes=(15,) * count,
    )


def test_the_rungs_stand_in_the_order_of_the_requirement() -> None:
    """D-20, without the first (re-read, it waits) and the last (by hand); evenly is ours."""
    assert [step.name for step in LADDER] == [
        "check meter",
        "interruption record",
        "straight line",
        "register-scaled reference days",
        "reference-day mean",
        "same period last year",
        "standard profile",
        "similar points",
        "register difference evenly",
    ]


ENDS = st.builds(
    EndPoint, energies=st.fixed_dictionaries({A_PLUS: st.integers(0, 900)}), power_failed=st.booleans()
)
OFF = st.lists(st.tuples(st.integers(-30, 300), st.integers(1, 200)), max_size=4)


@st.composite
def holes(draw: st.DrawFn) -> tuple[Hole, Given]:
    """A hole, and anything a method might look at, there or not."""
    count = draw(st.integers(1, 16))
    gap = hole(count, advanced=draw(st.none() | st.integers(0, 60_000)))
    off = [
        Interval(instant_of_label(FIRST + start), instant_of_label(FIRST + start + length))
        for start, length in draw(OFF)
    ]
    slots = st.lists(st.integers(0, 9000), min_size=count, max_size=count)
    check, group = draw(st.none() | slots), draw(st.none() | slots)
    neighbours = draw(st.lists(slots, max_size=4))
    return gap, Given(
        now=NOW,
        asked=Asked(answered_empty=draw(st.booleans())),
        interruptions=tuple(off),
        before=draw(st.none() | ENDS),
        after=draw(st.none() | ENDS),
        check_point=None if check is None else 9,
        check_primary={} if check is None else {A_PLUS: [Decimal(one) for one in check]},
        standard=None
        if group is None
        else Standard(
            name="shop", month_wh={A_PLUS: 10**6}, coefficients=[Decimal(one) / 10**6 for one in group]
        ),
        similar=tuple(
            Similar(point_id=n, energies={A_PLUS: own}, usual_wh=500, own_usual_wh=700)
            for n, own in enumerate(neighbours)
        ),
    )


@given(holes())
def test_the_first_rung_that_can_is_taken_and_every_rung_fills_what_the_registers_say(told) -> None:
    gap, known = told
    offered, taken = survey(gap, known), climb(gap, known)
    order = [step.name for step in LADDER if step.name in offered]
    if isinstance(taken, Fill):
        assert taken.method == order[0]
    else:
        assert (order, taken.why) == ([], Why.BY_HAND)
    counted = gap.difference(A_PLUS)
    for fill in offered.values():
        assert fill.values.shape == (1, gap.count) and (fill.values >= 0).all()
        if counted is not None:
            assert int(fill.values.sum()) == counted and fill.uncertainty_wh == 0
    ends = (known.before, known.after)
    line = gap.count <= 8 and all(one is not None and not one.power_failed for one in ends)
    assert ("straight line" in offered) is line


@given(holes())
def test_a_minute_without_power_is_taken_off_once_however_many_lists_tell_it(told) -> None:
    gap, known = told
    start = instant_of_label(FIRST)
    for place, powered in enumerate(powered_minutes(gap, known.interruptions)):
        minutes = [start + timedelta(minutes=15 * place + n) for n in range(15)]
        dark = sum(any(one.start <= minute < one.end for one in known.interruptions) for minute in minutes)
        assert powered == 15 - dark


def test_a_storm_and_a_meter_that_may_still_tell_come_before_all_rungs() -> None:
    known = Given(now=NOW, asked=Asked(answered_empty=False), storm=True)
    left = climb(hole(2), known)
    assert isinstance(left, Left) and left.why is Why.STORM
    early = Given(now=instant_of_label(FIRST + 60), asked=Asked(answered_empty=False))
    left = climb(hole(2), early)
    assert isinstance(left, Left) and left.why is Why.RE_READ
