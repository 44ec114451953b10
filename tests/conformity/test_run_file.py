"""Is what a run wrote down whole, unchanged, and of this meter?"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from osos.conformity.device import SHELF, TESTED, Device
from osos.conformity.run_file import RunFile, RunFileTrouble, check_lines, read_run
from osos.conformity.runs import Report, read_report, replay, resume
from osos.conformity.stage import ReplayDeparts
from osos.conformity.trouble import AnotherMeter
from osos.conformity.verdicts import Verdict
from osos.conformity.virtual import VirtualWorld

Ran = Callable[..., Report]


@pytest.fixture(scope="module")
def kept(ran: Ran, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    path = tmp_path_factory.mktemp("runs") / "run.jsonl"
    return path, ran("DS", "UK", "MA", "SP", path=path)


def test_every_byte_act_look_and_verdict_stands_in_it_with_time(kept: tuple[Path, Report]) -> None:
    records = [json.loads(line) for line in kept[0].read_text().splitlines()]
    assert {record["what"] for record in records} >= {
        "run",
        "sent",
        "heard",
        "act",
        "look",
        "wait",
        "step",
        "end",
    }
    assert all("t" in record for record in records[1:])
    sent = "".join(record["data"] for record in records if record["what"] == "sent")
    assert "/?OSO100000001!" in sent and "\x01W2\x02" in sent
    assert {record["port"] for record in records if record["what"] == "heard"} == {"optical", "rs485"}


def test_a_replay_comes_to_the_same_verdicts(kept: tuple[Path, Report]) -> None:
    path, report = kept
    assert replay(path).results == report.results == read_report(path).results


def test_a_changed_byte_anywhere_is_found_out(kept: tuple[Path, Report], tmp_path: Path) -> None:
    data = kept[0].read_bytes()
    chance, spoilt = Random(6), tmp_path / "spoilt.jsonl"
    for _ in range(10):
        place = chance.randrange(len(data) - 1)
        changed = bytes([data[place] ^ (1 << chance.randrange(7))])
        spoilt.write_bytes(data[:place] + changed + data[place + 1 :])
        with pytest.raises(RunFileTrouble):
            read_run(spoilt)


@pytest.fixture(scope="module")
def begun(kept: tuple[Path, Report]) -> bytes:
    """The head, and a piece of a group with acts and bytes of a port, as a file of its own."""
    lines = kept[0].read_bytes().splitlines()
    start = next(at for at, line in enumerate(lines) if b'"group":"UK"' in line)
    log = RunFile()
    for line in (lines[0], *lines[start : start + 16]):
        facts = json.loads(line)
        log.note(facts["what"], **{key: facts[key] for key in facts if key not in {"n", "what", "chain"}})
    assert {record["what"] for record in log.records} >= {"run", "group", "act", "sent", "heard", "baud"}
    return b"".join(json.dumps(record, separators=(",", ":")).encode() + b"\n" for record in log.records)


LIKELY = b'eE+-.0123456789 \t\r\n"\\,:{}[]axX'


def test_no_byte_of_it_changes_unseen(begun: bytes) -> None:
    """Every place, each time another of the bytes that could pass as the same JSON."""
    chance = Random(7)
    for place in range(len(begun) - 1):
        other = chance.choice([byte for byte in LIKELY if byte != begun[place]])
        with pytest.raises(RunFileTrouble):
            check_lines((begun[:place] + bytes([other]) + begun[place + 1 :]).split(b"\n"))


@pytest.mark.parametrize(("told", "same"), [(b'"t":0.0', b'"t":0e0'), (b"{", b"{ "), (b"}\n", b"}\r\n")])
def test_other_bytes_for_the_same_facts_are_an_edited_file(begun: bytes, told: bytes, same: bytes) -> None:
    assert told in begun
    with pytest.raises(RunFileTrouble) as trouble:
        check_lines(begun.replace(told, same, 1).split(b"\n"))
    assert trouble.value.reason == "edited"


def test_a_file_cut_at_any_byte_is_never_taken_for_whole(ran: Ran, tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    ran("IS", path=path)
    data = path.read_bytes()
    for end in range(data.index(b"\n")):
        with pytest.raises(RunFileTrouble):
            check_lines(data[:end].split(b"\n"))
    for end in range(data.index(b"\n") + 1, len(data)):
        assert check_lines(data[:end].split(b"\n")).cut_short
    assert not check_lines(data.split(b"\n")).cut_short


def test_cut_at_any_byte_it_is_gone_on_with_to_the_same_end(ran: Ran, combi: Device, tmp_path: Path) -> None:
    """Verdicts and replay, as if nothing had happened; what was closed is not written anew."""
    path, chance = tmp_path / "run.jsonl", Random(9)
    whole = ran("DS", "UK", path=path)
    data = path.read_bytes()
    for _ in range(4):
        end = chance.randrange(data.index(b"\n") + 1, len(data))
        path.write_bytes(data[:end])
        world = VirtualWorld(combi)
        report = resume(world, world, combi, path=path)
        assert [(one.step, one.verdict) for one in report.results] == [
            (one.step, one.verdict) for one in whole.results
        ]
        assert path.read_bytes().startswith(data[: data.rindex(b"\n", 0, end) + 1])
        assert replay(path).results == report.results


def test_a_line_taken_out_is_found_out(kept: tuple[Path, Report], tmp_path: Path) -> None:
    lines = kept[0].read_bytes().splitlines(keepends=True)
    spoilt = tmp_path / "spoilt.jsonl"
    spoilt.write_bytes(b"".join([*lines[:40], *lines[41:]]))
    with pytest.raises(RunFileTrouble) as trouble:
        read_run(spoilt)
    assert (trouble.value.reason, trouble.value.line) == ("edited", 41)


def test_an_answer_forged_with_its_chain_departs_from_the_verdicts(
    kept: tuple[Path, Report], tmp_path: Path
) -> None:
    """Who computes the chain anew still has to know what the bench would have said."""
    from osos.conformity.run_file import RunFile

    records = [json.loads(line) for line in kept[0].read_text().splitlines()]
    forged = RunFile(tmp_path / "forged.jsonl")
    for record in records:
        facts = {key: value for key, value in record.items() if key not in {"n", "what", "chain"}}
        if record["what"] == "look" and record["saw"]["icons"].get("magnet") == "blink":
            facts["saw"] = {**record["saw"], "icons": {**record["saw"]["icons"], "magnet": "off"}}
        forged.note(record["what"], **facts)
    forged.close()
    with pytest.raises(ReplayDeparts):
        replay(tmp_path / "forged.jsonl")


@pytest.fixture
def cut(kept: tuple[Path, Report], tmp_path: Path) -> Path:
    """The same file, cut in the middle of a line of group MA, as a power cut leaves it."""
    data = kept[0].read_bytes()
    path = tmp_path / "cut.jsonl"
    path.write_bytes(data[: data.index(b'"group":"MA"') + 5000])
    return path


def test_a_file_cut_short_is_told_and_resumed_where_it_stopped(
    cut: Path, kept: tuple[Path, Report], combi: Device
) -> None:
    assert read_run(cut).cut_short
    world = VirtualWorld(combi)
    told: list[str] = []
    report = resume(world, world, combi, path=cut, told=lambda result: told.append(result.step[:2]))
    assert set(told) == {"MA", "SP"}  # what was closed is not run again
    assert [(one.step, one.verdict) for one in report.results] == [
        (one.step, one.verdict) for one in kept[1].results
    ]
    assert not read_run(cut).cut_short
    assert [one.verdict for one in replay(cut).results] == [one.verdict for one in report.results]


def test_a_run_is_not_resumed_on_another_meter(cut: Path, combi: Device) -> None:
    samples = tuple(replace(one, address=one.address[:-1] + "9") for one in combi.samples)
    other = replace(combi, samples=samples)
    world = VirtualWorld(combi)
    with pytest.raises(AnotherMeter):
        resume(world, world, other, path=cut)


def test_a_run_is_not_resumed_on_a_meter_of_another_kind(cut: Path, combi: Device) -> None:
    world = VirtualWorld(combi)
    with pytest.raises(AnotherMeter):
        resume(world, world, replace(combi, ways=1), path=cut)


class Exchanged(VirtualWorld):
    """Whatever is asked for, somebody has put another meter on the cable."""

    def _put(self, name: str) -> None:
        super()._put(SHELF if name == TESTED else name)


def test_with_another_meter_on_the_cable_it_is_not_gone_on_with(cut: Path, combi: Device) -> None:
    """The papers are right, the meter is not; with the right one it goes on after all."""
    world = Exchanged(combi)
    with pytest.raises(AnotherMeter) as trouble:
        resume(world, world, combi, path=cut)
    assert "100000002" in trouble.value.found
    assert read_run(cut).cut_short
    right = VirtualWorld(combi)
    assert {one.verdict for one in resume(right, right, combi, path=cut).results} <= {
        Verdict.PASS,
        Verdict.WAITING,
    }


@pytest.mark.parametrize("text", ["", "hello\n", "[]\n", '{"n":1,"what":"run"}\n'])
def test_what_is_no_run_file_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "no.jsonl"
    path.write_text(text)
    with pytest.raises(RunFileTrouble):
        read_run(path)
