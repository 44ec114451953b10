"""Is a parameter written once, seen before and after, and never written blindly again?"""

from datetime import datetime

import pytest

from osos.quantities import TURKIYE
from osos.reader import program

PASSWORD = "24681357"
NOW = datetime(2026, 3, 20, 12, 1, tzinfo=TURKIYE)


def writes(socket):
    return b"".join(socket.heard).count(b"\x01W2\x02") + b"".join(socket.heard).count(b"\x01E2\x02")


@pytest.mark.parametrize(
    ("code", "value", "before", "after"),
    [
        ("0.8.4", "30", "15*min", "30*min"),
        ("0.8.4", "(30*min)", "15*min", "30*min"),
        ("0.9.9", "200*sec", "180*sec", "200*sec"),
        ("96.50", "06001700220099999999999999999999", None, "06001700220099999999999999999999"),
        ("96.60", "21230000", "31230000", "21230000"),
        ("F.A.0", "0000000000000001", None, "0" * 63 + "1"),
    ],
)
def test_a_parameter_is_shown_before_and_after(code, value, before, after, fresh, plugged, linked):
    socket = plugged(fresh)
    done = program(linked(socket), code, value, password=PASSWORD)
    assert done.trouble is None
    assert done.written is True
    assert before is None or done.before == before
    assert done.after == after
    assert writes(socket) == 1


def test_a_demand_reset_is_an_act_and_no_value(fresh, plugged, linked):
    socket = plugged(fresh)
    done = program(linked(socket), "1.6.0", "", password=PASSWORD)
    assert done.command == "E2"
    assert done.written is True
    assert done.trouble is None
    assert done.before != done.after
    again = program(linked(socket), "1.6.0", "", password=PASSWORD)
    assert again.written is False
    assert again.trouble.name == "write-refused"
    assert "once a calendar month" in again.trouble.said("en")


def test_the_present_can_be_set_without_typing_it(fresh, plugged, linked):
    done = program(linked(plugged(fresh)), "0.9.1", "now", password=PASSWORD)
    assert done.trouble is None
    assert done.asked.startswith("12:0")
    assert done.after == done.asked


def test_a_new_password_is_never_shown(fresh, plugged, linked):
    socket = plugged(fresh)
    done = program(linked(socket), "96.96", "11223344", password=PASSWORD)
    assert done.written is True
    assert {done.before, done.asked, done.after} == {"********"}
    assert "11223344" not in repr(done)
    assert program(linked(socket), "0.9.9", "190", password="11223344").written is True


def test_a_wrong_password_changes_nothing_and_is_tried_once(fresh, plugged, linked):
    socket = plugged(fresh)
    done = program(linked(socket), "0.8.4", "30", password="00000000")
    assert done.written is False
    assert done.trouble.name == "write-refused"
    assert "parola yanlış" in done.trouble.said("tr")
    assert b"".join(socket.heard).count(b"\x01P1\x02") == 1


def test_a_password_refused_at_once_sends_no_write(fresh, plugged, linked):
    class Strict:
        def __init__(self, device):
            self._device = device

        def __getattr__(self, name):
            return getattr(self._device, name)

        def password(self, level, text):
            self._device.password(level, text)
            return False

    socket = plugged(fresh, answers=Strict)
    done = program(linked(socket), "0.8.4", "30", password="00000000")
    assert done.trouble.name == "password-refused"
    assert writes(socket) == 0


def test_the_terminal_cover_is_named_where_it_is_the_reason(fresh, plugged, linked):
    done = program(linked(plugged(fresh, port="optical")), "0.8.4", "30", password=PASSWORD)
    assert done.trouble.name == "write-refused"
    assert "terminal cover" in done.trouble.said("en")


@pytest.mark.parametrize(
    ("code", "value", "trouble"),
    [
        ("0.8.4", "17", "bad-value"),
        ("0.9.1", "24:00:00", "bad-value"),
        ("96.96", "123", "bad-value"),
        ("1.8.0", "0", "not-programmable"),
        ("9.9.9", "1", "not-programmable"),
    ],
)
def test_what_the_meter_would_refuse_is_not_sent(code, value, trouble, fresh, plugged, linked):
    socket = plugged(fresh)
    done = program(linked(socket), code, value, password=PASSWORD)
    assert done.trouble.name == trouble
    assert done.written is False
    assert writes(socket) == 0
    assert b"\x01P1\x02" not in b"".join(socket.heard)
    assert "123" not in done.trouble.said("en") or code != "96.96"


def test_a_code_that_this_meter_lacks_is_not_written(fresh, plugged, linked):
    socket = plugged(fresh)  # without a relay
    done = program(linked(socket), "96.3.12", "002.000*kW", password=PASSWORD)
    assert done.trouble.name == "unknown-code"
    assert b"\x01P1\x02" not in b"".join(socket.heard)


