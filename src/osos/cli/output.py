"""How does what a command says reach a file or a terminal unharmed?"""

import errno
import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

CANNOT_WRITE = 3  # exit code
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS})
# Control characters, and those that turn the direction of writing: a terminal obeys them.
_COMMANDS_TERMINAL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def harmless(line: str) -> str:
    r"""As a person may see it: bytes of a stranger must not move his cursor or clear his screen.

    >>> print(harmless("1.8.0(\x1b[2J)"))
    1.8.0(\x1b[2J)
    """
    return _COMMANDS_TERMINAL.sub(_escaped, line)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def say_all_characters() -> None:
    """Results in files are UTF-8 whatever the locale; what cannot be written as it is, is escaped."""
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue  # closed, or a test's own
        if stream.isatty():
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


@contextmanager
def room_to_write(command: str) -> Iterator[None]:
    """A full or failing disk ends the command with a sentence, wherever it was met."""
    try:
        try:
            yield
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except OSError as refused:
        if refused.errno not in _NO_ROOM:
            raise
        sys.stdout = None  # keeps the interpreter from flushing it at its end
        where = f"{refused.filename}: " if refused.filename else ""
        words = f"osos {command}: yazılamıyor / cannot write: {where}{refused.strerror}"
        print(words, file=sys.stderr)
        sys.exit(CANNOT_WRITE)
