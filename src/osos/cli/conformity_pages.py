"""osos conformity run --rig page, osos conformity pages: how does the bench serve its own pages?"""

import os
import secrets
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from osos.cli.clocks import RealClock
from osos.cli.logs import make_logger
from osos.conformity.rigs import ActsDesk
from osos.conformity.watching import Watcher

if TYPE_CHECKING:
    from fastapi import FastAPI

    from osos.console.bench import Bench
    from osos.console.door import Door
    from osos.quantities import Clock
    from osos.store import Store

USAGE, PEER_FAILED = 2, 3
HOST = "127.0.0.1"


@dataclass(slots=True, kw_only=True)
class RunPages:
    """What a run needs of its pages, and they of it."""

    desk: ActsDesk
    watcher: Watcher
    bench: "Bench"
    door: "Door"

    def end(self, trouble: str) -> None:
        """`trouble` ended the run: told at the page, where somebody sits at it."""
        if self.bench.live is not None:
            self.bench.live.trouble = trouble
        if self.door.somebody_came:
            self.wait_until_closed()

    def wait_until_closed(self) -> None:
        """Whoever reads the result closes the bench, at its page or with Ctrl-C."""
        with suppress(KeyboardInterrupt):  # the run is over: nothing is interrupted
            while not self.desk.look().closed:
                self.desk.wait_closed()


@contextmanager
def run_pages(run_file: Path, *, port: int, clock: "Clock") -> Iterator[RunPages]:
    """The pages of one run, while it goes and until they are closed. Raises OSError for a taken port."""
    from osos.conformity.shelf import Shelf
    from osos.console.bench import Bench, LiveRun

    desk, watcher = ActsDesk(clock), Watcher()
    live = LiveRun(name=run_file.stem, desk=desk, watcher=watcher, interrupt=_interrupt)
    bench = Bench(shelf=Shelf(run_file.parent), live=live, is_local=True)
    with served(bench, port=port, clock=clock) as door:
        yield RunPages(desk=desk, watcher=watcher, bench=bench, door=door)


def _interrupt() -> None:
    """As Ctrl-C would."""
    os.kill(os.getpid(), signal.SIGINT)


@contextmanager
def served(bench: "Bench", *, port: int, clock: "Clock") -> "Iterator[Door]":
    """Serves the bench's pages on this machine alone; the one-time links are told on stderr."""
    from osos.cli.web_server import WebServer
    from osos.console.door import Door
    from osos.store import open_store

    address = ""

    def tell(name: str = "") -> None:
        """Each link opens once: when one is used, the next is told."""
        came = f"{name} tezgâhta / is at the bench. " if name else ""
        print(
            f"{came}Tek kullanımlık bağlantı / one-time link:\n  {address}/t/enter/{door.link()}",
            file=sys.stderr,
        )

    door = Door(secrets.token_bytes, used=tell)
    with tempfile.TemporaryDirectory(prefix="osos-bench-") as folder:
        store = open_store(Path(folder) / "empty.sqlite")  # the pages' shell wants one; nothing is kept in it
        server = WebServer(bench_app(bench, door, store, clock), host=HOST, port=port)
        try:
            server.start()
            address = f"http://{HOST}:{server.address[1] if server.address else port}"
            tell()
            yield door
        finally:
            server.stop()
            store.close()


def bench_app(bench: "Bench", door: "Door", store: "Store", clock: "Clock") -> "FastAPI":
    """The bench's screens behind their own door."""
    from osos.access import has_rule
    from osos.console.door import door_guards
    from osos.console.screens import BENCH_SCREENS
    from osos.console.screens.bench_door.page import door_screen
    from osos.web import WebSettings, make_app

    app = make_app(
        store=store,
        clock=clock,
        real_clock=clock,
        settings=WebSettings(operator="OSOS"),
        screens=(*BENCH_SCREENS, door_screen(door)),
        has_rule=has_rule,
        log=make_logger(),
        guards=door_guards(door),
    )
    app.state.bench = bench
    return app


def pages(
    folder: Annotated[Path, typer.Argument(help="with the run files")],
    *,
    port: Annotated[int, typer.Option("--port", help="0 takes a free one", min=0, max=65535)] = 0,
) -> None:
    """Pages of the runs in a folder: form, differences, files; checks that wait are signed there."""
    from osos.conformity.shelf import Shelf
    from osos.console.bench import Bench

    if not folder.is_dir():
        print(f"osos conformity: {folder}: böyle bir klasör yok / no such folder", file=sys.stderr)
        sys.exit(USAGE)
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    try:
        with served(Bench(shelf=Shelf(folder), is_local=True), port=port, clock=RealClock()):
            told.wait()
    except OSError as error:
        print(f"osos conformity: {HOST}, port {port}: {error.strerror}", file=sys.stderr)
        sys.exit(PEER_FAILED)