def test_another_meter_is_not_programmed(fresh, plugged, linked):
    class Impostor:
        def __init__(self, device):
            self._device = device

        def __getattr__(self, name):
            return getattr(self._device, name)

        def is_me(self, address):
            return True

    socket = plugged(fresh, answers=Impostor)
    done = program(linked(socket, query="?address=OSO7"), "0.8.4", "30", password=PASSWORD)
    assert done.trouble.name == "another-meter"
    assert writes(socket) == 0


class LosesTheAnswer:
    """The line falls once, just after the meter has heard the write, or just before."""

    def __init__(self, *, heard: bool, times: int = 1) -> None:
        self._heard, self._left, self._falls = heard, times, False

    def at_once(self, data):
        return b""

    def forth(self, data):
        self._falls = bool(self._left) and (b"\x01W2" in data or b"\x01E2" in data)
        self._left -= self._falls
        return b"\x01W2\x02\x03\x00" if self._falls and not self._heard else data

    def back(self, data):
        yield None if self._falls else data


def test_a_write_whose_answer_was_lost_is_looked_at_and_found_done(fresh, plugged, linked):
    socket = plugged(fresh, LosesTheAnswer(heard=True))
    done = program(linked(socket), "0.8.4", "30", password=PASSWORD)
    assert done.written is True
    assert done.trouble is None
    assert done.after == "30*min"
    assert writes(socket) == 1


def test_a_write_that_was_lost_with_the_line_is_found_undone_and_not_repeated(fresh, plugged, linked):
    socket = plugged(fresh, LosesTheAnswer(heard=False))
    done = program(linked(socket), "0.8.4", "30", password=PASSWORD)
    assert done.written is False
    assert done.trouble.name == "write-lost"
    assert done.after == "15*min"
    assert writes(socket) == 1


def test_a_reset_whose_answer_was_lost_is_known_by_its_count(fresh, plugged, linked):
    socket = plugged(fresh, LosesTheAnswer(heard=True))
    done = program(linked(socket), "1.6.0", "", password=PASSWORD)
    assert done.written is True
    assert writes(socket) == 1


def test_a_write_of_the_value_that_was_there_cannot_be_proven(fresh, plugged, linked):
    socket = plugged(fresh, LosesTheAnswer(heard=True))
    done = program(linked(socket), "0.8.4", "15", password=PASSWORD)
    assert done.written is None
    assert done.trouble.name == "write-unknown"


def test_a_line_that_stays_away_after_a_write_leaves_it_unknown(fresh, plugged, linked):
    class Gone(LosesTheAnswer):
        def forth(self, data):
            falls = self._falls
            data = super().forth(data)
            self._falls = self._falls or falls
            return data

    socket = plugged(fresh, Gone(heard=True))
    done = program(linked(socket), "0.8.4", "30", password=PASSWORD)
    assert done.written is None
    assert done.trouble.name == "write-unknown"
    assert "do not write again" in done.trouble.said("en")
    assert writes(socket) == 1


def test_a_new_password_whose_answer_was_lost_is_not_tried_out(fresh, plugged, linked):
    """One of two passwords would be a wrong try."""
    socket = plugged(fresh, LosesTheAnswer(heard=True))
    done = program(linked(socket), "96.96", "11223344", password=PASSWORD)
    assert done.written is None
    assert done.trouble.name == "write-unknown"
    assert b"".join(socket.heard).count(b"\x01P1\x02") == 1


def test_a_line_that_falls_before_the_write_writes_nothing(fresh, plugged, linked):
    class Early(LosesTheAnswer):
        def forth(self, data):
            self._falls = b"\x01P1" in data
            return data

    done = program(linked(plugged(fresh, Early(heard=True))), "0.8.4", "30", password=PASSWORD)
    assert done.written is False
    assert done.trouble.name == "fell"


def test_a_meter_that_says_yes_and_does_no_is_found_out(fresh, plugged, linked):
    class Liar:
        def __init__(self, device):
            self._device = device

        def __getattr__(self, name):
            return getattr(self._device, name)

        def write(self, code, argument):
            return True

    done = program(linked(plugged(fresh, answers=Liar)), "0.8.4", "30", password=PASSWORD)
    assert done.trouble.name == "not-as-asked"
    assert done.after == "15*min"


def test_nobody_there_is_said_as_in_reading(linked):
    done = program(linked("tcp://127.0.0.1:9"), "0.8.4", "30", password=PASSWORD)
    assert done.trouble.name == "refused"
    assert done.written is False
