"""osos read: what does this meter say?"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NoReturn, TextIO

from osos.cli.clocks import RealClock
from osos.cli.reader_options import DONE, FOUND_BAD, exit_code, parser, place_of, say, usage
from osos.cli.reader_show import FORMS, ONE_A_FILE, decoded, form_of, opened, show
from osos.cli.reader_watch import ReaderWatch
from osos.reader import PACKETS, Got, Link, read_codes, read_packet, read_profile

_INTERRUPTED = 130  # of a process ended by Ctrl-C


def app(args: Sequence[str], prog_name: str) -> NoReturn:
    """Read what was asked for, print it like `osos decode`, end with the worst exit code."""
    asked = _arguments(prog_name).parse_args(args)
    place = place_of(asked.url, asked.lang)
    period = [_wall(asked, name) for name in ("from", "to")]
    first, last = period
    if first is not None and last is not None and last < first:
        usage("--to, --from'dan önce / --to is before --from")
    clock = RealClock()
    form = form_of(asked)
    if (
        form in ONE_A_FILE
        and asked.profile is None
        and asked.code is None
        and len(_packets(asked.packet)) > 1
    ):
        usage(f"{form}: tek paket / one packet a file")
    if form == "xlsx" and asked.output is None and sys.stdout.isatty():
        usage("xlsx: --output FILE")
    with _watching(asked, clock) as watch, opened(asked.output) as out:
        link = Link(place, clock=clock, watch=watch)
        worst = DONE
        try:
            for got in _readings(asked, link, period):
                watch.clear()
                worst = max(worst, _told(out, form, asked, got, link))
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
        "--format", choices=FORMS, help="uçbirimde text, yoksa json / text on a terminal, else json"
    )
    made.add_argument("--output", type=Path, metavar="FILE", help="yazılacak dosya / file to write")
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
        for y in _packets(asked.packet):
            got = read_packet(link, y, accept_bad_bcc=asked.accept_bad_bcc)
            yield got
            if got.identification is None:
                return  # nobody there: the next packet would find nobody either


def _packets(wanted: list[str] | None) -> list[str]:
    by_name = {name: y for y, name in PACKETS.items()}
    found = []
    for each in wanted or ["0"]:
        y = by_name.get(each, each)
        if y == "all":
            found += list(PACKETS)
        elif y in PACKETS:
            found.append(y)
        else:
            known = ", ".join((*PACKETS, *by_name, "all"))
            usage(f"--packet {each}: böyle bir paket yok; olanlar / no such packet; there are: {known}")
    return found


def _told(out: TextIO, form: str, asked: argparse.Namespace, got: Got, link: Link) -> int:
    """Show one reading; its exit code."""
    if got.trouble is not None:
        say(got.trouble, asked.lang)
    telegram = decoded(got)
    show(out, form, asked, got, telegram=telegram, link=link)
    return exit_code(got.trouble) or (FOUND_BAD if telegram.complaints else DONE)
