"""What does `osos.toml` say, and what do OSOS_… variables say instead?"""

import dataclasses
import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict, TypeVar, get_type_hints

from osos.cli.store_url import store_url

FILE = "osos.toml"
SERVER_HOME = Path("/var/lib/osos")
DEMO_HOME = Path(".demo")

_SECTIONS = ("store", "listen", "web")
_LANGUAGES = ("tr", "en")
_TRUTHS = {"true": True, "false": False}

T = TypeVar("T")


class BadSettings(ValueError):
    """The settings cannot be used; every fault of them is in `problems`, each with what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """Where everything is kept."""

    url: str = "sqlite:///osos.sqlite"  # a relative file lies in the home folder
    password_file: str = ""  # for PostgreSQL; a name of systemd's credentials, or a file


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenSettings:
    """On which address and ports the roles listen; port 0 takes any free one."""

    host: str = "127.0.0.1"
    web: int = 8080
    mass: int = 5010
    mass_tls: int = 5011
    mass_urgent: int = 5012
    transparent: int = 5020
    metrics: int = 9100


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesSettings:
    """What the operator chooses about the pages; one installation is one operator."""

    operator: str = "Örnek EDAŞ"  # whose name stands at the top of each page
    contact: str = ""  # where a customer writes to (P-13)
    language: str = "tr"  # until the reader chooses another
    https: bool = False  # a proxy in front of us speaks TLS: cookies are Secure


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a server command is started with."""

    home: Path
    store: StoreSettings = field(default_factory=StoreSettings)
    listen: ListenSettings = field(default_factory=ListenSettings)
    web: PagesSettings = field(default_factory=PagesSettings)


class _Sources(TypedDict):
    document: Mapping[str, Any]
    environ: Mapping[str, str]
    file: Path
    problems: list[str]


def find_home(option: Path | None, environ: Mapping[str, str], *, demo: bool = False) -> Path:
    """The folder of this installation: `--home`, else $OSOS_HOME, else the demo's or the server's own."""
    if option is not None:
        return option.absolute()
    if environ.get("OSOS_HOME"):
        return Path(environ["OSOS_HOME"]).absolute()
    return (DEMO_HOME if demo else SERVER_HOME).absolute()


def load_settings(home: Path, environ: Mapping[str, str]) -> Settings:
    """Read `osos.toml` in the home folder, if there is one, and the variables; raises BadSettings."""
    problems: list[str] = []
    document = _document(home / FILE, problems)
    for name in sorted(document.keys() - set(_SECTIONS)):
        problems.append(f"{home / FILE}: [{name}] is not known{_meant(name, _SECTIONS)}")
    sources: _Sources = {
        "document": document,
        "environ": environ,
        "file": home / FILE,
        "problems": problems,
    }
    store = read_section(StoreSettings, "store", **sources)
    listen = read_section(ListenSettings, "listen", **sources)
    web = read_section(PagesSettings, "web", **sources)
    problems += _bad_ports(listen)
    if web.language not in _LANGUAGES:
        problems.append(f"web.language = {web.language!r} is not known; write one of {', '.join(_LANGUAGES)}")
    url = store_url(store.url, store.password_file, home=home, environ=environ, problems=problems)
    if problems:
        raise BadSettings(problems)
    return Settings(home=home, store=dataclasses.replace(store, url=url), listen=listen, web=web)


def read_section(
    section: type[T],
    name: str,
    *,
    document: Mapping[str, Any],
    environ: Mapping[str, str],
    file: Path,
    problems: list[str],
) -> T:
    """One table of the file as its dataclass; the variable `OSOS_<TABLE>_<KEY>` wins over the file."""
    kinds = get_type_hints(section)
    given: dict[str, Any] = {}
    table = document.get(name, {})
    if not isinstance(table, Mapping):
        problems.append(f"{file}: {name} is not a table; write [{name}] and its keys below")
        table = {}
    prefix = f"OSOS_{name.upper()}_"
    said = [(key, value, f"{file}: [{name}] {key}") for key, value in table.items()]
    said += [
        (variable[len(prefix) :].lower(), value, f"environment: {variable}")
        for variable, value in environ.items()
        if variable.startswith(prefix)
    ]
    for key, value, where in said:
        if key not in kinds:
            problems.append(f"{where} is not known{_meant(key, kinds)}")
            continue
        try:
            given[key] = _value(value, kinds[key], text=where.startswith("environment"))
        except ValueError as wrong:
            problems.append(f"{where} = {value!r} is not {wrong}")
    return section(**given)


def _document(file: Path, problems: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        problems.append(f"{file}: cannot be read ({error.strerror}); check its owner and mode")
    except UnicodeDecodeError:
        problems.append(f"{file}: is not UTF-8 text; save it as UTF-8")
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{file}: is not TOML: {error}")
    return {}


def _value(value: Any, kind: Any, *, text: bool) -> Any:
    """The value as the field wants it; from the environment everything comes as text."""
    if kind is str and isinstance(value, str):
        return value
    if kind is int and text and value.isascii() and value.isdigit():
        return int(value)
    if kind is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind is bool and text and value in _TRUTHS:
        return _TRUTHS[value]
    if kind is bool and isinstance(value, bool):
        return value
    wanted = {str: "a text; put it in quotes", int: "a whole number", bool: "true or false"}
    raise ValueError(wanted[kind])


def _meant(name: str, known: Any) -> str:
    close = difflib.get_close_matches(name, list(known), 1)
    return f"; did you mean {close[0]}?" if close else f"; known are {', '.join(sorted(known))}"


def _bad_ports(listen: ListenSettings) -> Iterator[str]:
    taken: dict[int, str] = {}
    for one in dataclasses.fields(listen):
        port = getattr(listen, one.name)
        if not isinstance(port, int):
            continue
        if not 0 <= port <= 65535:
            yield f"listen.{one.name} = {port} is not a port; write 1 to 65535, or 0 for any free one"
        elif port and port in taken:
            yield f"listen.{one.name} and listen.{taken[port]} are both {port}; give each its own port"
        taken[port] = one.name
