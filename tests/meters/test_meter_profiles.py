"""Is a meter's profile chosen by what it says, and does it hold every choice?"""

import pytest

from osos.iec62056 import parse_identification
from osos.meters import PROFILES, profile_for, profile_named
from osos.meters.profiles import UnknownKey

# Every **chosen** key that 10-meter prints, with gen2's default.
CHOSEN = {
    "rs485.start_baud": "auto",
    "address.bare_serial": True,
    "ident.style": "edas-model",
    "no_ack": "idle",
    "session.idle_s": 60,
    "packet.head": False,
    "history.totals": False,
    "auth": "plain",
    "password.refuse_at": "write",
    "reset.rule": "any-cover",
    "rs485.monthly_limit": None,
    "test_sample": False,
    "lp.bang": False,
    "current_alarm.two_way": "mixed",
    "shelf.limit_wh": 1000,
    "cover.clear_port": "optical",
    "relay.style": "form",
    "accept_bad_bcc": False,
}


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (b"/MSY6<2>ADM(M550.2251)", "gen2"),
        (b"/MSY5<1>C500.KMY.2556", "makel"),
        (b"/LUN5<1>LUN70000130", "luna"),
        (b"/VIK5<1>VEMM12345678", "viko"),
        (b"/AEL4<1>AEL.MF.14 \r\n", "kohler"),
        (b"/AEL5[1]AEL.TF.21", "kohler"),
        (b"/BAY5<1>X", "gen1"),
        (b"/MAS5<3>VAN(M1.R1)", "gen3"),
        (b"/LGZ4ZMF100AC.M26", "generic"),
    ],
)
def test_the_identification_chooses_the_profile(line, name):  # M-160
    assert profile_for(parse_identification(line)).name == name


def test_without_identification_a_code_that_only_one_family_prints_chooses_it():
    assert profile_for(None, codes={"1.8.0", "96.92.0"}).name == "gen3"
    assert profile_for(None, codes={"1.8.0", "F.F.1"}).name == "gen2"
    assert profile_for(None, codes={"1.8.0"}).name == "generic"


def test_gen2_holds_every_chosen_key_under_the_name_the_requirements_print():
    gen2 = profile_named("gen2")
    assert {key: gen2.value(key) for key in CHOSEN} == CHOSEN


def test_gen3_chooses_otherwise_where_its_document_says_so():
    gen3 = profile_named("gen3")
    assert gen3.value("packet.head") is True
    assert gen3.value("rs485.monthly_limit") == 2
    assert gen3.value("lp.bang") is False


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_says_how_well_it_is_known(name):
    profile = profile_named(name)
    assert profile.evidence in ("from document", "from capture", "proven on device")
    assert profile.source


def test_one_meter_may_depart_from_its_profile_but_only_in_what_can_be_chosen():
    gen2 = profile_named("gen2")
    assert gen2.overridden({"lp.bang": True}).value("lp.bang") is True
    assert gen2.value("lp.bang") is False
    with pytest.raises(UnknownKey, match=r"no chosen key 'lp\.bank'"):
        gen2.overridden({"lp.bank": True})


def test_a_brand_gives_its_own_codes_their_meaning():
    assert profile_named("luna").entry("96.7.5").layout == "text"  # sensor detail, not a count
    assert profile_named("gen2").entry("96.7.5").layout == "count2"
    assert profile_named("makel").entry("96.77.4").en == "Voltage connection alarm count"
