"""Can a person tell papers, late and wrong ones too, and is each outcome named (F43, F44, D-22, D-23)?"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from osos import mdm
from osos import registry as rooms_registry
from osos.cli import COMMANDS, papers, rebuild
from osos.cli import registry as registry_cli
from osos.iec62056 import block_check
from osos.mdm import Direction, WireFrame, queries
from osos.mdm.keeping import corrections
from osos.quantities import TURKIYE, DeviceId, Interval
from osos.store import Store, list_events, open_store

START = datetime(2026, 3, 2, tzinfo=TURKIYE)
RECEIVED = (START + timedelta(days=5)).astimezone(UTC)
PERIOD = Interval(START, START + timedelta(days=3))
MODEM, METER = DeviceId("OSM", "1"), DeviceId("MKS", "123456789")
LINE = "flag,serial,meters,multiplier,plain_until\nOSM,1,MKS123456789,{},\nOSM,2,MKS777777777,1,\n"
# The engines differ in how they keep, not in what a paper may say.
ONE_ENGINE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


def telegram() -> bytes:
    """Three days of quarter hours, 25 Wh each."""
    lines = []
    for n in range(3 * 96 + 1):
        wh, label = 100_000 + 25 * n, START + timedelta(minutes=15 * n)
        shown = f"{wh // 1000:06d}.{wh % 1000:03d}"
        lines.append(f"({label:%y-%m-%d,%H:%M})({shown},000000.000,000000.000,000.100)\r\n")
    block = "".join(lines).encode() + b"\x03"
    return b"\x02" + block + bytes([block_check(block)])


@pytest.fixture
def told(store: Store, store_url: str, tmp_path: Path) -> Callable[..., Result]:
    """Two points; the first one's meter told three days, at multiplier 40."""
    with store.begin() as conn:
        admissions, _ = rooms_registry.parse_admissions(LINE.format(40))
        rooms_registry.admit(conn, admissions, by="test", now=START, since=START)
        modem = rooms_registry.find_modem(conn, MODEM)
        assert modem is not None
        (behind,) = rooms_registry.meters_behind(conn, modem.id, START)
        raw = telegram()
        frame = WireFrame(
            payload=raw,
            direction=Direction.IN,
            link="tcp",
            address="10.0.0.1:1",
            session="s",
            received_at=RECEIVED,
            modem_id=modem.id,
        )
        mdm.record(
            conn,
            frame_id=mdm.keep(conn, frame).frame_id,
            meter=behind.meter_id,
            point=behind.point_id,
            interpreted=mdm.interpret(raw, asked=METER, received_at=RECEIVED, asked_profile="P.01"),
            received_at=RECEIVED,
        )
    store.close()

    def run(*arguments: str, app=papers.app) -> Result:
        environment = {"OSOS_STORE_URL": store_url, "OSOS_HOME": str(tmp_path / "home")}
        return CliRunner().invoke(app, [*arguments], env=environment)

    run.store_url = store_url  # type: ignore[attr-defined]  # for looking at what came of it
    return run


def looked_at(run: Callable[..., Result], *, point: int = 1):
    store = open_store(run.store_url)  # type: ignore[attr-defined]  # the fixture's
    try:
        with store.read() as conn:
            wh = queries.primary_wh(conn, point_id=point, period=PERIOD)
            return wh, len(corrections.list_corrections(conn)), rooms_registry.installations(conn)
    finally:
        store.close()


def identical(run: Callable[..., Result]) -> bool:
    return run("--check", app=rebuild.app).exit_code == 0


def test_the_command_is_on_the_list() -> None:
    assert COMMANDS["papers"][0] == "osos.cli.papers"


