"""osos decode: what does this file of meter output say?"""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from osos.cli.decode_document import document
from osos.cli.progress import counted
from osos.meters import Telegram, read
from osos.meters.hex_text import bytes_of_hex

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

DECODED, FOUND_BAD, NOT_READABLE = 0, 1, 2  # exit codes


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


class Language(StrEnum):
    TR = "tr"
    EN = "en"


@app.command()
def decode(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Dosya; - standart girdi / file; - for stdin")],
    form: Annotated[
        Format | None,
        typer.Option("--format", help="text: uçbirimde varsayılan / default on a terminal; json"),
    ] = None,
    language: Annotated[
        Language, typer.Option("--lang", help="Çıktının dili / language of the text")
    ] = Language.TR,
) -> None:
    """Bir sayaç çıktısını çözer: readout, yük profili, diyalog, modem iletisi.

    Decode meter output: readout, load profile, dialogue, modem push. Exit code 0: all decoded, 1: complaints,
    2: the file cannot be read.
    """
    data = _bytes_of(file)
    telegram = read(bytes_of_hex(data) or data)
    chosen = form or (Format.TEXT if sys.stdout.isatty() else Format.JSON)
    if chosen is Format.JSON:
        _print_json(file, telegram, len(data))
    else:
        _print_text(file, telegram, len(data), language)
    raise typer.Exit(FOUND_BAD if telegram.complaints else DECODED)


def _bytes_of(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as refused:
        reason = refused.strerror or str(refused)
        print(f"osos decode: dosya okunamıyor / cannot read the file: {file}: {reason}", file=sys.stderr)
        raise typer.Exit(NOT_READABLE) from None


def _print_json(file: str, telegram: Telegram, size: int) -> None:
    said = document(file, telegram)
    said["values"] = list(counted(said["values"], size=size))
    sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")


def _print_text(file: str, telegram: Telegram, size: int, language: Language) -> None:
    from osos.cli.decode_text import lines_of

    for line in counted(lines_of(file, telegram, language.value), size=size):
        sys.stdout.write(line + "\n")
