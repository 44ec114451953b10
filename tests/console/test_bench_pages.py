"""Do the bench's pages guide, refuse and keep what they should? (T-4, T-20, T-24)"""

import io
import re
import shutil
import threading
import warnings
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from osos.access import Role, Viewer, ViewerKind
from osos.cli.conformity_pages import bench_app
from osos.conformity.accuracy import Classes, judge, sheets
from osos.conformity.accuracy.planted import SOUND
from osos.conformity.accuracy.virtual import measure
from osos.conformity.accuracy.workbook import workbook
from osos.conformity.bench import SHORTEST
from osos.conformity.catalogue import Words
from osos.conformity.device import Device
from osos.conformity.report import read_sheet
from osos.conformity.rigs import ActsDesk, PersonRig, PracticeRig
from osos.conformity.rigs.terminal import NobodyThere
from osos.conformity.run_file import RunFile, read_run
from osos.conformity.runs import replay, run
from osos.conformity.shelf import Shelf
from osos.conformity.verdicts import Verdict
from osos.conformity.virtual import VirtualWorld, virtual_device
from osos.conformity.watching import Watcher
from osos.console.bench import Bench, LiveRun
from osos.console.door import Door
from osos.quantities import ManualClock
from osos.store import open_store
from osos.web.sign_in.page import home_of

with warnings.catch_warnings():  # starlette 1.x points at httpx's successor; httpx still serves
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ORIGIN = "http://osos.test"
SCRIPT = "<script>alert(1)</script>"
WITHIN_S = 60.0


class Person:
    """A browser that has come through the door."""

    def __init__(self, app, door, name="Ayşe Yılmaz") -> None:
        self.client = TestClient(app, base_url=ORIGIN, follow_redirects=False)
        self.link = door.link()
        got = self.client.post(f"/t/enter/{self.link}", data={"name": name}, headers={"origin": ORIGIN})
        assert got.status_code == 303, got.text

    def get(self, address, status=200):
        got = self.client.get(address)
        assert got.status_code == status, (address, got.status_code)
        return got.text

    def post(self, address, *, csrf=None, origin=ORIGIN, files=None, **form):
        page = self.client.get("/t/now").text if csrf is None else ""
        found = re.search(r'name="csrf" value="([^"]+)"', page or "")
        token = csrf if csrf is not None else found[1] if found else self.token()
        return self.client.post(
            address, data={"csrf": token, **form}, files=files, headers={"origin": origin}
        )

    def token(self):
        from osos.access import form_token

        return form_token(self.client.cookies["osos_bench"])


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = open_store(tmp_path_factory.mktemp("bench-pages") / "empty.sqlite")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """A run of IS, which waits for people, and MA, which the bench decides."""
    path = tmp_path_factory.mktemp("bench-run") / "ended.jsonl"
    device = virtual_device(Device(kind="1p"))
    device = replace(device, head={**device.head, "model": SCRIPT, "firm": "Şişli Ölçü A.Ş."})
    world = VirtualWorld(device)
    run(world, world, device, path=path, groups=["IS", "MA"], repeats=SHORTEST)
    return path


@pytest.fixture
def folder(ended, tmp_path):
    shutil.copy(ended, tmp_path / "first.jsonl")
    return tmp_path


@pytest.fixture
def inside(store, folder):
    """Pages of a folder, without a run; and who has come in."""
    door = Door(lambda count: bytes(counting(count)))
    app = bench_app(Bench(shelf=Shelf(folder), is_local=True), door, store, ManualClock(NOW))
    return app, door, Person(app, door)


def counting(count, *, state=[0]):  # noqa: B006  # another token each time
    state[0] += 1
    return state[0].to_bytes(count, "big")


@pytest.fixture
def person(inside):
    return inside[2]


# -- the door --


def test_without_the_link_nobody_comes_in_and_it_opens_once(inside):
    app, door, person = inside
    stranger = TestClient(app, base_url=ORIGIN, follow_redirects=False)
    assert stranger.get("/t").headers["location"].startswith("/sign-in")
    assert "bağlantıyı açın" in stranger.get("/sign-in").text
    assert stranger.get("/t/enter/guessed").status_code == 404
    assert stranger.get(f"/t/enter/{person.link}").status_code == 404  # used
    fresh = door.link()
    assert stranger.get(f"/t/enter/{fresh}").status_code == 200  # looking does not use it
    nameless = stranger.post(f"/t/enter/{fresh}", data={"name": "  "}, headers={"origin": ORIGIN})
    assert (nameless.status_code, "Adınızı yazın" in nameless.text) == (422, True)
    assert (
        stranger.post(f"/t/enter/{fresh}", data={"name": "Can"}).status_code == 403
    )  # no origin: no form of ours
    person.get("/t")


