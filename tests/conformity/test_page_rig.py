"""Can a person at a page be asked everything, and is every answer kept with who gave it?"""

import threading
from datetime import UTC, datetime

import pytest

from osos.conformity.bench import SHORTEST
from osos.conformity.catalogue import Words, form
from osos.conformity.device import Device
from osos.conformity.report import read_sheet
from osos.conformity.rig import Act, RigDidNot
from osos.conformity.rigs import ActsDesk, PersonRig, PracticeRig
from osos.conformity.rigs.page import LONGEST, NoLongerAsked, NotAnAnswer
from osos.conformity.rigs.terminal import NobodyThere
from osos.conformity.run_file import read_run
from osos.conformity.runs import read_report, replay, resume, run
from osos.conformity.verdicts import Verdict
from osos.conformity.virtual import VirtualWorld, virtual_device
from osos.conformity.watching import Watcher
from osos.quantities import ManualClock

AT = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
COVER = Act("cover", {"which": "terminal", "open": True})
WITHIN_S = 60.0


def until_asked(desk, *, after=0):
    """The question that waits; the run asks in a thread of its own."""
    tick = threading.Event()
    for _ in range(int(WITHIN_S / 0.002)):
        asked = desk.look()
        if asked.question is not None and asked.question.number > after:
            return asked.question
        tick.wait(0.002)
    raise AssertionError("nothing is asked")


class Beside(threading.Thread):
    """The run's side: does one thing and keeps what came of it."""

    def __init__(self, act) -> None:
        super().__init__(daemon=True)
        self._act, self.came, self.raised = act, None, None
        self.start()

    def run(self):
        try:
            self.came = self._act()
        except BaseException as error:  # noqa: BLE001  # NobodyThere is a KeyboardInterrupt
            self.raised = error

    def over(self):
        self.join(WITHIN_S)
        assert not self.is_alive()
        return self


@pytest.fixture
def desk():
    return ActsDesk(ManualClock(AT))


@pytest.fixture
def rig(desk):
    return PersonRig(desk, ManualClock(AT))


def test_an_act_waits_until_it_is_confirmed_and_the_answer_is_kept(desk, rig):
    beside = Beside(lambda: rig.do(COVER))
    asked = until_asked(desk)
    assert (asked.words.tr, asked.fields) == ("Klemens kapağını açın.", ())
    desk.answer(asked.number, {"done": "yes"}, by="Ayşe")
    assert beside.over().came == COVER.facts
    (kept,) = rig.said()
    assert (kept["asked"], kept["said"], kept["by"]) == ("Klemens kapağını açın.", {"done": ""}, "Ayşe")
    assert kept["at"] == AT.isoformat()
    assert rig.said() == ()  # told once


def test_what_could_not_be_done_wants_a_reason(desk, rig):
    beside = Beside(lambda: rig.do(COVER))
    number = until_asked(desk).number
    for said in ({"done": "no"}, {"done": "no", "why": " "}, {}, {"done": "no", "why": "x" * (LONGEST + 1)}):
        with pytest.raises(NotAnAnswer):
            desk.answer(number, said, by="Ayşe")
    desk.answer(number, {"done": "no", "why": "mühür kopmuyor"}, by="Ayşe")
    assert isinstance(beside.over().raised, RigDidNot)
    assert "mühür" in str(beside.raised)


def test_of_two_browsers_the_first_answer_counts_and_the_other_is_told_whose_it_was(desk, rig):
    beside = Beside(lambda: rig.do(COVER))
    number = until_asked(desk).number
    desk.answer(number, {"done": "yes"}, by="Ayşe")
    with pytest.raises(NoLongerAsked) as late:
        desk.answer(number, {"done": "no", "why": "hayır"}, by="Mehmet")
    assert late.value.answered.by == "Ayşe"
    assert beside.over().came == COVER.facts
    with pytest.raises(NoLongerAsked) as unknown:
        desk.answer(99, {"done": "yes"}, by="Mehmet")
    assert unknown.value.answered is None


def test_the_display_is_asked_in_one_form_and_checked(desk, rig):
    beside = Beside(lambda: rig.look(("screen", "magnet")))
    asked = until_asked(desk)
    assert [one.name for one in asked.fields][:3] == ["icon:magnet", "menu", "index"]
    seen = {"icon:magnet": "blink", "menu": "automatic", "index": "4", "code": "1.8.0", "backlight": "no"}
    for wrong in ({"index": "vier"}, {"icon:magnet": "purple"}, {"menu": ""}, {"index": "²"}):
        with pytest.raises(NotAnAnswer) as refused:
            desk.answer(asked.number, seen | wrong, by="Ayşe")
        assert list(refused.value.fields) == list(wrong)
    desk.answer(asked.number, seen | {"not asked": "at all"}, by="Ayşe")
    found = beside.over().came
    assert (found.icon("magnet"), found.index, found.code, found.backlight) == ("blink", 4, "1.8.0", False)