def test_an_exchange_is_told_late_told_twice_and_its_registers_put_right(told) -> None:
    first = ["exchange", "MKS123456789", "--meter", "MKS222222222", "--at", "2026-03-04T10:07"]
    first += ["--multiplier", "60", "--placed", "1.8.0=0", "--reason", "work order 7", "--json"]
    done = json.loads(told(*first, "--removed", "1.8.0=105,810").stdout)
    assert done == {"days_derived_anew": 1, "more_corrections_waiting": 0}
    assert told(*first, "--removed", "1.8.0=105,810").exit_code == 0  # the paper came in twice
    assert told(*first, "--removed", "1.8.0=105,820").exit_code == 0  # and once more, put right
    shown = [json.loads(line) for line in told("show", "MKS123456789").stdout.splitlines()]
    assert [(one["meter"], one["multiplier"]) for one in shown] == [
        ("MKS123456789", "40"),
        ("MKS222222222", "60"),
    ]
    assert (shown[0]["removed"], shown[1]["placed"]) == ({"1.8.0": 105820}, {"1.8.0": 0})
    wh, waiting, _ = looked_at(told)
    assert (wh, waiting) == (
        (2 * 96 + 40) * 25 * 40,
        0,
    )  # until the slot of the exchange: the new one told nothing
    assert identical(told)


def test_a_closed_month_is_touched_by_no_paper(told) -> None:
    closed = told("close", "2026-03", "--by", "settlement")
    assert closed.exit_code == 0, closed.output
    before = looked_at(told)[0]
    facts = ["MKS123456789", "--multiplier", "60", "--since", "2026-03-03", "--reason", "order 8", "--json"]
    done = json.loads(told("multiplier", *facts).stdout)
    assert done == {"days_derived_anew": 0, "more_corrections_waiting": 2}
    assert looked_at(told)[:2] == (before, 2)
    assert identical(told)


@ONE_ENGINE
@pytest.mark.parametrize(
    ("words", "tr", "en"),
    [
        (["--at", "2099-03-04", "--multiplier", "1"], "henüz gelmedi", "has not come yet"),
        (["--at", "1999-03-04", "--multiplier", "1"], "2000 yılından önce", "before the year 2000"),
        (["--at", "2026-02-30", "--multiplier", "1"], "bir an değil", "is not a moment"),
        (["--at", "2026-03-01", "--multiplier", "1"], "takılı değildi", "no meter hung"),
        (["--at", "2026-03-04", "--multiplier=-40"], "çarpan olamaz", "no multiplier: -40"),
        (["--at", "2026-03-04", "--multiplier", "0"], "çarpan olamaz", "no multiplier: 0"),
        (["--at", "2026-03-04", "--multiplier", "99999999"], "çarpan olamaz", "no multiplier: 99999999"),
        (["--at", "2026-03-04", "--multiplier", "kırk"], "bir çarpan değil", "is no multiplier"),
        (
            ["--at", "2026-03-04", "--multiplier", "1", "--removed", "1.8.0=12"],
            "tutanakta 12, sayaç o çeyrek saatte 104.8",
            "the paper says 12, the meter told 104.8",
        ),
        (["--at", "2026-03-04", "--multiplier", "1", "--placed", "1.8.0=-1"], "negatif", "is negative"),
        (
            ["--at", "2026-03-04", "--multiplier", "1", "--placed", "1.8.0=1000000"],
            "gösteremez",
            "no meter shows",
        ),
        (["--at", "2026-03-04", "--multiplier", "1", "--placed", "9.8.0=1"], "yazın", "write 1.8.0"),
    ],
)
def test_an_exchange_that_cannot_be_is_refused_in_both_languages(told, words, tr: str, en: str) -> None:
    before = looked_at(told)
    done = told("exchange", "MKS123456789", "--meter", "MKS222222222", "--reason", "order", *words)
    assert done.exit_code != 0 and tr in done.stderr and en in done.stderr, done.stderr
    assert looked_at(told) == before


