"""Does a directive run hear what the meter said, in the meter's own time, on any line?"""

from random import Random

import pytest

from osos.iec62056 import MeterSide
from osos.modems.mass_json import MissingWord, parse_directive, standard_directives
from osos.simulator.line import LINES, Line
from osos.simulator.modem.conduct import DirectiveRun

DIRECTIVES = standard_directives()
WORDS = {
    "METERSERIALNUMBER": b"MKS123456789",
    "STARTDATE": b"26-03-01,00:00",
    "ENDDATE": b"26-03-02,00:00",
}


def line_of(*meters, kind=Line, seed=1, parity=True, start=(300, 9600), **more):
    ends = [MeterSide(meter, start, parity=parity) for meter in meters]
    return kind(ends, chance=Random(seed), **more)


def conduct(directive, line, *, words=WORDS, obis=(), begin=100.0):
    """The run, and how long it took on the line's clock."""
    run, now = DirectiveRun(directive, line, words=words, obis=obis), begin
    waiting = run.conduct(now)
    try:
        wanted = next(waiting)
        while True:
            assert wanted > now, "a run that wants to be woken in the past would never end"
            now = wanted
            wanted = waiting.send(now)
    except StopIteration:
        return run.heard, now - begin


@pytest.fixture
def meter(paper_meter):
    return paper_meter("MKS", "123456789")


def test_a_short_packet_takes_the_time_a_real_line_takes(meter):
    heard, took_s = conduct(DIRECTIVES["short"], line_of(meter))
    assert heard.fault == ""
    assert heard.identification == "/MKS6<2>TED(PAPER)"
    assert heard.serial == "123456789"
    # 18 + 20 + 6 bytes at 300 Bd, two reactions of 250 ms, a wait of 300 ms, 48 bytes at 9600 Bd
    assert 2.2 < took_s < 2.5


def test_a_long_packet_is_heard_to_its_end(meter):
    heard, took_s = conduct(DIRECTIVES["long"], line_of(meter))
    assert heard.fault == ""
    assert heard.raw.count(b"1.8.0*") == 800
    assert took_s == pytest.approx(2.3 + len(heard.raw) * 10 / 9600, abs=1.0)


@pytest.mark.parametrize("kind", ["echo", "dribble", "delay"])
@pytest.mark.parametrize("name", ["short", "profile1"])
def test_lines_that_lose_nothing_change_nothing(kind, name, meter):
    good, _ = conduct(DIRECTIVES[name], line_of(meter))
    for seed in range(5):
        heard, _ = conduct(DIRECTIVES[name], line_of(meter, kind=LINES[kind], seed=seed))
        assert heard.fault == ""
        if name == "profile1":
            assert heard.raw == good.raw


@pytest.mark.parametrize("kind", ["lose", "corrupt"])
def test_what_a_bad_line_spoils_is_never_taken_for_right(kind, meter):
    right = b"\x02(26-03-01,00:15)(000001.000,000.100)\r\n(26-03-01,00:30)(000002.000,000.200)\r\n\x03"
    faults = refused = 0
    for seed in range(200):
        heard, _ = conduct(DIRECTIVES["profile1"], line_of(meter, kind=LINES[kind], seed=seed, rate=0.2))
        faults += bool(heard.fault)
        # Two queries running that reach the meter damaged look like a refusal to anyone (M-45).
        assert heard.fault or right in heard.raw or heard.raw.endswith(b"f\x15")
        refused += heard.raw.endswith(b"f\x15")
    assert 60 < faults < 190
    assert refused < 20


def test_a_query_that_is_refused_is_asked_once_more(meter):
    answers = iter([None, b"1.8.0(000001.000*kWh)"])
    meter.read = lambda code, argument: next(answers)
    heard, _ = conduct(DIRECTIVES["register"], line_of(meter), obis=[b"1.8.0"])
    assert heard.raw.endswith(b"\x021.8.0(000001.000*kWh)\x03" + heard.raw[-1:])
    assert b"\x15" not in heard.raw


def test_a_meter_that_is_not_there_is_silent_and_the_line_is_left_in_peace(meter):
    heard, took_s = conduct(
        DIRECTIVES["short"], line_of(meter), words={**WORDS, "METERSERIALNUMBER": b"MKS1"}
    )
    assert (heard.fault, bytes(heard.raw)) == ("silent", b"")
    assert took_s == pytest.approx(0.33 + 2.5 + 0.17 + 2.5, abs=0.2)  # call, patience, break, rest


def test_a_run_that_broke_off_leaves_a_meter_that_hears_the_next_call(meter):
    line = line_of(meter)
    cut_short = parse_directive(
        {
            "id": "x",
            "steps": [
                {"operation": "setBaud", "parameter": 300},
                {"operation": "sendData", "parameter": [47, 63, "METERSERIALNUMBER", 33, 13, 10]},
                {"operation": "readData", "parameter": 2500},
                {"operation": "wait", "parameter": 300},
                {"operation": "sendData", "parameter": [6, 48, 53, 49, 13, 10]},
                {"operation": "setBaud", "parameter": 9600},
                {"operation": "readData", "parameter": 1},  # too impatient for P0
            ],
        }
    )
    heard, took_s = conduct(cut_short, line)
    assert heard.fault == "silent"
    heard, _ = conduct(DIRECTIVES["short"], line, begin=100.0 + took_s)
    assert heard.fault == ""


def test_two_meters_with_one_address_are_noise_not_a_reading(paper_meter):
    twins = [paper_meter("MKS", "123456789"), paper_meter("MKS", "123456789")]
    heard, _ = conduct(DIRECTIVES["short"], line_of(*twins))
    assert heard.fault == "bad check"


def test_a_directive_at_the_wrong_speed_hears_noise_and_says_so(meter):
    steps = [
        {"operation": "setBaud", "parameter": 300},
        {"operation": "sendData", "parameter": [47, 63, 33, 13, 10]},
        {"operation": "setBaud", "parameter": 2400},
        {"operation": "readData", "parameter": 2500},
    ]
    heard, _ = conduct(parse_directive({"id": "x", "steps": steps}), line_of(meter))
    assert heard.fault == "bad check"


def test_a_line_without_parity_is_run_in_8n1(meter):
    steps = [
        {"operation": "setBaud", "parameter": 300},
        {"operation": "setFraming", "parameter": "8N1"},
        {"operation": "sendData", "parameter": [47, 63, 33, 13, 10]},
        {"operation": "readData", "parameter": 2500},
    ]
    directive = parse_directive({"id": "x", "steps": steps})
    heard, _ = conduct(directive, line_of(meter, parity=False))
    assert heard.identification == "/MKS6<2>TED(PAPER)"
    heard, _ = conduct(directive, line_of(meter, parity=True))
    assert heard.fault == "silent"  # a 7E1 meter hears an 8N1 call as spoilt


def test_a_word_the_read_did_not_bring_is_named(meter):
    with pytest.raises(MissingWord, match="STARTDATE"):
        conduct(DIRECTIVES["profile1"], line_of(meter), words={"METERSERIALNUMBER": b"MKS123456789"})


def test_a_flag_serial_identification_tells_the_serial_too(meter):
    meter.identification = lambda: b"/MKS6<2>MKS123456780\r\n"
    heard, _ = conduct(DIRECTIVES["profile1"], line_of(meter))
    assert heard.serial == "123456780"


def test_an_empty_profile_is_a_whole_answer(meter):
    meter.read = lambda code, argument: b""
    heard, _ = conduct(DIRECTIVES["profile1"], line_of(meter))
    assert heard.fault == ""
    assert heard.raw.endswith(b"\x02\x03\x03")
