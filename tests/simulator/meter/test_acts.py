"""Is what a meter says a matter of its acts and the time alone, whatever it was asked in between?"""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from osos.quantities import Interval

ACTS = [
    ("0.9.1", "03:00:30"),
    ("0.9.1", "23:59:50"),
    ("0.9.2", "26-02-27"),
    ("0.9.2", "26-01-31"),
    ("96.60", "41230000"),
    ("96.61", "22220000"),
    ("96.50", "05000630183099999999999999999999"),
    ("0.8.0", "30*min"),
    ("0.8.4", "60*min"),
    ("E2", ""),
]
LIVES = st.lists(st.tuples(st.integers(1, 5 * 86_400), st.sampled_from(ACTS)), min_size=1, max_size=5)


def act(meter, at, code, argument) -> None:
    if code == "E2":
        meter.reset_demand(port="rs485", at=at, trusted=True)
    else:
        meter.write(code, argument, port="rs485", at=at, trusted=True)


@given(life=LIVES, looks=st.lists(st.integers(0, 40 * 86_400), max_size=4))
@settings(max_examples=8)
def test_questions_between_acts_change_nothing(meter, same_day, life, looks):
    asked, quiet = (meter("combi", 2, load=same_day) for _ in range(2))
    at = asked.spec.since
    for pause_s, (code, argument) in life:
        for look_s in looks:  # into the past and far beyond the coming act
            asked.packet("7", at=asked.spec.since + timedelta(seconds=look_s))
            asked.read("P.02", ";", at=asked.spec.since + timedelta(seconds=look_s))
        at += timedelta(seconds=pause_s)
        act(asked, at, code, argument)
        act(quiet, at, code, argument)
    end = at + timedelta(days=9)
    assert asked.packet("0", at=end) == quiet.packet("0", at=end)
    for name in ("P.01", "P.02"):
        assert asked.read(name, ";", at=end) == quiet.read(name, ";", at=end)


@given(life=LIVES)
@settings(max_examples=8)
def test_no_act_creates_or_loses_a_watt_hour(meter, same_day, life):
    acted, quiet = (meter("combi", 2, load=same_day) for _ in range(2))
    at = acted.spec.since
    for pause_s, (code, argument) in life:
        at += timedelta(seconds=pause_s)
        act(acted, at, code, argument)
    end = at + timedelta(days=9)
    found, plain = acted.registers(end), quiet.registers(end)
    for code in ("1.8.0", "2.8.0", "5.8.0", "6.8.0", "7.8.0", "8.8.0"):
        assert found[code] == plain[code]
    assert found["1.8.0"] == sum(found[f"1.8.{n}"] for n in range(1, 5))
    assert found["2.8.0"] == sum(found[f"2.8.{n}"] for n in range(1, 5))
    rows = acted.profile_records("P.01", at=end)
    energies = rows.values[:, rows.columns.index("1.8.0")]
    assert (
        energies[1:] >= energies[:-1]
    ).all()  # storage order is the order of time, whatever the labels say
    assert energies[-1] <= acted.energy_wh("1.8.0", Interval(acted.spec.since, end))
