"""Does a load profile come back from its text as it went in, whichever way it is read?"""

import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.meters import label_of, label_time, parse_profile, read
from osos.meters.record_template import Template
from osos.meters.record_text import printed_records

ENERGY, POWER, VOLTAGE, CURRENT, HERTZ, COSINE = (6, 3), (3, 3), (3, 1), (3, 1), (2, 1), (1, 2)
LAYOUTS = {  # M-101 with the digits of M-38
    ("P.01", "1p", 1): (ENERGY, POWER, VOLTAGE, VOLTAGE),
    ("P.01", "1p", 2): (ENERGY, ENERGY, POWER, POWER, VOLTAGE, VOLTAGE),
    ("P.01", "3p", 1): (ENERGY, POWER, *6 * [VOLTAGE]),
    ("P.01", "3p", 2): (ENERGY, ENERGY, POWER, POWER, *6 * [VOLTAGE]),
    ("P.01", "combi", 1): (*3 * [ENERGY], POWER),
    ("P.01", "combi", 2): (*6 * [ENERGY], POWER, POWER),
    ("P.02", "combi", 1): (*3 * [ENERGY],),
    ("P.02", "combi", 2): (*6 * [ENERGY],),
    ("P.03", "combi", None): (*6 * [VOLTAGE], *3 * [CURRENT], HERTZ, COSINE),
}
ONE = ["1.8.0"]
THREE = 3 * [ENERGY]  # P.02 of a one-way combi
FORMS = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 4)), min_size=1, max_size=9)


def rows_of(form, count):
    return st.lists(
        st.tuples(*(st.integers(0, 10 ** (whole + fraction) - 1) for whole, fraction in form)),
        min_size=count,
        max_size=count,
    )


@st.composite
def profiles(draw):
    form = draw(st.one_of(st.sampled_from(list(LAYOUTS.values())), FORMS))
    return form, draw(rows_of(form, draw(st.integers(1, 20))))


@given(profiles())
def test_what_a_meter_prints_is_what_is_read(printed, profile):
    form, rows = profile
    records, complaints = parse_profile(printed.profile(rows, form))
    assert [one.code for one in complaints if one.code != "columns-unknown"] == []
    assert records.values.tolist() == [list(row) for row in rows]
    assert records.decimals == tuple(fraction for _, fraction in form)
    first = label_of(printed.start)
    assert records.labels.tolist() == [first + 15 * k for k in range(len(rows))]


@pytest.mark.parametrize(("which", "form"), LAYOUTS.items())
def test_columns_are_known_by_their_digits(printed, which, form):
    records, complaints = parse_profile(printed.profile([[0] * len(form)] * 3, form))
    assert (records.profile, records.kind, records.ways) == which
    assert complaints == []


def test_the_columns_of_a_combi_have_names_and_units(printed):
    records, _ = parse_profile(printed.profile([[1, 2, 3, 4]], LAYOUTS["P.01", "combi", 1]))
    assert records.codes == ("1.8.0", "5.8.0", "8.8.0", "1.6.0")
    assert records.units == ("kWh", "kVArh", "kVArh", "kW")
    records, _ = parse_profile(printed.profile([[1] * 11], LAYOUTS["P.03", "combi", None]))
    assert records.codes[:4] == ("32.7.0 max", "52.7.0 max", "72.7.0 max", "32.7.0 min")
    assert records.codes[-2:] == ("14.7.0", "13.7.0")


def test_columns_nobody_knows_are_numbered_and_said_to_be(printed):
    records, complaints = parse_profile(printed.profile([[1, 2]], [(2, 2), (2, 2)]))
    assert records.codes == ("column 1", "column 2")
    assert [one.code for one in complaints] == ["columns-unknown"]


def test_who_knows_the_columns_may_say_so(printed):
    records, complaints = parse_profile(
        printed.profile([[1, 2]], [(2, 2), (2, 2)]), columns=["1.8.0", "2.8.0"]
    )
    assert records.codes == ("1.8.0", "2.8.0")
    assert complaints == []


