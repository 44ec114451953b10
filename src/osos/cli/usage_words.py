"""What was wrong with the arguments, in Turkish and English? argparse speaks English alone."""

import argparse
import re
import sys
from typing import NoReturn

_USAGE = 2  # the exit code
_TURKISH = (
    (r"the following arguments are required: (.+)", r"eksik: \1"),
    (r"unrecognized arguments: (.+)", r"bilinmeyen: \1"),
    (r"argument (\S+): not allowed with argument (\S+)", r"\1 ile \2 birlikte olmaz"),
    (r"argument (\S+): expected one argument", r"\1 bir değer ister"),
    (r"argument (\S+): invalid choice: (\S+) \(choose from (.+)\)", r"\1: \2 yok; olanlar: \3"),
    (r"argument (\S+): invalid \S+ value: (.+)", r"\1: \2 olmaz"),
    (r"ambiguous option: (.+) could match (.+)", r"\1 belirsiz: \2"),
)


class Parser(argparse.ArgumentParser):
    """The usual parser, whose refusals are said in both languages."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        turkish = "".join(_said(pattern, told, message) for pattern, told in _TURKISH)
        words = f"{turkish} / {message}" if turkish else message
        self.exit(_USAGE, f"{self.prog}: {words}\n")


def _said(pattern: str, turkish: str, message: str) -> str:
    found = re.fullmatch(pattern, message)
    return found.expand(turkish) if found else ""
