"""Who may change what, over which port, and how often?"""

from datetime import date, timedelta

import pytest

from osos.iec62056 import Command, MeterSide
from osos.quantities import DeviceId
from osos.simulator.meter import derived_password


@pytest.fixture
def at(local):
    return local(2026, 2, 20, 10, 11, 12)


class Clockwork:
    """The test's own hands on the clock."""

    def __init__(self, now) -> None:
        self.instant = now

    def now(self):
        return self.instant


def port_of(meter, at, name="rs485"):
    clock = Clockwork(at)
    return meter.port(name, now=clock.now), clock


def test_passwords_differ_from_meter_to_meter():
    made = date(2025, 11, 17)
    found = {derived_password(DeviceId("OSO", f"{n:09d}"), made) for n in range(50)}
    assert len(found) == 50
    assert all(len(one) == 8 and one.isdecimal() for one in found)
    assert derived_password(DeviceId("OSO", "000000001"), made) == derived_password(
        DeviceId("OSO", "000000001"), made
    )


def test_no_write_without_the_password(meter, at):
    one = meter()
    port, _ = port_of(one, at)
    port.seed()
    assert not port.write("0.8.4", "30*min")
    assert port.password(1, "00000000")  # ACKed: the refusal comes with the write (M-42)
    assert not port.write("0.8.4", "30*min")
    assert port.read("96.96", "") is None  # M-52
    assert port.password(1, one.spec.first_password)
    assert port.write("0.8.4", "30*min")
    assert port.read("96.96", "") == f"96.96({one.spec.first_password})".encode()


def test_a_profile_may_refuse_at_the_p_message(meter, at):
    profile = meter().spec.profile.overridden({"password.refuse_at": "p"})
    port, _ = port_of(meter(profile=profile), at)
    port.seed()
    assert not port.password(1, "00000000")


def test_a_new_session_forgets_the_password(meter, at):
    one = meter()
    port, _ = port_of(one, at)
    first = port.seed()
    port.password(1, one.spec.first_password)
    assert port.seed() != first
    assert not port.write("0.8.4", "30*min")


def test_seeds_are_sixteen_hex_digits_and_the_same_again(meter, at):  # M-40
    def seeds():
        port, _ = port_of(meter(), at)
        return [port.seed() for _ in range(3)]

    found = seeds()
    assert found == seeds()
    assert len(set(found)) == 3
    assert all(len(one) == 16 and int(one, 16) >= 0 and one == one.upper() for one in found)


def test_levels_two_and_three_are_gen3s(meter, at):
    one = meter()
    port, _ = port_of(one, at)
    port.seed()
    assert not port.password(2, one.spec.first_password)
    assert not port.write("0.8.4", "30*min")


def test_the_optical_port_wants_an_open_cover(meter, at):
    one = meter()
    port, _ = port_of(one, at, "optical")
    port.seed()
    port.password(1, one.spec.first_password)
    assert not port.write("0.8.4", "30*min")  # closed (M-47)
    assert port.execute("1.6.0", "")  # any cover state (M-49)


def test_three_wrong_tries_lock_both_ports_for_six_hours(meter, at):  # M-50
    one = meter()
    optical, _ = port_of(one, at, "optical")
    rs485, clock = port_of(one, at)
    for port in (optical, rs485, optical):
        port.seed()
        port.password(1, "11111111")
    rs485.seed()
    rs485.password(1, one.spec.first_password)
    assert not rs485.write("0.8.4", "30*min")
    assert not rs485.execute("1.6.0", "")
    assert rs485.read("1.8.0", "")  # reading goes on
    clock.instant = at + timedelta(hours=6) - timedelta(seconds=1)
    assert not rs485.write("0.8.4", "30*min")
    clock.instant = at + timedelta(hours=6)
    assert rs485.write("0.8.4", "30*min")


def test_a_right_try_clears_the_wrong_ones(meter, at):
    one = meter()
    port, _ = port_of(one, at)
    for text in ("1", "2", one.spec.first_password, "3", "4", one.spec.first_password):
        port.seed()
        port.password(1, text)
    assert port.write("0.8.4", "30*min")


def test_after_the_lock_the_count_starts_at_nothing(meter, at):
    one = meter()
    port, clock = port_of(one, at)
    for _ in range(3):
        port.seed()
        port.password(1, "1")
    clock.instant = at + timedelta(hours=6)
    for _ in range(2):
        port.seed()
        port.password(1, "1")
    port.seed()
    port.password(1, one.spec.first_password)
    assert port.write("0.8.4", "30*min")


def test_a_new_password_holds_at_once_and_changes_once_a_month(meter, at, local):
    one = meter()
    port, clock = port_of(one, at)
    port.seed()
    port.password(1, one.spec.first_password)
    assert port.write("96.96", "87654321")
    assert not port.write("96.96", "11223344")  # M-51
    port.seed()
    port.password(1, one.spec.first_password)
    assert not port.write("0.8.4", "30*min")
    clock.instant = local(2026, 3, 1)
    port.seed()
    port.password(1, "87654321")
    assert port.write("96.96", "11223344")


@pytest.mark.parametrize(("code", "argument"), [("1.6.0", "1"), ("1.8.0", ""), ("", ""), ("1.6.0*1", "")])
def test_only_the_demand_reset_is_executed(meter, at, code, argument):
    one = meter()
    port, _ = port_of(one, at)
    port.seed()
    port.password(1, one.spec.first_password)
    assert not port.execute(code, argument)


