"""osos decode: what does this file of meter output say?

The arguments are read by argparse, not typer: typer brings pydantic along, which alone takes as long as the
0.6 s in which this command is to start on a laptop at the meter.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn, TextIO

from osos.cli.decode_document import document, facts, values_of
from osos.cli.output import harmless
from osos.cli.progress import counted
from osos.cli.usage_words import Parser
from osos.meters import Telegram
from osos.meters.files import read_file

DECODED, FOUND_BAD, NOT_READABLE = 0, 1, 2  # exit codes


def app(args: Sequence[str], prog_name: str) -> NoReturn:
    """Decode one file and end: 0 all decoded, 1 with complaints, 2 not readable or not writable as a file."""
    parser = _arguments(prog_name)
    asked = parser.parse_args(args)
    form = asked.format or _form_of(asked.output)
    if form == "xlsx" and asked.output is None and sys.stdout.isatty():
        parser.error("xlsx uçbirime yazılmaz, --output verin / xlsx is not for a terminal, give --output")
    if asked.output is not None and _is_same_file(asked.file, asked.output):
        parser.error("çıktı, girdinin üstüne yazılmaz / the output would overwrite the input")
    data = _bytes_of(asked.file)
    telegram = read_file(data)
    try:
        with _output(asked.output) as out:
            _WRITERS[form](out, asked, telegram, len(data))
            out.flush()
    except BrokenPipeError:  # who reads has seen enough (`| head`): the rest is for nobody
        sys.stdout = None  # keeps the interpreter from flushing it at its end
    except OSError as refused:
        reason = refused.strerror or str(refused)
        place = asked.output or "-"
        print(f"osos decode: dosya yazılamıyor / cannot write the file: {place}: {reason}", file=sys.stderr)
        sys.exit(NOT_READABLE)
    sys.exit(FOUND_BAD if telegram.complaints else DECODED)


def _arguments(prog_name: str) -> argparse.ArgumentParser:
    words = (
        "Bir sayaç çıktısını çözer: okuma, yük profili, diyalog, modem iletisi. "
        "/ Decode meter output: readout, load profile, dialogue, modem push."
    )
    ends = (
        "Çıkış kodu / exit code: 0 hepsi çözüldü / all decoded, 1 şikâyet var / complaints, "
        "2 okunamadı ya da yazılamadı / not readable or not writable"
    )
    parser = Parser(prog=prog_name, description=words, epilog=ends)
    parser.add_argument("file", metavar="FILE", help="dosya; - standart girdi / file; - for standard input")
    parser.add_argument(
        "--format",
        choices=tuple(_WRITERS),
        help="yoksa --output'un uzantısı, uçbirimde text, başka yerde json "
        "/ default: what --output ends with, text on a terminal, else json",
    )
    parser.add_argument(
        "--output", metavar="FILE", help="yazılacak dosya / file to write (standart çıktı / standard output)"
    )
    parser.add_argument(
        "--lang", choices=("tr", "en"), default="tr", help="metnin dili / language of the text (tr)"
    )
    return parser


def _bytes_of(file: str) -> bytes:
    try:
        return _standard_input() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError) as refused:  # a name with a NUL in it is a ValueError
        reason = getattr(refused, "strerror", None) or str(refused)
        print(f"osos decode: dosya okunamıyor / cannot read the file: {file}: {reason}", file=sys.stderr)
        sys.exit(NOT_READABLE)


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise ValueError("standard input is closed")
    return sys.stdin.buffer.read()


def _form_of(output: str | None) -> str:
    """The format that nobody named."""
    if output is None:
        return "text" if sys.stdout.isatty() else "json"
    return {".txt": "text", ".csv": "csv", ".xlsx": "xlsx"}.get(Path(output).suffix.lower(), "json")


def _is_same_file(source: str, output: str) -> bool:
    try:
        return source != "-" and os.path.samefile(source, output)
    except OSError:  # one of them is not there; reading or writing says which
        return False


@contextmanager
def _output(output: str | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    with Path(output).open("w", encoding="utf-8", newline="") as file:
        yield file


def _write_json(out: TextIO, asked: argparse.Namespace, telegram: Telegram, size: int) -> None:
    said = document(asked.file, telegram)
    said["values"] = list(counted(said["values"], size=size))
    out.write(json.dumps(said, ensure_ascii=False) + "\n")


def _write_text(out: TextIO, asked: argparse.Namespace, telegram: Telegram, size: int) -> None:
    from osos.cli.decode_text import lines_of

    for line in counted(lines_of(asked.file, telegram, asked.lang), size=size):
        out.write(harmless(line) + "\n")


def _write_csv(out: TextIO, asked: argparse.Namespace, telegram: Telegram, size: int) -> None:
    """The values; the complaints go to standard error, so that every row is a value."""
    from osos.cli.decode_csv import write_csv
    from osos.cli.decode_text import complaint_lines

    write_csv(out, counted((value for value, _ in values_of(telegram)), size=size))
    for line in complaint_lines(telegram, asked.lang):
        print(line, file=sys.stderr)


def _write_xlsx(out: TextIO, asked: argparse.Namespace, telegram: Telegram, size: int) -> None:
    from osos.cli.decode_xlsx import workbook

    out.buffer.write(workbook(facts(asked.file, telegram), counted(values_of(telegram), size=size)))


_WRITERS: Mapping[str, Callable[[TextIO, argparse.Namespace, Telegram, int], None]] = MappingProxyType(
    {"text": _write_text, "json": _write_json, "csv": _write_csv, "xlsx": _write_xlsx}
)
