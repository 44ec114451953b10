"""Is every kind of meter made, and do its two ports keep to themselves at every speed? (M-1…M-19)"""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osos.iec62056 import BAUD, Command, SwitchBaud, Write, block_check
from osos.iec62056.identification import parse_identification
from osos.iec62056.reading_side import speeds_to_try
from osos.quantities import DeviceId
from osos.simulator.load import Steady
from osos.simulator.meter import MeterSpec, VirtualMeter

KINDS = [
    ("1p", "direct", None),
    ("3p", "direct", None),
    ("3p", "X/5", None),
    ("combi", "direct", None),
    ("combi", "X/5", None),
    ("combi", "X/5", "3x57.7/100"),
    ("combi", "X/1", "3x57.7/100"),
]
REQUEST = b"/?!\r\n"


def load_of(kind):
    return Steady(power_w=(1000,) if kind == "1p" else (1000, 600, 200))


@pytest.mark.parametrize("ways", [1, 2])
@pytest.mark.parametrize(("kind", "connection", "voltage"), KINDS)
def test_every_approved_type_reads_out(spec, local, kind, connection, voltage, ways):  # M-1, M-2
    meter = VirtualMeter(spec(kind, ways, connection=connection, voltage=voltage), load_of(kind))
    text = meter.packet("0", at=local(2026, 2, 2)).decode()
    assert ("\n2.8.0(" in text) is (ways == 2)
    assert ("\n5.8.0(" in text) is (kind == "combi")
    assert ("\n52.7.0(" in text) is (kind != "1p")


def test_a_voltage_that_is_no_meters_is_refused(spec):  # M-2
    with pytest.raises(ValueError, match="three voltages"):
        spec("3p", 1, voltage="230")


@pytest.mark.parametrize(("option", "code"), [("relay", "96.3.10"), ("neutral", None)])
def test_options_bring_their_lines_and_their_want_takes_them(spec, local, option, code):  # M-3
    with_it, without = (
        VirtualMeter(spec("combi", 1, options=frozenset(options)), load_of("combi"))
        for options in (("rs485", option), ("rs485",))
    )
    at = local(2026, 2, 2)
    assert "rs485" in MeterSpec(device=DeviceId("OSO", "1"), kind="1p", since=at).options  # default on
    if code:
        assert with_it.read(code, "", at=at)
        assert without.read(code, "", at=at) is None


def test_registers_are_secondary_values_whatever_the_connection(spec, local):  # M-4
    period = [local(2026, 2, 1, 10), local(2026, 2, 1, 11)]
    moved = {
        connection: [
            VirtualMeter(spec("combi", 1, connection=connection), load_of("combi")).registers(at)["1.8.0"]
            for at in period
        ]
        for connection in ("direct", "X/5", "X/1")
    }
    assert {after - before for before, after in moved.values()} == {1800}


@pytest.mark.parametrize(("kind", "leds"), [("1p", 1), ("3p", 1), ("combi", 3)])
def test_impulse_leds_by_kind(spec, kind, leds):  # M-5
    assert spec(kind, 1).impulse_leds == leds
    assert spec(kind, 1).impulses_per_kwh == 1000


def test_a_meter_is_told_by_flag_and_serial(meter, local):  # M-6
    one = meter("combi", 1, load=load_of("combi"))
    told = parse_identification(one.identification().rstrip(b"\r\n"))
    assert told.flag == "OSO"
    at = local(2026, 2, 2)
    assert one.read("0.0.0", "", at=at) == b"0.0.0(000123456)"
    assert one.read("96.1.3", "", at=at) == b"96.1.3(25-11-17)"


class Ports:
    """Both ports of one meter, with a clock that the test moves."""

    def __init__(self, meter, at) -> None:
        self.now, self.heard = 0.0, {"optical": b"", "rs485": b""}
        self.sides = {
            name: meter.port(name, now=lambda: at).side(speeds, reaction_s=0.0)
            for name, speeds in (("optical", 300), ("rs485", (300, 9600)))
        }

    def say(self, name, data, baud=None):
        found = self.sides[name].receive(data, baud=baud, now=self.now)
        self.heard[name] += b"".join(one.data for one in found if isinstance(one, Write))
        return found


