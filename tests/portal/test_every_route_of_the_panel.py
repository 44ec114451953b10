"""Does every route of the panel answer whatever is asked, for customers with nothing, little or gaps?"""

import pytest
from fastapi.routing import APIRoute

from osos.portal.screens import SCREENS

ROUTES = sorted(
    {route.path for screen in SCREENS for route in screen.router.routes if isinstance(route, APIRoute)}
)
KINDS = {"/p/{point}/overview.{kind}": ("pdf",)}
OF_A_POINT = [path for path in ROUTES if "{point}" in path]
OF_A_PARTY = [path for path in ROUTES if "{point}" not in path and path != "/p/go"]
ASKED = (
    "from=2026-02-30&to=2026-13-45&day=2026-02-30&month=2026-00",
    "from=2016-11-22&to=2026-11-21&resolution=15min&month=2016-11&day=2016-11-22",  # ten years
    "from=9999-12-31&to=0001-01-01&month=9999-12&day=9999-12-31&after=9999",
    "month=0001-01&day=%00&from=%3Cscript%3Ealert(1)%3C/script%3E&search=%00%3Cscript%3E&point=%00"
    "&single=-1&t1=NaN&t2=1e9&t3=%F0%9F%92%A1&kind=%00&view=table",
)


def addresses(path):
    for kind in KINDS.get(path, ("xlsx", "csv")) if "{kind}" in path else ("",):
        for query in ASKED:
            yield f"{path.replace('{kind}', kind)}?{query}"


def assert_harmless(got, address):
    """A file's words are words; a page's could be run."""
    if "html" in got.headers.get("content-type", ""):
        assert "<script>alert" not in got.text, address


@pytest.mark.parametrize("path", OF_A_POINT)
@pytest.mark.parametrize("place", ["empty", "once", "gaps"])
def test_a_point_with_nothing_one_reading_or_gaps_answers(panel, city, path, place):
    client = panel(city.staff)
    for address in addresses(path):
        got = client.get(address.replace("{point}", city.points[place]))
        assert got.status_code in {200, 302}, (address, client.log.lines[-1:])
        assert_harmless(got, address)


@pytest.mark.parametrize("path", OF_A_PARTY)
@pytest.mark.parametrize("who", ["company", "supplier", "staff"])
def test_a_list_answers_everybody(panel, city, path, who):
    client = panel(getattr(city, who))
    for address in addresses(path):
        got = client.get(address)
        assert got.status_code in {200, 302}, (address, client.log.lines[-1:])
        assert_harmless(got, address)


@pytest.mark.parametrize("path", OF_A_POINT)
def test_ten_years_are_cut_or_coarser_and_a_day_that_is_none_is_named(panel, city, path):
    """On the screens whose address has days."""
    page = panel(city.company).get(
        f"{path}?from=2016-11-22&to=2026-11-21".replace("{point}", city.points["factory"])
    )
    if 'name="from"' in page.text:
        assert 'class="asked"' in page.text or 'value="2016-11-22"' in page.text
        named = panel(city.company).get(f"{path}?from=31.02.2026".replace("{point}", city.points["factory"]))
        assert "31.02.2026" in named.text


def test_no_route_failed(panel, city):
    assert [line for line in panel(None).log.lines if line[0] == "page_failed"] == []