# -- runs that lie there --


def test_runs_are_listed_with_meter_state_and_result(person, folder):
    page = person.get("/t")
    assert "first" in page
    assert "OSO100000001" in page
    assert "kısa deney" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "There is no run yet" not in person.get("/t?lang=en")


def test_the_form_stands_with_groups_steps_verdicts_and_head(person):
    page = person.get("/t/runs/first?lang=tr")
    for told in (
        "Şişli Ölçü A.Ş.",
        "MA-01",
        "Bu kontrolü imzala",
        "İmzalayanın adı soyadı",
        "Reaktif İmp. (imp/kVarh)",
    ):
        assert told in page, told
    assert "<script>alert" not in page
    assert "Sign this check" in person.get("/t/runs/first?lang=en")


@pytest.mark.parametrize("name", ["nosuch", "..%2Ffirst", "%2e%2e", "first.jsonl", "%00", "a" * 3000])
def test_an_unknown_run_is_not_there(person, name):
    assert person.client.get(f"/t/runs/{name}").status_code == 404


def test_files_can_be_taken_away(person):
    for kind, begins in (("pdf", b"%PDF-"), ("json", b"{"), ("junit", b"<?xml"), ("xlsx", b"PK")):
        got = person.client.get(f"/t/runs/first/files/{kind}")
        assert (got.status_code, got.content[: len(begins)]) == (200, begins), kind
        assert "attachment" in got.headers["content-disposition"]
    assert person.client.get("/t/runs/first/files/jsonl").status_code == 404  # it holds the passwords


def test_an_edited_file_is_named_and_nothing_is_made_of_it(person, folder):
    path = folder / "first.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    step = next(number for number, line in enumerate(lines) if b'"what":"step"' in line and b"MA-04" in line)
    lines[step] = lines[step].replace(b"pass", b"fail")
    path.write_bytes(b"".join(lines))
    assert "güvenilmez" in person.get("/t")
    page = person.get("/t/runs/first")
    assert f"{step + 1}. satır ya da öncesi değiştirilmiş" in page
    assert "Bu kontrolü imzala" not in page
    assert "/files/pdf" not in page
    assert person.client.get("/t/runs/first/files/pdf").status_code == 404
    refused = person.post("/t/runs/first/signatures", step="IS-01", check="1", verdict="pass", by="Ayşe")
    assert (refused.status_code, "Koşu dosyası değiştirilmiş" in refused.text) == (409, True)


def test_a_file_cut_short_says_how_to_go_on_and_one_of_nonsense_what_it_is(person, folder):
    data = (folder / "first.jsonl").read_bytes()
    (folder / "cut.jsonl").write_bytes(data[: data.index(b'"group":"MA"') + 900])
    (folder / "nonsense.jsonl").write_bytes(b"\x00\xff\n{}\n")
    (folder / "empty.jsonl").write_bytes(b"")
    listed = person.get("/t")
    assert "yarıda kaldı" in listed
    assert "--resume --run cut.jsonl" in person.get("/t/runs/cut")
    for name in ("nonsense", "empty"):
        assert "güvenilmez" in person.get(f"/t/runs/{name}")


def test_a_run_that_goes_on_elsewhere_is_shown_as_such_and_not_signed(person, folder):
    held = RunFile.go_on(folder / "first.jsonl")
    try:
        assert "sürüyor" in person.get("/t")
        assert "Bu kontrolü imzala" not in person.get("/t/runs/first")
        refused = person.post("/t/runs/first/signatures", step="IS-01", check="1", verdict="pass", by="Ayşe")
        assert (refused.status_code, "şu anda yazılıyor" in refused.text) == (409, True)
    finally:
        held.close()


# -- signing after the run --


def _sign(person, **form):
    return person.post(
        "/t/runs/first/signatures", **({"step": "IS-01", "check": "1", "by": "Ayşe Yılmaz"} | form)
    )


def test_a_check_is_signed_on_the_page_and_a_contradiction_stands_beside(person, folder):
    assert _sign(person, verdict="pass").headers["location"] == "/t/runs/first#IS-01"
    assert _sign(person, verdict="fail", remark=SCRIPT, by="Mehmet Öz").status_code == 303
    page = person.get("/t/runs/first")
    assert page.index("Ayşe Yılmaz") < page.index("Mehmet Öz")
    assert "<script>alert" not in page
    path = folder / "first.jsonl"
    found = next(one for one in read_sheet(path).report.results if one.step == "IS-01")
    assert found.verdict is Verdict.WAITING  # two people, two words
    assert replay(path).results == read_sheet(path).report.results


