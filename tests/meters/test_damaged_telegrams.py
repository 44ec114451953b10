"""Does every damaged telegram become a telegram, whatever its bytes are?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.meters import KINDS, catalogue, profile_named, read, rows
from osos.quantities import Quality

SHIFT = "+01:00,26-03-29,03:00;26-10-25,04:00"
EXAMPLES = {"F.F.0": "0" * 64, "F.F.1": "1" * 64} | {f"96.90.{k}": SHIFT for k in range(1, 13)}


def line(entry, row):
    shown = EXAMPLES.get(entry.code) or (entry.example or "(0)").strip("()")
    return f"{entry.code}{'' if row is None else f'*{row}'}({shown})\r\n"


def packet(y, **meter):
    """All lines of a packet with the catalogue's own examples."""
    return "".join(line(entry, row) for entry, row in rows(catalogue(2).packet(y, **meter))).encode()


@pytest.fixture(scope="module")
def originals(printed):
    short = packet("6", kind="combi", ways=2, options={"relay"})
    history = packet("7", kind="1p")
    ident = b"/MKS6<2>ADM(M550)\r\n"
    vdew = b"P.01(1220823161500)(00000000)(15)(2)(1.5)(kW)(2.5)(kW)\r\n"
    vdew += b"(0.18374)(0.00078)\r\n(0.16832)(0.00000)\r\n"
    event = b"P.98(1220826235646)(00008020)()(2)(0.9.1)()(0.9.2)()(1235703)(1220826)\r\n"
    p1 = b"/KFM5KAIFA\r\n\r\n0-0:1.0.0(160303164347W)\r\n1-0:1.8.1(001073.079*kWh)\r\n!ABCD\r\n"
    grp = b"<M2;GRP15000;AEL21000574;AEL5[1]AEL.TF.21;17:22:26;18-04-11;000000.569;000000.170;000000.353;"
    grp += b"000000.006;000000.000;000.004;18-04-11,20:00;000000.000;000015.432>"
    push = b"|ELM111\r\n22.6.20 7:20\r\n8.0.0.0(111)\r\n8.1.8.0(0*m3)\r\n9.0.0.4(222,1)\r\n"
    viko = b"#00603~L12345604000000000010262790X0.0.PX0.0.0(600065257)\r\n72.7.0(230.8)!$"
    lis = b"(8482)(498)(2010-03-07,08:45:00)(130)(130)(0)(15)(0x8105)(CRC Ok)\r\n" * 3
    p1_logs = b"/ISk5\\2MT382\r\n\r\n1-0:99.97.0(1)(0-0:96.7.19)(190326095015W)(0000002014*s)\r\n"
    p1_logs += b"0-1:24.3.0(161107190000)(00)(60)(1)(0-1:24.2.1)(m3)\r\n(00001.001)\r\n0-1:24.1.0(3)\r\n!\r\n"
    session = b"\x06\x01R2\x020.0.0()\x03P" + printed.frame(b"0.0.0(00000002)") + b"\x01B0\x03q\x06"
    return [
        *(ident + printed.frame(block + b"!\r\n") for block in (short, history[:3000])),
        *(short + b"!\r\n", ident + session, vdew, event, p1, grp, push, viko),
        b"\x7e\xa0\x0a\x01\x02\x01\x10\x5a\x87\xe6\xe7\x00\x7e",
        b"\x1b\x1b\x1b\x1b\x01\x01\x01\x01" + bytes(40),
        *(lis, b"\x02" + lis + b"\x04J", p1_logs),
    ]


def mutants(originals, seed, count):
    chance = np.random.default_rng(seed)
    for k in range(count):
        text = bytearray(originals[k % len(originals)][:2000])
        for _ in range(int(chance.integers(1, 4))):
            at = int(chance.integers(0, len(text) + 1))
            if chance.random() < 0.5:
                text[at : at + 1] = bytes(chance.integers(0, 256, 1, dtype=np.uint8))
            elif chance.random() < 0.5:
                del text[at : at + int(chance.integers(1, 60))]
            else:
                other = originals[int(chance.integers(len(originals)))]
                text[at:at] = other[int(chance.integers(len(other))) :][: int(chance.integers(1, 200))]
        yield bytes(text)


def holds(text):
    told = read(text)
    assert told.kind in KINDS
    for one in told.complaints:
        assert 0 <= one.offset <= len(text)
        assert one.line is None or 1 <= one.line <= text.count(b"\n") + 1
    for one in told.readings:
        assert one.amount is None or isinstance(one.amount, int)
        assert one.quality in (Quality.MEASURED, Quality.SUSPECT)


