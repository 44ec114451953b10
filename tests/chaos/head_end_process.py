"""A head-end as a process of its own, to be started, killed and started again on the same home."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

STARTS_WITHIN_S = 90.0


def osos(*args: str, home: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run one command of the program to its end."""
    return subprocess.run(
        [sys.executable, "-m", "osos", *args, "--home", str(home)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **(env or {})},
    )


class HeadEndProcess:
    def __init__(self, home: Path, env: dict[str, str] | None = None) -> None:
        self.home = home
        self.kills = 0
        self._env = {**os.environ, **(env or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    def start(self) -> None:
        note = self.home / "headend.json"
        note.unlink(missing_ok=True)
        command = ["serve", "headend", "--home", str(self.home), "--port", str(self._port)]
        with (self.home / "head-end.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "osos", *command],
                stderr=log,
                stdout=subprocess.DEVNULL,
                env=self._env,
            )
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until:
            with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
                self._port = int(json.loads(note.read_text())["port"])
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"the head-end did not start:\n{self.log()[-3000:]}")

    @property
    def port(self) -> int:
        return self._port

    def __enter__(self) -> "HeadEndProcess":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """However the test ended, no process outlives it."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        """As the power would: no handler runs."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self.kills += 1

    def stop(self) -> int:
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout=90)

    def log(self) -> str:
        return (self.home / "head-end.log").read_text(errors="replace")

    def stored(self, flag: str, serial: str) -> Iterator[dict[str, object]]:
        done = osos("stored", flag, serial, "--json", home=self.home, env=dict(self._env))
        assert done.returncode == 0, done.stderr
        return (json.loads(line) for line in done.stdout.splitlines())