def test_who_signed_takes_it_back_with_a_reason_and_nobody_else(person, folder):
    assert "İmzamı geri alıyorum" not in person.get("/t/runs/first")  # nothing is signed yet
    assert _sign(person, verdict="fail", remark="silik").status_code == 303
    assert "İmzamı geri alıyorum" in person.get("/t/runs/first")
    assert _sign(person, verdict="withdraw").status_code == 422  # why?
    refused = _sign(person, verdict="withdraw", remark="yanlış numune", by="Mehmet Öz")
    assert (refused.status_code, "duran bir imza yok" in refused.text) == (409, True)
    assert _sign(person, verdict="withdraw", remark=SCRIPT).status_code == 303
    page = person.get("/t/runs/first")
    assert "Ayşe Yılmaz imzasını geri aldı" in page
    assert "<script>alert" not in page
    path = folder / "first.jsonl"
    found = next(one for one in read_sheet(path).report.results if one.step == "IS-01")
    assert found.verdict is Verdict.WAITING
    assert replay(path).results == read_sheet(path).report.results


@pytest.mark.parametrize(
    ("form", "status", "told"),
    [
        ({}, 422, "Sonucu seçin"),
        ({"verdict": "perhaps"}, 422, "Sonucu seçin"),
        ({"verdict": "fail"}, 422, "nedenini yazın"),
        ({"verdict": "na"}, 422, "nedenini yazın"),
        ({"verdict": "pass", "by": " "}, 422, "Adınızı yazın"),
        ({"verdict": "withdraw", "remark": "yanlış"}, 409, "duran bir imza yok"),
        ({"verdict": "pass", "step": "MA-01"}, 409, "tezgâh verdi"),
        ({"verdict": "pass", "step": "XX-01"}, 409, "böyle bir kontrol yok"),
        ({"verdict": "pass", "step": "TY-01"}, 409, "gelmedi"),
        ({"verdict": "pass", "check": "zwei"}, 422, ""),
    ],
)
def test_a_signature_that_cannot_count_says_why(person, folder, form, status, told):
    before = (folder / "first.jsonl").read_bytes()
    got = _sign(person, **form)
    assert (got.status_code, told in got.text) == (status, True)
    assert (folder / "first.jsonl").read_bytes() == before


def test_a_forged_form_signs_nothing(person, folder):
    before = (folder / "first.jsonl").read_bytes()
    good = {"step": "IS-01", "check": "1", "verdict": "pass", "by": "Ayşe"}
    for forged in (
        {"csrf": "forged"},
        {"csrf": ""},
        {"csrf": person.token(), "origin": "http://evil.example"},
    ):
        assert person.post("/t/runs/first/signatures", **forged, **good).status_code == 403
    assert (folder / "first.jsonl").read_bytes() == before


# -- EK-4, differences, two forms --


def test_the_test_benchs_file_is_handed_in_and_stands_on_the_form(person, folder):
    device = read_sheet(folder / "first.jsonl").report.device
    tests = sheets(device)
    measured = measure(device, tests, active_class="B", seed=1, fault=SOUND)
    classes = Classes(active="B", reactive="2")
    full = workbook(judge(tests, measured, device, classes), device)
    blank = workbook(judge(tests, {}, device, classes), device)
    address = "/t/runs/first/accuracy"
    for body in (b"", b"no workbook", blank):
        got = person.post(address, files={"file": ("ölçüm.xlsx", io.BytesIO(body))}, by="Can Usta")
        assert got.status_code == 422
    got = person.post(
        address, files={"file": ("ölçüm.xlsx", io.BytesIO(full))}, by="Can Usta", active="B", reactive="2"
    )
    assert got.status_code == 303, got.text
    page = person.get("/t/runs/first")
    for told in ("ölçüm.xlsx", "Can Usta", "EK4-a 400 mT", "46 / 46", 'viewBox="0 0 640 130"'):
        assert told in page, told
    sheet = read_sheet(folder / "first.jsonl")
    assert sheet.accuracy is not None
    assert {result.verdict for result in sheet.accuracy.results} == {Verdict.PASS}
    assert not read_run(folder / "first.jsonl").cut_short


