"""Are settings read from where they belong, and every fault of them told at once?"""

from pathlib import Path

import pytest

from osos.cli.settings import BadSettings, find_home, load_settings


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    assert settings.store.url == f"sqlite:///{tmp_path}/osos.sqlite"
    assert (settings.listen.host, settings.listen.web, settings.listen.mass) == ("127.0.0.1", 8080, 5010)
    assert (settings.listen.mass_tls, settings.listen.mass_urgent) == (5011, 5012)
    assert (settings.listen.transparent, settings.listen.metrics) == (5020, 9100)


def test_the_file_wins_over_defaults_and_a_variable_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "osos.toml").write_text(
        '[listen]\nmass = 6010\nweb = 81\n[store]\nurl = "sqlite:///a/b.sqlite"\n'
    )
    settings = load_settings(tmp_path, {"OSOS_LISTEN_MASS": "7010", "OSOS_HOME": "/x", "OSOS_CAPTURES": "y"})
    assert (settings.listen.mass, settings.listen.web) == (7010, 81)
    assert settings.store.url == f"sqlite:///{tmp_path}/a/b.sqlite"


def test_an_absolute_file_stays_where_it_is(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {"OSOS_STORE_URL": "sqlite:////var/lib/x.sqlite"})
    assert settings.store.url == "sqlite:////var/lib/x.sqlite"


def test_home_is_what_is_said_else_the_variable_else_the_demos_or_the_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_home(Path("here"), {"OSOS_HOME": "/there"}) == tmp_path / "here"
    assert find_home(None, {"OSOS_HOME": "/there"}, demo=True) == Path("/there")
    assert find_home(None, {}, demo=True) == tmp_path / ".demo"
    assert find_home(None, {}) == Path("/var/lib/osos")


FAULTS = [
    ("[listen]\nmas = 1", "osos.toml: [listen] mas is not known; did you mean mass?"),
    ("[listn]\nmass = 1", "osos.toml: [listn] is not known; did you mean listen?"),
    ("listen = 5", "listen is not a table; write [listen] and its keys below"),
    ('[listen]\nmass = "5010"', "[listen] mass = '5010' is not a whole number"),
    ("[listen]\nmass = true", "[listen] mass = True is not a whole number"),
    ("[listen]\nhost = 5", "[listen] host = 5 is not a text; put it in quotes"),
    ("[listen]\nmass = 70000", "listen.mass = 70000 is not a port"),
    ("[listen]\nmass = 8080", "listen.mass and listen.web are both 8080; give each its own port"),
    ("[listen\n", "is not TOML: "),
    ('[store]\nurl = "mysql://x"', "store.url 'mysql://x' is neither sqlite:///file nor postgresql://"),
    ('[store]\nurl = "sqlite:///"', "store.url names no file"),
    ('[store]\nurl = "postgresql://o:secret@h/d"', "store.url holds a password; put it into a file"),
    ('[store]\nurl = "postgresql://o@h/d"\npassword_file = "pw"', "store.password_file 'pw' is not there"),
]


@pytest.mark.parametrize(("text", "told"), FAULTS)
def test_a_fault_is_told_with_its_place_and_what_to_do(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "osos.toml").write_text(text)
    with pytest.raises(BadSettings) as bad:
        load_settings(tmp_path, {})
    assert len(bad.value.problems) == 1
    assert told in bad.value.problems[0]
    assert "secret" not in bad.value.problems[0]


def test_a_variable_with_a_slip_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as bad:
        load_settings(tmp_path, {"OSOS_LISTEN_WEBB": "1", "OSOS_LISTEN_MASS": "x"})
    assert bad.value.problems == [
        "environment: OSOS_LISTEN_WEBB is not known; did you mean web?",
        "environment: OSOS_LISTEN_MASS = 'x' is not a whole number",
    ]


def test_a_file_that_is_no_text_or_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "osos.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadSettings, match="is not UTF-8 text"):
        load_settings(tmp_path, {})
    (tmp_path / "osos.toml").unlink()
    (tmp_path / "osos.toml").mkdir()
    with pytest.raises(BadSettings, match="cannot be read"):
        load_settings(tmp_path, {})


def test_a_password_comes_from_its_file_or_from_systemds_credentials(tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (tmp_path / "pw").write_text("p@ss/1\n")
    said = {"OSOS_STORE_URL": "postgresql://osos@db/osos", "OSOS_STORE_PASSWORD_FILE": "pw"}
    assert load_settings(tmp_path, said).store.url == "postgresql://osos:p%40ss%2F1@db/osos"
    (credentials / "pw").write_text("other")
    there = said | {"CREDENTIALS_DIRECTORY": str(credentials)}
    assert load_settings(tmp_path, there).store.url == "postgresql://osos:other@db/osos"
    (credentials / "pw").write_bytes(b"\xff")
    with pytest.raises(BadSettings, match="cannot be read"):
        load_settings(tmp_path, there)
