"""How does the server run? (`osos serve [headend | web]`)"""

import asyncio
import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from osos.cli.clocks import RealClock
from osos.cli.logs import make_logger
from osos.cli.opened import PEER_FAILED, USAGE, Home, end, opened_store, settings_of
from osos.cli.running import Running, forget_running, sole, write_running
from osos.cli.settings import ListenSettings, Settings

if TYPE_CHECKING:
    from osos.cli.web_server import WebServer
    from osos.headend import HeadEnd
    from osos.quantities import Clock
    from osos.store import Store

ONE_PROCESS = (
    "on SQLite all roles are threads of one process with one committer thread: --workers above 1 needs "
    "PostgreSQL (set store.url in osos.toml)"
)
TWO_PROCESSES = (
    "a server runs in this folder already, and on SQLite all roles are threads of one process; stop it, "
    "or name another folder with --home"
)
ROLES = ("headend", "web")
NOT_BUILT = {
    "jobs": "a role of its own for jobs (the head-end does its own)",
    "signer": "signing",
}

app = typer.Typer(help="Run the server: the head-end that modems call, and the pages.")


@app.command()
def serve(
    *,
    role: Annotated[str, typer.Argument(help="headend or web; without it both.")] = "",
    port: Annotated[
        int | None, typer.Option("--port", help="Port for modems; 0 takes a free one.", min=0, max=65535)
    ] = None,
    transparent_port: Annotated[
        int | None,
        typer.Option(help="Port for transparent modems; beside --port alone a free one.", min=0, max=65535),
    ] = None,
    web_port: Annotated[
        int | None, typer.Option(help="Port of the pages; beside --port alone a free one.", min=0, max=65535)
    ] = None,
    workers: Annotated[int, typer.Option("--workers", help="Processes.", min=1)] = 1,
    home: Home = None,
) -> None:
    """Run until SIGTERM or SIGINT. Nothing on stdout; the log is JSON on stderr."""
    if role and role not in ROLES:
        words = f"{NOT_BUILT[role]} are not built yet" if role in NOT_BUILT else f"there is no role {role!r}"
        end(f"{words}; there is: {', '.join(ROLES)}", USAGE)
    settings = settings_of(home)
    settings = replace(settings, listen=_ports(settings.listen, port, transparent_port, web_port))
    if workers > 1 and settings.store.url.startswith("sqlite"):
        end(ONE_PROCESS, USAGE)
    if workers > 1:
        end("more than one worker process is not built yet; start one", USAGE)
    alone = sole(settings.home) if settings.store.url.startswith("sqlite") else nullcontext(True)
    with alone as is_alone:
        if not is_alone:
            end(TWO_PROCESSES, USAGE)
        with opened_store(settings) as store, asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_live(store, settings, (role,) if role else ROLES))


def _ports(listen: ListenSettings, *named: int | None) -> ListenSettings:
    """What the command line names; beside a named port the others are free ones: a second server."""
    mass, transparent, web = named
    if named == (None, None, None):
        return listen
    return replace(
        listen,
        mass=listen.mass if mass is None else mass,
        transparent=transparent if transparent is not None else 0 if mass is not None else listen.transparent,
        web=web if web is not None else 0 if mass is not None else listen.web,
    )


async def _live(store: "Store", settings: Settings, roles: tuple[str, ...]) -> None:
    """Both roles in one process: the head-end in this loop, the pages in a thread of their own."""
    clock, log, told = RealClock(), make_logger(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    head_end = _head_end(store, settings, clock, log) if "headend" in roles else None
    with _pages(store, settings, clock, log) if "web" in roles else nullcontext() as pages:
        try:
            if head_end is not None:
                await _listen(head_end, settings.listen)
            write_running(settings.home, _running(head_end, pages, clock))
            await told.wait()
        finally:
            if head_end is not None:
                await head_end.stop()
            forget_running(settings.home, os.getpid())


def _head_end(store: "Store", settings: Settings, clock: "Clock", log: Any) -> "HeadEnd":
    from osos.headend import HeadEnd, HeadEndSettings

    listen = settings.listen
    return HeadEnd(
        store=store,
        clock=clock,
        settings=replace(
            HeadEndSettings(), host=listen.host, port=listen.mass, transparent_port=listen.transparent
        ),
        rng=random.SystemRandom(),
        log=log,
        worker=f"headend:{os.getpid()}",
    )


async def _listen(head_end: "HeadEnd", listen: ListenSettings) -> None:
    try:
        await head_end.start()
    except OSError as error:
        ports = f"{listen.host}, ports {listen.mass} and {listen.transparent}"
        words = "name other ports with --port and --transparent-port"
        end(f"{ports}: {error.strerror}; {words}", PEER_FAILED)


@contextmanager
def _pages(store: "Store", settings: Settings, clock: "Clock", log: Any) -> "Iterator[WebServer]":
    from osos.cli.faces import faces
    from osos.cli.upkeep import Upkeep, usual_tasks
    from osos.cli.web_server import WebServer
    from osos.conformity.shelf import Shelf
    from osos.console.bench import Bench

    pages = faces(store=store, clock=clock, real_clock=clock, settings=settings.web, log=log)
    pages.state.bench = Bench(shelf=Shelf(settings.home / "runs"))
    server = WebServer(pages, host=settings.listen.host, port=settings.listen.web)
    try:
        server.start()
    except OSError as error:
        words = f"{settings.listen.host}, port {settings.listen.web}: {error.strerror}"
        end(f"{words}; name another port with --web-port", PEER_FAILED)
    upkeep = Upkeep(store, usual_tasks(clock, clock), clock, log)
    upkeep.start()
    try:
        yield server
    finally:
        upkeep.stop()
        server.stop()


def _running(head_end: "HeadEnd | None", pages: "WebServer | None", clock: "Clock") -> Running:
    host, port = (head_end.address if head_end is not None else None) or ("", 0)
    transparent = head_end.transparent if head_end is not None else None
    return Running(
        pid=os.getpid(),
        host=host,
        port=port,
        started_at=clock.now().isoformat(),
        transparent=transparent[1] if transparent is not None else None,
        web=pages.address[1] if pages is not None and pages.address is not None else None,
    )


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where there is one (1.5 KB a connection); elsewhere Python's own."""
    try:
        import uvloop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
