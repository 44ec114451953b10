"""How does a command get at the store of its installation?"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from osos.cli.settings import BadSettings, Settings, find_home, load_settings

if TYPE_CHECKING:
    from osos.store import Store

FOUND_BAD, USAGE, PEER_FAILED = 1, 2, 3  # exits, see the reference of the command line

Home = Annotated[Path | None, typer.Option("--home", help="Folder of this installation.", metavar="DIR")]


def end(words: str, code: int) -> NoReturn:
    """Say why on stderr and end the command."""
    print(words, file=sys.stderr)
    raise typer.Exit(code)


def settings_of(home: Path | None) -> Settings:
    """What `osos.toml` and the environment say; a fault in them ends the command with a sentence."""
    try:
        settings = load_settings(find_home(home, os.environ), os.environ)
        settings.home.mkdir(parents=True, exist_ok=True)
    except BadSettings as error:
        end(str(error), USAGE)
    except OSError as error:
        end(f"{error.filename}: {error.strerror}; name a folder you may write with --home", USAGE)
    return settings


@contextmanager
def opened_store(settings: Settings) -> "Iterator[Store]":
    """The migrated store; what is wrong with it ends the command with a sentence."""
    from osos.store import NotAStore, StoreUnavailable, open_store

    try:
        store = open_store(settings.store.url)
    except NotAStore as error:
        end(str(error), USAGE)
    try:
        store.migrate()
        yield store
    except NotAStore as error:
        end(str(error), USAGE)
    except StoreUnavailable as error:
        end(f"{error}; nothing was changed, try again when it is back", PEER_FAILED)
    finally:
        store.close()
