"""Does a list of service points describe exactly what it says, from its day on, and keep what was before?"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from osos.quantities import Interval, ManualClock
from osos.registry import (
    AdmitReport,
    PointReport,
    admit_service_points,
    customer_at,
    find_customer,
    find_supplier,
    holdings,
    list_customers,
    list_points,
    list_service_points,
    list_suppliers,
    parse_service_points,
    points_of_party,
    service_point,
    service_points_of,
)
from osos.store import Store, list_events

HEAD = (
    "meter;installation_no;etso;region;centre;district;title;class;tariff_group;rate;installed_kva;"
    "contract_kw;voltage;customer;customer_kind;customer_login;supplier;since\n"
)
WORKS = (
    "MKS11111111;1000000001;40Z000200000266H;Marmara;Gebze;Darıca;Örnek Gıda · fabrika;sanayi;OG sanayi;"
    "three;1600;1200,5;OG;Örnek Gıda San. A.Ş.;company;Enerji@Ornek.example;Çınar Enerji;2026-01-01\n"
)
FLAT = (
    "22222222;1000000002;;Marmara;Gebze;Darıca;Ev;mesken;AG mesken;single;9;;AG;Şükrü İğdır;;;Çınar Enerji;\n"
)
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


def day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T00:00+03:00").astimezone(UTC)


@pytest.fixture
def meters(let_in: Callable[..., AdmitReport]) -> None:
    let_in("ELM,1,MKS11111111;22222222;33333333,1\n")


@pytest.fixture
def describe(store: Store, clock: ManualClock, meters: None) -> Callable[..., PointReport]:
    def run(text: str) -> PointReport:
        rows, problems = parse_service_points(text)
        assert problems == []
        with store.begin() as conn:
            return admit_service_points(conn, rows, by="ayşe", now=clock.now())

    return run


def test_a_line_describes_a_point_its_customer_and_its_supplier(store, clock, describe) -> None:
    report = describe(HEAD + WORKS + FLAT)
    assert (report.points_new, report.customers_new, report.suppliers_new, report.problems) == (2, 2, 1, [])
    with store.read() as conn:
        works, flat, bare = list_service_points(conn, at=clock.now()).points
        assert service_point(conn, works.public_id, at=clock.now()) == works
        assert service_points_of(conn, [works.point_id], at=clock.now()) == {works.point_id: works}
        held = holdings(conn, [works.point_id, flat.point_id])
        owner = find_customer(conn, held[works.point_id].customers[0].party)
        tenant = find_customer(conn, held[flat.point_id].customers[0].party)
        supplier = find_supplier(conn, held[works.point_id].suppliers[0].party)
    assert (works.installation_no, works.etso, works.district) == ("1000000001", "40Z000200000266H", "Darıca")
    assert (works.rate, works.voltage_level, works.contract_kw) == ("three", "medium", Decimal("1200.5"))
    assert (owner.kind, owner.title, owner.login) == (
        "company",
        "Örnek Gıda San. A.Ş.",
        "enerji@ornek.example",
    )
    assert (tenant.kind, tenant.title, tenant.login) == ("person", "Şükrü İğdır", None)
    assert supplier.name == "Çınar Enerji"
    assert bare.installation_no is None, "a point nobody has described yet comes last"
    assert held[works.point_id].customers[0].period == Interval(day("2026-01-01"), FOREVER)
    assert held[flat.point_id].customers[0].period == Interval(clock.now(), FOREVER), "since its meter hangs"


def test_the_same_list_again_changes_nothing(store, clock, describe) -> None:
    describe(HEAD + WORKS + FLAT)
    with store.read() as conn:
        before = (list_events(conn), list_service_points(conn, at=clock.now()), list(list_customers(conn)))
    clock.advance(86400)
    report = describe(HEAD + WORKS + FLAT)
    assert (report.points_new, report.points_changed, report.points_unchanged) == (0, 0, 2)
    with store.read() as conn:
        after = (list_events(conn), list_service_points(conn, at=clock.now()), list(list_customers(conn)))
    assert after == before


def test_a_change_holds_from_its_day_and_what_was_keeps_its_time(store, clock, describe) -> None:
    describe(HEAD + WORKS)
    report = describe(
        "installation_no;customer;supplier;contract_kw;since\n"
        "1000000001;Yeni Sahip Ltd.;Deniz Enerji;900;1.2.2026\n"
    )
    assert (report.points_new, report.points_changed) == (0, 1)
    with store.read() as conn:
        (works,) = list_service_points(conn, at=clock.now(), search="1000000001").points
        was = service_point(conn, works.public_id, at=day("2026-01-31"))
        held = holdings(conn, [works.point_id])[works.point_id]
        before = customer_at(conn, "1000000001", at=day("2026-01-31"))
        after = customer_at(conn, "1000000001", at=day("2026-02-01"))
    assert (was.contract_kw, works.contract_kw, works.title) == (Decimal("1200.5"), Decimal(900), was.title)
    assert [one.period for one in held.customers] == [
        Interval(day("2026-01-01"), day("2026-02-01")),
        Interval(day("2026-02-01"), FOREVER),
    ]
    assert [one.period for one in held.suppliers] == [one.period for one in held.customers]
    assert (before.title, after.title) == ("Örnek Gıda San. A.Ş.", "Yeni Sahip Ltd.")


def test_the_older_list_again_after_a_change_still_changes_nothing(store, clock, describe) -> None:
    describe(HEAD + WORKS)
    describe("installation_no;customer;since\n1000000001;Yeni Sahip Ltd.;1.2.2026\n")
    report = describe(HEAD + WORKS)
    assert (report.points_changed, report.points_unchanged, report.problems) == (0, 1, [])


def test_the_same_day_again_is_a_correction_and_leaves_one_row(store, clock, describe) -> None:
    describe(HEAD + WORKS)
    describe("installation_no;supplier;since\n1000000001;Deniz Enerji;2026-01-01\n")
    with store.read() as conn:
        (works,) = list_service_points(conn, at=clock.now(), search="1000000001").points
        (only,) = holdings(conn, [works.point_id])[works.point_id].suppliers
        assert find_supplier(conn, only.party).name == "Deniz Enerji"
        assert [one.name for one in list_suppliers(conn)] == ["Çınar Enerji", "Deniz Enerji"]


def test_facts_before_a_later_change_are_refused_whole(store, clock, describe) -> None:
    describe(HEAD + WORKS)
    describe("installation_no;supplier;since\n1000000001;Deniz Enerji;2026-02-01\n")
    report = describe("installation_no;supplier;title;since\n1000000001;Başka Enerji;Yeni ad;2026-01-15\n")
    (problem,) = report.problems
    assert "other facts begin on 2026-01-31T21:00:00+00:00" in problem.what
    assert "since" in problem.do
    with store.read() as conn:
        (works,) = list_service_points(conn, at=clock.now(), search="1000000001").points
    assert works.title == "Örnek Gıda · fabrika"


def test_a_hyphen_ends_what_held(store, clock, describe) -> None:
    describe(HEAD + WORKS)
    describe("installation_no;customer;supplier;since\n1000000001;-;-;2026-02-01\n")
    with store.read() as conn:
        (works,) = list_service_points(conn, at=clock.now(), search="1000000001").points
        held = holdings(conn, [works.point_id])[works.point_id]
        assert customer_at(conn, "1000000001", at=clock.now()) is None
    assert [one.period.end for one in (*held.customers, *held.suppliers)] == [day("2026-02-01")] * 2


def test_two_people_of_one_name_are_two_customers_and_one_login_is_one(store, clock, describe) -> None:
    namesakes = "meter;installation_no;customer\n22222222;2;Ali Kaya\n33333333;3;Ali Kaya\n"
    assert describe(namesakes).customers_new == 2
    one = (
        "installation_no;customer;customer_login\n2;Ali Kaya;ali@kaya.example\n3;ALİ KAYA;ALI@kaya.example\n"
    )
    assert describe(one).customers_new == 0
    with store.read() as conn:
        owner = customer_at(conn, "2", at=clock.now())
        held = points_of_party(conn, customer=owner.id)
    assert len(held) == 2
    assert all(len(periods) == 1 for periods in held.values())


def test_a_login_given_later_stays_with_the_customer_who_is_there(store, clock, describe) -> None:
    describe("meter;installation_no;customer\n22222222;2;Ali Kaya\n")
    with store.read() as conn:
        before = customer_at(conn, "2", at=clock.now())
    clock.advance(3600)
    describe("installation_no;customer;customer_login\n2;Ali Kaya;ali@kaya.example\n")
    with store.read() as conn:
        after = customer_at(conn, "2", at=clock.now())
        (event,) = [one for one in list_events(conn) if one.act == "customer corrected"]
    assert (after.id, after.login) == (before.id, "ali@kaya.example")
    assert event.after == {"facts": ["login"]}, "the log does not repeat the address"


def test_numbers_and_codes_belong_to_one_point(store, clock, describe) -> None:
    describe(HEAD + WORKS)
    report = describe("meter;installation_no\n22222222;1000000001\n")
    assert "belongs to point" in report.problems[0].what
    report = describe("meter;installation_no;etso\n22222222;7;40Z000200000266H\n")
    assert "etso 40Z000200000266H belongs" in report.problems[0].what


def test_a_point_is_named_by_its_public_id_too(store, clock, describe) -> None:
    with store.read() as conn:
        first = next(iter(list_points(conn)))
    describe(f"point,installation_no\n{first.public_id},77\n")
    with store.read() as conn:
        assert service_point(conn, first.point_id, at=clock.now()).installation_no == "77"


def test_a_serial_of_two_makers_wants_its_letters(store, clock, let_in, describe) -> None:
    let_in("ELM,2,MKS555;LUN555,1\n")
    report = describe("meter;installation_no\n555;5\n")
    assert "2 meters have the serial 555" in report.problems[0].what
    assert describe("meter;installation_no\nLUN555;5\n").points_new == 1


def test_a_point_nobody_admitted_is_refused_and_the_rest_is_kept(store, clock, describe) -> None:
    report = describe("meter;installation_no\n99999999;9\n22222222;2\n33333333;\n")
    assert [(one.line, one.text) for one in report.problems] == [(2, "99999999"), (4, "33333333")]
    assert report.points_new == 1


def test_every_change_leaves_an_event_without_a_name(store, clock, describe) -> None:
    describe(HEAD + WORKS)
    with store.read() as conn:
        events = [one for one in list_events(conn) if one.subject.startswith("point ")]
    assert [one.act for one in events] == [
        *("service point described", "terms changed", "customer changed", "supplier changed")
    ]
    assert all(one.actor == "ayşe" for one in events)
    assert "Örnek Gıda San" not in str(events[2])


def test_nothing_of_the_past_is_there_before_it_began(store, clock, describe) -> None:
    describe(HEAD + WORKS)
    with store.read() as conn:
        (works,) = list_service_points(conn, at=clock.now(), search="1000000001").points
        early = service_point(conn, works.public_id, at=day("2025-12-31"))
        assert service_point(conn, "nosuch", at=clock.now()) is None
        assert holdings(conn, [works.point_id, 4711])[4711].customers == ()
    assert (early.installation_no, early.title, early.rate) == ("1000000001", None, None)


def test_a_thousand_lines_in_a_few_seconds(store, clock, let_in) -> None:
    from time import process_time

    let_in("".join(f"ELM,9{n},{10_000_000 + n},1\n" for n in range(1_000)))
    text = "meter;installation_no;district;title;rate;customer;supplier;since\n" + "".join(
        f"{10_000_000 + n};{n:010};İlçe {n % 7};Tesis {n};tek;Abone {n};Tedarikçi {n % 3};2026-01-01\n"
        for n in range(1_000)
    )
    begun = process_time()
    rows, problems = parse_service_points(text)
    with store.begin() as conn:
        report = admit_service_points(conn, rows, by="ayşe", now=clock.now())
    took = process_time() - begun
    assert (problems, report.points_new, report.customers_new, report.suppliers_new) == (
        [],
        1_000,
        1_000,
        3,
    )
    assert took < 10, f"{took:.1f} s"  # of one core; 0.5 s on a quiet machine
    clock.advance(timedelta(days=1).total_seconds())
    with store.begin() as conn:
        assert admit_service_points(conn, rows, by="ayşe", now=clock.now()).points_unchanged == 1_000
