"""Does the same meter speak 062.B when its profile says so? (M-162)"""

import base64
import hashlib
import hmac
import re
from datetime import timedelta

import pytest

from osos.meters import profile_named, read
from osos.simulator.load import Steady

LOAD = Steady(power_w=(1000, 600, 400))


@pytest.fixture(scope="session")
def gen3(meter):
    def build(kind="3p", ways=1, **more):
        more.setdefault("load", LOAD)
        return meter(kind, ways, profile=profile_named("gen3"), model="ETD.CAR-.1125", **more)

    return build


@pytest.fixture
def at(local):
    return local(2026, 2, 10, 12, 0, 20)


def line(one, code, at) -> str:
    return one.read(code, "", at=at).decode().removeprefix(code)


# Where the document and the one real meter print differently the document wins; free text is each maker's.
FREE_TEXT = {"96.92.0", "0.2.1"}
AS_THE_DOCUMENT = {"96.20.18"}  # (nnnnn)*min, the real one (nnnnn*min)


@pytest.mark.captures
def test_a_long_readout_is_a_real_one_s_line_by_line(gen3, captures, at):  # M-30, M-38, M-162
    real = (captures / "tr_mastermeter_etd1023_mode0_full_readout.txt").read_bytes().decode("latin-1")
    ours = gen3(ways=1, connection="X/5").packet("0", at=at).decode()
    theirs = real[real.index("\x02") + 1 : real.index("!\r\n")]
    said = [line for line in ours.split("\r\n") if line]
    wanted = [line for line in theirs.split("\r\n") if line]
    assert len(wanted) > 1000
    assert [code(line) for line in said] == [code(line) for line in wanted]
    odd = {code(one) for one, other in zip(said, wanted, strict=True) if shape(one) != shape(other)}
    assert odd <= FREE_TEXT | AS_THE_DOCUMENT


def code(line: str) -> str:
    return line.partition("(")[0]


def shape(line: str) -> str:
    return re.sub(r"[0-9]", "9", line)


@pytest.mark.parametrize("packet", ["7", "8", "9"])
def test_every_packet_begins_with_who_and_when(gen3, at, packet):  # M-35
    lines = gen3().packet(packet, at=at).decode().splitlines()
    assert [one.split("(")[0] for one in lines[:3]] == ["0.0.0", "0.9.1", "0.9.2"]


def test_the_identification_tells_the_generation(gen3):  # M-12
    assert b"<3>" in gen3().identification()


@pytest.mark.parametrize("packet", list("06789"))
@pytest.mark.parametrize(("kind", "ways"), [("1p", 1), ("3p", 2), ("combi", 2)])
def test_our_reader_reads_every_packet_without_complaint(gen3, at, packet, kind, ways):
    load = Steady(power_w=(1000,)) if kind == "1p" else LOAD
    one = gen3(kind, ways, load=load)
    one.rig(at=at, terminal_open=True, supply=(False,) + (True,) * (one.spec.phases - 1))
    lines = one.packet(packet, at=at + timedelta(seconds=5))
    told = read(lines, profile=profile_named("gen3"))
    assert [one.code for one in told.complaints if one.code not in {"no-check", "end-missing"}] == []


def test_interruptions_stand_in_one_list_with_seconds(gen3, at):  # M-110
    one = gen3()
    one.rig(at=at, supply=(True, False, True))
    assert line(one, "96.7.12", at) == "(26-02-10,12:00:20;00-00-00,00:00:00)"
    assert line(one, "96.7.2", at) == "(0001)"
    one.rig(at=at + timedelta(seconds=7), supply=(True,) * 3)
    later = at + timedelta(seconds=9)
    assert line(one, "96.7.12", later) == "(00-00-00,00:00:00;00-00-00,00:00:00)"
    assert line(one, "96.7.12*1", later) == "(26-02-10,12:00:20;26-02-10,12:00:27)"


def test_covers_magnet_and_restarts_have_their_own_codes(gen3, at):  # M-119, M-125, M-126
    one = gen3()
    one.rig(at=at, terminal_open=True, magnet_mt=400)
    assert line(one, "96.20.6", at) == "(26-02-10,12:00;00-00-00,00:00)"
    assert line(one, "96.20.15", at) == "(01)"
    one.rig(at=at + timedelta(seconds=61), terminal_open=False, magnet_mt=0)
    later = at + timedelta(seconds=90)
    assert line(one, "96.20.6*1", later) == "(26-02-10,12:00;26-02-10,12:01)"
    assert line(one, "96.20.18", later) == "(00002)*min"
    one.rig(at=later, supply=(False,) * 3)
    one.rig(at=later + timedelta(seconds=10), supply=(True,) * 3)
    assert line(one, "96.11.0", later + timedelta(seconds=10)) == "(01)"
    assert line(one, "96.11.1*1", later + timedelta(seconds=10)) == "(26-02-10,12:02:00)"


