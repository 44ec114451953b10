"""Does a message survive the wire, and does everything else become NotAMessage?"""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.modems.mass_json import Framer, Message, NotAMessage, decode, encode, frame
from osos.quantities import DeviceId

scalars = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=12)
names = st.text(max_size=8).filter(
    lambda name: name not in ("ip", "ipWhiteList", "sequenceId", "failDescrition")
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=8,
)
HEADER = {"device", "function", "referenceId", "request", "response", "streaming", "part", "requestMethod"}
messages = st.builds(
    Message,
    device=st.builds(
        DeviceId,
        st.from_regex(r"[A-Z]{3}|", fullmatch=True),
        st.from_regex(r"[0-9A-Za-z]{1,32}", fullmatch=True),
    ),
    function=st.text(min_size=1, max_size=20),
    reference_id=st.from_regex(r"[0-9a-f-]{0,36}", fullmatch=True),
    request=st.none() | st.dictionaries(names, values, max_size=4),
    response=st.none() | st.dictionaries(names, values, max_size=4) | st.lists(values, max_size=4),
    streaming=st.none() | st.booleans(),
    part=st.none() | st.integers(1, 5000),
    request_method=st.none() | st.text(max_size=8),
    message_status=st.none() | st.text(max_size=8),
    extra=st.dictionaries(
        names.filter(lambda n: n not in HEADER and n != "messageStatus"), values, max_size=3
    ),
)


@given(messages)
def test_a_message_survives_the_wire(message):
    (found,) = Framer().feed(frame(encode(message)))
    assert decode(found.payload) == message


@given(messages)
def test_a_message_on_the_wire_holds_no_framing_mark_but_its_own(message):
    assert not set(b"#$") & set(encode(message))
    assert json.loads(encode(message))["function"] == message.function


def test_the_documents_example_is_read():
    message = decode(
        b'{"device":{"flag":"ABC","serialNumber":"100200300400500"},"function":"read","referenceId":"6f0c",'
        b'"request":{"directive":"short"}}'
    )
    assert message == Message(
        device=DeviceId("ABC", "100200300400500"),
        function="read",
        reference_id="6f0c",
        request={"directive": "short"},
    )


# what the field says instead
@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"sequenceId": "r7"}, {"referenceId": "r7"}),
        ({"sequenceId": 7}, {"referenceId": "7"}),
        (
            {"response": {"failCode": 1, "failDescrition": "x"}},
            {"response": {"failCode": 1, "failDescription": "x"}},
        ),
        (
            {"request": {"ipWhiteList": [{"ip": "10.0.0.1"}, "10.0.0.2"]}},
            {"request": {"ipAddressWhiteList": [{"ipAddress": "10.0.0.1"}, "10.0.0.2"]}},
        ),
    ],
)
def test_both_names_of_the_field_are_read(said, meant):
    header = {"device": {"flag": "ABC", "serialNumber": "1"}, "function": "ack"}
    assert decode(json.dumps({**header, **said}).encode()) == decode(json.dumps({**header, **meant}).encode())


def test_what_the_header_does_not_know_is_kept_and_sent_on():
    payload = (
        b'{"device":{"flag":"ABC","serialNumber":"1"},"function":"alarm","referenceId":"r","response":"fine",'
        b'"version":3}'
    )
    message = decode(payload)
    assert message.response is None
    assert message.extra == {"response": "fine", "version": 3}
    assert decode(encode(message)) == message


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "not json"),
        (b"{", "not json"),
        (b'{"a":"\xff"}', "not json"),
        (b'{"a":"\\ud800"}', "not json"),
        (b'{"a":1e999}', "not json"),
        (b"[]", "not an object"),
        (b"null", "not an object"),
        (b"[" * 200_000, "too deep"),
        (b"{}", "no device"),
        (b'{"device":"ABC1"}', "no device"),
        (b'{"device":{"flag":"abc","serialNumber":"1"}}', "no device"),
        (b'{"device":{"flag":"ABC","serialNumber":"../x"}}', "no device"),
        (b'{"device":{"flag":"ABC","serialNumber":"1"}}', "no function"),
        (b'{"device":{"flag":"ABC","serialNumber":"1"},"function":7}', "no function"),
        (b'{"device":{"flag":"ABC","serialNumber":"1"},"function":"ack","referenceId":{}}', "bad reference"),
        (
            b'{"device":{"flag":"ABC","serialNumber":"1"},"function":"ack","referenceId":"a\\u0000"}',
            "bad reference",
        ),
        (b'{"device":{"flag":"ABC","serialNumber":"1"},"function":"ack","part":0}', "bad part"),
        (b'{"device":{"flag":"ABC","serialNumber":"1"},"function":"ack","part":true}', "bad part"),
    ],
)
def test_what_is_no_message_is_refused_with_its_reason(payload, reason):
    with pytest.raises(NotAMessage) as refused:
        decode(payload)
    assert refused.value.reason == reason


@given(st.binary(max_size=100))
def test_any_bytes_are_a_message_or_not_a_message(payload):
    try:
        decode(payload)
    except NotAMessage as refused:
        assert refused.reason


def test_an_encoded_message_reads_the_same_twice(read_push):
    message = read_push("\x01\x02\r\n#$\x7f\xff")
    assert decode(encode(decode(encode(message)))) == message
    assert decode(encode(replace(message, part=2, streaming=True))).part == 2
