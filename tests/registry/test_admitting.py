"""Does a list change exactly what it says, once, and leave its traces?"""

from datetime import timedelta
from decimal import Decimal

from osos.quantities import DeviceId
from osos.registry import (
    admit,
    find_modem,
    installations,
    list_meters,
    list_modems,
    list_points,
    list_quarantine,
    meters_behind,
    parse_admissions,
    quarantine,
)
from osos.store import list_events

MODEM = DeviceId("ELM", "867000000000001")
LINE = "ELM,867000000000001,MKS11111111;22222222,40;1.5,2026-12-31\n"


def test_a_line_makes_a_modem_its_meters_their_points_and_installations(store, clock, let_in) -> None:
    report = let_in(LINE)
    assert (report.modems_new, report.meters_new, report.problems) == (1, 2, [])
    with store.read() as conn:
        modem = find_modem(conn, MODEM)
        behind = meters_behind(conn, modem.id, clock.now())
        points = list(list_points(conn))
    assert modem.state == "admitted"
    assert [(str(one.meter), one.multiplier) for one in behind] == [
        ("MKS11111111", Decimal(40)),
        ("22222222", Decimal("1.5")),
    ]
    assert {one.point_id for one in behind} == {point.point_id for point in points}
    assert len({point.public_id for point in points}) == 2
    assert all(len(point.public_id) == 16 for point in points)


def test_the_same_list_again_changes_nothing(store, clock, let_in) -> None:
    let_in(LINE)
    with store.read() as conn:
        before = (
            list(list_modems(conn)),
            list(list_meters(conn)),
            list(list_points(conn)),
            list_events(conn),
        )
    clock.advance(86400)
    report = let_in(LINE)
    assert (report.modems_new, report.modems_changed, report.modems_unchanged) == (0, 0, 1)
    assert (report.meters_new, report.meters_changed) == (0, 0)
    with store.read() as conn:
        after = (list(list_modems(conn)), list(list_meters(conn)), list(list_points(conn)), list_events(conn))
    assert after == before


def test_a_meter_behind_another_modem_is_refused_with_a_sentence_and_the_rest_is_admitted(
    store, let_in
) -> None:
    let_in(LINE)
    report = let_in("ELM,2,33333333;22222222,1,\nELM,3,44444444,1,\n")
    (problem,) = report.problems
    assert str(problem) == (
        "line 1: meter 22222222 is already behind modem ELM867000000000001; take it off that modem first, or "
        "correct the serial (or write its maker's letters before it, if another maker's meter 22222222 is "
        "meant)"
    )
    with store.read() as conn:
        assert [str(one.device) for one in list_modems(conn)] == ["ELM3", "ELM867000000000001"]
        assert [one.device.serial for one in list_meters(conn)] == ["11111111", "22222222", "44444444"]


def test_a_meter_twice_in_one_list_is_refused_the_second_time(store, let_in) -> None:
    report = let_in("ELM,1,11111111,1,\nELM,2,11111111,1,\n")
    assert [problem.line for problem in report.problems] == [2]


def test_another_makers_meter_with_the_same_number_is_another_meter(store, let_in) -> None:
    let_in("ELM,1,MKS11111111,1,")
    report = let_in("ELM,2,LUN11111111,1,")
    assert (report.meters_new, report.problems) == (1, [])


def test_a_modem_may_stand_on_several_lines(store, clock, let_in) -> None:
    report = let_in("ELM,1,11111111,40,2026-12-31\nELM,1,22222222,1,2026-12-31\nELM,1,3,1,2027-01-01\n")
    assert (report.modems_new, report.meters_new) == (1, 2)
    assert [str(problem) for problem in report.problems] == [
        "line 3: modem ELM1 stands on line 1 too, with another plain_until; "
        "give it the same one on all of its lines"
    ]


def test_a_flag_named_later_is_kept_and_told(store, let_in) -> None:
    let_in("ELM,1,11111111,1,")
    report = let_in("ELM,1,MKS11111111,1,")
    assert (report.meters_new, report.meters_changed) == (0, 1)
    with store.read() as conn:
        assert [str(one.device) for one in list_meters(conn)] == ["MKS11111111"]
    assert let_in("ELM,1,11111111,1,").modems_unchanged == 1


