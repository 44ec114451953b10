"""Which pages do both faces serve, and at which address does each have something to show?

The routes are the application's own. A route that is added and not told of here has no object in its address,
and whoever walks over the pages fails until a line below says where one is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from osos.web.policy import every_route

# Browsers take every name under localhost for this machine: the host says who looks.
OPERATOR, COMPANY = "127.0.0.1", "company.localhost"
SUPPLIER, NOBODY = "supplier.localhost", "nobody.localhost"
NOT_A_PAGE = ("_part", "_live", "_file")  # a piece of a page, a stream, a file
FILES = {"console.bench_file": "pdf"}  # else CSV
NEITHER = {"web.alive", "web.ready", "web.static"}
LOOKS_AS = {
    **dict.fromkeys(("portal.sites", "portal.home", "portal.compare", "portal.go"), COMPANY),
    **dict.fromkeys(("portal.portfolio", "portal.portfolio_hours", "portal.portfolio_parts"), SUPPLIER),
}
_OF_DAY = "?from={day}&to={day}"
ASKED = {
    **dict.fromkeys(("portal.hourly", "portal.profile", "portal.outages", "portal.explain"), _OF_DAY),
    "portal.go": "?site={point}&screen=hourly&from={day}&to={day}",
    "portal.compare": "?point={point}&point={solar}",
    "portal.portfolio_hours": "?day={day}",
    "portal.portfolio_parts": "?day={day}",
    "console.balance_parts": "?month=2026-11",
    "console.explain": "?from={day}T10:00:00Z&to={day}T11:00:00Z",
}
# Where one address has more than one page.
MORE = {
    "portal.explain": (
        "/p/{point}/explain?register=1.8.0&at=2026-11-21T19:47:00Z",
        "/p/{market}/explain?column=32.7.0%20max&s=2026-11-12T10:00Z&e=2026-11-12T11:00Z",
        "/p/{point}/explain?sum=tariffs&month=2026-11",
        "/p/{point}/explain?figure=ratio.inductive&month=2026-11",
        "/p/{point}/explain?figure=forecast.1.8.0&month=2026-11",
        "/p/{point}/explain?figure=three&month=2026-11&single=3&t1=3,1&t2=4,5&t3=1,7",
        "/p/{market}/explain?fact=multiplier",
    ),
    "portal.compare": ("/p/compare",),
    "portal.indices": ("/p/{market}/indices", "/p/{empty}/indices"),
    "portal.overview": ("/p/{empty}/overview",),
    "console.explain": (
        "/o/explain/{point}?register=1.8.0&at=2026-11-21T19:47:00Z",
        "/o/explain/{market}?column=32.7.0%20max&from=2026-11-12T10:00:00Z&to=2026-11-12T11:00:00Z",
        "/o/explain/{point}?sum=tariffs&from=2026-11-01&to=2026-11-20",
        "/o/explain/{point}?figure=forecast.1.8.0&month=2026-11",
        "/o/explain/{point}?fact=contract_kw",
    ),
    "console.figures": ("/o/points/{point}/figures?transformer=33/400&ohm=1,2&kv=33",),
    "console.balance_parts": ("/o/balance/{node}/parts?month=2026-11&day=2026-11-05&price=2,50",),
    "console.balance": ("/o/balance?month=2026-11&price=2,50",),
    "console.validation": ("/o/validation?rule={rule}",),
    "sign_in.page": ("/sign-in?kind=corporate", "/sign-in?kind=supplier"),
}
# What a form is sent with so that a page comes back, mostly the same one with what is wrong.
FILLED: dict[str, dict[str, str]] = {
    "sign_in.enter": {"kind": "subscriber", "login": "2004178304", "password": "yanlış"},
    "sign_in.staff_enter": {"login": "kim@edas.example", "password": "yanlış", "code": "000000"},
    "sign_in.link_use": {"password": "kısa", "again": "başka"},
    "sign_in.out": {},
    "console.read_now": {"directive": "short"},
    "console.validation_batch": {"act": "accept", "step": "try", "rule": "{rule}", "entry": "{doubted}"},
    "console.corrections_act": {"act": "approved", "entry": "{correction}", "reason": ""},
    "console.workbench_act": {"act": "estimate", "step": "try", "from": "14:30", "until": "15:45"},
    "console.suspicion_decide": {"state": "confirmed", "note": ""},
    "console.bench_sign": {"step": "IS-01", "check": "1", "verdict": "", "by": ""},
    "console.bench_accuracy": {},
    "console.bench_enter_use": {"name": ""},
    "console.bench_answer": {"question": "999"},
    "console.bench_stop": {},  # last: the run is over with it
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page: the name of its route, who looks, where, and what is sent there."""

    name: str
    host: str
    path: str
    form: dict[str, str] | None = None
    status: int | None = 200  # None: whatever says that the form is wrong


# What everybody sees who is in the wrong place.
LOST = (
    Place(name="lost.customer", host=COMPANY, path="/p/nosuch/overview", status=404),
    Place(name="lost.desk", host=OPERATOR, path="/o/modems/nosuch", status=404),
    Place(name="lost.stranger", host=NOBODY, path="/nosuch", status=404),
    Place(name="lost.words", host=OPERATOR, path="/o/reads/x", status=422),
)


def pages_of(app: Any, facts: dict[str, str]) -> Iterator[Place]:
    """Every page that is read with GET; raises KeyError for an object nobody has told of."""
    for name, path in _routes(app, "GET"):
        if not name.endswith(NOT_A_PAGE) and name not in NEITHER:
            for address in (path + ASKED.get(name, ""), *MORE.get(name, ())):
                yield Place(name=name, host=_host(name), path=filled(address, facts))


def answers_of(app: Any, facts: dict[str, str]) -> list[Place]:
    """Every page that answers a form, that which ends the run last."""
    order = list(FILLED)
    found = [
        Place(
            name=name,
            host=_host(name),
            path=filled(path, facts),
            form={field: filled(value, facts) for field, value in FILLED[name].items()},
            status=None,
        )
        for name, path in _routes(app, "POST")
    ]
    return sorted(found, key=lambda one: order.index(one.name))


def leftovers_of(app: Any, facts: dict[str, str]) -> Iterator[str]:
    """What is read with GET and is no page."""
    for name, path in _routes(app, "GET"):
        if name.endswith(NOT_A_PAGE):
            yield filled(path, facts | {"kind": FILES.get(name, "csv")})


def filled(address: str, facts: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: facts[found[1]], address)


def _routes(app: Any, method: str) -> Iterator[tuple[str, str]]:
    for route in every_route(app.routes):
        if method in (getattr(route, "methods", None) or ()):
            yield getattr(route, "name", ""), getattr(route, "path", "")


def _host(name: str) -> str:
    return next((host for begins, host in LOOKS_AS.items() if name.startswith(begins)), OPERATOR)
