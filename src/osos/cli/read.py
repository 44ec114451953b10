"""osos read: what does this meter say?"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from osos.cli.clocks import RealClock
from osos.cli.reader_options import DONE, FOUND_BAD, exit_code, in_json, parser, place_of, say, usage
from osos.cli.reader_watch import ReaderWatch
from osos.reader import PACKETS, Got, Link, read_codes, read_packet, read_profile

_INTERRUPTED = 130  # of a process ended by Ctrl-C


def app(args: Sequence[str], prog_name: str) -> NoReturn:
    """Read what was asked for, print it like `osos decode`, end with the worst exit code."""
    asked = _arguments(prog_name).parse_args(args)
    place = place_of(asked.url, asked.lang)
    period = [_wall(asked, name) for name in ("from", "to")]
    clock = RealClock()
    with _watching(asked, clock) as watch:
        link = Link(place, clock=clock, watch=watch)
        worst = DONE
        try:
            for got in _readings(asked, link, period):
                watch.clear()
                worst = max(worst, _show(asked, got, link))
            sys.stdout.flush()
        except BrokenPipeError:  # who reads has seen enough (`| head`): the rest is for nobody
            sys.stdout = None  # keeps the interpreter from flushing it at its end
        except KeyboardInterrupt:  # a profile keeps what it has; a packet has nothing whole to keep
            worst = _INTERRUPTED
        finally:
            link.close()
    sys.exit(worst)


def _arguments(prog_name: str) -> argparse.ArgumentParser:
    made = parser(
        prog_name,
        "Sayacı okur: paket, tek kod, yük profili. / Read a meter: a packet, single codes, a load profile.",
    )
    what = made.add_mutually_exclusive_group()
    names = ", ".join(f"{y} {name}" for y, name in PACKETS.items())
    what.add_argument(
        "--packet", action="append", metavar="Y", help=f"paket / packet: {names}, all; (0); yinelenebilir"
    )
    what.add_argument(
        "--code", action="append", help="tek kod, yinelenebilir / one register by R2, repeatable"
    )
    what.add_argument("--profile", help="yük profili / load profile: P.01, P.02, P.03")
    made.add_argument("--from", help="ilk etiket, yerel / first label, local: 2026-03-01[T00:15]")
    made.add_argument("--to", help="son etiket, dahil / last label, included")
    made.add_argument("--raw", type=Path, metavar="FILE", help="gelen baytlar / the bytes as they come")
    made.add_argument(
        "--format",
        choices=("text", "json"),
        help="uçbirimde text, yoksa json / text on a terminal, else json",
    )
    made.add_argument(
        "--accept-bad-bcc",
        action="store_true",
        help="bozuk bloğu işaretleyip al / take a damaged block, flagged",
    )
    return made


def _wall(asked: argparse.Namespace, name: str) -> datetime | None:
    text = getattr(asked, name)
    if text is None:
        return None
    if asked.profile is None:
        usage(f"--{name}: --profile ile / only with --profile")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError:
        usage(f"--{name} {text!r}: 2026-03-02 ya da / or 2026-03-02T14:15")


@contextmanager
def _watching(asked: argparse.Namespace, clock: RealClock) -> Iterator[ReaderWatch]:
    try:
        watch = ReaderWatch(clock=clock, language=asked.lang, raw=asked.raw, quiet=asked.quiet)
    except OSError as refused:
        usage(f"{asked.raw}: yazılamıyor / cannot be written: {refused.strerror or refused}")
    try:
        yield watch
    finally:
        watch.close()


def _readings(asked: argparse.Namespace, link: Link, period: list[datetime | None]) -> Iterator[Got]:
    if asked.profile is not None:
        yield read_profile(link, asked.profile, first=period[0], last=period[1])
    elif asked.code is not None:
        yield read_codes(link, asked.code)
    else:
        for y in _packets(asked.packet or ["0"]):
            got = read_packet(link, y, accept_bad_bcc=asked.accept_bad_bcc)
            yield got
            if got.identification is None:
                return  # nobody there: the next packet would find nobody either


def _packets(wanted: list[str]) -> list[str]:
    by_name = {name: y for y, name in PACKETS.items()}
    found = []
    for each in wanted:
        y = by_name.get(each, each)
        if y == "all":
            found += list(PACKETS)
        elif y in PACKETS:
            found.append(y)
        else:
            usage(f"--packet {each}: {', '.join((*PACKETS, *by_name, 'all'))}")
    return found


def _show(asked: argparse.Namespace, got: Got, link: Link) -> int:
    """Print one reading; its exit code."""
    from osos.cli.decode_document import document
    from osos.meters import Telegram, read
    from osos.meters.telegram import suspect

    if got.trouble is not None:
        say(got.trouble, asked.lang)
    telegram = read(got.data) if got.data else Telegram("unknown")
    if not got.is_whole:
        telegram = replace(telegram, readings=suspect(telegram.readings))
    form = "json" if asked.json else asked.format or ("text" if sys.stdout.isatty() else "json")
    if form == "json":
        said = document(asked.url, telegram)
        said["values"] = list(said["values"])
        said["trouble"] = in_json(got.trouble)
        said["refused"] = list(got.refused)
        said["missing"] = [each.in_json() for each in got.missing]
        said["serial_checked"] = got.is_checked
        said["sessions"], said["received"] = link.sessions, link.received
        print(json.dumps(said, ensure_ascii=False), flush=True)
    elif got.data:
        from osos.cli.decode_text import lines_of

        for line in lines_of(asked.url, telegram, asked.lang):
            print(line)
    code = exit_code(got.trouble)
    return code or (FOUND_BAD if telegram.complaints else DONE)
