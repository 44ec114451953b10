"""Does the desk show what is there, safely, and set going what it is asked to?"""

import json
import re
from pathlib import Path

import pytest

import osos
from osos import jobs, registry
from osos.console.acts import ACTS, what_words
from osos.console.screens.quarantine.page import legible
from osos.headend import ASK_JOB, Question
from osos.store import list_events

PLACES = ("/o", "/o/figures", "/o/points", "/o/modems", "/o/quarantine", "/o/reads")


@pytest.mark.parametrize("language", ["tr", "en"])
def test_every_screen_of_an_empty_installation_says_so(desk_of, language) -> None:
    desk = desk_of()
    for place in PLACES:
        assert ">None<" not in desk.page(place, language), place
    assert "henüz sayılmadı" in desk.page("/o") or language == "en"


def test_what_modems_and_customers_say_is_shown_and_never_run(desk) -> None:
    first = desk.points["2004178302"]
    seen = 0
    for place in (*PLACES, f"/o/points/{first}", "/o/modems/OSM100000000000001"):
        page = desk.page(place)
        assert "<script>alert" not in page, place
        seen += "&lt;script&gt;alert" in page
    assert seen >= 4


def test_the_fleet_is_told_in_one_sentence_with_its_worst_district(desk) -> None:
    page = desk.page("/o")
    assert "4 ölçüm noktasında" in page
    assert "%0,00" in page  # nothing was read yet
    assert "Dengeleme birimi, saat + 2" in page
    assert "Boğazönü" in page
    assert "1</a> <small>/ 3</small>" in page  # modems heard
    assert "of the quarter hours due at 4 metering points" in desk.page("/o", "en")


def test_what_rooms_write_into_the_log_about_points_and_modems_has_words() -> None:
    rooms = (Path(osos.__file__).parent / room for room in ("registry", "headend", "access"))
    written = {
        act
        for room in rooms
        for path in room.rglob("*.py")
        for act in re.findall(r'act="([^"]+)"', path.read_text("utf-8"))
    }
    assert written - ACTS == {"destroyed", "destruction proved"} & written
    assert {"meter identified", "terms changed"} <= ACTS


def test_what_was_asked_of_a_modem_is_said_in_the_readers_language() -> None:
    words = {"o.directive.profile1": "yük profili P.01", "o.what.schedules": "zamanlamalar"}

    def t(key: str, /, **facts: str) -> str:
        return words.get(key, "") or f"yönerge: {facts['name']}"

    assert what_words("read profile1 26-11-23,03:15 … 26-11-23,03:15", t) == (
        "yük profili P.01 26-11-23,03:15 … 26-11-23,03:15"
    )
    assert what_words("read profile1", t) == "yük profili P.01"
    assert what_words("schedule add", t) == "zamanlamalar"
    assert what_words("directive add registers", t) == "yönerge: registers"
    assert what_words("nobody knows <b>", t) == "nobody knows <b>"


@pytest.mark.parametrize("words", ["ŞEKERCİ", "şekerci", "iğdır", "2004178301", "10000001"])
def test_a_point_is_found_by_any_of_its_names_as_turks_write_them(desk, words) -> None:
    page = desk.page(f"/o/points?q={words}")
    assert desk.points["2004178301"] in page
    assert desk.points["2004178303"] not in page


def test_a_search_without_a_match_says_what_can_be_searched_for(desk) -> None:
    assert "Eşleşen ölçüm noktası yok" in desk.page("/o/points?q=zzz")


@pytest.mark.parametrize(
    "address", ["/o/points/nosuch", "/o/modems/OSM1", "/o/modems/%C4%B0", "/o/reads/99", f"/o/reads/{10**25}"]
)
def test_what_is_not_there_is_a_page_that_says_so(desk, address) -> None:
    assert desk.get(address).status_code == 404


def test_a_meter_has_its_whole_story_on_one_page(desk) -> None:
    page = desk.page(f"/o/points/{desk.points['2004178301']}")
    for told in (
        "Şekerci İğdır",
        "Sayaç takıldı",
        "Modeme bağlandı",
        "Boşluk",
        "Abone 1",
        "Işık Enerji",
        "odd:",
    ):
        assert told in page, told
    assert "hiç" not in page.split("Modem</dt>")[1].split("</dd>")[0]


