"""How is a run begun, gone on with after an interruption, and run again from its file? (T-22, T-25)"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from osos.conformity.bench import WHOLE, Bench, Repeats
from osos.conformity.catalogue import form
from osos.conformity.closed import Line, closed_groups, groups_of, in_form_order
from osos.conformity.device import Device, Sample
from osos.conformity.inspector import Signature, signature_facts, signature_of
from osos.conformity.rig import Rig
from osos.conformity.run_file import FORMAT, ReadRun, Record, RunFile, Watch, check_run, read_run
from osos.conformity.running import Runner, Told
from osos.conformity.signing import with_signatures
from osos.conformity.stage import LiveStage, ReplayStage, World
from osos.conformity.trouble import AnotherMeter
from osos.conformity.verdicts import StepResult, Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All a run found; the PDF, JSON and JUnit files are written from it."""

    device: Device
    began: datetime
    seconds: float  # of the meter's time
    results: tuple[StepResult, ...]
    chain: str  # last hash of the run file
    whole: bool  # every repetition the form asks for was made

    @property
    def totals(self) -> Totals:
        return Totals.of(self.results)


def run(
    world: World,
    rig: Rig,
    device: Device,
    *,
    path: Path | None = None,
    groups: Iterable[str] | None = None,
    signatures: Sequence[Signature] = (),
    repeats: Repeats = WHOLE,
    told: Told | None = None,
    watch: Watch | None = None,
    reaction_s: float = 0.0,
    delay_s: float = 0.0,
) -> Report:
    """A new run. Raises AnotherMeter, with everything so far in the run file; `watch` is told each line."""
    log = RunFile(path, watch=watch)
    log.note(
        "run",
        format=FORMAT,
        began=world.now().isoformat(),
        form=form().version,
        device=device_facts(device, passwords=True),
        repeats=asdict(repeats),
        signatures=[signature_facts(one) for one in signatures],
        groups=_in_order(groups),
    )
    return _go(
        log,
        world,
        rig,
        device,
        groups=_in_order(groups),
        signatures=signatures,
        repeats=repeats,
        told=told,
        reaction_s=reaction_s,
        delay_s=delay_s,
    )


def resume(
    world: World,
    rig: Rig,
    device: Device,
    *,
    path: Path,
    told: Told | None = None,
    watch: Watch | None = None,
    reaction_s: float = 0.0,
    delay_s: float = 0.0,
) -> Report:
    """Go on where the run file ends: groups it closed are kept, the one that was interrupted begins anew.

    Raises AnotherMeter where the device is not the one of the file, RunFileTrouble for a damaged file.
    """
    log = RunFile.go_on(path, watch=watch)
    read = check_run(log.records)
    head = read.head
    try:
        same_device(device_of(head["device"]), device)
    except AnotherMeter:
        log.close()
        raise
    kept, done = closed_groups(read)
    log.note("resumed", began=world.now().isoformat())
    rest = [group for group in head["groups"] if group not in done]
    signatures = [signature_of(one) for one in head["signatures"]]
    return _go(
        log,
        world,
        rig,
        device,
        groups=rest,
        kept=kept,
        signatures=signatures,
        repeats=Repeats(**head["repeats"]),
        told=told,
        reaction_s=reaction_s,
        delay_s=delay_s,
    )


def replay(path: Path, *, told: Told | None = None) -> Report:
    """The same bench on the bytes of a file; verdicts that differ from the file's raise ReplayDeparts."""
    read = read_run(path)
    head = read.head
    device = device_of(head["device"])
    stage = ReplayStage(_played(read))
    signatures = [signature_of(one) for one in head["signatures"]]
    repeats = Repeats(**head["repeats"])
    runner = Runner(Bench(stage, device, repeats=repeats), signatures=signatures, told=told)
    _, done = closed_groups(read)
    results = with_signatures(runner.run(done), read)
    return _report(
        device, head, results, seconds=stage.seconds, chain=read.records[-1]["chain"], repeats=repeats
    )


def read_report(path: Path) -> Report:
    """What a run file says was found, without running anything again."""
    return report_of(read_run(path))


def report_of(read: ReadRun) -> Report:
    head = read.head
    kept, _ = closed_groups(read)
    return _report(
        device_of(head["device"]),
        head,
        in_form_order(with_signatures(kept, read)),
        seconds=read.seconds,
        chain=read.records[-1]["chain"],
        repeats=Repeats(**head["repeats"]),
    )


def _go(
    log: RunFile,
    world: World,
    rig: Rig,
    device: Device,
    *,
    groups: Sequence[str],
    kept: tuple[StepResult, ...] = (),
    signatures: Sequence[Signature],
    repeats: Repeats,
    told: Told | None,
    reaction_s: float,
    delay_s: float,
) -> Report:
    stage = LiveStage(world, rig, log)
    bench = Bench(stage, device, reaction_s=reaction_s, delay_s=delay_s, repeats=repeats)
    try:
        found = Runner(bench, signatures=signatures, told=told).run(groups)
        stage.note(
            "end", counts={str(key): value for key, value in Totals.of([*kept, *found]).by_verdict.items()}
        )
    except AnotherMeter as trouble:
        stage.note("another-meter", wanted=trouble.wanted, found=trouble.found)
        raise
    finally:
        log.close()
        world.close()
    read = ReadRun(tuple(log.records), cut_short=False)
    results = in_form_order(with_signatures((*kept, *found), read))
    return _report(device, log.records[0], results, seconds=stage.seconds, chain=log.chain, repeats=repeats)


def _report(
    device: Device,
    head: Record,
    results: tuple[StepResult, ...],
    *,
    seconds: float,
    chain: str,
    repeats: Repeats,
) -> Report:
    return Report(
        device=device,
        began=datetime.fromisoformat(head["began"]),
        seconds=seconds,
        results=results,
        chain=chain,
        whole=repeats == WHOLE,
    )


def _played(read: ReadRun) -> list[Line]:
    return [line for _, lines in groups_of(read) for line in lines]


def _in_order(groups: Iterable[str] | None) -> list[str]:
    wanted = None if groups is None else set(groups)
    return [group.id for group in form().groups if wanted is None or group.id in wanted]


# -- the head of a run file --


def device_facts(device: Device, *, passwords: bool = False) -> dict[str, Any]:
    """`passwords`: a run file holds them, as it holds every byte that was sent; nothing else does."""
    facts = asdict(device)
    facts["options"] = sorted(device.options)
    kept = ("name", "address", "password") if passwords else ("name", "address")
    facts["samples"] = [{key: one[key] for key in kept} for one in facts["samples"]]
    return facts


def device_of(facts: dict[str, Any]) -> Device:
    samples = tuple(Sample(**one) for one in facts["samples"])
    return Device(**{**facts, "options": frozenset(facts["options"]), "samples": samples})


def same_device(was: Device, now: Device) -> None:
    """Raises AnotherMeter."""
    for one in was.samples:
        found = now.sample(one.name)
        if found is None or found.address != one.address:
            raise AnotherMeter(one.address, found.address if found else "none")
    if replace(was, samples=(), head={}) != replace(now, samples=(), head={}):
        raise AnotherMeter(was.describe(), now.describe())
