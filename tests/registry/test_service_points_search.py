"""Does everybody find his points by the words they bore in his time, page by page, and nothing else?"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osos.registry import (
    admit_service_points,
    customer_at,
    list_service_points,
    list_suppliers,
    parse_service_points,
)
from osos.registry.point_search import _FEW

LIST = (
    "meter;installation_no;etso;title;customer;customer_login;supplier;since\n"
    "MKS11111111;1000000001;40Z000200000266H;Işık Gıda · Fabrika;Örnek A.Ş.;a@ornek.example;"
    "Çınar;2026-01-01\n"
    "22222222;1000000002;;Depo;Örnek A.Ş.;a@ornek.example;Çınar;2026-01-01\n"
    "33333333;2000000003;;Ev;Şükrü İğdır;;Deniz;2026-01-01\n"
)


@pytest.fixture
def add(store, clock) -> Callable[[str], None]:
    def run(text: str) -> None:
        rows, problems = parse_service_points(text)
        assert problems == []
        with store.begin() as conn:
            assert admit_service_points(conn, rows, by="ayşe", now=clock.now()).problems == []

    return run


@pytest.fixture
def find(store, clock, let_in, add) -> Callable[..., list[str]]:
    let_in("ELM,1,MKS11111111;22222222;33333333;44444444,1\n")
    add(LIST)

    def run(search: str = "", **facts) -> list[str]:
        with store.read() as conn:
            points = list_service_points(conn, at=clock.now(), search=search, **facts).points
        return [point.installation_no or point.public_id for point in points]

    return run


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("1000000001", ["1000000001"]),
        ("10000", ["1000000001", "1000000002"]),
        ("40z0002", ["1000000001"]),
        ("IŞIK", ["1000000001"]),
        ("isik", ["1000000001"]),
        ("ışık fab", ["1000000001"]),
        ("fabrika depo", []),
        ("ŞÜKRÜ", ["2000000003"]),
        ("igdir", ["2000000003"]),
        ("ornek", ["1000000001", "1000000002"]),
        ("11111111", ["1000000001"]),
        ("mks1111", ["1000000001"]),
        ("MKS11111111", ["1000000001"]),
        ("333", ["2000000003"]),
        ("abrika", []),
        ("%", []),
        ("_", []),
        ("' OR 9=9 --", []),
        ("\0", []),
        ("\ud800", []),
    ],
)
def test_words_are_found_by_how_they_begin(find, search, found) -> None:
    assert find(search) == found


def test_a_serial_finds_a_point_nobody_has_described(find) -> None:
    (public_id,) = find("4444")
    assert len(public_id) == 16


def test_each_party_finds_his_own_only(store, clock, find) -> None:
    with store.read() as conn:
        ornek = customer_at(conn, "1000000001", at=clock.now())
        cinar, deniz = list_suppliers(conn)
    assert find(customer=ornek.id) == ["1000000001", "1000000002"]
    assert find("2000000003", customer=ornek.id) == []
    assert find("333", customer=ornek.id) == []
    assert find(supplier=cinar.id) == ["1000000001", "1000000002"]
    assert find(supplier=deniz.id) == ["2000000003"]
    assert find(customer=4711) == find(supplier=4711) == []


def test_who_held_a_point_does_not_find_it_by_the_name_of_who_came_after(store, clock, find, add) -> None:
    with store.read() as conn:
        before = customer_at(conn, "2000000003", at=clock.now())
    add("installation_no;title;customer;since\n2000000003;Yeni dükkân;Zeynep Yıldız;2026-02-01\n")
    with store.read() as conn:
        after = customer_at(conn, "2000000003", at=clock.now())
    for word in ("zeynep", "dukkan"):
        assert find(word) == find(word, customer=after.id) == ["2000000003"]
        assert find(word, customer=before.id) == []
    for word in ("sukru", "ev"):
        assert find(word, customer=before.id) == ["2000000003"]
        assert find(word, customer=after.id) == []
    assert find("2000000003", customer=before.id) == ["2000000003"], "numbers are the point's for ever"


def test_a_corrected_name_is_found_at_every_point_of_its_customer(find, add) -> None:
    add("installation_no;customer;customer_login\n1000000001;Elma Gıda A.Ş.;a@ornek.example\n")
    assert find("elma") == ["1000000001", "1000000002"]
    assert find("ornek") == []


def test_pages_follow_one_another_without_a_gap_or_a_twin(store, clock, let_in, add) -> None:
    let_in("".join(f"ELM,{n},{50_000_000 + n},1\n" for n in range(40)))
    add("meter;installation_no;title\n" + "".join(f"{50_000_000 + n};{n:04};Ortak\n" for n in range(33)))
    for search, count in (("", 40), ("ortak", 33), ("5000", 40)):
        seen, after, pages = [], None, 0
        while after is not None or pages == 0:
            with store.read() as conn:
                page = list_service_points(conn, at=clock.now(), search=search, after=after, limit=7)
            seen += [point.public_id for point in page.points]
            after, pages = page.after, pages + 1
        assert (len(seen), len(set(seen)), pages) == (count, count, -(-count // 7))


def test_a_word_of_very_many_points_is_found_too(store, clock, let_in, add) -> None:
    many = _FEW + 20
    let_in("".join(f"ELM,{n},{50_000_000 + n},1\n" for n in range(many)))
    add(
        "meter;installation_no;title\n" + "".join(f"{50_000_000 + n};{n:04};Ortak {n}\n" for n in range(many))
    )
    with store.read() as conn:
        page = list_service_points(conn, at=clock.now(), search="ortak", after="0517", limit=50)
        both = list_service_points(conn, at=clock.now(), search="ortak 519", limit=50)
        serials = list_service_points(conn, at=clock.now(), search="5000", after="0517", limit=50)
    assert [point.installation_no for point in page.points] == ["0518", "0519"]
    assert [point.installation_no for point in both.points] == ["0519"]
    assert [point.installation_no for point in serials.points] == ["0518", "0519"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=40), st.text(max_size=20))
def test_anything_may_be_typed_and_any_cursor_sent(find, search, after) -> None:
    find(search, after=after)


def test_terms_of_another_day_are_shown_as_of_then(store, clock, find, add) -> None:
    add("installation_no;title;since\n1000000001;Yeni ad;2026-02-01\n")
    with store.read() as conn:
        then = list_service_points(conn, at=clock.now() - timedelta(days=40)).points[0]
        now = list_service_points(conn, at=clock.now()).points[0]
    assert (then.title, now.title) == ("Işık Gıda · Fabrika", "Yeni ad")


def test_a_party_of_very_many_points_has_the_same_list(store, clock, find, monkeypatch) -> None:
    with store.read() as conn:
        cinar, deniz = list_suppliers(conn)
    few = [find(supplier=one.id) for one in (cinar, deniz)]
    monkeypatch.setattr("osos.registry.point_search._FEW_HELD", 0)
    assert [find(supplier=one.id) for one in (cinar, deniz)] == few
    assert find("isik", supplier=cinar.id) == ["1000000001"]
    assert find("isik", supplier=deniz.id) == []
