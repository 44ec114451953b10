"""osos program: change one parameter of a meter, and show it before and after."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from osos.cli.clocks import RealClock
from osos.cli.reader_options import exit_code, in_json, parser, place_of, say, usage
from osos.cli.reader_watch import ReaderWatch
from osos.reader import Link, Programmed, program

# Turkish, English.
_WRITTEN = {
    True: ("yazıldı", "written"),
    False: ("yazılmadı", "not written"),
    None: ("bilinmiyor", "not known"),
}
_LABELS = (
    ("Kod", "Code"),
    ("Önce", "Before"),
    ("İstenen", "Asked"),
    ("Sonra", "After"),
    ("Sonuç", "Outcome"),
)


def app(args: Sequence[str], prog_name: str) -> NoReturn:
    """Write once, and end: 0 written, 1 refused, 2 not sent, 3 the line fell."""
    asked = _arguments(prog_name).parse_args(args)
    place = place_of(asked.url, asked.lang)
    password = _password(asked.password_file)
    value = sys.stdin.readline().strip() if asked.value == "-" else asked.value
    clock = RealClock()
    watch = ReaderWatch(clock=clock, language=asked.lang, quiet=asked.quiet)
    link = Link(place, clock=clock, watch=watch)
    try:
        done = program(link, asked.code, value, password=password)
    finally:
        link.close()
        watch.close()
    if done.trouble is not None:
        say(done.trouble, asked.lang)
    _print(asked, done)
    sys.exit(exit_code(done.trouble))


def _arguments(prog_name: str) -> argparse.ArgumentParser:
    made = parser(
        prog_name,
        "Sayacın bir parametresini değiştirir; önceki ve sonraki değeri gösterir. "
        "/ Change one parameter of a meter; shows it before and after.",
    )
    made.add_argument(
        "code", metavar="CODE", help="0.9.1, 96.50, 96.3.10 …; 1.6.0: demant sıfırlama / demand reset"
    )
    made.add_argument(
        "value",
        metavar="VALUE",
        nargs="?",
        default="",
        help="değer; now: şimdiki saat; -: standart girdi / the value; now: the present; -: standard input",
    )
    made.add_argument(
        "--password-file",
        required=True,
        type=Path,
        help="ilk satırı parola olan dosya / its first line is the password",
    )
    return made


def _password(file: Path) -> str:
    try:
        lines = file.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as refused:
        reason = getattr(refused, "strerror", None) or "ASCII"
        usage(f"--password-file {file}: okunamıyor / cannot be read: {reason}")
    password = lines[0].strip() if lines else ""
    if not password.isprintable() or not 1 <= len(password) <= 32 or set("()") & set(password):
        usage(f"--password-file {file}: ilk satırda parola yok / no password in its first line")
    return password


def _print(asked: argparse.Namespace, done: Programmed) -> None:
    if asked.json or not sys.stdout.isatty():
        print(json.dumps(_document(asked.url, done), ensure_ascii=False))
        return
    at = 0 if asked.lang == "tr" else 1
    rows = (done.code, done.before, done.asked, done.after, _WRITTEN[done.written][at])
    width = max(len(label[at]) for label in _LABELS)
    for label, text in zip(_LABELS, rows, strict=True):
        print(f"{label[at]:<{width}}  {text if text is not None else '-'}")


def _document(url: str, done: Programmed) -> dict[str, object]:
    return {
        "url": url,
        "identification": str(done.identification) if done.identification else None,
        "code": done.code,
        "command": done.command,
        "before": done.before,
        "asked": done.asked,
        "after": done.after,
        "written": done.written,
        "trouble": in_json(done.trouble),
    }