def test_five_digits_before_the_point_are_energy_too(printed):  # M-163, Viko
    records, _ = parse_profile(printed.profile([[1, 2, 3, 4]], [(5, 3)] * 3 + [(3, 3)]))
    assert (records.profile, records.kind) == ("P.01", "combi")


def test_a_gen3_header_names_the_columns(printed):  # M-109
    text = b"LPCH:1.8.0*kWh,5.8.0*kVArh,8.8.0*kVArh\r\n" + printed.profile([[1, 2, 3]] * 2, [ENERGY] * 3)
    records, complaints = parse_profile(text)
    assert (records.codes, records.units) == (("1.8.0", "5.8.0", "8.8.0"), ("kWh", "kVArh", "kVArh"))
    assert (records.profile, records.kind, records.ways, len(records)) == ("P.01", "combi", 1, 2)
    assert complaints == []


@pytest.mark.parametrize("prefix", [b"", b"P.01"])
@pytest.mark.parametrize("end", [b"", b"!\r\n", b"!"])
@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_a_prefix_and_a_closing_mark_are_tolerated(printed, prefix, end, count):  # M-108
    form = LAYOUTS["P.01", "combi", 1]
    lines = printed.profile([[k, 2, 3, 4] for k in range(count)], form).splitlines(keepends=True)
    for text in (prefix + b"".join(lines) + end, b"".join(prefix + line for line in lines) + end):
        records, complaints = parse_profile(text)
        assert complaints == []
        assert records.values[:, 0].tolist() == list(range(count))
        assert records.profile == "P.01"


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("join", [",", ", ", ";", ")(", ") ("])
def test_separators_and_line_ends_may_differ(printed, end, join):  # M-171
    text = "".join(f"(26-03-01,00:{k:02d})(000001.234{join}005.678){end}" for k in range(20))
    records, complaints = parse_profile(text.encode())
    assert {one.code for one in complaints} <= {"columns-unknown"}
    assert records.values.tolist() == [[1234, 5678]] * 20


def test_the_hour_that_comes_twice_stays_twice_in_storage_order():  # M-99
    labels = ["26-10-25,03:45", "26-10-25,03:00", "26-10-25,03:15"]
    text = "".join(f"({label})(000001.000)\r\n" for label in labels * 5).encode()
    records, _ = parse_profile(text)
    assert [f"{label_time(one):%H:%M}" for one in records.labels] == ["00:45", "00:00", "00:15"] * 5


def test_lines_whose_lengths_only_add_up_are_cut_at_their_ends(printed):
    lines = printed.profile([[k, 0, 0, 0] for k in range(12)], LAYOUTS["P.01", "combi", 1]).splitlines(
        keepends=True
    )
    lines[4], lines[6] = b"(2" + lines[4], lines[6][2:]  # two characters moved by the line
    records, complaints = parse_profile(b"".join(lines))
    assert records.values[:, 0].tolist() == [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11]
    assert [(one.code, one.line) for one in complaints] == [("not-a-record", 5), ("not-a-record", 7)]


def test_a_damaged_line_is_named_and_the_others_are_read(printed):
    form = LAYOUTS["P.01", "combi", 1]
    rows = [[k, 0, 0, 0] for k in range(100)]
    lines = printed.profile(rows, form).splitlines(keepends=True)
    lines[10] = lines[10].replace(b"000000.010", b"00000x.010")
    lines[20] = lines[20].replace(b"(26-03-01", b"(26-02-31")
    lines[30] = lines[30][:30] + b"\r\n"
    lines[40] = b"(26-03-01,10:15)(000000.040)\r\n"
    text = b"".join(lines)
    records, complaints = parse_profile(text)
    assert records.values[:, 0].tolist() == [k for k in range(100) if k not in (10, 20, 30, 40)]
    assert [(one.code, one.line) for one in complaints] == [
        ("not-a-number", 11),
        ("no-time", 21),
        ("not-a-record", 31),
        ("columns-changed", 41),
    ]
    assert [one.offset for one in complaints] == [text.index(lines[k]) for k in (10, 20, 30, 40)]