def test_modems_come_a_page_at_a_time_and_the_silent_ones_apart(desk) -> None:
    sheet = "flag,serial,meters,multiplier,plain_until\n" + "".join(
        f"OSM,2{number:014d},OSO2{number:07d},1,\n" for number in range(110)
    )
    admissions, _ = registry.parse_admissions(sheet)
    with desk.store.begin() as conn:
        registry.admit(conn, admissions, by="test", now=desk_now(), since=desk_now())
        found, after = [], ""
        while True:
            page = registry.modem_page(conn, after=after, limit=50)
            found += [str(one.device) for one in page.modems]
            if page.after is None:
                break
            after = page.after
        assert found == sorted(set(found))
        assert len(found) == 113
        assert [str(one.device) for one in registry.modem_page(conn, search="osm1000").modems] == found[:3]
    assert "OSM 100000000000001" not in desk.page("/o/modems?silent=1")
    assert "OSM 100000000000002" in desk.page("/o/modems?silent=1")


def desk_now():
    from datetime import datetime

    from osos.quantities import TURKIYE

    return datetime(2026, 11, 21, 22, 52, tzinfo=TURKIYE)


def ask(desk, installation: str, **form: str):
    form = {"directive": "short"} | form
    return desk.client.post(f"/o/points/{desk.points[installation]}/reads", data=form)


def test_read_now_asks_the_meter_that_hangs_there_and_leads_to_its_progress(desk) -> None:
    got = ask(desk, "2004178303", directive="profile1", **{"from": "2026-11-20", "to": "2026-11-21"})
    assert got.status_code == 303
    with desk.store.read() as conn:
        (job,) = jobs.recent_jobs(conn, kind=ASK_JOB)
        (event,) = list_events(conn, subject="meter OSO10000003")[-1:]
    question = Question.of_bytes(job.payload)
    assert (str(question.device), question.directive) == ("OSO10000003", "profile1")
    assert question.start is not None
    assert question.start.isoformat() == "2026-11-19T21:00:00+00:00"
    assert (event.actor, event.act, event.after["job"]) == ("acc", "asked for a read", job.status.job_id)
    page = desk.page(got.headers["location"])
    assert "sırada" in page
    assert "1 sayacın 0 tanesi" in page


def test_the_outcome_of_a_read_is_told_in_words_of_either_language(desk) -> None:
    address = ask(desk, "2004178301").headers["location"]
    with desk.store.begin() as conn:
        job = jobs.claim(conn, kinds=[ASK_JOB], worker="w", now=desk_now(), lease_s=60)
        meter = {"meter": "10000001", "what": "read short", "code": 9404, "outcome": "x", "tr": "kötü"}
        told = {"code": 9404, "tr": "sayaç yanıt vermedi", "en": "the meter did not answer"}
        jobs.finish(
            conn,
            job,
            {**told, "meters": [meter | {"en": "bad", "readings_new": 0, "intervals_new": 0}]},
            desk_now(),
        )
    assert "sayaç yanıt vermedi" in desk.page(address)
    assert "the meter did not answer" in desk.page(address, "en")
    assert "sayaç yanıt vermedi" in desk.page("/o/reads")


@pytest.mark.parametrize(
    "form",
    [
        {"directive": "relay"},
        {"directive": ""},
        {"directive": "profile1", "from": "2026-02-31"},
        {"directive": "profile1", "from": "0000-00-00"},
        {"directive": "profile1", "to": "9999-99-99"},
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_put(desk, form) -> None:
    assert ask(desk, "2004178301", **form).status_code == 422
    with desk.store.read() as conn:
        assert jobs.recent_jobs(conn, kind=ASK_JOB) == []


def test_dates_the_wrong_way_round_are_turned(desk) -> None:
    ask(desk, "2004178301", directive="profile1", **{"from": "2026-11-21", "to": "2026-11-20"})
    with desk.store.read() as conn:
        (job,) = jobs.recent_jobs(conn, kind=ASK_JOB)
    said = json.loads(job.payload)
    assert said["from"] < said["to"]


def test_a_job_nobody_of_ours_has_put_shows_as_it_is(desk) -> None:
    with desk.store.begin() as conn:
        jobs.put(conn, kind=ASK_JOB, payload=b"\xff<b>nonsense", not_before=desk_now())
    assert "&lt;b&gt;nonsense" in desk.page("/o/reads")


def test_bytes_of_a_stranger_are_shown_as_numbers_where_they_are_no_letters() -> None:
    assert legible(b"#\x00\xfe'\"$") == "#\\x00\\xfe'\"$"


def test_older_lines_of_a_story_come_by_link_and_nonsense_asks_for_the_newest(desk) -> None:
    address = f"/o/points/{desk.points['2004178301']}"
    assert "Sayaç takıldı" in desk.page(address + "?before=nonsense")
    early = desk.page(address + "?before=2026-11-01T00:00:00%2B00:00")
    assert "Modeme bağlandı" not in early
