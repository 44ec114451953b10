"""How far along is a long command, shown to a person and to nobody else?"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

BIG = 4_000_000  # bytes of input; smaller work is done before a bar could be read
_STEP = 1000  # things between two movements of the bar


def counted(things: Iterable[T], *, size: int) -> Iterable[T]:
    """The same things; while they pass, a bar on stderr if the input is big and a person looks on."""
    return _with_bar(things) if size >= BIG and sys.stderr.isatty() else things


def _with_bar(things: Iterable[T]) -> Iterator[T]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("çözülüyor / decoding"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        for count, thing in enumerate(things):
            if count % _STEP == 0:
                bar.update(task, completed=count)
            yield thing


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """Progress on stderr, told as (done, of how many), for a person who looks on."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)
