"""How does the server run? (`osos serve [headend]`)"""

import asyncio
import os
import random
import signal
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer

from osos.cli.clocks import RealClock
from osos.cli.logs import make_logger
from osos.cli.opened import PEER_FAILED, USAGE, Home, end, opened_store, settings_of
from osos.cli.running import Running, forget_running, sole, write_running
from osos.cli.settings import Settings

if TYPE_CHECKING:
    from osos.headend import HeadEndSettings
    from osos.store import Store

ONE_PROCESS = (
    "on SQLite all roles are threads of one process with one committer thread: --workers above 1 needs "
    "PostgreSQL (set store.url in osos.toml)"
)
TWO_PROCESSES = (
    "a head-end runs in this folder already, and on SQLite all roles are threads of one process; stop it, "
    "or name another folder with --home"
)
NOT_BUILT = {
    "web": "the pages",
    "jobs": "a role of its own for jobs (the head-end does its own)",
    "signer": "signing",
}

app = typer.Typer(help="Run the server: the head-end that modems call.")


@app.command()
def serve(
    role: Annotated[str, typer.Argument(help="headend; without it every role there is.")] = "",
    port: Annotated[
        int | None, typer.Option("--port", help="Port for modems; 0 takes a free one.", min=0, max=65535)
    ] = None,
    transparent_port: Annotated[
        int | None,
        typer.Option(help="Port for transparent modems; beside --port alone a free one.", min=0, max=65535),
    ] = None,
    workers: Annotated[int, typer.Option("--workers", help="Processes.", min=1)] = 1,
    home: Home = None,
) -> None:
    """Run until SIGTERM or SIGINT. Nothing on stdout; the log is JSON on stderr."""
    if role and role not in ROLES:
        words = f"{NOT_BUILT[role]} are not built yet" if role in NOT_BUILT else f"there is no role {role!r}"
        end(f"{words}; there is: {', '.join(ROLES)}", USAGE)
    settings = settings_of(home)
    if port is not None and transparent_port is None:
        transparent_port = 0  # a second server of this machine: told in headend.json
    if transparent_port is not None:
        settings = replace(settings, listen=replace(settings.listen, transparent=transparent_port))
    if workers > 1 and settings.store.url.startswith("sqlite"):
        end(ONE_PROCESS, USAGE)
    if workers > 1:
        end("more than one worker process is not built yet; start one", USAGE)
    alone = sole(settings.home) if settings.store.url.startswith("sqlite") else nullcontext(True)
    with alone as is_alone:
        if not is_alone:
            end(TWO_PROCESSES, USAGE)
        with opened_store(settings) as store:
            for name in [role] if role else list(ROLES):
                ROLES[name](store, settings, port)


def _headend(store: "Store", settings: Settings, port: int | None) -> None:
    from osos.headend import HeadEndSettings

    wanted = settings.listen.mass if port is None else port
    made = replace(
        HeadEndSettings(),
        host=settings.listen.host,
        port=wanted,
        transparent_port=settings.listen.transparent,
    )
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_listen(store, settings, made))


async def _listen(store: "Store", settings: Settings, made: "HeadEndSettings") -> None:
    from osos.headend import HeadEnd

    clock, log = RealClock(), make_logger()
    head_end = HeadEnd(
        store=store,
        clock=clock,
        settings=made,
        rng=random.SystemRandom(),
        log=log,
        worker=f"headend:{os.getpid()}",
    )
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    try:
        await head_end.start()
    except OSError as error:
        ports = f"{made.host}, ports {made.port} and {made.transparent_port}"
        words = "name other ports with --port and --transparent-port"
        end(f"{ports}: {error.strerror}; {words}", PEER_FAILED)
    assert head_end.address is not None  # it listens
    assert head_end.transparent is not None
    host, port = head_end.address
    write_running(
        settings.home,
        Running(
            pid=os.getpid(),
            host=host,
            port=port,
            started_at=clock.now().isoformat(),
            transparent=head_end.transparent[1],
        ),
    )
    try:
        await told.wait()
    finally:
        await head_end.stop()
        forget_running(settings.home, os.getpid())


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where there is one (1.5 KB a connection); elsewhere Python's own."""
    try:
        import uvloop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


ROLES: Mapping[str, Callable[["Store", Settings, int | None], None]] = MappingProxyType({"headend": _headend})
