"""How much of the processor does each page of the customer's panel take, from request to last byte?

The small city of the panel's tests, one customer; asked through the application itself, warmed up first.
Processor time of the whole program, so that a busy machine changes it little; wall time beside it.
"""

import importlib
import json
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "portal"))

from osos.access import Viewer, has_rule
from osos.portal.screens import SCREENS
from osos.quantities import ManualClock
from osos.store import Store, open_store
from osos.web import WebSettings, make_app

with warnings.catch_warnings():  # starlette 1.x points at httpx's successor; httpx still serves
    warnings.simplefilter("ignore")
    from starlette.middleware import Middleware
    from starlette.testclient import TestClient

city = importlib.import_module("pretend_city")  # stands with the tests
NOW, build, told_of = city.NOW, city.build, city.told_of

GOAL_MS, WORKBOOK_GOAL_MS = 150.0, 200.0  # of the wall, p95
TIMES = 20
PAGES = ("overview", "hourly", "profile", "monthly", "ratios", "tariffs", "indices", "outages")
FILES = ("hourly.xlsx", "hourly.csv", "profile.xlsx", "overview.pdf")


class LetIn:
    """Lets in one viewer."""

    def __init__(self, app: Any, *, viewer: Viewer) -> None:
        self._app, self._viewer = app, viewer

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope["state"]["viewer"] = self._viewer
        await self._app(scope, receive, send)


def run() -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder) / "city.sqlite")
        store = open_store(Path(folder) / "city.sqlite")
        try:
            return _measured(store)
        finally:
            store.close()


def _measured(store: Store) -> list[dict[str, object]]:
    with store.read() as conn:
        told = told_of(conn)
    clock = ManualClock(NOW)
    app = make_app(
        store=store,
        clock=clock,
        real_clock=clock,
        settings=WebSettings(),
        screens=SCREENS,
        has_rule=has_rule,
        log=None,
        guards=[Middleware(LetIn, viewer=told.company)],
    )
    base = f"/p/{told.points['factory']}"
    with TestClient(app) as client:  # with its start, which warms it up
        return [_page(client, name, f"{base}/{name}") for name in (*PAGES, *FILES)]


def _page(client: TestClient, name: str, address: str) -> dict[str, object]:
    cpu, wall = [], []
    for _ in range(TIMES):
        began, used = time.perf_counter(), time.process_time()
        got = client.get(address)
        cpu.append((time.process_time() - used) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
        assert got.status_code == 200, (address, got.status_code)
    first = round(wall[0], 1)
    cpu.sort()
    wall.sort()
    at_95 = int(TIMES * 0.95) - 1
    return {
        "figure": f"panel: {name}",
        "cpu_p50_ms": round(cpu[TIMES // 2], 1),
        "cpu_p95_ms": round(cpu[at_95], 1),
        "wall_p50_ms": round(wall[TIMES // 2], 1),
        "wall_p95_ms": round(wall[at_95], 1),
        "first_ms": first,
    } | _goal(name, wall[at_95])


def _goal(name: str, p95_ms: float) -> dict[str, object]:
    """CSV and PDF have none."""
    goal = GOAL_MS if name in PAGES else WORKBOOK_GOAL_MS if name.endswith(".xlsx") else None
    return {} if goal is None else {"goal_ms": goal, "met": p95_ms <= goal}


if __name__ == "__main__":
    for row in run():
        print(json.dumps(row, ensure_ascii=False))