def test_zeros_and_nines_in_place_of_a_label_are_no_record():  # M-173
    text = b"(00-00-00,00:00)(000001.000)\r\n(99-99-99,99:99)(000001.000)\r\n(26-03-01,00:15)(000001.000)\r\n"
    records, complaints = parse_profile(text, columns=ONE)
    assert len(records) == 1
    assert [one.code for one in complaints] == ["no-time", "no-time"]


def test_two_records_glued_together_are_two(printed):
    one, two = printed.profile([[1], [2]], [ENERGY]).splitlines()
    records, complaints = parse_profile(one + two + b"\r\n", columns=ONE)
    assert records.values[:, 0].tolist() == [1, 2]
    assert complaints == []


def test_more_damage_than_anyone_reads_is_counted():
    _, complaints = parse_profile(b"(26-03-01,00:15)(000001.000)\r\n" + b"junk\r\n" * 500, columns=ONE)
    assert len(complaints) == 101
    assert (complaints[-1].code, complaints[-1].found) == ("more", "400")


def test_a_label_is_an_instant_of_the_fixed_offset():
    label = label_of(datetime(2026, 3, 1, 0, 15))
    assert label_time(label) == datetime(2026, 2, 28, 21, 15, tzinfo=UTC)


@pytest.mark.parametrize("count", [1, 2047, 2048, 2049, 4500])
def test_batches_of_lines_leave_no_seam(printed, count):
    form = LAYOUTS["P.01", "combi", 2]
    rows = [
        [(k * 7919 + c) % 10**9 if d == ENERGY else k % 1000 for c, d in enumerate(form)]
        for k in range(count)
    ]
    records, complaints = parse_profile(printed.profile(rows, form))
    assert complaints == []
    assert np.array_equal(records.values, rows)
    assert np.array_equal(np.diff(records.labels), np.full(count - 1, 15))


def test_a_whole_century_of_days_is_dated_right():
    days = [datetime(2000, 1, 1) + timedelta(days=k) for k in range(36525)]
    text = "".join(f"({day:%y-%m-%d},00:00)(000001.000)\r\n" for day in days).encode()
    records, complaints = parse_profile(text, columns=ONE)
    assert complaints == []
    assert records.labels.tolist() == [1440 * k for k in range(36525)]


@pytest.mark.parametrize("day", ["26-02-29", "26-00-10", "26-13-01", "26-04-31", "26-01-00", "26-01-32"])
@pytest.mark.parametrize("clock", ["00:00", "24:00", "12:60"])
def test_the_fast_way_takes_no_day_that_does_not_exist(day, clock):
    text = b"(26-03-01,00:15)(000001.000)\r\n" * 20 + f"({day},{clock})(000001.000)\r\n".encode()
    records, complaints = parse_profile(text, columns=ONE)
    assert len(records) == 20
    assert [(one.code, one.line) for one in complaints] == [("no-time", 21)]


def test_the_meters_own_characters_can_be_had_again(printed):
    form = LAYOUTS["P.01", "combi", 1]
    block = printed.profile([[123, 4, 5, 6]], form) + b"broken\r\n" + b"(26-03-01,00:30)(1,2,3,4)\r\n"
    assert list(printed_records(block)) == [
        (label_of(printed.start), ("000000.123", "000000.004", "000000.005", "000.006"), ("", "", "", ""))
    ]


def test_a_template_is_only_made_from_a_plain_line():
    assert Template.of(b"(26-03-01,00:15)(000001.000)\r\n") is not None
    for line in (
        b"(26-03-01,00:15)( 00001.000)\r\n",
        b"(26-03-01,00:15)(0000001234567.000)\r\n",
        b"junk\r\n",
        b"",
    ):
        assert Template.of(line) is None


