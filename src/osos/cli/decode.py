"""osos decode: what does this file of meter output say?

The arguments are read by argparse, not typer: typer brings pydantic along, which alone takes as long as the
0.6 s in which this command is to start on a laptop at the meter.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from osos.cli.decode_document import document
from osos.cli.progress import counted
from osos.meters import Telegram, read
from osos.meters.hex_text import bytes_of_hex

DECODED, FOUND_BAD, NOT_READABLE = 0, 1, 2  # exit codes


def app(args: Sequence[str], prog_name: str) -> NoReturn:
    """Decode one file and end: 0 all decoded, 1 with complaints, 2 not readable as a file."""
    asked = _arguments(prog_name).parse_args(args)
    data = _bytes_of(asked.file)
    telegram = read(bytes_of_hex(data) or data)
    form = asked.format or ("text" if sys.stdout.isatty() else "json")
    try:
        if form == "json":
            _print_json(asked.file, telegram, len(data))
        else:
            _print_text(asked.file, telegram, len(data), asked.lang)
        sys.stdout.flush()
    except BrokenPipeError:  # who reads has seen enough (`| head`): the rest is for nobody
        sys.stdout = None  # keeps the interpreter from flushing it at its end
    sys.exit(FOUND_BAD if telegram.complaints else DECODED)


def _arguments(prog_name: str) -> argparse.ArgumentParser:
    words = (
        "Bir sayaç çıktısını çözer: okuma, yük profili, diyalog, modem iletisi. "
        "/ Decode meter output: readout, load profile, dialogue, modem push."
    )
    ends = (
        "Çıkış kodu / exit code: 0 hepsi çözüldü / all decoded, 1 şikâyet var / complaints, "
        "2 okunamadı / not readable"
    )
    parser = argparse.ArgumentParser(prog=prog_name, description=words, epilog=ends)
    parser.add_argument("file", metavar="FILE", help="dosya; - standart girdi / file; - for standard input")
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        help="uçbirimde text, yoksa json / text on a terminal, else json",
    )
    parser.add_argument(
        "--lang", choices=("tr", "en"), default="tr", help="metnin dili / language of the text (tr)"
    )
    return parser


def _bytes_of(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as refused:
        reason = refused.strerror or str(refused)
        print(f"osos decode: dosya okunamıyor / cannot read the file: {file}: {reason}", file=sys.stderr)
        sys.exit(NOT_READABLE)


def _print_json(file: str, telegram: Telegram, size: int) -> None:
    said = document(file, telegram)
    said["values"] = list(counted(said["values"], size=size))
    sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")


def _print_text(file: str, telegram: Telegram, size: int, language: str) -> None:
    from osos.cli.decode_text import lines_of

    for line in counted(lines_of(file, telegram, language), size=size):
        sys.stdout.write(line + "\n")
