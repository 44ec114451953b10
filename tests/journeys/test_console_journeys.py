"""Does the desk serve whoever sits at it: by keys alone, without scripts, in either language and look?"""

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "console"))

from bench_city import GAP_DAY, NOW, SPIKE_DAY, BenchCity, settle, staff
from playwright.sync_api import expect
from walking import clicked_through, pressed_in_turn, pressed_through

from osos import jobs, registry
from osos.access import Role, Viewer, ViewerKind
from osos.console.screens import SCREENS
from osos.headend import ASK_JOB
from osos.mdm import fleet, gaps
from osos.quantities import DeviceId
from osos.store import Store, open_store


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, BenchCity, dict[str, str]]]:
    store = open_store(tmp_path_factory.mktemp("desk") / "town.sqlite")
    store.migrate()
    with store.begin() as conn:
        city = settle(conn)
        people = {name: staff(conn, name) for name in ("Ayşe", "Mehmet")}
        first, second, *_ = registry.list_modems(conn)
        registry.note_seen(conn, first.modem_id, NOW - timedelta(minutes=1))
        registry.note_seen(conn, second.modem_id, NOW - timedelta(days=2))
        registry.quarantine(
            conn, device=DeviceId("XYZ", "4711"), address="10.0.0.9:1", reason="not admitted",
            payload=b"#\x00$", now=NOW,
        )  # fmt: skip
        jobs.put(conn, kind=ASK_JOB, payload=b'{"device": "OSO80000001"}', not_before=NOW)
        gaps.refresh(conn, NOW)
        while fleet.refresh(conn, now=NOW).more:
            pass
    yield store, city, people
    store.close()


@pytest.fixture
def site(town: Any, let_in: Callable[..., Any], live: Callable[[Any], str]) -> str:
    """The desk, as Ayşe has it at 127.0.0.1 and Mehmet at localhost."""
    store, _, accounts = town
    people = {
        host: Viewer(
            account=accounts[name], kind=ViewerKind.STAFF, roles=frozenset({Role.OPERATOR}), name=name
        )
        for host, name in (("127.0.0.1", "Ayşe"), ("localhost", "Mehmet"))
    }
    return live(let_in(store, SCREENS, NOW, people))


def test_a_finding_is_decided_about_by_keys_alone(site, town, visit, shows):
    page = visit(f"{site}/o")
    pressed_in_turn(page, "gv", to="**/o/validation")
    page.goto(f"{site}/o/validation?rule=SPIKE", wait_until="load")
    rows = page.locator("form table[data-list]")
    rows.locator("xpath=..").focus()
    page.keyboard.press("j")
    expect(rows.locator("tbody tr").first).to_be_focused()
    pressed_through(page, "Enter", to=f"**/{SPIKE_DAY}?rule=SPIKE")
    pressed_through(page, "a", to=f"**/{SPIKE_DAY}*")
    page.wait_for_selector("#trial")
    shows(page, "desk_trial")
    expect(page.locator("#why")).to_be_focused()
    page.keyboard.type("nöbetçi sordu, kaynak makinesi")
    pressed_through(page, "Enter", to=f"**/{SPIKE_DAY}*")
    expect(page.locator("[role=status]")).to_contain_text("Yapıldı")
    assert "nöbetçi sordu" in page.inner_text("#history")
    here = page.url
    pressed_through(page, "n", to=lambda url: url != here)
    assert str(SPIKE_DAY) in page.url


def test_an_estimate_needs_two_people_and_no_script(site, town, visit, shows):
    address = f"/o/validation/{town[1].points['gap']}/{GAP_DAY}"
    page = visit(f"{site}{address}", scripts=False)
    clicked_through(page, "button[value=estimate]")
    shows(page, "desk_estimate")
    page.fill("#why", "modem kapalıydı")
    clicked_through(page, "#trial button[type=submit]")
    assert "ikinci bir kişinin" in page.inner_text("[role=status]")
    other = visit(f"{site.replace('127.0.0.1', 'localhost')}{address}", scripts=False)
    shows(other, "desk_waiting")
    clicked_through(other, "#waiting button[value=agree]")
    other.fill("#why", "baktım")
    clicked_through(other, "#trial button[type=submit]")
    assert "geçerli" in other.inner_text("#history")
    assert "Mehmet" in other.inner_text("#history")
    shows(other, "desk_history")


def test_many_days_are_decided_about_at_once_after_a_preview(site, town, visit, shows):
    page = visit(f"{site}/o/validation?rule=SPIKE")
    page.locator("input[type=checkbox]").last.check()
    page.select_option("select[name=act]", "estimate")
    clicked_through(page, "text=Önizle")
    shows(page, "desk_batch")
    assert "ikinci bakışa gider" in page.inner_text("#batch")
    page.fill("#why", "kaynak makinesi değil, hata")
    clicked_through(page, "#batch button[type=submit]")
    assert "1 gün yapıldı" in page.inner_text("#batch h2")
    assert "kaynak makinesi değil" in page.inner_text("#waiting")


def test_marking_previewing_doing_and_undoing_need_no_mouse(site, town, visit, shows):
    page = visit(f"{site}/o/validation?rule=SPIKE")
    page.keyboard.press("j")  # on a page just opened it walks the list one marks in
    row = page.locator("form tbody tr").first
    expect(row).to_be_focused()
    page.keyboard.press("x")
    expect(row.locator("input[type=checkbox]")).to_be_checked()
    pressed_through(page, "p")
    expect(page.locator("#why")).to_be_focused()
    page.keyboard.type("fırın sınandı")
    shows(page, "desk_batch_by_keys")
    pressed_through(page, "Enter")
    assert "1 gün yapıldı" in page.inner_text("#batch h2")
    page.goto(f"{site}/o/validation/{town[1].points['spike-too']}/{SPIKE_DAY}", wait_until="load")
    if "fırın sınandı" not in page.content():
        page.goto(f"{site}/o/validation/{town[1].points['spike']}/{SPIKE_DAY}", wait_until="load")
    pressed_through(page, "u")
    assert "geri al" in page.inner_text("#trial h2").lower()
    page.keyboard.type("yanlış gün")
    pressed_through(page, "Enter")
    assert "yanlış gün" in page.inner_text("#history")


def test_a_figure_is_followed_down_to_its_bytes(site, town, visit):
    page = visit(f"{site}/o/validation/{town[1].points['spike']}/{SPIKE_DAY}", language="en")
    clicked_through(page, "table.slots th a >> nth=58", to="**/o/explain/**")
    assert "is made of" in page.inner_text("h1") or "14:30" in page.inner_text("h1")
    own = "".join(page.locator(".hex >> nth=0").locator(".letters mark").all_inner_texts())
    assert "(26-11-18,14:30)" in own