def test_lines_that_differ_in_digits_alone_share_their_template():
    assert Template.of(b"(26-03-01,00:15)(000001.000)\r\n") is Template.of(
        b"(25-12-31,23:45)(999999.999)\r\n"
    )
    prefixed = [Template.of(b"P.0%d(26-03-01,00:15)(000001.000)\r\n" % k) for k in (1, 2)]
    assert [one.profile for one in prefixed] == ["P.01", "P.02"]


@pytest.mark.parametrize("form", LAYOUTS.values())
def test_a_reply_is_read_whole_with_identification_and_seed(printed, form):
    block = printed.profile([[k % 10] * len(form) for k in range(30)], form)
    seed = b"\x01P0\x02(0123456789ABCDEF)\x03"
    collected = b"/MKS6<2>ADM(M550)\r\n" + seed + printed.frame(seed[1:-1])[-1:] + printed.frame(block)
    plain, _ = parse_profile(block)
    for raw in (printed.frame(block), block, collected, b"/MKS6<2>ADM(M550)\r\n" + block):
        told = read(raw)
        assert (told.kind, told.complaints) == ("profile", [])
        assert told.records == plain
        assert told.check.ok in (True, None)


def test_nothing_in_range_is_an_empty_profile():  # M-108: 02 03 03
    told = read(b"/MKS6<2>ADM(M550)\r\n\x06\x02\x03\x03")
    assert (told.kind, told.complaints, len(told.records)) == ("profile", [], 0)


def test_a_wrong_check_character_is_a_complaint_and_the_records_are_there(printed):  # M-172
    whole = bytearray(printed.frame(printed.profile([[1, 1, 1], [2, 2, 2]], THREE)))
    whole[-1] ^= 1
    told = read(bytes(whole))
    assert [one.code for one in told.complaints] == ["bcc-wrong"]
    assert (told.check.ok, told.is_distrusted, len(told.records)) == (False, True, 2)


def test_a_lost_start_of_text_is_said_and_the_check_still_fits(printed):
    told = read(printed.frame(printed.profile([[1, 1, 1], [2, 2, 2]], THREE))[1:])
    assert [one.code for one in told.complaints] == ["stx-missing"]
    assert (told.check.ok, len(told.records)) == (True, 2)


def test_two_blocks_of_the_same_columns_are_one_profile(printed):
    one, two = printed.profile([[1], [2]], [ENERGY]), printed.profile([[3]], [ENERGY])
    told = read(printed.frame(one) + printed.frame(two))
    assert told.records.values[:, 0].tolist() == [1, 2, 3]
    assert told.record_blocks == [one, two]


def test_a_second_profile_of_other_columns_is_named(printed):
    two = printed.profile([[1, 2, 3, 4]], LAYOUTS["P.01", "combi", 1])
    told = read(printed.frame(printed.profile([[1, 2, 3]], THREE)) + printed.frame(two))
    assert "another-profile" in [one.code for one in told.complaints]
    assert len(told.records) == 1


def test_parity_bits_are_taken_off_and_said(printed):
    from osos.iec62056 import add_parity

    told = read(add_parity(printed.frame(printed.profile([[1, 1, 1], [2, 2, 2]], THREE))))
    assert [one.code for one in told.complaints] == ["parity-kept"]
    assert told.records.values[:, 0].tolist() == [1, 2]


# The slow reference: every line by itself, with the words of the requirements and Python's own numbers.
_STAMP = r"\d\d-\d\d-\d\d,\d\d:\d\d"
_RECORD = re.compile(
    rf"(?:P\.\d\d)?[ \t]{{0,4}}\(({_STAMP})\)((?:[ \t]{{0,4}}\((?!{_STAMP}\))[^()\r\n]*\))+)"
)
_VALUE = re.compile(
    r"[ \t]{0,4}([+-]?)[ \t]{0,4}(\d{1,12})(?:\.(\d{1,6}))?(?:\*([^*,;()\s]{1,12}))?[ \t]{0,4}"
)


