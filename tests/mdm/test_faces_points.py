"""Does everybody see his own points, in his own time, and nothing of anybody else's?"""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from osos import registry
from osos.access import Role, Viewer, ViewerKind
from osos.mdm import faces
from osos.quantities import TURKIYE
from osos.registry.tables import installations, meters
from osos.store import Store

START = datetime(2026, 1, 1, tzinfo=TURKIYE)
NOW = datetime(2026, 3, 20, tzinfo=TURKIYE)
A_DAY = timedelta(days=1)
STAFF = Viewer(account="s", kind=ViewerKind.STAFF, roles=frozenset({Role.OPERATOR}))


def admit(
    conn, *lines, header="meter,installation_no,title,customer,customer_kind,customer_login,supplier,since"
):
    rows, problems = registry.parse_service_points("\n".join([header, *lines]))
    assert not problems, problems
    report = registry.admit_service_points(conn, rows, by="test", now=NOW)
    assert not report.problems, report.problems


@pytest.fixture
def city(store: Store):
    """Three points; of the first both customer and supplier change on 1 March."""
    with store.begin() as conn:
        admissions, problems = registry.parse_admissions(
            "flag,serial,meters,multiplier\nOSM,900000000000001,OSO700000001;OSO700000002;OSO700000003,40"
        )
        assert not problems
        registry.admit(conn, admissions, by="test", now=START, since=START)
        admit(
            conn,
            "OSO700000001,1001,Old bakery,Ayşe Fırın,person,,Işık Enerji,2026-01-01",
            "OSO700000002,1002,Works,Works A.Ş.,company,,Işık Enerji,2026-01-01",
            "OSO700000003,1003,Mill,Mill A.Ş.,company,mill@example.test,Güneş Enerji,2026-01-01",
        )
        admit(
            conn, "OSO700000001,1001,New bakery,Mill A.Ş.,company,mill@example.test,Güneş Enerji,2026-03-01"
        )
    return store


def viewer(conn, name):
    for one in registry.list_suppliers(conn):
        if one.name == name:
            return Viewer(account=name, kind=ViewerKind.SUPPLIER, party=one.id)
    one = next(one for one in registry.list_customers(conn) if one.title == name)
    return Viewer(account=name, kind=ViewerKind.CORPORATE, party=one.id)


def numbers(page):
    return [one.place.installation_no for one in page.points]


def test_everybody_lists_his_own(city: Store) -> None:
    with city.read() as conn:
        expected = {"Ayşe Fırın": ["1001"], "Mill A.Ş.": ["1001", "1003"], "Işık Enerji": ["1001", "1002"]}
        for name, his in expected.items():
            assert numbers(faces.list_points(conn, viewer(conn, name), now=NOW)) == his
        assert numbers(faces.list_points(conn, STAFF, now=NOW)) == ["1001", "1002", "1003"]


def test_a_page_goes_on_where_the_one_before_ended(city: Store) -> None:
    with city.read() as conn:
        first = faces.list_points(conn, STAFF, now=NOW, limit=2)
        second = faces.list_points(conn, STAFF, now=NOW, limit=2, after=first.after)
        assert (numbers(first), numbers(second), second.after) == (["1001", "1002"], ["1003"], None)
        assert numbers(faces.list_points(conn, STAFF, now=NOW, search="mill")) == ["1001", "1003"]


def test_a_former_customer_sees_his_own_time_and_not_what_came_after(city: Store) -> None:
    with city.read() as conn:
        (old,) = faces.list_points(conn, viewer(conn, "Ayşe Fırın"), now=NOW).points
        assert old.place.title == "Old bakery"  # the new one's is not his to know
        (period,) = old.periods
        assert period.end == datetime(2026, 3, 1, tzinfo=TURKIYE)
        assert faces.find_point(conn, viewer(conn, "Ayşe Fırın"), old.public_id, now=NOW) == old
        new = faces.find_point(conn, viewer(conn, "Güneş Enerji"), old.public_id, now=NOW)
        assert new is not None
        assert (new.place.title, new.periods[0].start) == ("New bakery", datetime(2026, 3, 1, tzinfo=TURKIYE))


def test_foreign_and_missing_look_alike(city: Store) -> None:
    with city.read() as conn:
        (works,) = faces.list_points(conn, viewer(conn, "Works A.Ş."), now=NOW).points
        for who in ("Mill A.Ş.", "Güneş Enerji"):
            for public_id in (works.public_id, "nobody", "", "%", works.public_id + " "):
                assert faces.find_point(conn, viewer(conn, who), public_id, now=NOW) is None
        nobody = Viewer(account="x", kind=ViewerKind.SUPPLIER)
        assert faces.list_points(conn, nobody, now=NOW).points == ()
        no_role = Viewer(account="x", kind=ViewerKind.STAFF)
        assert faces.find_point(conn, no_role, works.public_id, now=NOW) is None
        assert faces.list_points(conn, no_role, now=NOW).points == ()


def test_a_queues_points_become_the_viewers_links(city: Store) -> None:
    with city.read() as conn:
        ids = [one.point_id for one in faces.list_points(conn, STAFF, now=NOW).points]
        his = faces.seen_points(conn, viewer(conn, "Mill A.Ş."), [*reversed(ids), 999], now=NOW)
        assert [one.place.installation_no for one in his] == ["1003", "1001"]


def test_a_meter_of_somebody_elses_time_is_not_told(city: Store) -> None:
    exchanged = datetime(2026, 3, 10, tzinfo=TURKIYE)
    with city.begin() as conn:
        (old,) = faces.list_points(conn, viewer(conn, "Ayşe Fırın"), now=NOW).points
        c = installations.c
        hangs = conn.execute(select(installations).where(c.point_id == old.point_id)).one()
        spare = conn.execute(
            meters.insert().values(flag="OSO", serial="799999999", admitted_as="OSO799999999")
        )
        conn.execute(update(installations).where(c.id == hangs.id).values(until=exchanged))
        conn.execute(
            installations.insert().values(
                point_id=old.point_id,
                meter_id=spare.inserted_primary_key[0],
                multiplier=Decimal(40),
                since=exchanged,
            )
        )
        seen = {
            name: faces.find_point(conn, viewer(conn, name), old.public_id, now=NOW)
            for name in ("Ayşe Fırın", "Mill A.Ş.")
        }
    told = {name: [one.meter.serial for one in each.installations] for name, each in seen.items()}
    assert told == {"Ayşe Fırın": ["700000001"], "Mill A.Ş.": ["700000001", "799999999"]}
