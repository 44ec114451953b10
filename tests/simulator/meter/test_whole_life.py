"""Whatever is done to a meter: is every Wh there, once, and its state written down and back? (M-60, M-180)"""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from osos.quantities import TURKIYE, DeviceId
from osos.simulator.load import Steady
from osos.simulator.meter import MeterSpec, VirtualMeter
from osos.simulator.meter.saving import NotAState

POWER_W = (1000, 700, 300)
LOAD = Steady(power_w=POWER_W)
SPEC = MeterSpec(
    device=DeviceId("OSO", "000123456"),
    kind="combi",
    ways=2,
    since=datetime(2026, 1, 30, 22, 7, 23, tzinfo=TURKIYE),
    options=frozenset({"rs485", "relay"}),
)
WRITES = st.sampled_from(
    [
        ("0.9.1", "03:00:30"),
        ("0.9.1", "23:59:50"),
        ("0.9.2", "26-02-27"),
        ("0.9.2", "99-12-31"),
        ("0.9.2", "26-10-25"),
        ("96.60", "41230000"),
        ("96.50", "05000630183099999999999999999999"),
        ("0.8.0", "30*min"),
        ("0.8.4", "60*min"),
        ("0.9.9", "001*sec"),
        ("96.90.0", "1"),
        ("96.90.2", "+02:00,26-02-01,01:00;26-02-03,02:30"),
        ("96.3.10", "1"),
        ("96.3.10", "0"),
        ("96.3.12", "000.000"),
        ("96.3.12", "100.000"),
    ]
)


class WholeLife(RuleBasedStateMachine):
    """Watt-seconds counted by hand beside the meter: what flows while phase and contact are closed.

    The load is steady, so the sum is exact.
    """

    def __init__(self) -> None:
        super().__init__()
        self.meter = VirtualMeter(SPEC, LOAD)
        self.at = SPEC.since
        self.supply, self.back, self.closed = (True,) * 3, (False,) * 3, True
        self.counted_ws = [0, 0]
        self.shown = self.meter.registers(self.at)

    def _pass(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)
        for phase, power_w in enumerate(POWER_W):
            if self.supply[phase] and self.closed:
                self.counted_ws[self.back[phase]] += power_w * seconds

    @rule(seconds=st.integers(1, 900) | st.integers(1, 3 * 86_400))
    def time_passes(self, seconds: int) -> None:
        self._pass(seconds)

    @rule(supply=st.tuples(*[st.booleans()] * 3), external=st.booleans(), battery=st.booleans())
    def the_network_comes_and_goes(self, supply, external, battery) -> None:
        self.supply = supply
        self.meter.rig(at=self.at, supply=supply, external=external, clock_battery=battery)

    @rule(back=st.tuples(*[st.booleans()] * 3))
    def currents_turn(self, back) -> None:
        self.back = back
        self.meter.rig(at=self.at, reversed_current=back)

    @rule(terminal=st.booleans(), top=st.booleans(), magnet_mt=st.sampled_from([0, 400, 401]))
    def hands_are_laid_on_it(self, terminal, top, magnet_mt) -> None:
        self.meter.rig(at=self.at, terminal_open=terminal, top_open=top, magnet_mt=magnet_mt)

    @rule(what=WRITES, port=st.sampled_from(["optical", "rs485"]))
    def something_is_written(self, what, port) -> None:
        self.meter.write(*what, port=port, at=self.at, trusted=True)
        state = self.meter.settings(self.at)
        if state.limiting and state.limit_w == 0:
            self.closed = False

    @rule()
    def the_centre_disconnects(self) -> None:
        for code, argument in (("96.3.10", "1"), ("96.3.12", "000.000")):
            assert self.meter.write(code, argument, port="rs485", at=self.at, trusted=True)
        self.closed = False

    @rule(held_s=st.sampled_from([0.2, 5.0]))
    def the_button_is_pressed(self, held_s) -> None:
        if held_s >= 5 and not self.meter.settings(self.at).limiting and any(self.supply):
            self.closed = True
        self.meter.press(at=self.at, held_s=held_s)

    @rule()
    def the_month_is_closed_by_hand(self) -> None:
        self.meter.press_reset(at=self.at)

    @rule()
    def it_is_read(self) -> None:
        for packet in "06789":
            assert self.meter.packet(packet, at=self.at, port="optical")
        assert self.meter.read("P.01", ";", at=self.at) is not None
        assert self.meter.display(at=self.at)

    @precondition(lambda self: self.at > SPEC.since)
    @rule()
    def it_is_saved_and_restored(self) -> None:
        saved = self.meter.save()
        again = VirtualMeter.restore(SPEC, LOAD, saved)
        assert again.save() == saved
        assert again.packet("0", at=self.at) == self.meter.packet("0", at=self.at)
        later = self.at + timedelta(days=3)
        for name in ("P.01", "P.02", "P.03"):
            assert again.read(name, ";", at=later) == self.meter.read(name, ";", at=later)
        self.meter = again

    @invariant()
    def every_watt_hour_is_there_once(self) -> None:
        found = self.meter.registers(self.at)
        assert found["1.8.0"] == sum(found[f"1.8.{n}"] for n in range(1, 5)) == self.counted_ws[0] // 3600
        assert found["2.8.0"] == sum(found[f"2.8.{n}"] for n in range(1, 5)) == self.counted_ws[1] // 3600
        assert all(found[code] >= self.shown[code] for code in found)
        self.shown = found


WholeLife.TestCase.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
TestWholeLife = WholeLife.TestCase


def test_a_state_of_another_meter_is_refused(spec, meter):
    saved = meter("combi", 2, load=LOAD).save()
    other = spec("combi", 2, device=DeviceId("OSO", "000000009"))
    with pytest.raises(NotAState, match="000000009"):
        VirtualMeter.restore(other, LOAD, saved)


@given(cut=st.integers(0, 3000), flip=st.integers(0, 255))
@settings(max_examples=150, deadline=None)
def test_a_damaged_state_is_refused_or_read_but_never_an_uncaught_error(meter, same_day, cut, flip):
    saved = bytearray(meter("combi", 2, load=same_day).save())
    cut %= len(saved)
    with pytest.raises(NotAState):
        VirtualMeter.restore(SPEC, LOAD, bytes(saved[:cut]))
    saved[cut] ^= flip
    try:
        VirtualMeter.restore(SPEC, LOAD, bytes(saved))
    except NotAState as error:
        assert str(error)  # either outcome is right, an unnamed one is not


def test_what_the_meter_will_do_by_itself_is_restored_too(meter, local, same_day):  # M-97, M-180
    one = meter("combi", 2, load=same_day)
    assert one.write("96.90.0", "1", port="rs485", at=local(2026, 2, 1), trusted=True)
    again = VirtualMeter.restore(one.spec, same_day, one.save())
    later = local(2026, 3, 29, 12)
    assert b"0.9.1(13:00:00)" in again.packet("6", at=later)
    assert again.packet("0", at=later) == one.packet("0", at=later)
