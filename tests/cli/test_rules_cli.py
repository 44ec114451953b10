"""Does the command line list rules, try one on history, set a threshold, judge days?"""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from osos import mdm
from osos.cli import COMMANDS
from osos.cli.rules import app
from osos.mdm.canonical import Installed
from osos.meters import ProfileRecords
from osos.store import open_store

DAY, DAYS = 9557, 12  # 2 March 2026
CODES, UNITS = ("1.8.0", "5.8.0", "8.8.0", "1.6.0"), ("kWh", "kvarh", "kvarh", "kW")
SINCE = datetime(1999, 12, 31, 21, tzinfo=UTC) + timedelta(days=DAY)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation with one point whose register goes back on 5 March."""
    tmp_path.joinpath("home").mkdir()
    store = open_store(tmp_path / "home" / "osos.sqlite")
    store.migrate()
    energy = np.random.default_rng(1).integers(20, 90, (DAYS * 96 + 1, 3)) // (1, 3, 9)
    registers = 5_000_000 + np.cumsum(energy, axis=0)
    registers[3 * 96 + 40 :, 0] -= 50_000
    values = np.column_stack((registers, energy[:, 0] * 4))
    labels = DAY * 1440 + np.arange(values.shape[0], dtype=np.int64) * 15
    records = ProfileRecords("P.01", CODES, labels, values, (3, 3, 3, 3), UNITS, "combi", 1)
    with store.begin() as conn:
        mdm.record(
            conn,
            frame_id=1,
            meter=1,
            point=1,
            interpreted=mdm.Interpreted(kind="profile", profile="P.01", records=records),
            received_at=SINCE + timedelta(days=DAYS),
            installed=[Installed(meter_id=1, multiplier=Decimal(40), since=SINCE)],
        )
    store.close()
    return tmp_path / "home"


@pytest.fixture
def osos(home: Path):
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments, "--home", str(home)])

    return run


def said(result: Result) -> dict[str, object]:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


MARCH = ("--from", "2026-03-02", "--to", "2026-03-13")


def test_the_command_is_in_the_table() -> None:
    assert COMMANDS["rules"][0] == "osos.cli.rules"


def test_every_rule_is_listed_with_its_thresholds(osos) -> None:
    listed = [json.loads(line) for line in osos("list", "--json").stdout.splitlines()]
    assert len(listed) == 25
    (spike,) = [one for one in listed if one["rule"] == "SPIKE"]
    assert (spike["code"], spike["thresholds"]["over_third_pct"]) == ("3.6.5", 180)
    assert "Sıçrama / Spike" in osos("list").stdout


def test_a_rule_is_tried_on_history_and_nothing_is_kept(osos) -> None:
    tried = said(osos("try", "NEGATIVE", *MARCH, "--price", "2,5", "--json"))
    assert (tried["findings"], tried["points"], tried["judged_point_days"]) == (1, 1, DAYS)
    assert [one["month"] for one in tried["months"]] == ["2026-03"]
    assert said(osos("try", "SPIKE", *MARCH, "--set", "least_w=1", "--json"))["thresholds"]["least_w"] == 1
    assert said(osos("judge", *MARCH, "--json"))["new"] == DAYS


def test_days_are_judged_once_and_by_a_new_threshold_again(osos) -> None:
    first = said(osos("judge", *MARCH, "--json"))
    assert (first["point_days"], first["by_rule"]) == (DAYS, {"NEGATIVE": 1})
    assert said(osos("judge", *MARCH, "--json"))["point_days"] == 0
    assert said(osos("judge", *MARCH, "--again", "--json"))["same"] == DAYS
    done = osos("set", "NEGATIVE", "enabled=0", "--since", "2026-03-01", "--reason", "tried", "--by", "ayşe")
    assert done.exit_code == 0, done.output
    after = said(osos("judge", *MARCH, "--json"))
    assert (after["point_days"], after["changed"], after["by_rule"]) == (DAYS, 1, {})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("try", "SPIKES", *MARCH), "no rule 'SPIKES'"),
        (("try", "SPIKE", *MARCH, "--set", "height=3"), "no threshold 'height'"),
        (("try", "SPIKE", *MARCH, "--set", "least_w=high"), "no whole number"),
        (("try", "MAX_POWER", *MARCH, "--set", "over_pct=-5"), "below nought"),
        (("try", "SPIKE", *MARCH, "--set", "least_w"), "name=value"),
        (("try", "SPIKE", *MARCH, "--price", "cheap"), "is no number"),
        (("try", "SPIKE", "--from", "2026-03-32", "--to", "2026-03-13"), "is not a day"),
        (("try", "SPIKE", "--from", "2026-03-14", "--to", "2026-03-13"), "no day between"),
        (("set", "SPIKE", "least_w=99999999", "--since", "2026-03-01", "--reason", "x"), "beyond"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(osos, arguments: tuple[str, ...], words: str) -> None:
    done = osos(*arguments)
    assert done.exit_code == 2
    assert words in done.stderr
