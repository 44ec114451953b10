"""What of 062.B's own ways does a gen3 meter play? (M-108, M-109, M-162)"""

from datetime import timedelta

import pytest

from osos.iec62056 import Command, Write
from osos.meters import parse_profile, profile_named
from osos.simulator.load import Steady
from osos.simulator.meter import VirtualMeter

GEN3 = profile_named("gen3")
OPTIONS = frozenset({"rs485", "neutral", "quality"})


@pytest.fixture
def gen3(spec):
    def build(kind="combi", ways=1, **more):
        load = Steady(power_w=(1150,) if kind == "1p" else (1150, 2300, 575), reactive_var=None)
        return VirtualMeter(spec(kind, ways, profile=GEN3, options=OPTIONS, **more), load)

    return build


def test_the_second_profile_tells_each_phase_on_average(gen3, local):  # M-109
    told = gen3().read("P.02", "26-02-01,10:00;26-02-01,10:15", at=local(2026, 2, 1, 12)).decode()
    head, *records = told.splitlines()
    assert head == (
        "LPCH:32.7.0*V,52.7.0*V,72.7.0*V,31.7.0*A,51.7.0*A,71.7.0*A,33.7.0*-,53.7.0*-,73.7.0*-,14.7.0*Hz"
    )
    assert [record[1:15] for record in records] == ["26-02-01,10:00", "26-02-01,10:15"]
    volts, amperes = (records[0].split("(")[2].split(",")[at] for at in (0, 3))
    assert float(volts) * float(amperes) == pytest.approx(1150, rel=0.01)


def test_both_profiles_come_in_one_line_a_label(gen3, local):  # M-109
    meter, asked = gen3(), "26-02-01,10:00;26-02-01,11:00"
    at = local(2026, 2, 1, 12)
    first, second, both = (
        meter.read(name, asked, at=at).decode().splitlines() for name in ("P.01", "P.02", "P.12")
    )
    assert both[0] == first[0] + second[0].replace("LPCH:", ",")
    for one, two, three in zip(first[1:], second[1:], both[1:], strict=True):
        assert three == one[:-1] + "," + two[two.index(")(") + 2 :]


def test_chosen_columns_come_as_asked(gen3, local):  # M-109
    meter, at = gen3(), local(2026, 2, 1, 12)
    told = meter.read("P.12", "26-02-01,10:00;26-02-01,10:00)(Y210,Y101", at=at).decode().splitlines()
    assert told[0] == "LPCH:73.7.0*-,1.8.0*kWh"
    whole = meter.registers(local(2026, 2, 1, 10))["1.8.0"]
    assert told[1] == f"(26-02-01,10:00)(1.00,{whole // 1000:06d}.{whole % 1000:03d})"
    records, _ = parse_profile("\r\n".join(told).encode() + b"\r\n")
    assert len(records.labels) == 1


@pytest.mark.parametrize(
    "command",
    [
        Command.for_code("R2", "P.12", ";)(Y101,Y999"),
        Command.for_code("R2", "P.01", "yesterday;today"),
        Command.for_code("R2", "P.02", ";)(Y101"),
    ],
)
def test_a_profile_query_it_does_not_understand_is_met_with_silence(gen3, local, command):  # M-108
    side = gen3().port("optical", now=lambda: local(2026, 2, 1, 12)).side(300, reaction_s=0.0)
    side.receive(b"/?!\r\n", baud=None, now=0.0)
    side.receive(b"\x06051\r\n", baud=None, now=1.0)
    assert not [one for one in side.receive(command.render(), baud=None, now=2.0) if isinstance(one, Write)]
    heard = side.receive(Command.for_code("R2", "0.0.0", "").render(), baud=None, now=3.0)
    assert b"0.0.0(000123456)" in heard[0].data


def test_the_speed_offered_can_be_raised(gen3, local):  # M-162
    meter, at = gen3(), local(2026, 2, 1, 12)
    assert meter.identification()[4:5] == b"5"
    assert not meter.write("20.0.0", "7", port="rs485", at=at, trusted=True, level=1)
    assert meter.write("20.0.0", "6", port="rs485", at=at, trusted=True, level=1)
    assert meter.identification()[4:5] == b"6"


def test_the_demand_button_can_be_put_off(gen3, local):  # M-72
    meter = gen3()
    assert meter.write("96.91.0", "0", port="rs485", at=local(2026, 2, 1, 12), trusted=True, level=2)
    assert meter.read("96.91.0", "", at=local(2026, 2, 1, 13)) == b"96.91.0(0)"
    assert not meter.press_reset(at=local(2026, 2, 1, 14))
    assert meter.reset_demand(port="rs485", at=local(2026, 2, 1, 15), trusted=True)


def test_dips_and_swells_are_listed_newest_first(gen3, local):  # M-73
    meter = gen3()
    for minute, tenths in ((0, 1900), (10, None), (20, 2700), (30, None), (40, 1800), (50, None)):
        meter.rig(at=local(2026, 2, 1, 12, minute), voltage_dv=(tenths, None, None))
    at = local(2026, 2, 1, 13)
    assert meter.read("32.34.0*1", "", at=at) == b"32.34.0*1(9999,%078,26-02-01,12:40:00)"
    assert meter.read("32.34.0*2", "", at=at) == b"32.34.0*2(9999,%082,26-02-01,12:00:00)"
    assert meter.read("32.38.0*1", "", at=at) == b"32.38.0*1(9999,%117,26-02-01,12:20:00)"
    assert meter.read("52.34.0*1", "", at=at) == b"52.34.0*1(0000,%000,00-00-00,00:00:00)"


def test_the_plate_and_the_program_are_told(gen3, local):  # M-162
    meter, at = gen3(), local(2026, 2, 1)
    assert meter.read("96.92.1", "", at=at).startswith(b"96.92.1(258101,OSOS,OSO,OSOS.VM25,")
    assert len(meter.read("0.2.1", "", at=at)) == len("0.2.1(00003C09)")


@pytest.mark.parametrize("connection", ["direct", "X/5"])
def test_polarity_and_direction_are_watched_behind_current_transformers_only(gen3, local, connection):
    """M-115, M-116"""
    one, at = gen3(connection=connection), local(2026, 2, 10, 12)
    one.rig(at=at, reversed_voltage=(True, False, False))
    one.rig(at=at + timedelta(hours=1), reversed_voltage=(False,) * 3)
    one.rig(at=at + timedelta(hours=2), reversed_current=(True, False, False))
    shot = one.snapshot(at + timedelta(hours=3))
    assert (len(shot.voltage_alarms), len(shot.current_alarms)) == ((0, 0), (1, 1))[connection == "X/5"]
    listed = b"96.77.30*1(" in one.packet("8", at=at + timedelta(hours=3))
    assert listed is (connection == "X/5")
