"""Is a person asked for each act in words, and is nothing taken for done that was not?"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from osos.cli.conformity import app
from osos.conformity.bench import SHORTEST
from osos.conformity.catalogue import form
from osos.conformity.report import read_sheet
from osos.conformity.rig import Act, Lines, Rig, RigDidNot, lines_facts
from osos.conformity.rigs import PersonRig, Terminal
from osos.conformity.rigs.sentences import sentences
from osos.conformity.rigs.terminal import NobodyThere
from osos.conformity.runs import replay, run
from osos.conformity.verdicts import Outcome, Verdict
from osos.conformity.virtual import VirtualWorld
from osos.quantities import ManualClock

AT = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


class ReadyPerson:
    """Does everything, sees what the script says, signs for pass."""

    def __init__(self, *, refuses: str = "", verdicts: Iterator[str] | None = None) -> None:
        self.heard: list[str] = []
        self.counted: list[float] = []
        self.world: VirtualWorld | None = None
        self._refuses, self._verdicts = refuses, verdicts

    def tell(self, words):
        self.heard.append(words.tr)

    def confirm(self, words):
        self.heard.append(words.tr)
        return "kapak sıkıştı" if self._refuses and self._refuses in words.tr else ""

    def fill(self, words, fields, *, about=""):
        self.heard.append(words.tr)
        self.icons = {one.words: one.name.removeprefix("icon:") for one in fields}
        return {
            one.name: self.choose(one.words, one.options) if one.options else self.line(one.words)
            for one in fields
        }

    def choose(self, words, options):
        if "blink" in options and self.world is not None:
            return self.world.look(()).icon(self.icons[words])
        if "pass" in options:
            return next(self._verdicts) if self._verdicts else "pass"
        return next(iter(options))

    def line(self, words):
        return "Ayşe Yılmaz" if "adı" in words.tr else ""

    def count_down(self, seconds):
        self.counted.append(seconds)


class BesideTheMeter:
    """A person whose confirmed acts reach the virtual meter."""

    def __init__(self, person: PersonRig, world: VirtualWorld) -> None:
        self._person, self._world = person, world
        self.inspect = person.inspect

    def do(self, act):
        found = self._person.do(act)
        self._world.do(act)
        return found

    def look(self, wanted):
        return self._person.look(wanted)


def _rig(person: ReadyPerson, **more) -> PersonRig:
    return PersonRig(person, ManualClock(AT), **more)


def _lines(**facts):
    return Act("lines", lines_facts(Lines.plain(3, 2300)) | facts)


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (Act("cover", {"which": "terminal", "open": True}), "Klemens kapağını açın."),
        (Act("cover", {"which": "top", "open": False}), "Üst kapağı kapatın."),
        (Act("button", {"held_s": 0.2}), "Butona kısa basın."),
        (Act("reset-button"), "Mühürlü sıfırlama butonuna basın."),
        (Act("magnet", {"mt": 400}), "Sayaca 400 mT mıknatıs tutun."),
        (Act("magnet", {"mt": 0}), "Mıknatısı sayaçtan uzaklaştırın."),
        (Act("battery", {"which": "clock", "fitted": False}), "Saat pilini çıkarın."),
        (Act("external", {"volts": 48}), "Harici besleme girişine 48 V DC verin."),
        (
            Act("sample", {"name": "shelf", "purpose": "KK"}),
            "Düzeneğe raf modundaki numuneyi (Numune 2) bağlayın, kapaklarını kapatın (KK).",
        ),
    ],
)
def test_every_act_is_a_sentence(act, told):
    person = ReadyPerson()
    assert _rig(person).do(act) == act.facts
    assert person.heard == [told]


def test_of_the_lines_only_what_changes_is_asked():
    person = ReadyPerson()
    rig = _rig(person)
    rig.do(_lines())
    assert person.heard == ["L1, L2, L3 gerilimini 230 V yapın.", "L1, L2, L3 akımını kesin."]
    person.heard.clear()
    rig.do(_lines())
    assert person.heard == []
    rig.do(_lines(volts_dv=[2300, 0, 577], amps_ma=[0, 5000, 0], degrees=[0, -60, 0], swapped=True))
    assert person.heard == [
        "L2 gerilimini kesin.",
        "L3 gerilimini 57,7 V yapın.",
        "L2 akımını 5 A yapın.",
        "L2 akımının açısını 60° kapasitif yapın.",
        "L2 ve L3 fazlarını akımlarıyla birlikte yer değiştirin.",
    ]


def test_an_angle_is_asked_when_its_current_begins_to_flow():
    person = ReadyPerson()
    rig = _rig(person)
    rig.do(_lines(degrees=[60, 60, 60]))
    person.heard.clear()
    rig.do(_lines(degrees=[60, 60, 60], amps_ma=[5000, 0, 0]))
    assert person.heard == ["L1 akımını 5 A yapın.", "L1 akımının açısını 60° endüktif yapın."]


def test_lines_are_asked_whole_again_for_another_sample():
    person = ReadyPerson()
    rig = _rig(person)
    rig.do(_lines())
    rig.do(Act("sample", {"name": "shelf", "purpose": "KK"}))
    person.heard.clear()
    rig.do(_lines())
    assert len(person.heard) == 2


def test_sentences_exist_in_both_languages_for_every_act():
    for before in (None, _lines().facts):
        for act in (_lines(swapped=True, shifted=1, reversed_current=[True] * 3), _lines(shifted=2)):
            for words in sentences(act, before):
                assert words.tr.endswith(".")
                assert words.en.endswith(".")


def test_a_long_press_is_counted_down():
    person = ReadyPerson()
    _rig(person).do(Act("button", {"held_s": 5}))
    assert person.counted == [5]
    assert person.heard[0] == "Butonu 5 saniye basılı tutun."


def test_a_person_may_say_that_it_could_not_be_done():
    rig = _rig(ReadyPerson(refuses="Klemens kapağını açın"))
    with pytest.raises(RigDidNot, match="sıkıştı"):
        rig.do(Act("cover", {"which": "terminal", "open": True}))


def test_after_an_undone_act_the_lines_are_asked_whole():
    person = ReadyPerson(refuses="L2 gerilimini kesin")
    rig = _rig(person)
    rig.do(_lines())
    with pytest.raises(RigDidNot):
        rig.do(_lines(volts_dv=[2300, 0, 2300]))
    person.heard.clear()
    rig.do(_lines())
    assert len(person.heard) == 2


def test_a_group_runs_with_a_person_and_replays_alike(combi, tmp_path):
    person, world, path = ReadyPerson(), VirtualWorld(combi), tmp_path / "run.jsonl"
    person.world = world
    rig = BesideTheMeter(_rig(person), world)
    assert isinstance(rig, Rig)
    report = run(world, rig, combi, path=path, groups=["IS", "UK"], repeats=SHORTEST)
    verdicts = {result.step: result.verdict for result in report.results}
    assert set(verdicts.values()) == {Verdict.PASS}, verdicts
    assert replay(path).results == report.results
    signed = read_sheet(path).signatures
    assert {one.by for one in signed} == {"Ayşe Yılmaz"}
    assert {one.step for one in signed} == {step.id for step in form().group("IS").steps}


def test_what_a_person_could_not_do_waits_and_replays_alike(combi, tmp_path):
    person, world, path = ReadyPerson(refuses="Üst kapağı açın"), VirtualWorld(combi), tmp_path / "run.jsonl"
    person.world = world
    report = run(
        world, BesideTheMeter(_rig(person), world), combi, path=path, groups=["UK"], repeats=SHORTEST
    )
    assert {result.verdict for result in report.results} == {Verdict.WAITING}
    assert report.results[0].outcome is Outcome.RIG
    assert "sıkıştı" in report.results[0].detail
    assert replay(path).results == report.results


def test_two_inspectors_who_contradict_are_named(combi):
    person = ReadyPerson(verdicts=iter(["pass", "fail"]))
    rig = _rig(person, inspectors=("Ayşe", "Mehmet"))
    signed = rig.inspect(form().step("TY-01"))
    assert [(one.by, one.verdict) for one in signed] == [("Ayşe", Verdict.PASS), ("Mehmet", Verdict.FAIL)]
    assert person.heard[-1] == "Çelişki: TY-01/1 için Ayşe: pass, Mehmet: fail. Kontrol bekler."


def test_who_is_not_sure_signs_nothing():
    rig = _rig(ReadyPerson(verdicts=iter(["wait"])), inspectors=("Ayşe",))
    assert rig.inspect(form().step("TY-01")) == ()


def _typed(*lines, clock=None):
    answers = iter([f"{line}\n" for line in lines])
    out = io.StringIO()
    return Terminal(clock or ManualClock(AT), read=lambda: next(answers, ""), out=out), out


def test_the_terminal_takes_words_numbers_and_refusals():
    words = form().step("TY-01").words
    options = {"off": words, "on": form().step("TY-02").words}
    terminal, out = _typed("", "h", "kilitli", "pense yok", "7", "2", "on")
    assert terminal.confirm(words) == ""
    assert terminal.confirm(words) == "kilitli"
    assert terminal.confirm(words) == "pense yok"
    assert terminal.choose(words, options) == "on"  # 7 is asked again
    assert terminal.choose(words, options) == "on"
    assert words.tr in out.getvalue()
    assert words.en in out.getvalue()


def test_the_terminal_counts_by_its_clock():
    clock = ManualClock(AT)
    terminal, _ = _typed(clock=clock)
    terminal.count_down(5)
    assert clock.now() == AT + timedelta(seconds=5)


def test_a_closed_terminal_ends_the_run_instead_of_passing_it():
    terminal, _ = _typed()
    with pytest.raises(NobodyThere):
        terminal.confirm(form().step("TY-01").words)


@pytest.mark.parametrize(
    "told",
    [
        ["--rig", "robot"],
        ["--rig", "source"],
        ["--rig", "person", "--source", "tcp://localhost:5025"],
        ["--rig", "source", "--source", "localhost"],
        ["--rig", "person"],  # a virtual meter brings its own
    ],
)
def test_rigs_that_do_not_go_together_are_wrong_calls(told):
    done = CliRunner().invoke(app, ["run", "--group", "IS", *told])
    assert done.exit_code == 2, done.output
    assert "--" in done.stderr