def test_of_the_top_cover_the_first_ten_are_kept(gen3, at):  # M-125
    one = gen3()
    for number in range(12):
        one.rig(at=at + timedelta(minutes=2 * number), top_open=True)
        one.rig(at=at + timedelta(minutes=2 * number + 1), top_open=False)
    later = at + timedelta(hours=1)
    assert line(one, "96.20.0", later) == "(12)"
    assert line(one, "96.20.1*10", later).startswith("(26-02-10,12:00;")
    assert line(one, "96.20.1*1", later).startswith("(26-02-10,12:18;")


def test_the_load_profile_has_a_header_and_registers_alone(gen3, at):  # M-109
    text = gen3("combi", 1).read("P.01", "26-02-10,11:00;26-02-10,11:15", at=at).decode()
    lines = text.splitlines()
    assert lines[0] == "LPCH:1.8.0*kWh,5.8.0*kvarh,8.8.0*kvarh"
    assert all(re.fullmatch(r"\(26-02-10,11:(00|15)\)(\([0-9.,]+\))", one) for one in lines[1:])
    assert len(lines) == 3


def test_writes_over_rs485_ask_for_no_cover_and_a_reset_for_no_password(gen3, at):  # M-47, M-49
    one = gen3()
    for opened in (True, False):
        one.rig(at=at, terminal_open=opened)
        assert one.write("96.60", "11110000", port="rs485", at=at, trusted=True)
    assert one.reset_demand(port="rs485", at=at, trusted=False)


def test_tables_and_mask_leave_the_factory_in_their_own_style(gen3, at):  # M-82, M-131
    one = gen3()
    assert line(one, "96.50", at) == "(00000600170022009999999999999999)"
    assert one.registers(at)["1.8.0"] == sum(one.registers(at)[f"1.8.{n}"] for n in range(1, 5))
    assert {bit for bit, c in enumerate(reversed(line(one, "F.A.0", at).strip("()"))) if c == "1"} == {
        5,
        6,
        *range(8, 17),
        54,
        56,
    }


def proof(password: str, seed: str) -> str:
    return hmac.digest(password.encode(), seed.encode(), hashlib.sha256).hex().upper()


def test_each_level_has_its_password_and_its_codes(gen3, at):  # M-41, M-53
    one = gen3()
    port = one.port("rs485", now=lambda: at)
    for level, code, argument in ((1, "0.9.1", "12:00:25"), (2, "0.8.4", "30*min"), (3, "96.60", "11110000")):
        for tried in (1, 2, 3):
            seed = port.seed()
            assert len(base64.b64decode(seed)) == 16
            assert port.password(tried, proof(one.spec.password_of(tried), seed))
            assert port.write(code, argument) is (tried == level)
        seed = port.seed()
        port.password(level, proof("00000000", seed))
        assert not port.write(code, argument)
        port.password(level, proof(one.spec.password_of(level), seed))


def test_the_document_s_own_passwords_are_plain(meter, at):  # M-41
    profile = profile_named("gen3").overridden({"auth": "plain"})
    one = meter("3p", 1, load=LOAD, profile=profile)
    port = one.port("rs485", now=lambda: at)
    port.seed()
    assert port.password(3, one.spec.password_of(3))
    assert port.write("96.96.3", "87654321")
    assert port.read("96.96.3", "") == b"96.96.3(87654321)"
    assert not port.write("96.96.3", "11111111")  # once a month (M-51)
    assert not port.write("96.96.2", "11111111")


def test_over_rs485_a_code_changes_twice_a_month(gen3, local):  # M-53
    one = gen3()
    done = [
        one.write("96.60", "11110000", port="rs485", at=local(2026, 2, day, 12), trusted=True)
        for day in (1, 2, 3)
    ]
    assert done == [True, True, False]
    assert one.write("96.61", "11110000", port="rs485", at=local(2026, 2, 3, 12), trusted=True)
    assert one.write("96.60", "11110000", port="rs485", at=local(2026, 3, 1, 12), trusted=True)