@ONE_ENGINE
def test_a_meter_that_hangs_elsewhere_is_taken_down_there_first(told) -> None:
    """The new meter was let in before its paper came: it got a point of its own."""
    paper = ["exchange", "MKS123456789", "--meter", "MKS777777777", "--at", "2026-03-04T10:00"]
    paper += ["--multiplier", "40", "--reason", "order 9"]
    refused = told(*paper)
    assert (refused.exit_code, "take-down" in refused.stderr) == (1, True)
    gone = told("take-down", "MKS777777777", "--at", "2026-03-02", "--reason", "it never hung there")
    assert gone.exit_code == 0, gone.output
    assert told(*paper).exit_code == 0
    hung = [(str(one.meter), one.point_id, one.until is None) for one in looked_at(told)[2]]
    assert hung == [("MKS123456789", 1, False), ("MKS777777777", 1, True)]


@ONE_ENGINE
def test_transformers_and_meter_changed_at_one_moment_in_two_papers(told) -> None:
    at = ["--reason", "order 11", "--multiplier", "60"]
    assert told("multiplier", "MKS123456789", *at, "--since", "2026-03-04").exit_code == 0
    done = told("exchange", "MKS123456789", "--meter", "MKS222222222", "--at", "2026-03-04", *at)
    assert done.exit_code == 0, done.stderr
    hung = [(str(one.meter), int(one.multiplier)) for one in looked_at(told)[2] if one.point_id == 1]
    assert hung == [("MKS123456789", 40), ("MKS222222222", 60)]
    assert looked_at(told)[0] == 2 * 96 * 25 * 40 and identical(told)


@ONE_ENGINE
def test_other_papers_that_cannot_be_are_refused_in_both_languages(told) -> None:
    facts = ["MKS123456789", "--reason", "order"]
    for words, tr, en in (
        (
            ["multiplier", *facts, "--multiplier", "2", "--since", "2026-03-04", "--until", "2026-03-03"],
            "bitiş",
            "end",
        ),
        (
            ["multiplier", "MKS9", "--reason", "x", "--multiplier", "2", "--since", "2026-03-04"],
            "nokta",
            "no point",
        ),
        (
            ["multiplier", "MKS123456789", "--multiplier", "2", "--since", "2026-03-04"],
            "evrak",
            "which paper",
        ),
        (["clock", *facts, "--runs", "wrong", "--since", "2026-02-01"], "takılı değildi", "no meter hung"),
        (["take-down", *facts, "--at", "2026-02-01"], "takılı değildi", "no meter hung"),
        (["close", "2099-03"], "henüz bitmedi", "is not over"),
        (["close", "2026-13"], "bir ay değil", "is no month"),
    ):
        done = told(*words)
        assert done.exit_code != 0 and tr in done.stderr and en in done.stderr, done.output
    assert told("clock", *facts, "--runs", "wrong", "--since", "2026-03-04").exit_code == 0


def test_a_list_with_another_multiplier_since_an_earlier_day_derives_these_days_anew(told, tmp_path) -> None:
    """Days that were derived at 40 stayed so, and a bill would have been forty times too small or large."""
    devices = tmp_path / "devices.csv"
    devices.write_text(LINE.format(1), "utf-8")
    admitted = ["admit", "--file", str(devices), "--since", "2026-03-04"]
    first, again = (told(*admitted, app=registry_cli.app) for _ in range(2))
    assert "days derived anew: 1" in first.stdout and "derived anew" not in again.stdout
    assert looked_at(told)[0] == 2 * 96 * 25 * 40 + 96 * 25
    assert identical(told)
    future = told("admit", "--file", str(devices), "--since", "2062-03-04", app=registry_cli.app)
    assert (future.exit_code, "henüz gelmedi" in future.stderr) == (2, True)


@ONE_ENGINE
def test_every_paper_leaves_who_and_why_in_the_event_log(told) -> None:
    told("take-down", "MKS123456789", "--at", "2026-03-04", "--reason", "demolished", "--by", "ayşe")
    store = open_store(told.store_url)
    with store.read() as conn:
        (event,) = list_events(conn, subject="point 1")[-1:]
    store.close()
    assert (event.actor, event.act, event.after["reason"]) == ("ayşe", "meter taken down", "demolished")
