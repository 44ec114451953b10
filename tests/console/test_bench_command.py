"""Does `osos conformity run --rig page` survive its own end, and refuse another meter?"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from osos.cli import main
from osos.conformity.run_file import read_run
from osos.conformity.runs import replay
from osos.conformity.verdicts import Verdict

WITHIN_S = 120.0
TICK_S = 0.05
REASONS = ("this run is of", "--resume goes on with it")

pytestmark = pytest.mark.timeout(300)  # programs and browsers start slowly on a busy machine


class Started:
    """The command as somebody starts it, and a browser of sorts."""

    def __init__(self, path: Path, *more: str, kind: str = "1p") -> None:
        run = [
            "conformity",
            "run",
            "--meter",
            "virtual",
            "--kind",
            kind,
            "--group",
            "IS",
            "--short",
            "--json",
        ]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "osos", *run, "--rig", "page", "--run", str(path), *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.browser = httpx.Client(timeout=WITHIN_S)
        self.origin = ""

    def come_in(self) -> None:
        assert self.process.stderr is not None
        link = next(found[0] for line in self.process.stderr if (found := re.search(r"http://\S+", line)))
        self.origin = "/".join(link.split("/")[:3])
        got = self._post(link, name="Ayşe Yılmaz")
        assert got.status_code == 303, got.text

    def _post(self, address: str, **form: str) -> httpx.Response:
        return self.browser.post(address, data=form, headers={"origin": self.origin})

    def page(self, *, until: str) -> str:
        tick = threading.Event()
        for _ in range(int(WITHIN_S / TICK_S)):
            text = self.browser.get(f"{self.origin}/t/now").text
            if re.search(until, text):
                return text
            tick.wait(TICK_S)
        raise AssertionError(text)

    def answer(self, **form: str) -> str:
        page = self.page(until="data-question")
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', page))
        got = self._post(
            f"{self.origin}/t/now/answers", **{name: hidden[name] for name in ("csrf", "question")}, **form
        )
        assert got.status_code == 303, got.text
        return str(re.search(r"<span>([A-Z]{2}-\d\d/\d)</span>", page)[1])  # type: ignore[index]  # it asks for a signature

    def close(self) -> None:
        page = self.page(until="bench over")
        found = re.search(r'name="csrf" value="([^"]+)"', page)
        assert found is not None
        self._post(f"{self.origin}/t/now/stop", csrf=found[1])

    def ended(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=WITHIN_S)
        return self.process.returncode, out, err


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Any]:
    kept: list[Started] = []

    def start(*more: str) -> Started:
        kept.append(Started(tmp_path / "is.jsonl", *more))
        return kept[-1]

    yield start
    for one in kept:
        one.browser.close()
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate(timeout=WITHIN_S)


def refused(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    """The exit code, and which of the two reasons was told."""
    with pytest.raises(SystemExit) as exit_:
        main(["conformity", "run", "--meter", "virtual", "--rig", "page", *more])
    err = capsys.readouterr().err
    return int(str(exit_.value.code)), next(one for one in REASONS if one in err)


def test_a_killed_run_goes_on_where_it_stood_and_on_its_own_meter_alone(
    started: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "is.jsonl"
    first = started()
    first.come_in()
    assert [first.answer(verdict="pass", by="Ayşe Yılmaz") for _ in range(2)] == ["IS-01/1", "IS-02/1"]
    first.page(until="IS-03/1")
    os.kill(first.process.pid, signal.SIGKILL)
    first.ended()
    assert read_run(path).cut_short

    assert refused(capsys, "--kind", "3p", "--resume", "--run", str(path)) == (3, "this run is of")
    told = "--resume goes on with it"
    assert refused(capsys, "--kind", "1p", "--run", str(path)) == (2, told)  # no run overwrites another

    again = started("--resume")
    again.come_in()
    asked = [again.answer(verdict="pass", by="Ayşe Yılmaz") for _ in range(6)]
    assert asked[0] == "IS-01/1"  # the group that was interrupted begins anew
    again.close()
    code, out, err = again.ended()
    assert code == 0, err
    assert json.loads(out.splitlines()[-1])["pass"] == 6
    assert {result.verdict for result in replay(path).results} == {Verdict.PASS}