@pytest.fixture
def ports(meter, local):
    return lambda: Ports(meter("1p", 1, load=load_of("1p")), local(2026, 2, 2))


@pytest.mark.parametrize("start", [("optical", 300), ("rs485", 300), ("rs485", 9600)])
@pytest.mark.parametrize("z", "0123456")
def test_every_speed_up_to_the_offered_one_is_taken_on_either_port(ports, start, z):  # M-10, M-13
    both = ports()
    (name, baud), other = start, "rs485" if start[0] == "optical" else "optical"
    both.say(name, REQUEST, baud)
    both.say(other, REQUEST, 300)  # the other port in session as well
    found = both.say(name, b"\x060%s6\r\n" % z.encode(), baud)
    assert SwitchBaud(BAUD[z]) in found or BAUD[z] == baud or (name == "optical" and z == "0" and baud == 300)
    said = next(one.data for one in found if isinstance(one, Write))
    assert said[:1] == b"\x02"
    assert said.count(b"\r\n") >= 20
    assert block_check(said[1:-1]) == said[-1]


@pytest.mark.parametrize("bad", [b"\x06076\r\n", b"\x06064\r\n", b"\x06061", b"\x06162\r\n", b"\x0606x\r\n"])
def test_an_unknown_acknowledge_is_met_with_silence(ports, bad):  # M-13
    both = ports()
    both.say("optical", REQUEST, 300)
    before = both.heard["optical"]
    both.say("optical", bad, 300)
    assert both.heard["optical"] == before


def test_the_other_speed_is_noise(ports):  # M-10, M-19
    both = ports()
    both.say("optical", REQUEST, 9600)
    assert both.heard["optical"] == b""
    both.say("optical", REQUEST, None)  # a line that carries no speed: everything is heard
    assert both.heard["optical"]


def test_an_answer_waits_its_reaction_time_unless_time_is_compressed(meter, local):  # M-16
    one = meter("1p", 1, load=load_of("1p"))
    for reaction_s in (0.25, 0.0):
        side = one.port("optical", now=lambda: local(2026, 2, 2)).side(300, reaction_s=reaction_s)
        assert side.receive(REQUEST, baud=300, now=0.0)[-1].after_s == reaction_s


def test_nak_is_the_only_refusal_and_short_packets_are_whole(ports):  # M-31, M-46
    both = ports()
    both.say("optical", REQUEST, 300)
    both.say("optical", b"\x06051\r\n", 300)
    for command in (
        Command.for_code("W2", "0.9.1", "12:00:00"),
        Command.for_code("R2", "9.9.9", ""),
        Command.for_code("E2", "1.6.0", ""),
    ):
        before = len(both.heard["optical"])
        both.say("optical", command.render(), 9600)
        assert both.heard["optical"][before:] == b"\x15"


def test_any_number_of_meters_lives_in_one_process(spec, local):  # M-182
    at = local(2026, 1, 15, 11)
    serials = [f"{number:09d}" for number in range(300)]
    fleet = [VirtualMeter(spec("1p", 1, device=DeviceId("OSO", one)), load_of("1p")) for one in serials]
    said = {meter.read("0.0.0", "", at=at) for meter in fleet}
    assert len(said) == 300


# What a port may be told: sense, nonsense, sense cut short, and time between.
SENSE = [
    REQUEST,
    b"/?000123456!\r\n",
    b"/?OSO000123457!\r\n",
    b"\x06050\r\n",
    b"\x06066\r\n",
    b"\x06061\r\n",
    b"\x15",
    b"/@!\r\n",
    b"/*!\r\n",
    Command.for_code("R2", "1.8.0", "").render(),
    Command.for_code("R2", "P.01", "26-02-01,00:00;26-02-01,01:00").render(),
    Command.for_code("W2", "0.9.1", "12:34:56").render(),
    Command("P", "1", b"(00000000)").render(),
    Command("B", "0", None).render(),
]
BYTES = (
    st.sampled_from(SENSE)
    | st.binary(max_size=40)
    | st.sampled_from(SENSE).flatmap(lambda whole: st.integers(0, len(whole)).map(lambda cut: whole[:cut]))
)
STEP = st.tuples(st.sampled_from(["optical", "rs485"]), BYTES, st.sampled_from([0.0, 0.1, 2.0, 70.0]))
STEPS = st.lists(STEP, max_size=12)


