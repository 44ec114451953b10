"""Do directives carry the document's bytes, and is a broken one refused before it reaches a line?"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.modems.mass_json import (
    BadDirective,
    MissingWord,
    directive_json,
    parse_directive,
    render,
    standard_directives,
)

# the worked example of the protocol document
SHORT = json.loads(
    """{"id":"short","steps":[{"order":1,"operation":"setBaud","parameter":300},
    {"order":2,"operation":"setFraming","parameter":"7E1"},
    {"order":3,"operation":"sendData","parameter":[47,63,"METERSERIALNUMBER",33,13,10]},
    {"order":4,"operation":"readData","parameter":2500},
    {"order":5,"operation":"wait","parameter":300},{"order":6,"operation":"sendData","parameter":[6,48,53,54,13,10]},
    {"order":7,"operation":"setBaud","parameter":9600},{"order":8,"operation":"readData","parameter":60000}]}"""
)


def test_our_short_directive_is_the_documents_own():
    assert directive_json(standard_directives()["short"]) == SHORT
    assert parse_directive(SHORT) == standard_directives()["short"]


def test_all_standard_directives_are_there_and_survive_the_wire():
    directives = standard_directives()
    assert list(directives) == [
        "short",
        "long",
        "history",
        "alert",
        "interruption",
        "profile1",
        "profile2",
        "profile3",
        "register",
        "query",
        "raw",
    ]
    for directive in directives.values():
        assert parse_directive(json.loads(json.dumps(directive_json(directive)))) == directive


def test_a_profile_query_carries_its_dates_and_check_character():
    query = standard_directives()["profile1"].steps[-3]
    sent = render(query.parameter, {"STARTDATE": b"26-03-01,00:00", "ENDDATE": b"26-03-02,00:00"})
    assert sent[:-1] == b"\x01R2\x02P.01(26-03-01,00:00;26-03-02,00:00)\x03"
    check = 0
    for byte in sent[1:-1]:
        check ^= byte
    assert sent[-1] == check


def test_the_check_character_of_a_step_without_soh_counts_from_its_stx():
    assert (
        render([2, "VALUE", 3, "BCC"], {"VALUE": b"0.0.0(00000002)"})[-1] == 0x30
    )  # as a real meter sent it


def test_the_break_of_a_profile_is_the_standards():
    assert render(standard_directives()["profile1"].steps[-1].parameter, {}) == b"\x01B0\x03q"


def test_a_step_with_a_word_the_read_did_not_bring_says_which():
    with pytest.raises(MissingWord, match="STARTDATE"):
        render([1, "STARTDATE"], {})


def test_steps_run_by_their_order_not_by_their_place():
    shuffled = {"id": "short", "steps": list(reversed(SHORT["steps"]))}
    assert parse_directive(shuffled) == parse_directive(SHORT)


def test_read_data_may_carry_its_idle_time():
    directive = parse_directive(
        {
            "id": "x",
            "steps": [{"order": 1, "operation": "readData", "parameter": {"timeout": 5000, "idle": 200}}],
        }
    )
    assert (directive.steps[0].parameter, directive.steps[0].idle_ms) == (5000, 200)
    assert parse_directive(directive_json(directive)) == directive


def step(operation, parameter):
    return {"id": "x", "steps": [{"order": 1, "operation": operation, "parameter": parameter}]}


@pytest.mark.parametrize(
    "broken",
    [
        None,
        {},
        {"id": ""},
        {"id": "x"},
        {"id": "x", "steps": []},
        {"id": "x", "steps": [7]},
        {"id": "x", "steps": [{"operation": "wait", "parameter": 1}] * 65},
        step("selfDestruct", 1),
        step("setBaud", 301),
        step("setBaud", "300"),
        step("setFraming", "6E1"),
        step("setFraming", "7E1x"),
        step("setFraming", 7),
        step("wait", -1),
        step("wait", 600_001),
        step("wait", True),
        step("sendData", []),
        step("sendData", [256]),
        step("sendData", ["REBOOT"]),
        step("sendData", [1] * 1025),
        step("readData", None),
        step("readData", {"timeout": 5, "idle": "x"}),
        step("loop", 5),
        step("loop", [{"operation": "loop", "parameter": [{"operation": "wait", "parameter": 1}]}]),
    ],
)
def test_a_directive_no_unit_could_run_is_refused(broken):
    with pytest.raises(BadDirective):
        parse_directive(broken)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["loop", "wait", "OBIS"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "steps", "order", "operation", "parameter"]), inner)
    ),
    max_leaves=15,
)


@given(json_values)
def test_any_json_is_a_directive_or_refused(value):
    try:
        parse_directive(value)
    except BadDirective as refused:
        assert str(refused)
