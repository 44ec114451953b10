"""What do the maker's own form and ours say, side by side? (T-4)

The maker runs every test of the type first and hands in his form; the laboratory's own run decides, and each
difference is shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from osos.conformity.catalogue import Check, Step, form
from osos.conformity.device import TESTED
from osos.conformity.report.sheet import RATINGS, Sheet
from osos.conformity.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One form's word on one check."""

    verdict: Verdict
    saw: str
    was_run: bool  # False: that run did not come to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One box of the form, twice."""

    step: Step
    check: Check
    maker: Said
    ours: Said

    @property
    def differs(self) -> bool:
        return self.maker.verdict is not self.ours.verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadDiffers:
    """A line of the heads that is not the same: these may be two different meters."""

    what: str  # address, kind, …: the name of the fact
    maker: str
    ours: str


def beside(maker: Sheet, ours: Sheet) -> tuple[Beside, ...]:
    """Every box, in the form's order."""
    return tuple(
        Beside(step=step, check=check, maker=_said(maker, step, check), ours=_said(ours, step, check))
        for step in form().steps
        for check in step.checks
    )


def _said(sheet: Sheet, step: Step, check: Check) -> Said:
    result = sheet.result(step.id)
    worst = result.checks[check.number - 1].worst if result else None
    return Said(
        verdict=sheet.verdict(step, check), saw=worst.saw if worst else "", was_run=result is not None
    )


def heads_differ(maker: Sheet, ours: Sheet) -> tuple[HeadDiffers, ...]:
    was, now = dict(_head(maker)), dict(_head(ours))
    return tuple(
        HeadDiffers(what=name, maker=was[name], ours=now[name]) for name in now if was[name] != now[name]
    )


def _head(sheet: Sheet) -> Iterator[tuple[str, str]]:
    device = sheet.report.device
    sample = device.sample(TESTED)
    yield "address", sample.address if sample else ""
    for name in ("kind", "ways", "connection", "voltage"):
        yield name, str(getattr(device, name))
    yield "options", ", ".join(sorted(device.options))
    for name in ("firm", "make", "model", *RATINGS):
        if name != "voltage":
            yield name, device.head.get(name, "")
    yield "whole", "whole" if sheet.report.whole else "short"