def test_the_whole_long_packet_of_every_kind_is_read_without_a_complaint(printed):
    for kind in ("1p", "3p", "combi"):
        for y in ("0", "6", "7", "8", "9"):
            block = packet(y, kind=kind, ways=2, options={"relay"})
            told = read(b"/MKS6<2>ADM(M550)\r\n" + printed.frame(block + b"!\r\n"))
            assert (told.kind, told.profile, told.complaints) == ("readout", "gen2", []), (kind, y)
            assert len(told.readings) >= block.count(b"\n")


def test_the_originals_are_what_they_look_like(originals):
    kinds = [read(text).kind for text in originals]
    assert kinds == [
        *("readout", "readout", "readout", "dialogue", "profile", "profile", "dsmr"),
        *("push", "push", "push", "dlms", "sml", "profile", "profile", "dsmr"),
    ]


def test_5000_damaged_telegrams_become_telegrams(originals):
    for text in mutants(originals, 5, 5000):
        holds(text)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_100000_damaged_telegrams_become_telegrams(originals):
    for text in mutants(originals, 6, 100_000):
        holds(text)


@given(st.binary(max_size=300))
def test_any_bytes_become_a_telegram(data):
    holds(data)


@given(st.text("0123456789.()*-:;,!/P\r\nkWhLCH\x02\x03\x01", max_size=300))
def test_any_text_of_a_meters_letters_becomes_a_telegram(text):
    holds(text.encode())


def test_nothing_at_all_is_said_to_be_nothing():
    told = read(b"\r\n")
    assert (told.kind, [one.code for one in told.complaints]) == ("unknown", ["empty"])


def test_what_nobody_knows_is_called_unknown():
    told = read(b"hello, world\r\n")
    assert told.kind == "unknown"
    assert told.complaints != []


def test_a_wrong_check_character_makes_every_value_suspect(printed):  # M-172
    whole = bytearray(printed.frame(b"1.8.0(000001.000*kWh)\r\n!\r\n"))
    whole[-1] ^= 1
    told = read(bytes(whole), profile=profile_named("gen2"))
    assert [one.code for one in told.complaints] == ["bcc-wrong"]
    assert [one.quality for one in told.readings] == [Quality.SUSPECT]
    assert told.is_distrusted


def test_register_by_register_answers_are_all_read(printed):
    answers = b"".join(printed.frame(f"1.8.{k}(00000{k}.000*kWh)".encode()) for k in range(5))
    told = read(b"/MKS6<2>ADM(M550)\r\n\x06" + answers)
    assert (told.kind, told.profile, told.complaints) == ("readout", "gen2", [])
    assert [one.amount for one in told.readings] == [0, 1000, 2000, 3000, 4000]


def test_one_bad_answer_among_many_spoils_only_its_own_value(printed):
    answers = [bytearray(printed.frame(f"1.8.{k}(00000{k}.000*kWh)".encode())) for k in range(3)]
    answers[1][-1] ^= 1
    told = read(b"".join(map(bytes, answers)), profile=profile_named("gen2"))
    assert [one.quality.name for one in told.readings] == ["MEASURED", "SUSPECT", "MEASURED"]
    (wrong,) = told.complaints
    assert (wrong.code, wrong.offset) == ("bcc-wrong", len(answers[0]) + len(answers[1]) - 1)
    assert told.check.ok is False


def test_a_frame_with_a_wrong_check_sequence_is_named():
    frame = bytes.fromhex(
        "7EA02701020110 5A87E6E7000F40000000090C07E1090D02000006FF800000020106000011AC85617E"
    )
    assert read(frame).check.ok is True
    told = read(frame.replace(b"\x11\xac", b"\x11\xad"))
    assert [one.code for one in told.complaints] == ["fcs-wrong", "not-decoded"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"<M2;1;2;3>", "push-damaged"),
        (b"#FC|ZADA|1|2|3", "push-damaged"),
        (b"P.01(1220823161500)(00000000)(15)(3)(1.5)(kW)\r\n", "head-damaged"),
        (b"P.01(1220823161500)(0)(15)(1)(1.5)(kW)\r\n(1.0)(2.0)\r\n", "record-damaged"),
        (b"/MSY5<2>X\r\n\x02P.01(1220823161500)(0)(15)(1)(1.5)(kW)\r\n(1.0)\r\n\x03A", "bcc-wrong"),
    ],
)
def test_what_is_cut_short_is_named(text, code):
    assert code in [one.code for one in read(text).complaints]


def test_a_whole_gridbox_registration_is_a_push_without_values():
    told = read(b"#FC|ZADA|123456|123456789012345|ZMET|1.0.3.4|20241114135613|26|+905301234567|1.03|ZADA")
    assert (told.kind, told.readings, told.complaints) == ("push", [], [])
