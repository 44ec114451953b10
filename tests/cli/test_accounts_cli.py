"""Can the operator of a fresh installation let the first people in?"""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from osos.access import read_link
from osos.cli import accounts, registry
from osos.cli.clocks import RealClock
from osos.store import open_store

MODEMS = "flag,serial,meters,multiplier,plain_until\nOSM,1,OSO11111111,1,2099-01-01\n"
POINTS = (
    "meter;installation_no;title;customer;customer_login;supplier\n"
    "OSO11111111;2004170001;Fabrika;Örnek A.Ş.;enerji@ornek.example;Işık Enerji\n"
)


def run(home: Path, *arguments: str, app=accounts.app) -> Result:
    return CliRunner().invoke(app, [*arguments, "--home", str(home)])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name, text, command in (("m.csv", MODEMS, "admit"), ("p.csv", POINTS, "points")):
        (tmp_path / name).write_text(text, "utf-8")
        done = run(tmp_path, command, "--file", str(tmp_path / name), app=registry.app)
        assert done.exit_code == 0, done.output
    return tmp_path


@pytest.mark.parametrize(
    ("kind", "login", "more", "name"),
    [
        ("subscriber", "2004170001", (), "Örnek A.Ş."),
        ("corporate", "Enerji@ornek.example", (), "Örnek A.Ş."),
        ("supplier", "veri@isik.example", ("--supplier", "Işık Enerji"), "Işık Enerji"),
        ("staff", "ilk@edas.example", ("--role", "administrator"), "ilk@edas.example"),
    ],
)
def test_an_account_of_each_kind_is_made_and_its_link_opens_once(home, kind, login, more, name) -> None:
    made = run(home, "add", kind, login, *more, "--json")
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    token = told["link"].rpartition("/")[2]
    store = open_store(home / "osos.sqlite")
    try:
        with store.read() as conn:
            found = read_link(conn, token, now=RealClock().now())
    finally:
        store.close()
    assert found is not None
    (listed,) = [json.loads(line) for line in run(home, "list", "--json").stdout.splitlines()]
    assert (listed["kind"], listed["name"], listed["state"]) == (kind, name, "invited")
    assert token not in run(home, "list").stdout
    again = run(home, "add", kind, login, *more)
    assert again.exit_code == 1
    assert "already" in again.output


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("add", "subscriber", "999"), 1, "no customer holds installation 999"),
        (("add", "corporate", "x@y.example"), 1, "no customer has the login"),
        (("add", "supplier", "x@y.example"), 1, "there are: Işık Enerji"),
        (("add", "staff", "x@y.example"), 2, "--role"),
        (("add", "subscriber", "2004170001", "--role", "auditor"), 2, "--role"),
        (("add", "king", "x"), 2, "king"),
        (("link", "staff", "x"), 1, "there is no staff account x"),
        (("disable", "staff", "x"), 1, "there is no staff account x"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(home, arguments, code, words) -> None:
    done = run(home, *arguments)
    assert done.exit_code == code, done.output
    assert words in done.output


def test_a_disabled_account_gets_no_new_link(home) -> None:
    assert run(home, "add", "staff", "a@b.example", "--role", "operator").exit_code == 0
    assert run(home, "link", "staff", "a@b.example").exit_code == 0
    assert run(home, "disable", "staff", "a@b.example").exit_code == 0
    refused = run(home, "link", "staff", "a@b.example")
    assert refused.exit_code == 1
    assert "disabled" in refused.output
