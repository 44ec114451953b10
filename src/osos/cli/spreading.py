"""Where does batch work run when somebody asks for more than one worker? (`--spread`)"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from osos.cli.opened import FOUND_BAD, PEER_FAILED, USAGE, end
from osos.cli.settings import Settings

if TYPE_CHECKING:
    from osos.mdm.spreading import Spread

SpreadOver = Annotated[
    str,
    typer.Option(
        "--spread",
        help="Work with Dask: threads[:N], processes[:N], or tcp://HOST:PORT of a scheduler. "
        "Without it: plainly, to the same outcome.",
    ),
]


def spread_given(text: str, settings: Settings) -> "Spread | None":
    """What `--spread` asks for; what is no such thing ends the command."""
    if not text:
        return None
    from osos.mdm.spreading import spread_of
    from osos.mdm.spreading_refusals import NoSuchSpread

    try:
        return spread_of(text, store_url=settings.store.url)
    except NoSuchSpread as error:
        end(f"--spread: {error.tr} / {error}", USAGE)


@contextmanager
def spread_told() -> Iterator[None]:
    """Why work could not be spread, or broke off, in a sentence that ends the command."""
    from osos.mdm.spreading_refusals import CannotSpread, PartFailed, SchedulerUnreachable, WorkerLost

    try:
        yield
    except CannotSpread as error:
        code = PEER_FAILED if isinstance(error, SchedulerUnreachable | WorkerLost) else USAGE
        end(f"{error.tr} / {error}", FOUND_BAD if isinstance(error, PartFailed) else code)