def test_what_changed_since_another_run_and_the_makers_form_beside_ours(person, folder):
    shutil.copy(folder / "first.jsonl", folder / "maker.jsonl")
    assert "aynı sonuçlar" in person.get("/t/runs/first?against=maker")
    assert _sign(person, verdict="fail", remark="silik").status_code == 303
    page = person.get("/t/runs/first?against=maker")
    assert "1 kontrol farklı" in page
    assert "/t/runs/first/beside/maker" in page
    beside = person.get("/t/runs/first/beside/maker")
    assert "468 kontrolün 1 tanesi farklı" in beside
    assert beside.count('class="differs"') == 1
    assert person.get("/t/runs/first/beside/maker?all=1").count("<tr") > 468
    assert person.client.get("/t/runs/first/beside/nosuch").status_code == 404
    assert person.get("/t/runs/first?against=nosuch")


# -- a run that goes on --


class Going:
    """A run of IS at a page, in a thread of its own."""

    def __init__(self, folder, store) -> None:
        clock = ManualClock(NOW)
        self.path = folder / "going.jsonl"
        self.desk, watcher = ActsDesk(clock), Watcher()
        self.door = Door(lambda count: bytes(counting(count)))
        bench = Bench(
            shelf=Shelf(folder), live=LiveRun(name="going", desk=self.desk, watcher=watcher), is_local=True
        )
        self.app = bench_app(bench, self.door, store, clock)
        self.app.state.web.streams.end_all()  # a live page would never end here
        world = VirtualWorld(virtual_device(Device(kind="1p")))
        rig = PracticeRig(PersonRig(self.desk, clock), self.desk, world)

        def go() -> None:
            told = {"groups": ["IS", "UK"], "repeats": SHORTEST, "watch": watcher}
            with suppress(NobodyThere):
                run(world, rig, world.device, path=self.path, **told)

        self.thread = threading.Thread(target=go, daemon=True)
        self.thread.start()

    def asked(self, *, after=0):
        tick = threading.Event()
        for _ in range(int(WITHIN_S / 0.005)):
            question = self.desk.look().question
            if question is not None and question.number > after:
                return question
            tick.wait(0.005)
        raise AssertionError("nothing is asked")


@pytest.fixture
def going(folder, store):
    found = Going(folder, store)
    yield found
    found.desk.close()
    found.thread.join(WITHIN_S)
    assert not found.thread.is_alive()


def test_the_present_act_is_asked_answered_and_kept(going):
    person = Person(going.app, going.door)
    first = going.asked()
    page = person.get("/t/now")
    assert "IS-01/1" in page
    assert "<noscript>" not in page  # what is typed is not reloaded away
    assert '<details class="english"><summary>English</summary>' in page
    assert "Türkçe</summary>" in person.get("/t/now?lang=en")
    person.get("/t/now?lang=tr")
    typed = person.post("/t/now/answers", question=str(first.number), verdict="fail", by="Can", remark="")
    assert (typed.status_code, "Bunu yazın ya da seçin" in typed.text, 'value="Can"' in typed.text) == (
        422,
        True,
        True,
    )
    got = person.post("/t/now/answers", question=str(first.number), verdict="fail", by="Can", remark="silik")
    assert got.headers["location"] == "/t/now"
    second = going.asked(after=first.number)
    assert second.about == "IS-02/1"
    assert "1 tanesi bitti" in person.get("/t/now")
    kept = [one for one in read_run(going.path).records if one["what"] == "asked"]
    assert (kept[0]["by"], kept[0]["said"]["by"]) == ("Ayşe Yılmaz", "Can")  # who sat there, and who signed


def test_of_two_browsers_the_first_counts_and_the_other_is_told(going):
    ayse, mehmet = Person(going.app, going.door), Person(going.app, going.door, "Mehmet Öz")
    number = str(going.asked().number)
    good = {"question": number, "verdict": "pass", "by": "Ayşe Yılmaz"}
    assert ayse.post("/t/now/answers", **good).status_code == 303
    late = mehmet.post("/t/now/answers", **good)
    assert late.status_code == 409
    assert "Ayşe Yılmaz yanıtladı" in late.text
    for wrong in ("", "one", "-1", "9" * 40, "²"):
        assert mehmet.post("/t/now/answers", question=wrong, verdict="pass").status_code == 422
    assert mehmet.post("/t/now/answers", question="4000", verdict="pass").status_code == 409


