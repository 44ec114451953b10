"""Which function runs which step of the form? (T-20)

A module of `checks` a group; each step is a function named for its identifier.
"""

from collections.abc import Callable
from importlib import import_module

from osos.conformity.bench import Bench

Run = Callable[[Bench], None]

STEPS: dict[str, Run] = {}
SETUPS: dict[str, Run] = {}

_MODULES = (
    "display", "covers", "demand", "summer_time", "history", "tariffs", "interruptions", "voltage_order",
    "current_direction", "magnet", "load_profile", "failed_clock", "ports", "relay", "external_supply",
)  # fmt: skip


def step(name: str) -> Callable[[Run], Run]:
    """Registers the function of this step; the same function may stand for several."""

    def register(run: Run) -> Run:
        if name in STEPS:
            raise ValueError(f"step {name} is written twice")
        STEPS[name] = run
        return run

    return register


def setup(group: str) -> Callable[[Run], Run]:
    """What is done before the first step of a group; without one the tested sample is connected."""

    def register(run: Run) -> Run:
        SETUPS[group] = run
        return run

    return register


def all_steps() -> dict[str, Run]:
    """Every step of the form that the bench runs."""
    for name in _MODULES:
        import_module(f"osos.conformity.checks.{name}")
    return STEPS
