"""Which writes are taken, which are refused, and what do the taken ones change?"""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.quantities import Interval
from osos.simulator.load import Steady
from osos.simulator.meter.parameters import CHANGES
from osos.simulator.meter.tariffs import DayTable, accepted_hours, accepted_slices

DAY = "0600170022009999" + "9999" * 4
BITS = "01" * 32

# (code, argument, is it taken by a combi meter, what R2 then shows); M-55.
ARGUMENTS = [
    ("0.9.1", "13:30:35", True, "13:30:35"),
    ("0.9.1", "24:00:00", False, None),
    ("0.9.1", "1:30:35", False, None),
    ("0.9.1", "13:30", False, None),
    ("0.9.2", "17-06-30", True, "17-06-30"),
    ("0.9.2", "17-02-29", False, None),
    ("0.9.2", "2017-06-30", False, None),
    ("0.9.2", "17-6-30", False, None),
    ("0.9.5", "5", True, "5"),  # 20 February 2026 is a Friday
    ("0.9.5", "4", False, "5"),
    ("0.9.5", "8", False, "5"),
    ("96.50", DAY, True, DAY),
    ("96.51", DAY[:28], True, DAY),  # 28 digits, padded with 9999
    ("96.52", "0000" + DAY[:28], True, "0000" + DAY[:28]),  # the other style (M-82)
    ("96.50", DAY[:30], False, DAY),
    ("96.50", "06000600" + "9999" * 6, False, DAY),  # not ascending
    ("96.50", "17000600" + "9999" * 6, False, DAY),
    ("96.50", "24009999" + "9999" * 6, False, DAY),
    ("96.50", "06609999" + "9999" * 6, False, DAY),
    ("96.50", "99990600" + "9999" * 6, False, DAY),  # 9999 not at the end
    ("96.60", "12340000", True, "12340000"),
    ("96.60", "00000000", True, "00000000"),
    ("96.61", "51230000", False, "31230000"),
    ("96.61", "30230000", False, "31230000"),  # an unused digit among the used ones
    ("96.62", "3123000", False, "31230000"),
    ("0.8.0", "30*min", True, "30*min"),
    ("0.8.0", "60", True, "60*min"),  # the unit may be left out
    ("0.8.0", "15*min", True, "15*min"),
    ("0.8.0", "20*min", False, "15*min"),
    ("0.8.0", "30*sec", False, "15*min"),
    ("0.8.4", "60*min", True, "60*min"),
    ("0.8.4", "1*min", False, "15*min"),
    ("0.8.4", "01*min", False, "15*min"),
    ("0.9.9", "60*sec", True, "060*sec"),
    ("0.9.9", "999", True, "999*sec"),
    ("0.9.9", "0*sec", False, "180*sec"),
    ("0.9.9", "1000*sec", False, "180*sec"),
    ("F.A.0", BITS, True, BITS),
    ("F.A.0", "00000000000000FF", True, "0" * 56 + "1" * 8),
    ("F.A.0", BITS[:-1], False, None),
    ("F.A.0", "00000000000000ff", False, None),
    ("96.96", "87654321", True, "87654321"),
    ("96.96", "8765432", False, None),
    ("96.96", "8765432A", False, None),
    ("96.96", "٨٧٦٥٤٣٢١", False, None),
    ("1.8.0", "000000.000*kWh", False, None),  # nothing but the listed may be changed (M-54)
    ("0.0.0", "999999999", False, None),
    ("96.3.10", "1", False, None),  # a meter without relay
    ("96.90.0", "1", True, "1"),
    ("96.90.1", "+01:00,26-03-29,03:00;26-10-25,04:00", True, None),
    ("", "", False, None),
]


@pytest.mark.parametrize(("code", "argument", "taken", "shown"), ARGUMENTS)
def test_arguments_are_taken_or_refused(meter, local, code, argument, taken, shown):
    one = meter("combi", 1)
    at = local(2026, 2, 20, 10, 11, 12)
    before = one.settings(at)
    assert one.write(code, argument, port="rs485", at=at, trusted=True) is taken
    assert one.acts[-1].done is taken
    if not taken:
        assert one.settings(at) == before
    if shown:
        assert one.read(code, "", at=at, trusted=True) == f"{code}({shown})".encode()


@pytest.mark.parametrize("kind", ["1p", "3p"])
def test_the_demand_period_of_other_kinds_never_changes(meter, local, kind):
    for argument in ("30*min", "15*min"):
        assert not meter(kind, 1).write("0.8.0", argument, port="rs485", at=local(2026, 2, 20), trusted=True)


@given(code=st.sampled_from(sorted(CHANGES)), argument=st.text(max_size=40))
def test_any_argument_is_taken_or_refused_and_never_breaks_the_meter(meter, local, code, argument):  # M-44
    one = meter("combi", 1, load=Steady(power_w=(100, 0, 0)))
    at = local(2026, 1, 15, 10, 11, 12)
    one.write(code, argument, port="rs485", at=at, trusted=True)
    assert one.packet("6", at=at + timedelta(hours=1))


