"""What may a test ask for, whichever room it is in?"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile(
    "quick", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "long", max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("OSOS_HYPOTHESIS", "quick"))


def skip_or_fail(missing: str) -> None:
    """Skip with the reason, unless this is CI, where nothing may be skipped for a missing part."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have it: {missing}")
    pytest.skip(f"skipped: no {missing}")


@pytest.fixture(scope="session")
def captures() -> Path:
    """The folder of real meter output, which lies beside the checkout and is never part of it."""
    folder = Path(os.environ.get("OSOS_CAPTURES", ROOT.parent / "shared" / "captures"))
    if not (folder / "INDEX.md").is_file():
        skip_or_fail("captures (set OSOS_CAPTURES to their folder)")
    return folder
