"""What does the store hold of a modem and its meters? (`osos stored`)"""

import json
import sys
from typing import Annotated

import typer

from osos.cli.opened import FOUND_BAD, USAGE, Home, end, opened_store, settings_of
from osos.cli.output import harmless
from osos.cli.times import instant_given
from osos.quantities import DeviceId, NotADevice

app = typer.Typer(help="Print what the store holds of a modem and its meters, one line a stored copy.")


@app.command()
def stored(
    flag: Annotated[str, typer.Argument(help="FLAG of the modem.")],
    serial: Annotated[str, typer.Argument(help="Its serial number.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    sent: Annotated[bool, typer.Option("--sent", help="Also the frames sent to the modem.")] = False,
    as_known_on: Annotated[
        str, typer.Option("--as-known-on", help="What was held then (ISO, local), as it stood then.")
    ] = "",
    home: Home = None,
) -> None:
    """Frames, readings, load profile values, alarms and events."""
    from osos import mdm, registry

    try:
        device = DeviceId(flag, serial)
    except NotADevice as error:
        end(str(error), USAGE)
    known_on = instant_given(as_known_on) if as_known_on else None
    with opened_store(settings_of(home)) as store, store.read() as conn:
        modem = registry.find_modem(conn, device)
        if modem is None:
            end(f"modem {device} is not registered here; see `osos registry list modems`", FOUND_BAD)
        for line in mdm.stored(conn, modem.id, sent=sent, known_on=known_on):
            text = json.dumps(line, ensure_ascii=False) if as_json else harmless(_words(line))
            sys.stdout.write(text + "\n")


def _words(line: dict[str, object]) -> str:
    return "  ".join("-" if value in (None, "") else str(value) for value in line.values())
