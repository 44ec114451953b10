"""Does what a command says reach a file or a terminal unharmed?"""

import errno
import os
import subprocess
import sys

import pytest

from osos.cli.output import CANNOT_WRITE, harmless, room_to_write


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "osos", *arguments],
        capture_output=True,
        check=False,
        timeout=110,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("evil", ["\x1b[2J", "\x00", "\x9b31m", "\r", "\u202e"])
def test_bytes_of_a_stranger_do_not_command_the_terminal(evil):
    assert harmless(f"1.8.0({evil})").isprintable()
    assert harmless("Kümülatif aktif enerji\u00a01.234,5 ─") == "Kümülatif aktif enerji\u00a01.234,5 ─"


def test_results_in_a_file_are_utf_8_whatever_the_locale():
    ran = run("--help", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert ran.returncode == 0, ran.stderr
    assert "açık OSOS" in ran.stdout.decode("utf-8")


def test_a_full_disk_under_the_output_is_a_sentence_not_a_traceback(full_device):
    with full_device.open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "osos", "registry", "list", "modems", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=110,
        )
    assert ran.returncode == CANNOT_WRITE
    assert b"Traceback" not in ran.stderr
    assert "cannot write" in ran.stderr.decode()


def test_other_errors_of_the_system_are_not_taken_for_a_full_disk():
    with pytest.raises(ConnectionRefusedError), room_to_write("demo"):
        raise ConnectionRefusedError(errno.ECONNREFUSED, "refused")
