"""Does the shell speak the reader's language, keep its headers and refuse what nobody decided?"""

import pytest
from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse

from osos.store import StoreUnavailable
from osos.web import NoPolicyRow, SameName, Screen

PAGE = (
    '{% extends "customer.html" %}'
    "{% block title %}{{ title }}{% endblock %}{% block content %}{{ body }}{% endblock %}"
)


def test_a_page_is_turkish_until_english_is_chosen_and_stays_so(app_of, screen_of, browse):
    client = browse(app_of(screen_of(PAGE, title="x", body="y")))
    assert '<html lang="tr"' in client.get("/sample").text
    assert '<html lang="en"' in client.get("/sample?lang=en").text
    assert '<html lang="en"' in client.get("/sample").text  # the cookie remembers
    assert '<html lang="en"' in client.get("/sample?lang=fr").text  # what is not a language chooses nothing


def test_a_theme_is_chosen_and_stays(app_of, screen_of, browse):
    client = browse(app_of(screen_of(PAGE, title="x", body="y"), https=True))
    client.base_url = "https://testserver"
    assert 'data-theme="system"' in client.get("/sample").text
    chosen = client.get("/sample?theme=dark")
    assert 'data-theme="dark"' in chosen.text
    assert {"HttpOnly", "Secure", "SameSite=Lax"} <= set(chosen.headers["set-cookie"].split("; "))
    assert 'data-theme="dark"' in client.get("/sample").text


def test_what_a_customer_calls_himself_is_text_and_never_markup(app_of, screen_of, browse):
    name = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    page = browse(app_of(screen_of(PAGE, title=name, body=name))).get("/sample").text
    assert "<script>alert" not in page
    assert "<img" not in page


def test_every_answer_carries_the_headers(app_of, screen_of, browse):
    client = browse(app_of(screen_of(PAGE, title="x", body="y"), https=True))
    for path in ("/sample", "/nowhere", "/healthz", "/static/nothing.js"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["strict-transport-security"]
        assert headers["cache-control"] == "no-store"


def test_head_says_what_get_would_without_the_body(app_of, screen_of, browse):
    client = browse(app_of(screen_of(PAGE, title="x", body="y")))
    for path, status in (("/sample", 200), ("/healthz", 200), ("/nowhere", 404)):
        asked, got = client.head(path), client.get(path)
        assert (asked.status_code, asked.content) == (status, b"")
        assert asked.headers["content-type"] == got.headers["content-type"]
        assert asked.headers["content-security-policy"] == got.headers["content-security-policy"]


def test_a_page_holds_nothing_inline(app_of, screen_of, browse):
    page = browse(app_of(screen_of(PAGE, title="x", body="y"))).get("/sample").text
    assert " style=" not in page
    assert "<style" not in page
    assert "<script>" not in page
    assert " on" + "click" not in page


def test_a_route_nobody_decided_about_stops_the_start(app_of, screen_of):
    with pytest.raises(NoPolicyRow, match=r"test\.sample"):
        app_of(screen_of(PAGE, title="x", body="y"), has_rule=lambda name: False)


def test_two_routes_of_one_name_stop_the_start(app_of):
    router = APIRouter()
    for path in ("/a", "/b"):
        router.add_api_route(path, lambda: PlainTextResponse("x"), name="same")
    with pytest.raises(SameName):
        app_of(Screen(name="test.same", router=router))


def test_a_missing_page_says_so_in_both_languages(app_of, browse):
    client = browse(app_of())
    missing = client.get("/p/anything")
    assert missing.status_code == 404
    assert "size açık değil" in missing.text
    assert "not open to you" in client.get("/p/anything?lang=en").text


def _failing(failure: Exception) -> Screen:
    router = APIRouter()

    @router.get("/fails", name="test.fails")
    def fails() -> PlainTextResponse:
        raise failure

    return Screen(name="test.fails", router=router)


def test_a_fault_of_ours_shows_a_reference_and_logs_it(app_of, browse, kept_log):
    answer = browse(app_of(_failing(ValueError("secret detail")))).get("/fails")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    ((event, facts),) = kept_log.lines
    assert event == "page_failed"
    assert facts["reference"] in answer.text


def test_a_store_that_is_away_asks_to_come_back(app_of, browse, kept_log):
    answer = browse(app_of(_failing(StoreUnavailable("locked", "x")))).get("/fails")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "10"
    assert [event for event, _ in kept_log.lines] == ["store_unavailable"]


def test_what_cannot_be_read_names_the_fields(app_of, browse):
    router = APIRouter()

    @router.get("/days", name="test.days")
    def days(request: Request, days: int) -> PlainTextResponse:
        return PlainTextResponse(str(days))

    answer = browse(app_of(Screen(name="test.days", router=router))).get("/days?days=soon")
    assert answer.status_code == 422
    assert '<li class="mono">days</li>' in answer.text


def test_alive_and_ready_answer(app_of, browse):
    client = browse(app_of())
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"


def test_one_block_of_a_page_can_be_asked_for(app_of, browse, tmp_path):
    from osos.web import render

    (tmp_path / "page.html").write_text(
        '{% extends "customer.html" %}{% block rows %}<b>{{ n }}</b>{% endblock %}'
    )
    router = APIRouter()

    @router.get("/rows", name="test.rows")
    def rows(request: Request) -> object:
        return render(request, "test.rows/page.html", block="rows", n=3)

    app = app_of(Screen(name="test.rows", router=router, folder=tmp_path))
    assert browse(app).get("/rows").text == "<b>3</b>"
