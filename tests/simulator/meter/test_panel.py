"""May the panel's page show everything, do what hands do, and nothing else? (M-150, M-181, M-129)"""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.simulator.meter.panel import PanelServer, picture
from osos.simulator.meter.panel.hands import NotAnAct, act


@pytest.fixture
def one(meter, same_day):
    return meter("combi", 2, load=same_day, options=frozenset({"rs485", "relay"}))


@pytest.fixture
def at(local):
    return local(2026, 2, 3, 12)


def test_the_picture_is_json_and_tells_what_the_display_shows(one, at):
    told = json.loads(json.dumps(picture(one, at, reading=False)))
    assert told["display"]["code"] == one.display(at=at).code
    assert told["registers"]["1.8.0"] == f"{one.registers(at)['1.8.0'] / 1000:010.3f}"
    assert told["relay"] == "normal"
    assert len(told["phases"]) == 3


def test_the_batteries_give_what_they_should(one, local):  # M-129
    assert picture(one, local(2026, 2, 3, 12), reading=False)["battery_ua"] == 0.4
    one.rig(at=local(2026, 2, 3, 13), supply=(False,) * 3)
    assert picture(one, local(2026, 2, 3, 14), reading=False)["battery_ua"] == 12.0
    one.press(at=local(2026, 2, 3, 15))
    assert picture(one, local(2026, 2, 3, 15), reading=False)["battery_ua"] == 3200.0


def test_each_hand_does_what_the_rig_does(one, at):
    for told in (
        {"do": "supply", "phase": 1, "on": False},
        {"do": "reverse", "phase": 2, "on": True},
        {"do": "voltage", "phase": 0, "tenths": 2400},
        {"do": "current", "phase": 0, "milliamperes": 5000, "degrees": -30},
        {"do": "switch", "name": "terminal_open", "on": True},
        {"do": "magnet", "millitesla": 450},
    ):
        act(one, told, at=at)
    rig = one.settings(at).rig
    assert (rig.supply, rig.reversed_current) == ((True, False, True), (False, False, True))
    assert (rig.voltage_dv[0], rig.current[0]) == (2400, (5000, -30))
    assert (rig.terminal_open, rig.magnet_mt) == (True, 450)
    act(one, {"do": "current", "phase": 0, "by_load": True}, at=at)
    assert one.settings(at).rig.current[0] is None
    act(one, {"do": "press", "on": True}, at=at)
    assert one.display(at=at).menu == "sub"
    act(one, {"do": "reset"}, at=at)
    assert one.settings(at).resets


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {"do": "open"},
        {"do": "switch", "name": "location", "on": True},
        {"do": "supply", "phase": 3, "on": True},
        {"do": "supply", "phase": 0, "on": 1},
        {"do": "magnet", "millitesla": True},
        {"do": "magnet", "millitesla": -1},
        {"do": "voltage", "phase": 0, "tenths": 10**9},
        {"do": "current", "phase": 0, "milliamperes": 1},
    ],
)
def test_what_no_hand_can_do_is_refused_and_changes_nothing(one, at, told):
    before = one.save()
    with pytest.raises(NotAnAct):
        act(one, told, at=at)
    assert one.save() == before


def sent(server, *parts):
    """A request's answer, as an HTTP client on this machine would get it."""

    async def run(request: bytes) -> bytes:
        url = await server.open(0)
        port = int(url.rsplit(":", 1)[1].strip("/"))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request.replace(b"PORT", b"%d" % port))
        answer = await reader.read()
        writer.close()
        server.close()
        return answer

    return asyncio.run(run(b"\r\n".join(parts)))


@pytest.fixture
def server(one, at):
    return PanelServer(one, now=lambda: at, reading=lambda: False)


def test_the_page_and_its_files_come_under_a_policy_without_anything_inline(server):
    for path, holds in ((b"/", b"<svg"), (b"/panel.css", b".lcd"), (b"/panel.js", b"drawDigits")):
        answer = sent(server, b"GET %s HTTP/1.1" % path, b"Host: 127.0.0.1:PORT", b"", b"")
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert holds in answer
        assert b"script-src 'self'" in answer
    page = sent(server, b"GET / HTTP/1.1", b"Host: 127.0.0.1:PORT", b"", b"").partition(b"\r\n\r\n")[2]
    assert b"style=" not in page
    assert b" on" not in page.replace(b" once", b"").split(b"<body>")[0]


def test_an_act_comes_from_the_own_page_only(server, one, at):
    body = b'{"do": "magnet", "millitesla": 500}'
    length = b"Content-Length: %d" % len(body)
    for origin, status in ((b"http://127.0.0.1:PORT", b"204"), (b"http://elsewhere", b"403"), (b"", b"403")):
        answer = sent(
            server, b"POST /act HTTP/1.1", b"Host: 127.0.0.1:PORT", b"Origin: " + origin, length, b"", body
        )
        assert answer.split(b" ")[1] == status
    assert len([one for one in one.acts if one.what == "magnet_mt"]) == 1


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ((b"GET / HTTP/1.1", b"Host: elsewhere:80", b"", b""), b"421"),
        ((b"GET /../meter.py HTTP/1.1", b"Host: 127.0.0.1:PORT", b"", b""), b"404"),
        ((b"POST /act HTTP/1.1", b"Host: 127.0.0.1:PORT", b"Content-Length: 99999999", b"", b""), b"413"),
        ((b"POST /act HTTP/1.1", b"Host: 127.0.0.1:PORT", b"Content-Length: -1", b"", b""), b"413"),
        ((b"nonsense", b"", b""), b"400"),
        ((b"GET / HTTP/1.1", b"Host: 127.0.0.1:PORT", b"Content-Length: x", b"", b""), b"400"),
        ((b"X: " + b"y" * 40_000, b"", b""), b"400"),
    ],
)
def test_a_bad_request_is_answered_as_one(server, request_, status):
    assert sent(server, *request_).split(b" ")[1] == status


TOLD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["switch", "press", "magnet", "voltage"]),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["do", "phase", "on", "name", "tenths", "millitesla", "degrees"]), inner
        )
    ),
    max_leaves=8,
)


@given(told=TOLD)
def test_nothing_told_by_a_page_makes_an_uncaught_error(meter, same_day, local, told):
    try:
        act(meter("combi", 2, load=same_day), told, at=local(2026, 1, 16))
    except NotAnAct as error:
        assert str(error)
