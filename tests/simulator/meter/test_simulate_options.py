"""What may be told to `osos simulate meter`, and what does it say to nonsense?"""

import pytest
from typer.testing import CliRunner

from osos.cli.simulate import _faults, _meter, _spec, app
from osos.quantities import TURKIYE
from osos.simulator.load import Steady
from osos.simulator.meter.faults import FAULTS


@pytest.fixture
def said():
    def run(*words: str):
        found = CliRunner().invoke(app, ["meter", *words], terminal_width=200)
        return found.exit_code, found.output

    return run


def test_faults_are_listed_with_step_and_requirement(said):  # M-183
    code, text = said("--fault", "list")
    assert code == 0
    assert len(text.splitlines()) == len(FAULTS)
    assert "MD-07  M-90   demand-in-blocks:" in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--fault", "demand-in-circles"), "demand-in-circles"),
        (("--profile", "siemens"), "siemens"),
        (("--optical", "tcp:99999"), "99999"),
    ],
)
def test_nonsense_is_refused_with_what_was_wrong(said, words, told):
    code, text = said(*words, "--days", "1")
    assert code == 2
    assert told in text


def test_a_file_that_is_no_state_is_refused(said, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("milk, eggs", encoding="utf-8")
    code, text = said("--state", str(path), "--days", "1")
    assert code == 2
    assert "no saved state" in text
    assert path.read_text(encoding="utf-8") == "milk, eggs"


def test_a_meter_goes_on_from_its_file_whatever_days_are_asked_for(local, tmp_path):
    path, load = tmp_path / "meter.state", Steady(power_w=(500,))
    since = local(2026, 1, 5, 9).astimezone(TURKIYE)
    first = _meter(
        _spec("1p", 1, serial="OSO5", since=since, seed=1, profile="gen2"),
        load,
        state=path,
        faults=_faults([]),
    )
    first.rig(at=local(2026, 2, 1), terminal_open=True)
    later = _spec("1p", 1, serial="OSO5", since=local(2026, 1, 30), seed=1, profile="gen2")
    again = _meter(later, load, state=path, faults=_faults([]))
    at = local(2026, 3, 1, 12)
    assert again.packet("0", at=at) == first.packet("0", at=at)


@pytest.mark.parametrize(
    ("profile", "identification"),
    [
        ("gen2", b"/OSO6<2>OSOS.VM25\r\n"),
        ("gen3", b"/OSO5<3>OSOS.VM25\r\n"),
        ("makel", b"/MSY5<1>C500.KMY.2556\r\n"),
        ("luna", b"/LUN5<1>LUN12345678\r\n"),
        ("viko", b"/VIK5<1>VEMM12345678\r\n"),
        ("kohler", b"/AEL5<1>AEL.TF.21\r\n"),
    ],
)
def test_each_profile_introduces_itself_as_its_maker(local, profile, identification):  # M-162, M-163
    spec = _spec("1p", 1, serial="12345678", since=local(2026, 1, 5), seed=1, profile=profile)
    assert (
        _meter(spec, Steady(power_w=(5,)), state=None, faults=_faults([])).identification() == identification
    )
