"""Is everything that real meters printed read: the kind, every value, every damaged place?

Counts were taken from the files by hand: brackets of a readout, two for each span; columns × records of a
profile. A value of a table below was looked up in its file.
"""

import re
from datetime import UTC, datetime

import pytest

from osos.meters.files import read_file

pytestmark = pytest.mark.captures

# file: (kind, meter profile, check, values, complaints in order)
TABLE = {
    "abb_as1440_readout_partial.txt": ("readout", "generic", None, 20, ()),
    "dlms_aidon_list2_body.hex": ("dlms", None, None, 0, ("not-decoded",)),
    "dlms_kaifa_han_20170913.hex": ("dlms", None, True, 0, ("not-decoded",)),
    "dlms_kaifa_se_list_body.hex": ("dlms", None, None, 0, ("not-decoded",)),
    "dlms_kamstrup_228_odd.hex": ("dlms", None, True, 0, ("not-decoded",)),
    "dsmr22_iskra_mt382_1004.txt": ("dsmr", "generic", None, 22, ()),
    "dsmr42_kaifa.txt": ("dsmr", "generic", True, 41, ()),
    "dsmr50_iskra_m550t_two_mbus.txt": ("dsmr", "generic", True, 43, ()),
    "dsmr5_eon_hungary_sagemcom.txt": ("dsmr", "generic", True, 64, ()),
    "dsmr_bad_leading_half_telegram.txt": ("dsmr", "generic", True, 23, ("text-before-identification",)),
    "dsmr_p1-example-3.0.txt": ("dsmr", "generic", None, 22, ()),
    "dsmr_p1-example-5.0.txt": ("dsmr", "generic", False, 41, ("crc16-wrong",)),
    "easymeter_q3db1024_v304.txt": ("readout", "generic", None, 9, ("after-end", "parity-bit")),
    "elster_dl220_profile.bin": ("profile", "generic", None, 89 * 8, ("record-damaged",)),
    "elster_v930_readout.bin": ("readout", "generic", None, 5, ("etx-missing",)),
    "emh_lzqj_p01_summer_to_winter.bin": ("profile", "generic", None, 240, ()),
    "emh_lzqj_p98_event_log.txt": ("profile", "generic", None, 5, ("parity-bit",)),
    "emh_lzqj_readout_02718483.txt": ("readout", "generic", None, 31, ()),
    "emh_p01_load_profile_kw.txt": ("profile", "generic", None, 12, ()),
    "emh_p98_event_log_clockset.txt": ("profile", "generic", None, 12, ()),
    "fluvius171_sagemcom.txt": ("dsmr", "generic", True, 50, ()),
    "iskra_am150_t000_readout.bin": ("readout", "generic", True, 5, ()),
    "iskra_me162_0033_readout.txt": ("readout", "generic", None, 9, ()),
    "iskra_mt174_0001_full_readout.bin": ("readout", "generic", True, 405, ("echo",)),
    "iskra_mt174_0002_readout.bin": ("readout", "generic", True, 4, ()),
    "iskra_mt382_1008_readout.txt": ("readout", "generic", None, 25, ("end-missing",)),
    "itron_em214_echo_readout.bin": ("readout", "generic", None, 21, ("echo", "etx-missing")),
    "kamstrup_kam5_p1.txt": ("dsmr", "generic", True, 27, ()),
    "landis_e350_zmf100ac_readout.bin": ("readout", "generic", True, 22, ()),
    "landis_e360_p1_20210222.txt": ("dsmr", "generic", True, 27, ()),
    "landis_lgbbffb_p1_nocrc.txt": ("dsmr", "generic", None, 39, ("count-wrong",)),
    "landis_zmd120apt_readout.txt": ("readout", "generic", None, 8, ()),
    "landis_zmd310_partial_readout.txt": ("readout", "generic", None, 23, ("end-missing",)),
    "landis_zmr120ac_k750_echo_readout.txt": (
        *("readout", "generic", None, 18),
        ("identification-twice", "line-broken", "end-missing"),
    ),
    "landis_zmr120ac_k76_readout.txt": ("readout", "generic", None, 29, ()),
    "logarex_lk13_readout.bin": ("readout", "generic", True, 24, ()),
    "luxembourg_smarty_p1.txt": ("dsmr", "generic", True, 18, ()),
    "pafal_paf61403025_readout.txt": ("readout", "generic", None, 36, ("end-glued",)),
    "sagemcom_t210d_r.txt": ("dsmr", "generic", True, 18, ()),
    "siemens_ekm640_dump.bin": ("readout", "generic", None, 356, ()),
    "sml_emh_push.hex": ("sml", None, True, 0, ("not-decoded",)),
    "tr_ael4_r2_session_hex.txt": ("dialogue", "kohler", True, 2, ()),
    "tr_alp_mavialp_voltage_recorder_readout.bin": ("readout", "gen2", None, 10, ("bcc-missing",)),
    "tr_elm_water_modem_push_20200622.txt": ("push", "generic", None, 19, ()),
    "tr_elm_water_modem_push_malformed.txt": (
        *("push", "generic", None, 17),
        ("character", "line-broken", "character", *5 * ["printf"]),
    ),
    "tr_grp_modem_m2_push_kohler.txt": ("push", "kohler", None, 12, ()),
    "tr_kohler_ael_21005763_full_readout.txt": ("readout", "kohler", None, 686, ("after-end",)),
    "tr_luna_70000130_kombi_readout.txt": ("readout", "luna", None, 101, ()),
    "tr_makel_c500_80099921_readout.txt": ("readout", "makel", None, 104, ()),
    "tr_mas5_gen3_programming_session_hex.txt": ("dialogue", "gen3", True, 0, ()),
    "tr_mastermeter_etd1023_mode0_full_readout.txt": ("readout", "gen3", True, 1962, ()),
    "tr_viko_gateway_short_packet_20241210.txt": ("push", "gen2", None, 29, ()),
    "ziv_cta5_p1_telegram1.txt": ("dsmr", "generic", True, 43, ()),
}

