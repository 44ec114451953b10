"""Is every address understood or refused with a reason, and every trouble said in both languages?"""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.reader import LineTrouble, parse_place
from osos.reader.trouble import SENTENCES, trouble


@pytest.mark.parametrize(
    ("url", "facts"),
    [
        ("tcp://10.0.0.7:4059", {"host": "10.0.0.7", "port": 4059, "is_serial": False}),
        ("tcp://[::1]:4059?address=OSO1", {"host": "::1", "address": "OSO1"}),
        ("serial:///dev/ttyUSB0", {"path": "/dev/ttyUSB0", "baud": None, "is_serial": True}),
        (
            "serial:///dev/ttyUSB0?baud=300&max=9600&parity=none",
            {"baud": 300, "max_baud": 9600, "parity": "none"},
        ),
        ("serial:///dev/pts/3?delay=2.5", {"path": "/dev/pts/3", "delay_s": 2.5}),
        ("serial://COM3", {"path": "COM3"}),
    ],
)
def test_an_address_names_a_place(url, facts):
    place = parse_place(url)
    assert {name: getattr(place, name) for name in facts} == facts


@pytest.mark.parametrize(
    "url",
    [
        "",
        "10.0.0.7:4059",
        "tcp://10.0.0.7",
        "tcp://:4059",
        "tcp://h:99999",
        "tcp://h:x",
        "serial://",
        "http://h:1",
        "tcp://h:1?baud=301",
        "tcp://h:1?address=/?!",
        "tcp://h:1?address=ş1",
        "tcp://h:1?delay=-1",
        "tcp://h:1?delay=x",
        "tcp://h:1?parity=odd",
        "tcp://h:1?speed=300",
        "tcp://h:1?baud",
    ],
)
def test_what_is_no_address_is_refused_with_a_reason(url):
    with pytest.raises(LineTrouble) as refused:
        parse_place(url)
    assert refused.value.trouble.name == "bad-url"
    assert "tcp://" in refused.value.trouble.said("tr")


@given(st.text(max_size=40) | st.text("tcpserial:/?=&@[]0123456789.", max_size=40))
def test_any_text_is_an_address_or_a_trouble(text):
    try:
        parse_place(text)
    except LineTrouble as refused:
        assert refused.trouble.name == "bad-url"


@pytest.mark.parametrize("name", SENTENCES)
def test_every_trouble_is_said_in_both_languages_with_the_same_facts(name):
    fields = [
        [{field for _, field, _, _ in string.Formatter().parse(words) if field} for words in both]
        for both in SENTENCES[name]
    ]
    for turkish, english in fields:
        assert turkish == english
    facts = {each: "x" for both in fields for one in both for each in one}
    said = trouble(name, **{each.split("!")[0]: fact for each, fact in facts.items()})
    assert said.said("tr") != said.said("en")
