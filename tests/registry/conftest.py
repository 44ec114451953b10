"""What may a test of the registry ask for?"""

from collections.abc import Callable

import pytest

from osos.quantities import ManualClock
from osos.registry import AdmitReport, admit, parse_admissions
from osos.store import Store


@pytest.fixture
def let_in(store: Store, clock: ManualClock) -> Callable[..., AdmitReport]:
    """Admit the lines of a list as of now."""

    def run(text: str, *, since=None, by: str = "ayşe") -> AdmitReport:
        admissions, problems = parse_admissions(text)
        assert problems == []
        with store.begin() as conn:
            return admit(conn, admissions, by=by, now=clock.now(), since=since or clock.now())

    return run
