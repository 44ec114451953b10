"""Is a month marked whose end register rests on a clock that was off (S-10)?"""

from datetime import UTC, datetime

import pytest

from osos.portal.screens.indices.view import IndicesView, Line, Moment, Register
from osos.portal.screens.monthly.view import rests_on_a_wrong_clock
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