def test_a_forged_answer_is_refused_and_the_question_stays(going):
    person = Person(going.app, going.door)
    number = going.asked().number
    for forged in ({"csrf": "forged"}, {"csrf": person.token(), "origin": "http://evil.example"}):
        got = person.post("/t/now/answers", **forged, question=str(number), verdict="pass", by="x")
        assert got.status_code == 403
    assert going.asked().number == number
    stranger = TestClient(going.app, base_url=ORIGIN, follow_redirects=False)
    answer = stranger.post("/t/now/answers", data={"question": number}, headers={"origin": ORIGIN})
    assert answer.status_code == 401


def test_the_page_is_live_and_reloads_without_scripts_while_nothing_is_asked(going):
    person = Person(going.app, going.door)
    first = going.asked()
    assert 'sse-connect="/t/now/live"' in person.get("/t/now")
    assert f'data-question="{first.number}"' in person.get("/t/now/part")
    assert person.client.get("/t/now/live").text.startswith("retry: ")
    going.desk.close()
    going.thread.join(WITHIN_S)
    page = person.get("/t/now")
    assert "Koşu durduruldu" in page
    assert "--resume --run going.jsonl" in page


def test_a_run_is_stopped_at_its_page(going):
    person = Person(going.app, going.door)
    going.asked()
    assert "Koşu durduruldu" in person.post("/t/now/stop").text
    going.thread.join(WITHIN_S)
    assert read_run(going.path).cut_short


def test_while_nothing_is_asked_the_page_says_what_is_waited_for_and_can_stop_it(store, folder):
    desk, watcher, stopped = ActsDesk(ManualClock(NOW)), Watcher(), []
    live = LiveRun(name="real", desk=desk, watcher=watcher, interrupt=lambda: stopped.append(1))
    door = Door(lambda count: bytes(counting(count)))
    app = bench_app(Bench(shelf=Shelf(folder), live=live, is_local=True), door, store, ManualClock(NOW))
    person = Person(app, door)
    assert "Koşu başlıyor" in person.get("/t/now")
    log = RunFile(watch=watcher)
    head = read_run(folder / "first.jsonl").head | {"began": NOW.isoformat(), "groups": ["MD"]}
    log.note("run", **{name: head[name] for name in ("began", "groups", "device", "repeats")})
    log.note("group", t=0.0, group="MD")
    log.note("wait", t=60.0, s=900.0)
    page = person.get("/t/now")
    assert "Tezgâh bekliyor" in page
    assert 'data-until="2026-11-23T08:16:00+00:00"' in page
    assert '<meta http-equiv="refresh"' in page  # without scripts it comes again by itself
    desk.tell(Words("Bırakın.", "Let go."))
    assert "Let go.</h2>" in person.get("/t/now?lang=en")
    assert person.post("/t/now/stop").status_code == 200
    assert stopped == [1]


def test_without_a_run_the_page_says_how_one_begins(person):
    assert "--rig page" in person.get("/t/now")
    assert person.client.get("/t/now/live").status_code == 404
    assert person.post("/t/now/answers", csrf=person.token(), question="1").status_code == 404


# -- at the server --


def test_the_laboratory_comes_to_the_bench_and_the_auditor_looks_on(desk_of, folder):
    lab = Viewer(account="a", kind=ViewerKind.STAFF, roles=frozenset({Role.LAB}), name="Lab")
    assert home_of(lab) == "/t"
    assert home_of(replace(lab, roles=frozenset({Role.LAB, Role.OPERATOR}))) == "/o"
    desk = desk_of(Role.AUDITOR)
    desk.client.app.state.bench = Bench(shelf=Shelf(folder))
    page = desk.page("/t/runs/first")
    assert "MA-01" in page
    assert "Bu kontrolü imzala" not in page
    assert 'href="/o/points"' in page  # he sees the desk too
    mine = desk_of(Role.LAB)
    mine.client.app.state.bench = Bench(shelf=Shelf(folder))
    page = mine.page("/t/runs/first")
    assert "Bu kontrolü imzala" in page
    assert 'name="by"' not in page  # who has an account signs with its name
    assert 'href="/o/points"' not in page
    signed = mine.client.post(
        "/t/runs/first/signatures", data={"step": "IS-01", "check": "1", "verdict": "pass", "by": "Başkası"}
    )
    assert signed.status_code == 303
    assert [one.by for one in read_sheet(folder / "first.jsonl").late] == ["Vardiya"]


def test_a_server_without_a_folder_has_no_runs(desk_of):
    assert "Henüz koşu yok" in desk_of(Role.LAB).page("/t")
