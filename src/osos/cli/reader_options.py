"""Which options have `osos read`, `osos find` and `osos program` in common?

argparse, not typer, as in `osos decode`: these commands start on a laptop at the meter within 0.6 s.
"""

import argparse
import sys
from typing import NoReturn

from osos.cli.output import harmless
from osos.cli.usage_words import Parser
from osos.reader import LineTrouble, Place, Trouble, parse_place

DONE, FOUND_BAD, USAGE, PEER_FAILED = 0, 1, 2, 3  # exit codes

_FOUND_BAD = frozenset(
    {"unknown-code", "no-profile", "write-refused", "password-refused", "not-as-asked", "another-meter"}
)
_USAGE = frozenset({"bad-url", "bad-value", "not-programmable", "bad-code"})

ENDS = (
    "Çıkış kodu / exit code: 0 tamam / done, 1 sayaç reddetti ya da veri kötü / the meter refused or the "
    "data is bad, 2 kullanım / usage, 3 karşı taraf yanıtlamadı / the peer failed"
)


def parser(prog_name: str, words: str) -> argparse.ArgumentParser:
    made = Parser(prog=prog_name, description=words, epilog=ENDS)
    made.add_argument(
        "url",
        metavar="URL",
        help="tcp://HOST:PORT[?address=FLG123456789], serial:///dev/ttyUSB0[?baud=300], "
        "rfc2217://HOST:PORT; "
        "max=, parity=, delay=",
    )
    made.add_argument(
        "--lang", choices=("tr", "en"), default="tr", help="metnin dili / language of the text (tr)"
    )
    made.add_argument("--json", action="store_true", help="son satır JSON / the last line is JSON")
    made.add_argument("--quiet", action="store_true", help="ilerleme yazma / no progress on stderr")
    return made


def place_of(url: str, language: str) -> Place:
    """Ends the process where the URL is none."""
    try:
        return parse_place(url)
    except LineTrouble as error:
        say(error.trouble, language)
        sys.exit(USAGE)


def exit_code(trouble: Trouble | None) -> int:
    if trouble is None:
        return DONE
    if trouble.name in _USAGE:
        return USAGE
    return FOUND_BAD if trouble.name in _FOUND_BAD else PEER_FAILED


def say(trouble: Trouble, language: str) -> None:
    print(harmless(trouble.said(language)), file=sys.stderr)


def usage(words: str) -> NoReturn:
    print(words, file=sys.stderr)
    sys.exit(USAGE)


def in_json(trouble: Trouble | None) -> dict[str, object] | None:
    """Of a document: the name, and the sentence in both languages."""
    if trouble is None:
        return None
    return {"name": trouble.name, "tr": trouble.said("tr"), "en": trouble.said("en")}
