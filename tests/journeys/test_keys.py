"""Is the desk walked by keys, and are letters left alone where one types or has switched them off?"""

import pytest
from fastapi import APIRouter, Request
from playwright.sync_api import expect
from walking import clicked_through, pressed_in_turn, pressed_through

PAGE = """{% extends "operator.html" %}
{% block title %}Liste{% endblock %}
{% block search %}<form role="search"><input type="search" aria-label="ara" name="q"></form>{% endblock %}
{% block content %}<div class="sc" tabindex="0" role="region" aria-label="satırlar">
<table class="tb" data-list><tbody>
{% for n in range(3) %}<tr><th scope="row"><a href="?row={{ n }}">{{ n }}</a></th></tr>{% endfor %}
</tbody></table></div>{% endblock %}
"""


@pytest.fixture
def desk(live, style_guide, web_store_of_journeys, tmp_path):
    """The address of a desk with a list of three."""
    from osos.quantities import ManualClock
    from osos.web import NavLink, Screen, WebSettings, make_app, render

    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    router = APIRouter()

    @router.get("/o/{place}", name="test.desk")
    def shown(request: Request, place: str) -> object:
        nav = [
            NavLink(label=name, href=f"/o/{name}", keys=f"G {name[0].upper()}") for name in ("filo", "sayac")
        ]
        return render(request, "test.desk/page.html", nav=nav)

    app = make_app(
        store=web_store_of_journeys,
        clock=ManualClock(style_guide.NOW),
        real_clock=ManualClock(style_guide.NOW),
        settings=WebSettings(),
        screens=(Screen(name="test.desk", router=router, folder=tmp_path),),
        has_rule=bool,
        log=None,
    )
    return live(app) + "/o/filo"


def test_keys_go_search_walk_and_open(desk, visit, accessible):
    page = visit(desk)
    page.keyboard.press("Control+k")
    expect(page.locator("[role=search] input")).to_be_focused()
    page.keyboard.type("gs")  # typed, not gone
    assert page.url.endswith("/o/filo")
    page.focus(".sc")
    for key in ("j", "j", "k", "j"):
        page.keyboard.press(key)
    expect(page.locator("tbody tr").nth(1)).to_be_focused()
    pressed_through(page, "Enter", to="**/o/filo?row=1")
    pressed_in_turn(page, "gs", to="**/o/sayac")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert accessible(page) == []


def test_letters_can_be_switched_off(desk, visit):
    page = visit(desk)
    page.click("[data-keys-help]")
    clicked_through(page, "#keys a")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    assert "/o/filo" in page.url
    page.keyboard.press("Control+k")
    expect(page.locator("[role=search] input")).to_be_focused()
