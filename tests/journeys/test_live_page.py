"""Does a live page move by itself, say when it no longer does, and come back?"""

import itertools
import re

import pytest
from fastapi import APIRouter, Request
from playwright.sync_api import expect
from walking import until

PAGE = """{% extends "operator.html" %}
{% from "live.html" import live_badge, live_region, live_scripts with context %}
{% block title %}Canlı{% endblock %}
{% block live %}{{ live_badge("22:51") }}{% endblock %}
{% block content %}
{% call live_region("/live", "page", poll="/part") %}<p>henüz yok</p>{% endcall %}
{% endblock %}
{% block scripts %}{{ live_scripts() }}{% endblock %}
"""


@pytest.fixture
def living(live, style_guide, web_store_of_journeys, tmp_path):
    """A page whose number grows with every push; gives its address and the application."""
    from osos.quantities import ManualClock
    from osos.web import Screen, WebSettings, make_app, render, web_of
    from osos.web.sse import live as stream

    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    router, count = APIRouter(), itertools.count(1)

    @router.get("/canli", name="test.living")
    def living(request: Request) -> object:
        return render(request, "test.living/page.html")

    @router.get("/live", name="test.stream")
    async def pushed(request: Request) -> object:
        assert web_of(request).streams is not None
        return stream(request, lambda: f"<p>itiş {next(count)}</p>", every_s=0.05)

    app = make_app(
        store=web_store_of_journeys,
        clock=ManualClock(style_guide.NOW),
        real_clock=ManualClock(style_guide.NOW),
        settings=WebSettings(),
        screens=(Screen(name="test.living", router=router, folder=tmp_path),),
        has_rule=lambda name: True,
        log=None,
    )
    return live(app) + "/canli", app


def test_a_live_page_moves_by_itself_and_says_when_it_does_not(living, visit):
    address, app = living
    page = visit(address)
    region = page.locator("[data-live-region]")
    expect(region).to_contain_text(re.compile(r"itiş \d"))
    expect(region).not_to_have_text(region.inner_text())
    expect(page.locator("[data-live]")).to_have_text("canlı")
    app.state.web.streams.end_all()
    expect(page.locator("[data-live]")).to_have_text("canlı değil, son 22:51")
    expect(page.locator("[data-live]")).to_have_class(re.compile("lost"))


def test_a_page_is_live_again_when_its_line_only_stumbled(living, visit):
    address, _app = living
    page = visit(address)
    expect(page.locator("[data-live]")).to_have_text("canlı")
    stumble = "window.dispatchEvent(new Event('offline'))"
    said = page.evaluate(f"() => {{ {stumble}; return document.querySelector('[data-live]').textContent }}")
    assert said.startswith("canlı değil")
    expect(page.locator("[data-live]")).to_have_text("canlı")


def test_a_stream_ends_when_its_reader_goes_away(living, visit):
    address, app = living
    page = visit(address)
    expect(page.locator("[data-live-region]")).to_contain_text("itiş")
    page.goto(address.replace("/canli", "/healthz"))
    until(page, lambda: not len(app.state.web.streams))  # the server notices at its next turn