@given(steps=STEPS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_neither_port_changes_a_byte_of_the_other_whatever_it_hears(ports, steps):  # M-7, SP-09…SP-11
    together = ports()
    alone = {name: ports() for name in ("optical", "rs485")}
    for name, data, pause_s in steps:
        for one in (together, *alone.values()):
            one.now += pause_s
        together.say(name, data)
        alone[name].say(name, data)
    for name in ("optical", "rs485"):
        strip = _without_tries
        assert strip(together.heard[name]) == strip(alone[name].heard[name])


def _without_tries(heard: bytes) -> bytes:
    """A password counts on both ports together (M-50), so the verdicts of writes may differ."""
    return heard.replace(b"\x15", b"").replace(b"\x06", b"")


@pytest.mark.parametrize(("one", "two"), list(itertools.permutations(["optical", "rs485"])))
def test_a_port_is_served_while_the_other_one_talks(ports, one, two):  # M-7
    both = ports()
    both.say(one, REQUEST, 300)
    both.say(one, b"\x06051\r\n", 300)
    both.say(two, b"/?000123456!\r\n", 300)
    both.say(two, b"\x06056\r\n", 300)
    assert both.heard[two].endswith(bytes([both.heard[two][-1]]))
    assert b"1.8.0(" in both.heard[two]
    both.say(one, Command.for_code("R2", "1.8.0", "").render(), 9600)
    assert b"1.8.0(" in both.heard[one]


OVERLONG = [b"/?" + b"9" * 5000 + b"!\r\n", b"\x01R2\x02" + b"(" * 5000, b"\x02" * 5000, b"\xff" * 5000]


@pytest.mark.parametrize("noise", OVERLONG)
@pytest.mark.parametrize("name", ["optical", "rs485"])
def test_a_flood_is_survived_on_both_ports_at_once(ports, noise, name):  # M-11
    both = ports()
    for one in ("optical", "rs485"):
        both.say(one, noise)
    both.now += 100.0
    for one in ("optical", "rs485"):
        both.say(one, REQUEST)
        assert b"/OSO6<2>" in both.heard[one]


def test_a_meter_is_of_the_second_generation_unless_told_otherwise(spec):  # M-160, M-161
    plain = spec("combi", 1)
    assert plain.profile.name == "gen2"
    assert b"<2>" in VirtualMeter(plain, load_of("combi")).identification()
    other = plain.profile.overridden({"ident.style": "flag-serial"})
    assert (
        b"<2>OSO000123456" in VirtualMeter(spec("combi", 1, profile=other), load_of("combi")).identification()
    )


@pytest.mark.parametrize(
    "line",
    [b"/OSO6<2>OSOS.VM25", b"/OSO6[2]OSOS.VM25", b"/OSO6<2>OSOS.VM25 ", b"/OSO6<2>" + b"X" * 56],
)
def test_identifications_as_they_come_are_understood(line):  # M-170
    told = parse_identification(line)
    assert (told.flag, told.generation) == ("OSO", 2)


def test_whatever_a_running_stream_left_before_the_request_is_ignored(ports):  # M-11, M-170
    both = ports()
    both.say("optical", b"8.0(000123.456*kWh)\r\n!\r\n\x03\x41/?!\r\n", 300)
    assert both.heard["optical"].startswith(b"/OSO6<2>")


@pytest.mark.parametrize("start", [300, 9600, 19200, 4800, 2400])
def test_a_reader_that_tries_every_speed_meets_the_ports(ports, start):  # M-174
    tried = speeds_to_try(start)
    assert tried[0] == start
    assert set(tried) == {300, 9600, 19200, 4800, 2400}
    for name in ("optical", "rs485"):
        both = ports()
        for baud in tried:
            if not both.heard[name]:
                both.say(name, REQUEST, baud)
                both.now += 1.5
        assert both.heard[name].startswith(b"/OSO6<2>")
