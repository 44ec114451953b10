"""Where does the store lie, and what is its password?"""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote


def store_url(
    url: str, password_file: str, *, home: Path, environ: Mapping[str, str], problems: list[str]
) -> str:
    """The full address: a relative SQLite file lies in the home folder, a password comes from its file."""
    kind, slashes, rest = url.partition("://")
    if kind == "sqlite" and slashes:
        file = rest.removeprefix("/")
        if not file:
            problems.append("store.url names no file; write sqlite:///osos.sqlite")
        return f"sqlite:///{home / file}"  # an absolute path stays absolute: its own slash is the fourth
    if kind not in {"postgresql", "postgresql+psycopg"} or not slashes:
        said = url.rpartition("@")[2]  # without what may be a password
        problems.append(f"store.url {said!r} is neither sqlite:///file nor postgresql://user@host/name")
        return url
    person, at, place = rest.rpartition("@")
    if ":" in person or "password=" in rest:
        problems.append(
            "store.url holds a password; put it into a file of mode 0600, name store.password_file"
        )
    if not password_file:
        return url
    password = _secret(password_file, home, environ, problems)
    return f"{kind}://{person}:{quote(password, safe='')}{at or '@'}{place}"


def _secret(name: str, home: Path, environ: Mapping[str, str], problems: list[str]) -> str:
    """The secret in a file: among systemd's credentials, else in the home folder or where its path says."""
    credentials = environ.get("CREDENTIALS_DIRECTORY")
    places = [Path(credentials) / name] if credentials else []
    for place in [*places, home / name]:
        try:
            return place.read_text("utf-8").rstrip("\r\n")
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError) as error:
            problems.append(
                f"store.password_file {place}: cannot be read ({error}); check its owner and mode"
            )
            return ""
    problems.append(f"store.password_file {name!r} is not there; make it in {home} with mode 0600")
    return ""
