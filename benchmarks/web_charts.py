"""How soon is a load profile drawn in a browser? (issue: pages)

A month of quarter hours of three quantities, and a year of hours on a CPU slowed four times: navigation
until the chart has painted, five cold loads each in the system's Chromium. Data are in memory.
"""

import json
import os
import random
import shutil
import socket
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from osos.quantities import ManualClock

LOADS = 5
NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
PAGE = """{% extends "customer.html" %}
{% from "chart.html" import chart, chart_head, chart_scripts with context %}
{% block title %}Yük profili{% endblock %}
{% block head %}{{ chart_head() }}{% endblock %}
{% block content %}
<section class="p">{% call chart("lp", "Yük profili", data, panes) %}{% endcall %}</section>
{% endblock %}
{% block scripts %}{{ chart_scripts() }}{% endblock %}
"""
SHAPES = {  # rows, length of a row, CPU slowed by, goal in ms
    "month": (2976, timedelta(minutes=15), 1, 1000),
    "year": (8760, timedelta(hours=1), 4, 1500),
}


def _values(shape: str) -> tuple[list[datetime], list[list[int]], timedelta]:
    rows, length, _, _ = SHAPES[shape]
    chance = random.Random(1)
    starts = [NOW - (rows - n) * length for n in range(rows)]
    return starts, [[chance.randrange(90_000) for _ in range(rows)] for _ in range(3)], length


def _app(folder: Path) -> Any:
    import structlog
    from fastapi import APIRouter, Request

    from osos.store import open_store
    from osos.web import Screen, WebSettings, make_app, render, words_of
    from osos.web.charts import Bands, Line, Pane, chart_data

    (folder / "page.html").write_text(PAGE, "utf-8")
    router = APIRouter()
    made = {shape: _values(shape) for shape in SHAPES}

    @router.get("/{shape}", name="bench.profile")
    def profile(request: Request, shape: str) -> object:
        starts, values, length = made[shape]
        import_kw = Line(label="A", hue="imp", values=values[0], stepped=True, filled=True)
        reactive = (
            Line(label="Ri", hue="ind", values=values[1]),
            Line(label="Rc", hue="cap", values=values[2], dash=(6, 3)),
        )
        panes = (
            Pane(title="Aktif", unit="kW", height=290, sum_unit="kWh", lines=(import_kw,)),
            Pane(title="Reaktif", unit="kVAr", lines=reactive),
        )
        cuts = ((0, 360, "t3"), (360, 1020, "t1"), (1020, 1320, "t2"), (1320, 1440, "t3"))
        data = chart_data(
            t=words_of(request),
            language="tr",
            starts=starts,
            ends=[start + length for start in starts],
            panes=panes,
            bands=(Bands(since=starts[0], cuts=cuts),),
        )
        return render(request, "bench.charts/page.html", data=data, panes=panes)

    store = open_store(folder / "bench.sqlite")
    store.migrate()
    return make_app(
        store=store,
        clock=ManualClock(NOW),
        real_clock=ManualClock(NOW),
        settings=WebSettings(),
        screens=(Screen(name="bench.charts", router=router, folder=folder),),
        has_rule=bool,
        log=structlog.get_logger(),
    )


@contextmanager
def _served(app: Any) -> Iterator[str]:
    import uvicorn

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()


def _loads(browser: Any, address: str, slowed: int) -> dict[str, float]:
    drawn, scripts = [], 0.0
    for _ in range(LOADS):
        context = browser.new_context(locale="tr-TR", viewport={"width": 1440, "height": 900})
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
        page.goto(address)
        page.wait_for_selector("[data-drawn]")
        drawn.append(page.evaluate("performance.getEntriesByName('chart-drawn')[0].startTime"))
        scripts = page.evaluate(
            "performance.getEntriesByType('resource').filter(e => e.initiatorType === 'script')"
            ".reduce((sum, e) => sum + e.encodedBodySize, 0)"
        )
        context.close()
    return {"drawn_ms": statistics.median(drawn), "script_bytes": scripts}


def run() -> list[dict[str, object]]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        return [{"figure": "charts in a browser", "not_measured": "no Chromium on this machine"}]
    from playwright.sync_api import sync_playwright

    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder, _served(_app(Path(folder))) as base, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for shape, (count, _, slowed, goal) in SHAPES.items():
            found = _loads(browser, f"{base}/{shape}", slowed)
            rows.append(
                {
                    "figure": f"{shape} of a load profile drawn, CPU slowed × {slowed}",
                    "rows": count,
                    "drawn_ms": round(found["drawn_ms"]),
                    "script_bytes": round(found["script_bytes"]),
                    "load": round(os.getloadavg()[0], 1),  # wall time: others on the machine show in it
                    "goal_ms": goal,
                    "met": found["drawn_ms"] <= goal and found["script_bytes"] <= 100_000,
                }
            )
        browser.close()
    return rows


if __name__ == "__main__":
    for row in run():
        print(json.dumps(row, ensure_ascii=False))
