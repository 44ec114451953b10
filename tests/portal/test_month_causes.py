"""Is a month marked that a wrong clock or last digits keep from being like a bill (S-10)?"""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from osos.portal.screens.indices.view import IndicesView, Line, Moment, Register, Use
from osos.portal.screens.monthly.view import rests_on_a_wrong_clock, rounded_by
from osos.quantities import DeviceId, Interval, Quality

ENDS = tuple(datetime(2026, month, 1, tzinfo=UTC) for month in (9, 10, 11))


def view(*qualities: Quality) -> IndicesView:
    meter = DeviceId("OSO", "1")
    moments = tuple(Moment(at=at, meter=meter, is_latest=False, received_at=at) for at in ENDS)
    registers = tuple(Register(value=1, told=None, quality=one) for one in qualities)
    line = Line(code="1.8.0", unit="kWh", registers=registers, uses=(None, None))
    return IndicesView(moments=moments, lines=(line,))


@pytest.mark.parametrize(
    ("suspect", "september", "october"),
    [(0, True, False), (1, True, True), (2, False, True), (None, False, False)],
)
def test_a_suspect_register_at_either_end_marks_its_months(
    suspect: int | None, september: bool, october: bool
) -> None:
    each = [Quality.SUSPECT if n == suspect else Quality.MEASURED for n in range(3)]
    found = view(*each)
    assert rests_on_a_wrong_clock(found, Interval(ENDS[0], ENDS[1])) is september
    assert rests_on_a_wrong_clock(found, Interval(ENDS[1], ENDS[2])) is october


@pytest.mark.parametrize(
    ("profile_wh", "marked"),
    [(400_000, None), (400_003, -3), (399_990, 10), (400_500, None), (None, None)],
)
def test_what_the_last_digits_of_four_tariffs_cut_off_is_told_and_more_is_not(
    profile_wh: int | None, marked: int | None
) -> None:
    """Two sums of T1…T4, each digit worth a Wh, times 40: up to 320 Wh is rounding, more is not."""
    plain = view(Quality.MEASURED, Quality.MEASURED, Quality.MEASURED)
    use = Use(difference=10_000, multiplied=Decimal(400_000))
    found = IndicesView(
        moments=plain.moments,
        lines=(
            Line(code="1.8.0", unit="kWh", registers=plain.lines[0].registers, uses=(use, None)),
            *plain.lines[1:],
        ),
    )
    assert rounded_by(found, Interval(ENDS[0], ENDS[1]), profile_wh) == marked
    assert rounded_by(found, Interval(ENDS[1], ENDS[2]), profile_wh) is None