@pytest.mark.parametrize(
    ("address", "me"),
    [
        ("OSO000123456", True),
        ("OSO123456", True),
        ("123456", True),
        ("oso123456", False),
        ("OSO123457", False),
    ],
)
def test_addresses(meter, at, address, me):  # M-11
    assert port_of(meter(), at)[0].is_me(address) is me


def test_a_whole_session_byte_by_byte(meter, at):  # M-43, M-45
    """Handshake, P0, P1, W2, R2 and break, as bytes on the line."""
    one = meter()
    side = MeterSide(port_of(one, at)[0], (300, 9600), reaction_s=0.0)

    def say(data: bytes) -> bytes:
        out = b""
        for byte in data:
            actions = side.receive(bytes([byte]), baud=None, now=0.0)
            out += b"".join(action.data for action in actions if hasattr(action, "data"))
        return out

    def message(body: bytes) -> bytes:
        check = 0
        for byte in body:
            check ^= byte
        return b"\x01" + body + bytes([check])

    assert say(b"/?OSO000123456!\r\n") == b"/OSO6<2>OSOS.VM25\r\n"
    assert say(b"\x06061\r\n").startswith(b"\x01P0\x02(")
    assert say(message(b"P1\x02(%s)\x03" % one.spec.first_password.encode())) == b"\x06"
    assert say(message(b"W2\x0296.60(12340000)\x03")) == b"\x06"
    assert say(message(b"W2\x0296.60(92340000)\x03")) == b"\x15"
    assert say(message(b"R2\x0296.60()\x03")).startswith(b"\x0296.60(12340000)\x03")
    assert say(message(b"E2\x021.6.0()\x03")) == b"\x06"
    assert say(message(b"E2\x021.6.0()\x03")) == b"\x15"  # once a month
    assert say(message(b"R2\x02P.01(26-02-20,10:00;26-02-20,10:00)\x03")).startswith(b"\x02(26-02-20,10:00)(")
    assert say(message(b"R2\x02P.01(30-01-01,00:00;)\x03")) == b"\x02\x03\x03"  # M-108
    assert say(message(b"B0\x03")) == b""
    assert say(b"/?!\r\n") == b"/OSO6<2>OSOS.VM25\r\n"


@pytest.mark.parametrize("name", ["optical", "rs485"])
def test_a_write_cut_at_any_byte_changes_nothing(meter, at, name):  # M-44, M-45
    """And the session after it is served as ever."""
    one = meter()
    one.rig(at=at, terminal_open=name == "optical")
    side = MeterSide(port_of(one, at, name)[0], (300, 9600), reaction_s=0.0)
    whole = Command.for_code("W2", "0.8.4", "30*min").render()
    proof = Command("P", "1", f"({one.spec.first_password})".encode()).render()
    for end in range(len(whole)):
        now = end * 1000.0
        side.tick(now)
        for data in (b"/?!\r\n", b"\x06061\r\n", proof, whole[:end]):
            side.receive(data, baud=None, now=now)
        side.tick(now + 100)  # long after the gap between characters
        assert one.settings(at).profile_min == 15
    for data in (b"/?!\r\n", b"\x06061\r\n", proof, whole):
        side.receive(data, baud=None, now=now + 900)
    assert one.settings(at).profile_min == 30


# A value each writable code takes; what is not of gen2 is left out.
TAKEN = {
    "0.9.1": "12:34:56", "0.9.2": "26-02-20", "0.9.5": "5",
    "96.50": "0700".ljust(32, "9"), "96.51": "0700".ljust(32, "9"), "96.52": "0700".ljust(32, "9"),
    "96.60": "12000000", "96.61": "12000000", "96.62": "12000000",
    "96.90.0": "1",
    **{f"96.90.{n}": "+01:00,26-03-29,03:00;26-10-25,04:00" for n in range(1, 13)},
    "0.8.0": "30*min", "0.8.4": "30*min", "0.9.9": "060*sec", "F.A.0": "1" * 64, "96.96": "87654321",
    "96.3.10": "0", "96.3.12": "010.000*kW", "96.3.13": "30*min",
}  # fmt: skip
RELAY = {"96.3.10", "96.3.12", "96.3.13"}


@pytest.mark.parametrize(
    ("proof", "locked"), [("right", False), ("right", True), ("wrong", False), ("none", False)]
)
@pytest.mark.parametrize("is_open", [False, True])
@pytest.mark.parametrize("name", ["optical", "rs485"])
def test_every_parameter_wants_its_cover_port_and_password(meter, at, name, is_open, proof, locked):
    """M-47, M-48, M-50, M-55: each writable code of the catalogue, in every case."""
    made = meter(options=frozenset({"rs485", "relay"}))
    entries = made.spec.profile.catalogue.entries
    assert {entry.code for entry in entries if entry.write and entry.write.command == "W2"} == set(TAKEN)
    for code, argument in TAKEN.items():
        one = meter(options=frozenset({"rs485", "relay"}))
        one.rig(at=at, terminal_open=is_open)
        one.write("96.3.10", "1", port="optical", at=at, trusted=True)  # or the other two are not to be had
        port, _ = port_of(one, at, name)
        for _ in range(3 if locked else 0):
            port.seed()
            port.password(1, "00000001")
        port.seed()
        if proof != "none":
            port.password(1, one.spec.first_password if proof == "right" else "00000001")
        place_fits = code in RELAY or is_open is (name == "optical")
        assert port.write(code, argument) is (proof == "right" and place_fits and not locked), code
