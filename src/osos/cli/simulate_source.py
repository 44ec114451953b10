"""osos simulate source: a programmable source on TCP, sound or bad on wish."""

import asyncio
import contextlib
import sys
from typing import Annotated

import typer

from osos.simulator.source import CONDUCTS, SourceServer, VirtualSource

PORT = 5025  # SCPI's registered port


def source(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: a free one")] = PORT,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    conduct: Annotated[str, typer.Option(help=f"one of {', '.join(CONDUCTS)}")] = "sound",
) -> None:
    """A programmable source of voltages and currents, by SCPI over TCP, until Ctrl-C."""
    if conduct not in CONDUCTS:
        raise typer.BadParameter(f"no conduct {conduct!r}", param_hint="--conduct")
    server = SourceServer(VirtualSource(conduct=CONDUCTS[conduct]))
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(server, host, port))
    except OSError as error:
        print(f"osos simulate source: {host}:{port}: {error.strerror or error}", file=sys.stderr)
        sys.exit(3)


async def _serve(server: SourceServer, host: str, port: int) -> None:
    print(f"source tcp://{host}:{await server.open(port, host)}", flush=True)
    await asyncio.Event().wait()
