"""Does the policy say of every act who may, and leave nobody in by accident?"""

import pytest

from osos.access import Act, Role, Viewer, ViewerKind, has_rule, may, row_of
from osos.access.policy import ACTS, ROUTES

CUSTOMER = Viewer(account="a", kind=ViewerKind.SUBSCRIBER, party=1)
OPEN = {Act.BE_THERE, Act.SIGN_IN}


def staff(*roles: Role) -> Viewer:
    return Viewer(account="s", kind=ViewerKind.STAFF, roles=frozenset(roles))


def test_every_act_is_decided_and_every_route_has_one() -> None:
    assert set(ACTS) == set(Act)
    assert {row.act for row in ROUTES} <= set(Act)


@pytest.mark.parametrize("act", list(Act))
def test_who_is_not_signed_in_may_only_sign_in(act: Act) -> None:
    assert may(None, act) is (act in OPEN)


@pytest.mark.parametrize("act", list(Act))
def test_staff_without_a_role_may_no_more_than_nobody(act: Act) -> None:
    assert may(staff(), act) is False


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("kind", [ViewerKind.SUBSCRIBER, ViewerKind.CORPORATE, ViewerKind.SUPPLIER])
def test_an_account_without_a_party_sees_nothing(act: Act, kind: ViewerKind) -> None:
    assert may(Viewer(account="a", kind=kind), act) is False


def test_roles_are_worth_nothing_to_a_customer() -> None:
    dressed_up = Viewer(account="a", kind=ViewerKind.SUBSCRIBER, party=1, roles=frozenset(Role))
    assert [act for act in Act if may(dressed_up, act)] == [act for act in Act if may(CUSTOMER, act)]


def test_the_laboratory_sees_no_customer_and_field_staff_no_profile() -> None:
    assert not may(staff(Role.LAB), Act.SEE_POINT)
    assert not may(staff(Role.LAB), Act.SEE_DEVICES)
    assert not may(staff(Role.FIELD), Act.SEE_POINT)
    assert may(staff(Role.FIELD), Act.SEE_DEVICES)
    assert may(staff(Role.LAB, Role.OPERATOR), Act.SEE_POINT), "roles add up"


def test_an_auditor_looks_and_touches_nothing() -> None:
    done = {Act.READ_NOW, Act.VALIDATE, Act.RUN_CONFORMITY, Act.MANAGE_ACCOUNTS}
    assert not any(may(staff(Role.AUDITOR), act) for act in done)
    assert may(staff(Role.AUDITOR), Act.SEE_AUDIT)


def test_a_route_nobody_wrote_down_has_no_rule() -> None:
    assert not has_rule("portal.made_up")
    assert row_of("portal.made_up") is None
    assert has_rule("sign_in.page")
