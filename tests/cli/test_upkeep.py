"""Is what a server keeps up to date kept so, also when the store is away for a while?"""

from contextlib import contextmanager

from osos import access
from osos.access import ViewerKind, create_account, read_link
from osos.cli.upkeep import Task, Upkeep, usual_tasks
from osos.mdm import fleet
from osos.registry import admit, parse_admissions
from osos.store import StoreUnavailable


class KeptLog:
    def __init__(self):
        self.lines = []

    def warning(self, event, **facts):
        self.lines.append(event)

    info = warning


def test_a_turn_counts_the_fleet_and_forgets_what_is_over(store, clock) -> None:
    admissions, _ = parse_admissions("OSM,1,OSO11111111,1,2099-01-01\n")
    with store.begin() as conn:
        admit(conn, admissions, by="test", now=clock.now(), since=clock.now())
        role = access.Role.OPERATOR
        made = create_account(
            conn, kind=ViewerKind.STAFF, login="a@b.c", name="A", now=clock.now(), by="t", roles=[role]
        )
    clock.advance(1800)
    Upkeep(store, usual_tasks(clock, clock), clock, KeptLog()).turn()
    with store.read() as conn:
        assert fleet.health(conn, now=clock.now()).points == 1
        assert read_link(conn, made.link_token, now=clock.now()) is None


def test_a_task_with_more_to_do_goes_on_in_transactions_of_its_own(store, clock) -> None:
    seen = []

    def portion(conn) -> bool:
        seen.append(id(conn))
        return len(seen) < 3

    upkeep = Upkeep(store, (Task(name="three", portion=portion, every_s=60),), clock, KeptLog())
    upkeep.turn()
    upkeep.turn()
    assert len(seen) == 3
    clock.advance(61)
    upkeep.turn()
    assert len(seen) == 4


class StoreAway:
    def __init__(self, store):
        self.store, self.away = store, True

    @contextmanager
    def begin(self):
        if self.away:
            raise StoreUnavailable("locked", "for a while")
        with self.store.begin() as conn:
            yield conn


def test_a_store_that_is_away_is_told_once_and_asked_again(store, clock) -> None:
    log, away, done = KeptLog(), StoreAway(store), []
    upkeep = Upkeep(away, (Task(name="one", portion=lambda conn: bool(done.append(1))),), clock, log)
    upkeep.turn()
    upkeep.turn()
    assert (log.lines, done) == (["store trouble"], [])
    away.away = False
    upkeep.turn()
    assert (log.lines, done) == (["store trouble", "store is back"], [1])


def test_it_ends_when_it_is_told_to(store, clock) -> None:
    upkeep = Upkeep(store, (), clock, KeptLog())
    upkeep.start()
    upkeep.stop()
    assert not upkeep._thread.is_alive()
