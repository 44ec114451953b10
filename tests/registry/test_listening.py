"""Where does a transparent modem wait to be called? (X-40)"""

from datetime import UTC, datetime

import pytest

from osos.registry import admit, listening_modems, parse_admissions

NOW = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
HEAD = "flag,serial,meters,multiplier,plain_until,listens\n"


def admitted(store, text: str):
    found, problems = parse_admissions(text)
    assert not problems
    with store.begin() as conn:
        report = admit(conn, found, by="test", now=NOW, since=NOW)
    with store.read() as conn:
        return report, [(str(one.device), one.host, one.port) for one in listening_modems(conn)]


def test_an_address_below_a_header_is_kept_and_may_change(store) -> None:
    report, known = admitted(store, f"{HEAD}ELM,1,111,1,2099-12-31,10.20.0.7:7001\nELM,2,222,1,2099-12-31,\n")
    assert (report.modems_new, known) == (2, [("ELM1", "10.20.0.7", 7001)])
    report, known = admitted(store, f"{HEAD}ELM,1,111,1,2099-12-31,[fd00::7]:7002\n")
    assert (report.modems_changed, known) == (1, [("ELM1", "fd00::7", 7002)])
    report, known = admitted(store, "ELM,1,111,1,2099-12-31\n")  # says nothing of it
    assert (report.modems_unchanged, known) == (1, [("ELM1", "fd00::7", 7002)])
    told = "SELECT before, after FROM events WHERE act = 'listening address changed'"
    with store.read() as conn:
        assert len(list(conn.exec_driver_sql(told))) == 1


@pytest.mark.parametrize("cell", ["10.20.0.7", "10.20.0.7:0", "10.20.0.7:65536", "a b:1", ":7001", "x:y"])
def test_what_is_no_address_and_port_is_named(cell: str) -> None:
    found, (problem,) = parse_admissions(f"{HEAD}ELM,1,111,1,2099-12-31,{cell}\n")
    assert not found
    assert "no address and port" in problem.what


def test_without_a_header_a_sixth_cell_is_a_mistake() -> None:
    found, (problem,) = parse_admissions("ELM,1,111,1,2099-12-31,10.20.0.7:7001\n")
    assert not found
    assert "6 cells" in problem.what
