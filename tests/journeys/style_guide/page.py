"""What does every part of a page look like, with figures that are invented?"""

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import HTMLResponse

from osos.quantities import Interval, ManualClock, Quality, local_midnight
from osos.web import NavLink, Screen, WebSettings, formats_of, make_app, render, svg, words_of
from osos.web.charts import Bands, Line, Pane, chart_data

NOW = datetime(2026, 11, 21, 19, 52, tzinfo=UTC)
BANDS = (
    (0, 6, "t3", "T3 · gece"),
    (6, 17, "t1", "T1 · gündüz"),
    (17, 22, "t2", "T2 · puant"),
    (22, 24, "t3", "T3 · gece"),
)
CUTS = tuple((start * 60, end * 60, hue) for start, end, hue, _ in BANDS)
FIRST = date(2026, 11, 1)
router = APIRouter()


def power(day: date, quarter: int, chance: random.Random) -> int:
    """W of an invented factory: shifts from six to ten, half a Saturday, a quiet Sunday."""
    hour, weekday = quarter / 4, day.weekday()
    works = (6 <= hour < 22) if weekday < 5 else (6 <= hour < 14.5) if weekday == 5 else False
    return int((72_000 if works else 16_500) * (0.88 + 0.24 * chance.random()))


def month_of_quarters() -> tuple[list[datetime], list[int | None], list[Quality]]:
    chance = random.Random(7)
    starts, values, marks = [], [], []
    for n in range(21 * 96 - 5):
        day = FIRST + timedelta(days=n // 96)
        starts.append(local_midnight(FIRST) + timedelta(minutes=15 * n))
        mark = Quality.ESTIMATED if 11 * 96 + 52 <= n < 11 * 96 + 62 else Quality.MEASURED
        mark = Quality.MISSING if 8 * 96 + 30 <= n < 8 * 96 + 44 else mark
        mark = (
            Quality.EDITED
            if n == 12 * 96 + 40
            else Quality.SUSPECT
            if 14 * 96 + 60 <= n < 14 * 96 + 84
            else mark
        )
        values.append(None if mark is Quality.MISSING else power(day, n % 96, chance))
        marks.append(mark)
    return starts, values, marks


def profile(t: Any, language: str) -> dict[str, object]:
    starts, active, marks = month_of_quarters()
    chance = random.Random(8)
    inductive = [None if w is None else int(w * (0.08 + 0.05 * chance.random())) for w in active]
    capacitive = [None if w is None else int(2_600 + 900 * chance.random()) for w in active]
    volts = [
        [None if w is None else int(2300 + 40 * chance.random() - w / 4000) for w in active] for _ in range(3)
    ]
    panes = (
        Pane(
            title="Aktif çekiş gücü",
            unit="kW",
            note="15 dakikalık ortalama",
            height=290,
            sum_unit="kWh",
            lines=(Line(label="Çekiş", hue="imp", values=active, stepped=True, filled=True),),
        ),
        Pane(
            title="Reaktif",
            unit="kVAr",
            note="düz: endüktif, kesikli: kapasitif",
            lines=(
                Line(label="Endüktif", hue="ind", values=inductive),
                Line(label="Kapasitif", hue="cap", values=capacitive, dash=(6, 3)),
            ),
        ),
        Pane(
            title="Gerilim",
            unit="V",
            note="L1 düz, L2 kesikli, L3 noktalı",
            from_zero=False,
            marked=False,
            lines=tuple(
                Line(
                    label=f"L{n + 1}",
                    hue=("ink2", "ink3", "warn")[n],
                    values=volts[n],
                    decimals=1,
                    dash=((), (5, 3), (2, 2))[n],
                )
                for n in range(3)
            ),
        ),
    )
    ends = [start + timedelta(minutes=15) for start in starts]
    data = chart_data(
        t=t,
        language=language,
        starts=starts,
        ends=ends,
        panes=panes,
        quality=marks,
        bands=(Bands(since=datetime(2020, 1, 1, tzinfo=UTC), cuts=CUTS),),
    )
    return {"profile": data, "panes": panes}


def pictures(f: Any) -> dict[str, object]:
    """Every server-made chart at both widths."""
    _, active, marks = month_of_quarters()
    days = [active[n : n + 96] for n in range(0, len(active), 96)]
    both = {}

    def two(name: str, draw: Any, *args: Any, **facts: Any) -> None:
        both[name] = (draw(*args, **facts, wide=True), draw(*args, **facts, wide=False))

    bars = []
    for n in range(30):
        day = FIRST + timedelta(days=n)
        known = [w or 0 for w in days[n]] if n < len(days) else []
        parts = tuple(
            svg.Part(
                hue=hue,
                value=sum(known[int(a * 4) : int(b * 4)]) // 4,
                estimated=150_000 if n == 11 and hue == "t1" else 0,
            )
            for hue, (a, b) in (("t3", (0, 6)), ("t1", (6, 17)), ("t2", (17, 22)))
        )
        before = 1_500_000 if day.weekday() < 5 else 480_000 if day.weekday() == 6 else 910_000
        bars.append(
            svg.Bar(
                label=str(day.day),
                sub=f.weekday(day),
                parts=parts,
                before=before,
                rest=day.weekday() > 4,
                state="known" if n < len(days) else "not_due",
                strong=n == 20,
                mark="tah." if n == 11 else "",
            )
        )
    bars[8] = svg.Bar(label="9", sub="Pt", before=1_500_000, state="missing")
    two("bars", svg.stacked_bars, bars, f=f, title="Günlük çekiş, tarife dilimlerine göre")
    sums = [0]
    for day in days:
        sums.append(sums[-1] + sum(w or 0 for w in day) // 4)
    two(
        "month",
        svg.month_line,
        days=30,
        this=sums,
        before=[n * 1_050_000 for n in range(31)],
        year_before=[n * 1_230_000 for n in range(31)],
        today=f"bugün {f.number(sums[-1] / 1e6, 1)}",
        ahead=svg.Ahead(low=32_900_000, likely=33_600_000, high=34_300_000, label="ay sonu ≈ 33,6"),
        f=f,
        title="Ay içi birikimli çekiş",
    )
    two(
        "capacitive",
        svg.bullet,
        share=0.132,
        limit=0.15,
        month_end=0.144,
        hue="cap",
        f=f,
        title="Kapasitif oran %13,2, sınır %15",
        limit_label="sınır %15",
        reach=0.25,
    )
    two(
        "inductive",
        svg.bullet,
        share=0.124,
        limit=0.20,
        month_end=0.126,
        hue="ind",
        f=f,
        title="Endüktif oran %12,4, sınır %20",
        limit_label="sınır %20",
        reach=0.25,
    )
    runs = (
        svg.Run(label="end.", hue="ind", values=(0.148, 0.159, 0.151, 0.136, 0.129, 0.124)),
        svg.Run(label="kap.", hue="cap", values=(0.091, 0.084, 0.097, 0.112, 0.126, 0.132), dashed=True),
    )
    two(
        "trend",
        svg.trend,
        runs,
        labels=("Haz", "Tem", "Ağu", "Eyl", "Eki", "Kas"),
        limits=(svg.Limit(label="kap. %15", value=0.15),),
        f=f,
        title="Son altı ay",
    )
    rows = [
        svg.HeatRow(
            label=f"{n + 1} {f.weekday(FIRST + timedelta(days=n))}",
            values=[*day, *[None] * (96 - len(day))],
            strong=n == 20,
            quality=[
                *(
                    m.name.lower() if m is not Quality.MEASURED else ""
                    for m in marks[n * 96 : n * 96 + len(day)]
                ),
                *["not_due"] * (96 - len(day)),
            ],
        )
        for n, day in enumerate(days)
    ]
    two("heat", svg.heat_map, rows, bands=[band[:3] for band in BANDS], title="Saat saat, gün gün çekiş gücü")
    cells = [
        svg.Cell(
            state="estimated" if n == 11 else "missing" if n == 8 else "partly" if n == 20 else "measured",
            share=0.94 if n == 20 else 1.0,
        )
        for n in range(21)
    ]
    two(
        "strip",
        svg.completeness_strip,
        [*cells, *[svg.Cell(state="not_due")] * 9],
        title="Veri bütünlüğü, 1–21 Kasım",
    )
    two(
        "ribbon",
        svg.day_ribbon,
        [*days[20], *[None] * (96 - len(days[20]))],
        before=days[13],
        bands=BANDS,
        now_hour=22.87,
        f=f,
        title="Bugünün çekiş gücü",
    )
    two(
        "shares",
        svg.share_bar,
        [("t1", 14725, "T1"), ("t2", 6085, "T2"), ("t3", 2993, "T3")],
        title="Dilimlere göre pay",
    )
    chance = random.Random(3)
    two(
        "district",
        svg.district_strip,
        [0.985 + 0.01 * chance.random() - (0.16 if n > 88 else 0) for n in range(96)],
        title="Boğazönü, son 24 saat",
    )
    week = Interval(local_midnight(date(2026, 11, 15)), local_midnight(date(2026, 11, 22)))
    outages = [
        svg.Happening(
            period=Interval(week.start + timedelta(hours=a), week.start + timedelta(hours=a, minutes=m)),
            kind=k,
            lane=lane,
        )
        for a, m, k, lane in (
            (20, 95, "bad", 0),
            (71, 2, "warn", 1),
            (120, 1, "warn", 1),
            (140, 260, "bad", 0),
        )
    ]
    two("outages", svg.time_line, outages, period=week, lanes=("uzun", "kısa"), f=f, title="Kesintiler")
    evening = Interval(
        local_midnight(date(2026, 11, 21)) + timedelta(hours=18),
        local_midnight(date(2026, 11, 22)) + timedelta(hours=6),
    )
    dues = [
        svg.Due(
            lane=0,
            period=Interval(evening.start + timedelta(hours=n), evening.start + timedelta(hours=n + 1)),
            label="%100"
            if n in (0, 1, 3)
            else "%99,8"
            if n == 2
            else "%98,6"
            if n == 4
            else f"{(16 + n) % 24:02d}–{(17 + n) % 24:02d}",
            share=None if n > 4 else 0.97,
            hue="ok" if n in (0, 1, 3) else "warn",
        )
        for n in range(11)
    ]
    dues += [
        svg.Due(
            lane=1,
            period=Interval(evening.start, evening.start + timedelta(hours=8)),
            label="Üretim tesisleri: 1.188 / 1.294 ölçü noktası tam",
            share=0.59,
            hue="imp",
        ),
        svg.Due(
            lane=2,
            period=Interval(evening.start, evening.start + timedelta(hours=3.4)),
            label="Tamamlama turu 3 bitti",
            share=1.0,
            soft=True,
        ),
        svg.Due(
            lane=2,
            period=Interval(evening.start + timedelta(hours=6), evening.start + timedelta(hours=10.5)),
            label="Gece toplu okuma, 1.043.386 sayaç",
        ),
    ]
    two(
        "rail",
        svg.deadline_rail,
        dues,
        period=evening,
        now=NOW,
        lanes=("Dengeleme birimi, saat + 2", "Üretim, gün sonu + 2", "Okuma görevleri"),
        f=f,
        title="Son tarihler",
    )
    return {
        "both": both,
        "spark": svg.sparkline([97, 98, 98.2, 98, 97.8, 96, 96.4, 95.9], title="düşüyor", hue="ok"),
        "ramp_h": svg.ramp_key("h", title="düşükten yükseğe"),
        "ramp_s": svg.ramp_key("s", title="kötüden iyiye"),
        "bar": svg.progress_bar(0.61, title="%61"),
    }


@router.get("/stil", name="test.style_guide")
def style_guide(request: Request, face: str = "customer") -> HTMLResponse:
    t, f = words_of(request), formats_of(request)
    nav = [
        NavLink(label=label, href="/stil", current=n == 0, count="3" if n == 2 else "", keys="G F")
        for n, label in enumerate(
            (
                "Genel bakış",
                "Saatlik tüketim (YKP)",
                "Yük profili",
                "Endeks bilgileri",
                "Readout listesi",
                "Oranlar",
            )
        )
    ]
    template = "test.guide/desk.html" if face == "desk" else "test.guide/page.html"
    return render(request, template, nav=nav, now=NOW, **profile(t, request.state.language), **pictures(f))


def make(store: Any, log: Any, **settings: Any) -> FastAPI:
    screen = Screen(name="test.guide", router=router, folder=Path(__file__).parent)
    return make_app(
        store=store,
        clock=ManualClock(NOW),
        real_clock=ManualClock(NOW),
        settings=WebSettings(**settings),
        screens=(screen,),
        has_rule=lambda name: True,
        log=log,
    )