def test_a_signature_wants_a_name_and_a_refusal_a_remark(desk, rig):
    step = form().step("IS-01")
    beside = Beside(lambda: rig.inspect(step))
    asked = until_asked(desk)
    assert asked.about == "IS-01/1"
    for wrong, field in (
        ({"verdict": "pass"}, "by"),
        ({"verdict": "fail", "by": "Ayşe"}, "remark"),
        ({"verdict": "na", "by": "Ayşe"}, "remark"),
        ({"verdict": "perhaps", "by": "Ayşe"}, "verdict"),
    ):
        with pytest.raises(NotAnAnswer) as refused:
            desk.answer(asked.number, wrong, by="Ayşe")
        assert list(refused.value.fields) == [field]
    desk.answer(asked.number, {"verdict": "na", "by": "Ayşe Yılmaz", "remark": "etiketsiz"}, by="Tezgâh")
    for check in step.checks[1:]:
        number = until_asked(desk, after=asked.number + check.number - 2).number
        desk.answer(number, {"verdict": "wait"}, by="Tezgâh")
    (word,) = beside.over().came
    assert (word.by, word.verdict, word.remark) == ("Ayşe Yılmaz", Verdict.NOT_APPLICABLE, "etiketsiz")


def test_a_long_press_counts_down_and_says_when_to_let_go(rig, desk):
    beside = Beside(lambda: rig.do(Act("button", {"held_s": 5})))
    asked = until_asked(desk)
    assert asked.told[0].tr == "Butonu 5 saniye basılı tutun."
    desk.answer(asked.number, {"done": "yes"}, by="Ayşe")
    beside.over()
    assert [one.tr for one in desk.look().told] == ["Bırakın."]


def test_a_closed_desk_interrupts_the_run_instead_of_passing_it(desk, rig):
    beside = Beside(lambda: rig.do(COVER))
    until_asked(desk)
    desk.close()
    assert isinstance(beside.over().raised, NobodyThere)
    with pytest.raises(NoLongerAsked):
        desk.answer(1, {"done": "yes"}, by="Ayşe")
    assert desk.look().closed


class Hand(threading.Thread):
    """Answers every question of a run at a virtual meter, as who reads the display would."""

    def __init__(self, desk, *, stop_after: int | None = None) -> None:
        super().__init__(daemon=True)
        self.desk, self.stop_after, self.asked = desk, stop_after, []
        self.ended = threading.Event()
        self.start()

    def run(self):
        while not self.ended.is_set():
            asked = self.desk.look().question
            if asked is None:
                self.ended.wait(0.001)
                continue
            self.asked.append(asked)
            if self.stop_after is not None and len(self.asked) > self.stop_after:
                self.desk.close()
                return
            self.desk.answer(asked.number, self.said(asked), by="Ayşe Yılmaz")

    def said(self, asked):
        if not asked.fields:
            return {"done": "yes"}
        if asked.about:
            return {"verdict": "pass", "by": "Ayşe Yılmaz"}
        shown = asked.told[-1].tr
        return {
            one.name: next(
                key for key, words in one.options.items() if f"{one.words.tr}: {words.tr}" in shown
            )
            for one in asked.fields
        }


def practised(path, *, groups=("IS", "UK"), stop_after=None, going_on=False, device=None):
    """A run at the page with a virtual meter, and what was seen of it."""
    clock = ManualClock(AT)
    desk, watcher = ActsDesk(clock), Watcher()
    world = VirtualWorld(device or virtual_device(Device(kind="1p")))
    rig = PracticeRig(PersonRig(desk, clock), desk, world)
    hand = Hand(desk, stop_after=stop_after)
    try:
        if going_on:
            report = resume(world, rig, world.device, path=path, watch=watcher)
        else:
            report = run(world, rig, world.device, path=path, groups=groups, repeats=SHORTEST, watch=watcher)
    finally:
        hand.ended.set()
        hand.join(WITHIN_S)
    return report, watcher.picture(), hand


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "run.jsonl"
    return path, *practised(path)


def test_a_run_at_the_page_passes_and_replays_alike(whole):
    path, report, _, _ = whole
    assert {result.verdict for result in report.results} == {Verdict.PASS}
    assert replay(path).results == report.results == read_report(path).results
    asked = [one for one in read_run(path).records if one["what"] == "asked"]
    assert {one["by"] for one in asked} == {"Ayşe Yılmaz"}
    assert {one.by for one in read_sheet(path).signatures} == {"Ayşe Yılmaz"}


def test_who_watches_sees_how_far_each_group_is(whole):
    _, report, picture, _ = whole
    assert [(one.group.id, one.done, one.steps) for one in picture.groups] == [("IS", 6, 6), ("UK", 4, 4)]
    assert (picture.doing, picture.step, picture.whole) == ("over", None, False)
    assert dict(picture.checks)[Verdict.PASS] == sum(len(one.checks) for one in report.results)
    assert picture.lately[0].step == "UK-04"
    assert picture.groups[1].worst is Verdict.PASS


def test_a_run_stopped_at_the_page_goes_on_where_it_stood(whole, tmp_path):
    path = tmp_path / "run.jsonl"
    with pytest.raises(NobodyThere):
        practised(path, stop_after=12)
    assert read_run(path).cut_short
    report, picture, hand = practised(path, going_on=True)
    assert [one.verdict for one in report.results] == [one.verdict for one in whole[1].results]
    assert (picture.done, picture.doing) == (10, "over")
    assert replay(path).results == report.results
    assert "Düzeneğe" in hand.asked[0].words.tr  # the interrupted group begins anew


def test_practice_tells_what_the_virtual_meter_shows(whole):
    looks = [one for one in whole[3].asked if one.fields and not one.about]
    assert looks
    assert looks[0].told[-1].tr.startswith("Sanal sayacın ekranı: ")
    assert isinstance(looks[0].words, Words)