# file: [(code as printed, bracket, value, unit, the value's own wall clock)]
VALUES = {
    "elster_dl220_profile.bin": [
        ("GONr", 0, "8482", None, "2010-03-07 08:45"),
        ("1", 3, "130", None, "2010-03-07 08:45"),
        ("4", 6, "15", None, "2010-03-07 08:45"),
        ("Er", 7, "0x8105", None, "2010-03-07 08:45"),
        ("Check", 8, "CRC Ok", None, "2010-03-07 08:45"),
    ],
    "tr_luna_70000130_kombi_readout.txt": [
        ("1.8.0", 0, "062846.236", "kWh", None),
        ("1.6.0*2", 0, "005.656", "kW", "2016-09-02 16:15"),
        ("96.71", 0, "19-05-01,00:00", None, "2019-05-01 00:00"),
        ("96.71", 1, "01", None, None),
        ("96.77.4*1", 0, "18-04-07,10:46", None, "2018-04-07 10:46"),
        ("53.7.0", 0, " 0.00", None, None),
        ("96.7.5", 1, "02:30:57", None, None),
    ],
    "tr_makel_c500_80099921_readout.txt": [
        ("0.0.0", 0, "80099921", None, None),
        ("31.7.0", 0, "00.007", "A", None),
        ("1.6.0", 0, "000.060", "kW", "2018-12-13 17:15"),
        ("96.77.2*1", 0, "18-12-12,20:19", None, "2018-12-12 20:19"),
        ("0.1.2*12", 0, "00-00-00,00:00", None, None),
    ],
    "tr_kohler_ael_21005763_full_readout.txt": [
        ("2.8.0", 0, "000000.043", "MWh", None),
        ("0.2.0", 0, "KOM21005763 CRC:0x269D A1 Nov 21 2016", None, None),
        ("33.7.0", 0, "-1.000", None, None),
    ],
    "tr_mastermeter_etd1023_mode0_full_readout.txt": [
        ("96.92.0", 0, "ETD..1023", None, None),
        ("96.2.2", 0, "25-11-17,13:12", None, "2025-11-17 13:12"),
        ("96.20.18", 0, "00000", "min", None),
    ],
    "tr_viko_gateway_short_packet_20241210.txt": [
        ("0.0.0", 0, "600065257", None, None),
        ("72.7.0", 0, "230.8", None, None),
        ("1.6.0", 0, "000.000", "kW", "2024-12-01 00:00"),
    ],
    "tr_grp_modem_m2_push_kohler.txt": [
        ("0.0.0", 0, "21000574", None, None),
        ("1.8.0", 0, "000000.569", None, None),
        ("1.6.0", 0, "000.004", None, "2018-04-11 20:00"),
        ("8.8.0", 0, "000015.432", None, None),
    ],
    "tr_ael4_r2_session_hex.txt": [
        ("0.0.0", 0, "00000002", None, None),
        ("0.9.2", 0, "13-12-12", None, None),
    ],
    "emh_p01_load_profile_kw.txt": [
        ("1.5", 0, "0.18374", "kW", "2022-08-23 16:15"),
        ("8.5", 5, "0.02431", "kvar", "2022-08-23 16:15"),
    ],
    "emh_lzqj_p98_event_log.txt": [("P.98", 1, "00002000", None, "2004-10-07 09:57:03")],
    "emh_p98_event_log_clockset.txt": [
        ("P.98", 1, "00008020", None, "2022-08-26 23:56:46"),
        ("0.9.1", 8, "1235703", None, "2022-08-26 23:56:46"),
        ("0.9.2", 9, "1220826", None, "2022-08-26 23:56:46"),
    ],
    "landis_zmd310_partial_readout.txt": [
        ("1-1:1.6.1", 0, "27.19", "kW", "2017-02-09 09:45"),
        ("1-1:1.6.1*18", 0, "28.74", None, "2017-01-12 14:45"),
    ],
    "siemens_ekm640_dump.bin": [
        ("6.1", 0, "0.198", "kW", None),
        ("40*10", 0, "10-02-01 00:00", None, "2010-02-01 00:00"),
    ],
    "pafal_paf61403025_readout.txt": [("0.1.2*1", 0, "00:00:00,19-08-01", None, "2019-08-01 00:00")],
    "logarex_lk13_readout.bin": [
        ("1-0:1.8.0*255", 0, "015882.6927", "kWh", None),
        ("1-0:1.8.0*100", 0, "15882.6", "kWh", None),
    ],
    "easymeter_q3db1024_v304.txt": [("1-0:1.8.0*255", 0, "00052185.7825309", "kWh", None)],
    "tr_elm_water_modem_push_20200622.txt": [
        ("8.96.51.0", 0, "10261", "k", None),
        ("8.1.8.0", 0, "0", "m3", None),
    ],
    "sagemcom_t210d_r.txt": [("1-0:1.8.0", 0, "006545766", "Wh", None)],
}