def slow(text: bytes) -> list[tuple[int, tuple[int, ...]]]:
    found, first = [], None
    body = text.decode("latin-1")
    bare = body.rstrip("\r\n \t\0")
    body = bare[:-1] if bare.endswith("!") and len(body) - len(bare) < 64 else body
    for line in body.split("\n"):
        for stamp, inside in _RECORD.findall(line):
            try:
                label = datetime.strptime(stamp, "%y-%m-%d,%H:%M")
                label = label.replace(year=2000 + int(stamp[:2]))
            except ValueError:
                continue
            parts = [
                _VALUE.fullmatch(part) for part in re.split(r"\)[ \t]{0,4}\(|[,;]", inside.strip()[1:-1])
            ]
            if None in parts:
                continue
            shape = tuple((len(part[3] or ""), part[4] or "") for part in parts)
            first = first or shape
            if shape == first:
                values = tuple(int(part[1] + part[2] + (part[3] or "")) for part in parts)
                found.append((int((label - datetime(2000, 1, 1)).total_seconds()) // 60, values))
    return found


def agrees(text: bytes) -> None:
    records, _ = parse_profile(text)
    got = list(zip(records.labels.tolist(), map(tuple, records.values.tolist()), strict=True))
    assert got == slow(text), text


def mutants(seed: int, count: int, originals):
    """Bytes changed, cut out, doubled, swapped; never the same twice for one seed."""
    chance = np.random.default_rng(seed)
    alphabet = b"0123456789(),.:;-*! \r\n\x00\x03P\xff"
    for k in range(count):
        text = bytearray(originals[k % len(originals)])
        for _ in range(int(chance.integers(1, 4))):
            at = int(chance.integers(0, len(text) + 1))
            match int(chance.integers(0, 5)):
                case 0:
                    text[at : at + 1] = alphabet[int(chance.integers(len(alphabet))) :][:1]
                case 1:
                    del text[at : at + int(chance.integers(1, 40))]
                case 2:
                    text[at:at] = text[at : at + int(chance.integers(1, 80))]
                case 3:
                    text[at:at] = bytes(chance.integers(0, 256, int(chance.integers(1, 5)), dtype=np.uint8))
                case 4:
                    other = originals[int(chance.integers(len(originals)))]
                    text[at:] = other[int(chance.integers(len(other))) :]
        yield bytes(text)


def originals(printed):
    texts = [
        printed.profile([[(k * 997 + c) % 1000 for c in range(len(form))] for k in range(12)], form)
        for form in LAYOUTS.values()
    ]
    header = b"LPCH:1.8.0*kWh\r\n"
    return [
        *texts,
        texts[0] + b"!\r\n",
        b"P.01" + texts[4],
        texts[4].replace(b"\r\n", b"\n"),
        header + texts[0],
    ]


def without_header(texts):
    return [text for text in texts if b"LPCH" not in text]


def test_5000_damaged_profiles_read_as_the_slow_way_reads_them(printed):
    for text in mutants(1, 5000, without_header(originals(printed))):
        if b"LPCH:" not in text:
            agrees(text)


def test_5000_damaged_replies_become_a_telegram_whatever_they_hold(printed):
    for text in mutants(2, 5000, [printed.frame(one) for one in originals(printed)]):
        told = read(text)
        assert told.kind in ("profile", "readout", "unknown", "dialogue", "dlms", "push")
        assert told.records is None or told.records.values.shape == (
            len(told.records),
            len(told.records.codes),
        )


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_100000_damaged_profiles_read_as_the_slow_way_reads_them(printed):
    for text in mutants(3, 100_000, without_header(originals(printed))):
        if b"LPCH:" not in text:
            agrees(text)


@given(profiles(), st.data())
def test_any_change_of_any_byte_is_read_as_the_slow_way_reads_it(printed, profile, data):
    form, rows = profile
    text = bytearray(printed.profile(rows, form))
    for _ in range(data.draw(st.integers(0, 4))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    agrees(bytes(text))


@given(st.binary(max_size=200))
def test_no_bytes_at_all_make_the_reader_fall_over(data):
    parse_profile(data)
    read(data)