@given(times=st.lists(st.integers(0, 1439), max_size=8), digits=st.text("01234", min_size=8, max_size=8))
def test_tables_the_meter_takes_tell_a_tariff_for_every_minute(times, digits):  # M-83
    hours = accepted_hours("".join(f"{t // 60:02d}{t % 60:02d}" for t in times).ljust(32, "9"))
    slices = accepted_slices(digits)
    assert (hours is not None) == (times == sorted(set(times)))
    assert (slices is not None) == (re.fullmatch("[1-4]*0*", digits) is not None)
    if hours and slices:
        switches = DayTable(hours, slices).switches()
        assert switches[0][0] == 0
        assert [minute for minute, _ in switches] == sorted({minute for minute, _ in switches})
        assert {tariff for _, tariff in switches} <= {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("hours", "slices", "fits", "switches"),
    [
        (DAY, "31230000", True, [(0, 3), (360, 1), (1020, 2), (1320, 3)]),  # style 1
        ("0000" + DAY[:28], "31230000", True, [(0, 3), (360, 1), (1020, 2), (1320, 3)]),  # style 2
        (DAY, "31200000", False, [(0, 3), (360, 1), (1020, 2), (1320, 1)]),  # a missing slice: T1 (M-84)
        ("9999" * 8, "40000000", True, [(0, 4)]),
        ("9999" * 8, "00000000", False, [(0, 1)]),
        (DAY, "31234000", False, [(0, 3), (360, 1), (1020, 2), (1320, 3)]),
    ],
)
def test_both_styles_of_tables_say_the_same(hours, slices, fits, switches):
    table = DayTable(hours, slices)
    assert table.fits is fits
    assert list(table.switches()) == switches


def test_a_new_table_holds_from_its_acknowledge(meter, local):
    one = meter("3p", 1, load=Steady(power_w=(3600, 0, 0)))  # one Wh a second
    at = local(2026, 2, 20, 10, 11, 12)  # a Friday, T1
    assert one.write("96.60", "34230000", port="rs485", at=at, trusted=True)
    after = Interval(at, local(2026, 2, 20, 17))
    assert one.energy_wh("1.8.4", after) == after.length.total_seconds()
    assert one.energy_wh("1.8.4", Interval(local(2026, 2, 1), at)) == 0
    assert one.energy_wh("1.8.1", Interval(local(2026, 2, 21), local(2026, 2, 22))) == 11 * 3600  # Saturday
    word = one.read("F.F.0", "", at=local(2026, 2, 20, 12)).decode()
    assert word[-2 - 31] == "1"  # T4 not zero
    assert word[-2 - 33] == "1"  # changed in another year than it was made


def test_tables_that_do_not_fit_show_in_the_state_word_until_they_do(meter, local):
    one = meter("combi", 1)
    at = local(2026, 2, 20, 10, 11, 12)

    def bit32(when):
        return one.read("F.F.0", "", at=when).decode()[-2 - 32]

    assert bit32(at) == "0"
    one.write("96.50", "0600" + "9999" * 7, port="rs485", at=at, trusted=True)
    assert bit32(at) == "1"
    one.write("96.60", "21000000", port="rs485", at=at + timedelta(seconds=3), trusted=True)
    assert bit32(at + timedelta(seconds=3)) == "0"


def test_tariff_changes_are_stamped_once_a_minute(meter, local):  # M-85
    one = meter("combi", 1)
    first, second = local(2026, 2, 20, 10, 11, 12), local(2026, 2, 20, 10, 13, 0)
    for at in (first, first + timedelta(seconds=20), second):
        assert one.write("96.60", "31230000", port="rs485", at=at, trusted=True)
    assert one.read("96.2.2", "", at=second) == b"96.2.2(26-02-20,10:13)"
    assert one.read("96.2.2*1", "", at=second) == b"96.2.2*1(26-02-20,10:11)"
    assert one.read("96.2.2*2", "", at=second) == b"96.2.2*2(00-00-00,00:00)"


def test_eleven_changes_push_the_oldest_out(meter, local):
    one = meter("combi", 1)
    for minute in range(13):
        at = local(2026, 2, 20, 10, minute)
        assert one.write("96.60", "31230000", port="rs485", at=at, trusted=True)
    assert one.read("96.2.2*10", "", at=at) == b"96.2.2*10(26-02-20,10:02)"


def test_setting_the_clock_moves_the_date_and_nothing_measured(meter, local):
    load = Steady(power_w=(900, 50, 0))
    one, quiet = meter("3p", 1, load=load), meter("3p", 1, load=load)
    at = local(2026, 2, 20, 23, 50)
    assert one.write("0.9.2", "26-03-07", port="rs485", at=at, trusted=True)
    later = local(2026, 2, 21, 1)
    lines = one.packet("6", at=later).decode()
    assert "0.9.2(26-03-08)" in lines
    assert "0.9.5(7)" in lines  # recomputed
    assert one.registers(later)["1.8.0"] == quiet.registers(later)["1.8.0"]