def test_a_new_multiplier_begins_a_new_installation_at_the_same_point(store, clock, let_in) -> None:
    let_in("ELM,1,11111111,40,")
    start = clock.now()
    refused = let_in("ELM,1,11111111,60,")
    assert "has multiplier 40 since" in refused.problems[0].what
    clock.advance(3600)
    report = let_in("ELM,1,11111111,60,")
    assert (report.meters_changed, report.problems) == (1, [])
    with store.read() as conn:
        first, second = installations(conn)
        assert installations(conn, at=start) == [first]
        assert installations(conn, meter_id=first.meter_id, point_id=first.point_id, at=clock.now()) == [
            second
        ]
        assert installations(conn, beside=second.meter_id) == [first, second]
    assert (first.multiplier, first.since, first.until) == (Decimal(40), start, clock.now())
    assert (second.multiplier, second.since, second.until) == (Decimal(60), clock.now(), None)
    assert second.point_id == first.point_id


def test_installations_begin_when_the_list_says(store, clock, let_in) -> None:
    since = clock.now() - timedelta(days=35)
    let_in(LINE, since=since)
    with store.read() as conn:
        modem = find_modem(conn, MODEM)
        assert len(meters_behind(conn, modem.id, since)) == 2
        assert meters_behind(conn, modem.id, since - timedelta(seconds=1)) == []


def test_a_plain_link_is_taken_until_its_day_and_the_day_can_be_moved(store, clock, let_in) -> None:
    let_in("ELM,1,,,2026-03-03\nELM,2,,,\n")
    with store.read() as conn:
        one, two = find_modem(conn, DeviceId("ELM", "1")), find_modem(conn, DeviceId("ELM", "2"))
    assert one.may_be_plain(clock.now())
    assert not one.may_be_plain(clock.now() + timedelta(days=1))
    assert not two.may_be_plain(clock.now())
    assert let_in("ELM,1,,,2026-04-01\n").modems_changed == 1
    with store.read() as conn:
        event = list_events(conn, subject="modem ELM1")[-1]
    assert event.before == {"plain_until": "2026-03-02T21:00:00+00:00"}
    assert event.after == {"plain_until": "2026-03-31T21:00:00+00:00"}


def test_an_admitted_modem_leaves_the_quarantine_and_the_log_says_from_where(store, clock, let_in) -> None:
    with store.begin() as conn:
        quarantine(conn, device=MODEM, address="10.0.0.7", reason="unknown", payload=b"#", now=clock.now())
    let_in(LINE, by="mehmet")
    with store.read() as conn:
        assert list_quarantine(conn) == []
        first, admitted = list_events(conn, subject=f"modem {MODEM}")
    assert (first.act, first.actor) == ("modem quarantined", "10.0.0.7")
    assert (admitted.act, admitted.actor) == ("modem admitted", "mehmet")
    assert admitted.before["address"] == "10.0.0.7"


def test_every_change_of_a_list_leaves_its_event(store, clock, let_in) -> None:
    let_in(LINE)
    with store.read() as conn:
        acts = [(event.act, event.subject) for event in list_events(conn)]
    assert acts == [
        ("modem admitted", "modem ELM867000000000001"),
        ("meter put behind modem", "meter MKS11111111"),
        ("meter put behind modem", "meter 22222222"),
        ("meter installed", "meter MKS11111111"),
        ("meter installed", "meter 22222222"),
    ]


def test_ten_thousand_modems_are_admitted_at_once(store, clock) -> None:
    text = "".join(f"ELM,{86_700_000 + n},{10_000_000 + n},40,2026-12-31\n" for n in range(10_000))
    admissions, problems = parse_admissions(text)
    assert problems == []
    with store.begin() as conn:
        report = admit(conn, admissions, by="a", now=clock.now(), since=clock.now())
    assert (report.modems_new, report.meters_new) == (10_000, 10_000)
    with store.begin() as conn:
        report = admit(conn, admissions[-600:], by="a", now=clock.now(), since=clock.now())
    assert report.modems_unchanged == 600
