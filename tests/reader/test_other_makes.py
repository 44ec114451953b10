"""Are meters of other generations and makes asked in their own words?"""

import hashlib
import hmac
from datetime import datetime

import pytest

from osos.iec62056 import parse_identification
from osos.reader import program, read_codes, read_profile
from osos.reader.profile_dialects import dialect_of

LABELS = (datetime(2026, 3, 3, 0, 15), datetime(2026, 3, 4))


@pytest.mark.parametrize(
    ("line", "name", "said"),
    [
        ("/OSO6<2>OSOS", "P.01", "R2 P.01(26-03-03,00:15;26-03-04,00:00)"),
        ("/OSO5<3>OSOS", "P.12(Y101,Y105)", "R2 P.12(26-03-03,00:15;26-03-04,00:00)(Y101,Y105)"),
        ("/MSY5<1>C500.KMY.2556", "P.01", "R2 P.01(2603030015;2603040000)"),
        ("/LUN5<1>LUN70000130", "P.01", "R5 P1(260303;260304)()"),
        ("/VIK5<1>M005", "P.01", "R5 P.01(2603030015;2603040000)"),
        ("/XYZ5METER", "P.01", "R2 P.01(26-03-03,00:15;26-03-04,00:00)"),
    ],
)
def test_each_make_is_asked_for_a_profile_in_its_own_words(line, name, said):
    command = dialect_of(parse_identification(line.encode())).between[0](name, LABELS)
    assert f"{command.name} {command.data.decode()}" == said


def test_open_sides_stay_open():
    (asking,) = dialect_of(parse_identification(b"/OSO6<2>OSOS")).between
    assert asking("P.01", (None, None)).data == b"P.01(;)"


class Dressed:
    """The virtual meter under another identification, with another password rule."""

    def __init__(self, device, *, line, seed=None):
        self._device, self._line, self._seed, self.passwords = device, line, seed, []

    def __getattr__(self, name):
        return getattr(self._device, name)

    def identification(self):
        return self._line

    def seed(self):
        own = self._device.seed()
        return self._seed or own

    def password(self, level, text):
        self.passwords.append((level, text))
        return self._device.password(1, "24681357")


@pytest.mark.parametrize("name", ["P.01)(", "P.01\r\n", "1.8.0(", "", "P.12(Y101", "P.12(Y101;Y102)"])
def test_what_is_no_name_of_a_profile_is_said_before_the_line_is_opened(name, linked):
    got = read_profile(linked("tcp://127.0.0.1:9"), name)
    assert got.trouble.name == "bad-code"
    assert "P.01" in got.trouble.said("tr")


@pytest.mark.parametrize("code", ["a(b", "1.8.0\r\n", "", "0.9.1()", "ç"])
def test_what_is_no_code_is_said_before_the_line_is_opened(code, linked):
    assert read_codes(linked("tcp://127.0.0.1:9"), ["1.8.0", code]).trouble.name == "bad-code"


def test_a_third_generation_meter_gets_the_password_of_the_level(fresh, plugged, linked):
    made = []

    def dressed(device):
        made.append(Dressed(device, line=b"/OSO6<3>OSOS\r\n"))
        return made[-1]

    done = program(linked(plugged(fresh, answers=dressed)), "0.8.4", "30", password="11112222")
    assert done.written is True
    assert made[-1].passwords == [(2, "11112222")]  # gen3: periods want level 2


def test_a_seed_in_base64_is_answered_by_hmac(fresh, plugged, linked):
    """As one real `<3>` meter (M-41): 64 capital hex digits over the seed text."""
    made, seed = [], "AAECAwQFBgcICQoLDA0ODw=="

    def dressed(device):
        made.append(Dressed(device, line=b"/OSO6<3>OSOS\r\n", seed=seed))
        return made[-1]

    done = program(linked(plugged(fresh, answers=dressed)), "0.9.1", "12:00:00", password="11112222")
    assert done.written is True
    proof = hmac.new(b"11112222", seed.encode(), hashlib.sha256).hexdigest().upper()
    assert made[-1].passwords == [(1, proof)]


def test_a_legacy_meter_is_written_like_a_second_generation_one(fresh, plugged, linked):
    socket = plugged(fresh, answers=lambda device: Dressed(device, line=b"/MSY5<1>C500\r\n"))
    assert program(linked(socket), "0.8.4", "30", password="24681357").written is True
