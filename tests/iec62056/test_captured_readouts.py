"""Is every mode C and D readout that real meters sent read whole, or complained of at the right place?"""

import re

import pytest

from osos.iec62056 import parse_readout, split_dialogue

pytestmark = pytest.mark.captures

# File: lines read, how its check comes out, and the complaints, in order of place.
READOUTS = {
    "abb_as1440_readout_partial.txt": (20, "none", []),
    "dsmr22_iskra_mt382_1004.txt": (17, "none", []),
    "dsmr42_kaifa.txt": (33, "crc16 ok", []),
    "dsmr50_iskra_m550t_two_mbus.txt": (38, "crc16 ok", []),
    "dsmr5_eon_hungary_sagemcom.txt": (45, "crc16 ok", []),
    "dsmr_bad_leading_half_telegram.txt": (20, "crc16 ok", ["text-before-identification"]),
    "dsmr_p1-example-3.0.txt": (16, "none", []),
    "dsmr_p1-example-5.0.txt": (35, "crc16 wrong", ["crc16-wrong"]),
    "easymeter_q3db1024_v304.txt": (9, "none", ["after-end", "parity-bit"]),
    "elster_v930_readout.bin": (5, "none", ["etx-missing"]),
    "emh_lzqj_p98_event_log.txt": (5, "none", ["parity-bit", "end-missing"]),
    "emh_lzqj_readout_02718483.txt": (31, "none", []),
    "fluvius171_sagemcom.txt": (36, "crc16 ok", []),
    "iskra_am150_t000_readout.bin": (5, "bcc ok", []),
    "iskra_me162_0033_readout.txt": (9, "none", []),
    "iskra_mt174_0001_full_readout.bin": (343, "bcc ok", ["echo"]),
    "iskra_mt174_0002_readout.bin": (4, "bcc ok", []),
    "iskra_mt382_1008_readout.txt": (25, "none", ["end-missing"]),
    "itron_em214_echo_readout.bin": (21, "none", ["echo", "etx-missing"]),
    "kamstrup_kam5_p1.txt": (27, "crc16 ok", []),
    "landis_e350_zmf100ac_readout.bin": (22, "bcc ok", []),
    "landis_e360_p1_20210222.txt": (27, "crc16 ok", []),
    "landis_lgbbffb_p1_nocrc.txt": (33, "none", []),
    "landis_zmd120apt_readout.txt": (8, "none", []),
    "landis_zmd310_partial_readout.txt": (19, "none", ["end-missing"]),
    "landis_zmr120ac_k750_echo_readout.txt": (
        18,
        "none",
        ["identification-twice", "line-broken", "end-missing"],
    ),
    "landis_zmr120ac_k76_readout.txt": (29, "none", []),
    "logarex_lk13_readout.bin": (24, "bcc ok", []),
    "luxembourg_smarty_p1.txt": (18, "crc16 ok", []),
    "pafal_paf61403025_readout.txt": (31, "none", ["end-glued"]),
    "sagemcom_t210d_r.txt": (18, "crc16 ok", []),
    "siemens_ekm640_dump.bin": (252, "none", []),
    "tr_alp_mavialp_voltage_recorder_readout.bin": (10, "bcc missing", ["bcc-missing"]),
    "tr_elm_water_modem_push_20200622.txt": (19, "none", ["line-broken", "line-broken", "end-missing"]),
    "tr_elm_water_modem_push_malformed.txt": (
        17,
        "none",
        ["line-broken", "character", "line-broken", "line-broken", "character", "end-missing"],
    ),
    "tr_kohler_ael_21005763_full_readout.txt": (577, "none", ["after-end"]),
    "tr_luna_70000130_kombi_readout.txt": (80, "none", ["end-glued"]),
    "tr_makel_c500_80099921_readout.txt": (84, "none", []),
    "tr_mastermeter_etd1023_mode0_full_readout.txt": (1065, "bcc ok", []),
    "tr_viko_gateway_short_packet_20241210.txt": (28, "none", ["end-glued"]),
    "ziv_cta5_p1_telegram1.txt": (35, "crc16 ok", []),
}
VERDICT = {True: " ok", False: " wrong", None: " missing"}


@pytest.mark.parametrize("name", READOUTS)
def test_capture(captures, name):
    raw = (captures / name).read_bytes()
    lines, check, complaints = READOUTS[name]
    read = parse_readout(raw)
    said = read.check.kind + ("" if read.check.kind == "none" else VERDICT[read.check.ok])
    assert (len(read.lines), said, [each.code for each in read.complaints]) == (lines, check, complaints)


@pytest.mark.parametrize("name", READOUTS)
def test_no_bracket_of_a_capture_is_lost(captures, name):
    """Counted by another way than the parser's: each `(…)` stands in a line read or a place complained of."""
    raw = (captures / name).read_bytes()
    read = parse_readout(raw)
    in_lines = sum(len(line.brackets) for line in read.lines)
    in_complaints = sum(len(re.findall(r"\([^()]*\)", each.found or "")) for each in read.complaints)
    in_name = 1 if read.identification and "(" in str(read.identification) else 0
    expected = len(re.findall(rb"\([^()]*\)", raw))
    if (
        name == "dsmr_bad_leading_half_telegram.txt"
    ):  # its complaint quotes the beginning of what was left out
        expected -= raw[:199].count(b"(") - in_complaints
    assert in_lines + in_complaints + in_name == expected


@pytest.mark.parametrize("name", READOUTS)
def test_lines_of_a_capture_stand_where_they_say(captures, name):
    raw = (captures / name).read_bytes()
    for line in parse_readout(raw).lines:
        assert raw[line.offset : line.offset + len(line.raw)].decode("latin-1") == line.raw


def _hex_dialogue(text):
    return bytes.fromhex("".join(re.findall(r"(?<![:\w])[0-9A-F]{2}(?![:\w])", text)))


def test_a_live_gen3_session_is_cut_into_its_messages(captures):
    raw = _hex_dialogue((captures / "tr_mas5_gen3_programming_session_hex.txt").read_text())
    kinds = [piece.kind for piece in split_dialogue(raw)]
    assert kinds == ["request", "identification", "option", "command", "command", "ack", "command", "nak"]


def test_the_printed_r2_session_is_cut_into_its_messages(captures):
    raw = _hex_dialogue((captures / "tr_ael4_r2_session_hex.txt").read_text())
    pieces = split_dialogue(raw)
    assert [piece.kind for piece in pieces] == [
        *("request", "identification", "option", "ack"),
        *("command", "data", "command", "data", "command", "ack"),
    ]
    assert [parse_readout(piece.data).check.ok for piece in pieces if piece.kind == "data"] == [True, True]