def telegram(captures, name):
    data = (captures / name).read_bytes()
    return read_file(data)


def test_no_capture_is_forgotten(captures):
    files = {path.name for path in captures.iterdir() if path.suffix != ".md"}
    assert files == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_a_capture_is_read_whole(captures, name):
    told = telegram(captures, name)
    kind, profile, check, values, complaints = TABLE[name]
    assert (told.kind, told.profile, told.check.ok) == (kind, profile, check)
    assert tuple(one.code for one in told.complaints) == complaints
    assert len(told.readings) == values


@pytest.mark.parametrize("name", VALUES)
def test_values_are_those_that_stand_in_the_file(captures, name):
    told = telegram(captures, name)
    found = {}
    for one in told.readings:
        found.setdefault((str(one.obis), one.index), one)
    for code, index, text, unit, wall in VALUES[name]:
        one = found[code, index]
        assert (one.text, one.unit) == (text, unit), code
        expected = None
        if wall is not None:
            seconds = wall if wall.count(":") == 2 else f"{wall}:00"
            expected = datetime.fromisoformat(f"{seconds}+03:00").astimezone(UTC)
        assert one.time == expected, code


# Readouts of which nothing is lost: every bracket of the file is a value, spans are two.
WHOLE = [name for name, row in TABLE.items() if row[0] == "readout" and "line-broken" not in row[4]]


@pytest.mark.parametrize("name", WHOLE)
def test_every_bracket_of_a_readout_is_a_value(captures, name):
    text = (captures / name).read_bytes()
    brackets = re.findall(rb"\(([^()\r\n]*)\)", text.partition(b"\r\n!")[0])
    stamp = rb"\d\d-\d\d-\d\d,\d\d:\d\d(?::\d\d)?"
    spans = [one for one in brackets if re.fullmatch(stamp + rb"[,;]" + stamp, one)]
    told = telegram(captures, name)
    assert len(told.readings) == len(brackets) + len(spans)
    assert {one.text for one in told.readings if one.unit is None and one.raw == one.text} <= {
        one.decode("latin-1") for one in brackets
    }


def test_the_two_hours_of_the_clock_change_stand_in_storage_order(captures):
    told = telegram(captures, "emh_lzqj_p01_summer_to_winter.bin")
    times = [one.time for one in told.readings if one.obis.code == "1.8"]
    back = [k for k in range(1, len(times)) if times[k] < times[k - 1]]
    assert len(times) == 60
    assert len(back) == 1
    assert f"{times[back[0]]:%H:%M}" == "23:05"  # 02:05 again, the winter's
    amounts = [one.amount for one in told.readings if one.obis.code == "1.8"]
    assert amounts == sorted(amounts)


def test_units_are_taken_as_read_where_a_meter_mixes_them(captures):
    told = telegram(captures, "tr_kohler_ael_21005763_full_readout.txt")
    amounts = {str(one.obis): (one.amount, one.base_unit) for one in told.readings}
    assert amounts["2.8.0"] == (43_000, "Wh")
    assert amounts["5.8.0"] == (0, "varh")


def test_the_meters_clock_and_serial_are_at_hand(captures):
    told = telegram(captures, "tr_viko_gateway_short_packet_20241210.txt")
    assert told.serial == "600065257"
    assert told.clock == datetime(2024, 12, 10, 19, 51, 45, tzinfo=UTC)
