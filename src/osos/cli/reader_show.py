"""How is what was read shown: like `osos decode`, as text, JSON, CSV or a workbook?"""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from osos.cli.output import harmless
from osos.cli.reader_options import in_json, usage
from osos.reader import Got, Link

if TYPE_CHECKING:
    from osos.meters import Telegram

FORMS = ("text", "json", "csv", "xlsx")
ONE_A_FILE = frozenset({"csv", "xlsx"})  # forms that hold one reading and no more


def form_of(asked: argparse.Namespace) -> str:
    """The format; where nobody named one, what the file ends with, text on a terminal, else JSON."""
    if asked.json:
        return "json"
    if asked.format:
        return str(asked.format)
    if asked.output:
        return {".txt": "text", ".csv": "csv", ".xlsx": "xlsx"}.get(asked.output.suffix.lower(), "json")
    return "text" if sys.stdout.isatty() else "json"


def decoded(got: Got) -> "Telegram":
    """What came, with the meter's profile; unchecked bytes of a line that fell are suspect, each value."""
    from osos.meters import Telegram, read
    from osos.meters.telegram import suspect

    telegram = read(got.data) if got.data else Telegram("unknown")
    return telegram if got.is_whole else replace(telegram, readings=suspect(telegram.readings))


@contextmanager
def opened(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    try:
        file = output.open("w", encoding="utf-8", newline="")
    except OSError as refused:
        usage(f"{output}: yazılamıyor / cannot be written: {refused.strerror or refused}")
    with file:
        yield file


def show(
    out: TextIO, form: str, asked: argparse.Namespace, got: Got, *, telegram: "Telegram", link: Link
) -> None:
    if form == "json":
        print(json.dumps(_document(asked.url, got, telegram, link), ensure_ascii=False), file=out)
    elif form == "csv":
        from osos.cli.decode_csv import write_csv
        from osos.cli.decode_document import values_of

        write_csv(out, (value for value, _ in values_of(telegram)))
    elif form == "xlsx":
        from osos.cli.decode_document import facts, values_of
        from osos.cli.decode_xlsx import workbook

        out.buffer.write(workbook(facts(asked.url, telegram), values_of(telegram)))
    elif got.data:
        from osos.cli.decode_text import lines_of

        for line in lines_of(asked.url, telegram, asked.lang):
            print(harmless(line), file=out)
    out.flush()


def _document(url: str, got: Got, telegram: "Telegram", link: Link) -> dict[str, object]:
    """The object of `osos decode`, and how the reading went."""
    from osos.cli.decode_document import document

    said = document(url, telegram)
    said["values"] = list(said["values"])
    said["trouble"] = in_json(got.trouble)
    said["refused"] = list(got.refused)
    said["missing"] = [each.in_json() for each in got.missing]
    said["serial_checked"] = got.is_checked
    said["sessions"], said["received"] = link.sessions, link.received
    return said
