"""Which screens does the desk have?"""

from pathlib import Path

from fastapi import APIRouter

from osos.console.screens.balance import page as balance
from osos.console.screens.balance_parts import page as balance_parts
from osos.console.screens.bench import page as bench
from osos.console.screens.bench_beside import page as bench_beside
from osos.console.screens.bench_now import page as bench_now
from osos.console.screens.bench_run import page as bench_run
from osos.console.screens.corrections import page as corrections
from osos.console.screens.explain import page as explain
from osos.console.screens.figures import page as figures
from osos.console.screens.fleet import page as fleet
from osos.console.screens.losses import page as losses
from osos.console.screens.modem import page as modem
from osos.console.screens.modems import page as modems
from osos.console.screens.point import page as point
from osos.console.screens.points import page as points
from osos.console.screens.quarantine import page as quarantine
from osos.console.screens.read import page as read
from osos.console.screens.reads import page as reads
from osos.console.screens.validation import page as validation
from osos.console.screens.workbench import page as workbench
from osos.web import Screen

_FRAME = Screen(name="console", router=APIRouter(), folder=Path(__file__).parent.with_name("parts"))

SCREENS = (
    _FRAME,
    fleet.SCREEN,
    points.SCREEN,
    point.SCREEN,
    modems.SCREEN,
    modem.SCREEN,
    quarantine.SCREEN,
    reads.SCREEN,
    read.SCREEN,
    validation.SCREEN,
    corrections.SCREEN,
    workbench.SCREEN,
    explain.SCREEN,
    figures.SCREEN,
    balance.SCREEN,
    balance_parts.SCREEN,
    losses.SCREEN,
    bench.SCREEN,
    bench_now.SCREEN,
    bench_run.SCREEN,
    bench_beside.SCREEN,
)
BENCH_SCREENS = (  # of the bench's own pages
    _FRAME,
    bench.SCREEN,
    bench_now.SCREEN,
    bench_run.SCREEN,
    bench_beside.SCREEN,
)
