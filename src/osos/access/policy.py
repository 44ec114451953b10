"""Which route does what, and who may?

Two tables, written by hand. A new screen adds one line to ROUTES: its route's name, the act behind it, and of
what kind the object in its address is. A route without a line fails the start (G16).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from osos.access.viewer import Role, Viewer, ViewerKind


class Act(StrEnum):
    """What is done, seen from the one who asks."""

    BE_THERE = "be there"  # liveness, style sheets: nothing of anybody
    SIGN_IN = "sign in"
    SIGN_OUT = "sign out"
    FIND_HOME = "find the own first page"
    SEE_ACCOUNT = "see the own account"
    SEE_POINT = "see a point's data"
    LIST_POINTS = "list the own points"
    SEE_SITES = "compare the own sites"
    SEE_PORTFOLIO = "see the own portfolio"
    SEE_FLEET = "see the fleet's health"
    SEE_DEVICES = "see meters and modems"
    SEE_QUARANTINE = "see the quarantine"
    READ_NOW = "read a meter now"
    SEE_JOBS = "see jobs and plans"
    SEE_CONFORMITY = "see conformity sessions"
    RUN_CONFORMITY = "run conformity checks"
    VALIDATE = "accept, estimate or edit values"
    SEE_AUDIT = "see who did what"
    MANAGE_ACCOUNTS = "manage accounts"


class Of(StrEnum):
    """What the address of a route names; the page asks for it with the viewer, a stranger's is a 404."""

    NOTHING = "nothing"
    POINT = "point"  # {point}: a metering point's public id, through mdm.faces.find_point
    DEVICE = "device"  # a meter, a modem, a job, a run by name: staff only, so none is foreign
    LINK = "link"  # {token} of a one-time link


@dataclass(frozen=True, slots=True)
class Who:
    """The kinds of sign-in that may; of staff only those with one of the roles."""

    kinds: frozenset[ViewerKind] = frozenset()
    roles: frozenset[Role] = frozenset()
    nobody: bool = False  # who is not signed in, too


@dataclass(frozen=True, slots=True)
class Row:
    """One route."""

    route: str
    act: Act
    of: Of = Of.NOTHING


_S, _C, _T = ViewerKind.SUBSCRIBER, ViewerKind.CORPORATE, ViewerKind.SUPPLIER
_CUSTOMERS = frozenset({_S, _C})
_PARTIES = frozenset({_S, _C, _T})
_ALL_ROLES = frozenset(Role)
_DESK = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})
_LOOKERS = _ALL_ROLES - {Role.LAB}  # the laboratory tests meters and sees no customer (P-25)
_DATA = _LOOKERS - {Role.FIELD}

ACTS: Mapping[Act, Who] = {
    Act.BE_THERE: Who(_PARTIES, _ALL_ROLES, nobody=True),
    Act.SIGN_IN: Who(_PARTIES, _ALL_ROLES, nobody=True),
    Act.SIGN_OUT: Who(_PARTIES, _ALL_ROLES),
    Act.FIND_HOME: Who(_PARTIES, _ALL_ROLES),
    Act.SEE_ACCOUNT: Who(_PARTIES, _ALL_ROLES),
    Act.SEE_POINT: Who(_PARTIES, _DATA),
    Act.LIST_POINTS: Who(_PARTIES, _DATA),
    Act.SEE_SITES: Who(_CUSTOMERS),
    Act.SEE_PORTFOLIO: Who(frozenset({_T})),
    Act.SEE_FLEET: Who(roles=_LOOKERS),
    Act.SEE_DEVICES: Who(roles=_LOOKERS),
    Act.SEE_QUARANTINE: Who(roles=_DESK | {Role.AUDITOR}),
    Act.READ_NOW: Who(roles=_DESK | {Role.FIELD, Role.SETTLEMENT}),
    Act.SEE_JOBS: Who(roles=_DATA),
    Act.SEE_CONFORMITY: Who(roles=frozenset({Role.LAB, Role.ADMINISTRATOR, Role.AUDITOR})),
    Act.RUN_CONFORMITY: Who(roles=frozenset({Role.LAB, Role.ADMINISTRATOR})),
    Act.VALIDATE: Who(roles=_DESK | {Role.SETTLEMENT}),
    Act.SEE_AUDIT: Who(roles=frozenset({Role.AUDITOR, Role.ADMINISTRATOR})),
    Act.MANAGE_ACCOUNTS: Who(roles=frozenset({Role.ADMINISTRATOR})),
}

ROUTES: tuple[Row, ...] = (
    Row("web.alive", Act.BE_THERE),
    Row("web.ready", Act.BE_THERE),
    Row("web.static", Act.BE_THERE),
    Row("web.home", Act.FIND_HOME),
    Row("sign_in.page", Act.SIGN_IN),
    Row("sign_in.enter", Act.SIGN_IN),
    Row("sign_in.staff_page", Act.SIGN_IN),
    Row("sign_in.staff_enter", Act.SIGN_IN),
    Row("sign_in.link_page", Act.SIGN_IN, Of.LINK),
    Row("sign_in.link_use", Act.SIGN_IN, Of.LINK),
    Row("sign_in.out", Act.SIGN_OUT),
    # the customer's panel
    Row("portal.home", Act.LIST_POINTS),
    Row("portal.account", Act.SEE_ACCOUNT),
    Row("portal.sites", Act.SEE_SITES),
    Row("portal.compare", Act.SEE_SITES),
    Row("portal.go", Act.SEE_SITES),
    Row("portal.portfolio", Act.SEE_PORTFOLIO),
    Row("portal.portfolio_hours", Act.SEE_PORTFOLIO),
    Row("portal.portfolio_parts", Act.SEE_PORTFOLIO),
    Row("portal.point", Act.SEE_POINT, Of.POINT),
    Row("portal.overview", Act.SEE_POINT, Of.POINT),
    Row("portal.overview_file", Act.SEE_POINT, Of.POINT),
    Row("portal.portfolio_file", Act.SEE_PORTFOLIO),
    Row("portal.hourly", Act.SEE_POINT, Of.POINT),
    Row("portal.hourly_file", Act.SEE_POINT, Of.POINT),
    Row("portal.profile", Act.SEE_POINT, Of.POINT),
    Row("portal.profile_file", Act.SEE_POINT, Of.POINT),
    Row("portal.indices", Act.SEE_POINT, Of.POINT),
    Row("portal.readout", Act.SEE_POINT, Of.POINT),
    Row("portal.ratios", Act.SEE_POINT, Of.POINT),
    Row("portal.monthly", Act.SEE_POINT, Of.POINT),
    Row("portal.monthly_file", Act.SEE_POINT, Of.POINT),
    Row("portal.outages", Act.SEE_POINT, Of.POINT),
    Row("portal.tariffs", Act.SEE_POINT, Of.POINT),
    Row("portal.meter", Act.SEE_POINT, Of.POINT),
    Row("portal.explain", Act.SEE_POINT, Of.POINT),
    # the operator's desk
    Row("console.fleet", Act.SEE_FLEET),
    Row("console.read_live", Act.SEE_JOBS, Of.DEVICE),
    Row("console.read_part", Act.SEE_JOBS, Of.DEVICE),
    Row("console.fleet_live", Act.SEE_FLEET),
    Row("console.fleet_part", Act.SEE_FLEET),
    Row("console.points", Act.SEE_DEVICES),
    Row("console.point", Act.SEE_DEVICES, Of.POINT),
    Row("console.modems", Act.SEE_DEVICES),
    Row("console.modem", Act.SEE_DEVICES, Of.DEVICE),
    Row("console.quarantine", Act.SEE_QUARANTINE),
    Row("console.reads", Act.SEE_JOBS),
    Row("console.read", Act.SEE_JOBS, Of.DEVICE),
    Row("console.read_now", Act.READ_NOW, Of.POINT),
    Row("console.validation", Act.SEE_DEVICES),
    Row("console.validation_batch", Act.VALIDATE),
    Row("console.corrections", Act.SEE_DEVICES),
    Row("console.corrections_act", Act.VALIDATE),
    Row("console.workbench", Act.SEE_DEVICES, Of.POINT),
    Row("console.workbench_act", Act.VALIDATE, Of.POINT),
    Row("console.explain", Act.SEE_DEVICES, Of.POINT),
    Row("console.figures", Act.SEE_DEVICES, Of.POINT),
    Row("console.balance", Act.SEE_DEVICES),
    Row("console.balance_node", Act.SEE_DEVICES),
    Row("console.balance_parts", Act.SEE_DEVICES),
    Row("console.losses", Act.SEE_DEVICES),
    Row("console.suspicion", Act.SEE_DEVICES),
    Row("console.suspicion_decide", Act.VALIDATE),
    # the conformity bench
    Row("console.bench", Act.SEE_CONFORMITY),
    Row("console.bench_now", Act.SEE_CONFORMITY),
    Row("console.bench_now_part", Act.SEE_CONFORMITY, Of.DEVICE),
    Row("console.bench_now_live", Act.SEE_CONFORMITY, Of.DEVICE),
    Row("console.bench_answer", Act.RUN_CONFORMITY, Of.DEVICE),
    Row("console.bench_stop", Act.RUN_CONFORMITY, Of.DEVICE),
    Row("console.bench_run", Act.SEE_CONFORMITY, Of.DEVICE),
    Row("console.bench_beside", Act.SEE_CONFORMITY, Of.DEVICE),
    Row("console.bench_sign", Act.RUN_CONFORMITY, Of.DEVICE),
    Row("console.bench_accuracy", Act.RUN_CONFORMITY, Of.DEVICE),
    Row("console.bench_file", Act.SEE_CONFORMITY, Of.DEVICE),
    Row("console.bench_enter", Act.SIGN_IN, Of.LINK),
    Row("console.bench_enter_use", Act.SIGN_IN, Of.LINK),
)
_BY_ROUTE = {row.route: row for row in ROUTES}
if len(_BY_ROUTE) != len(ROUTES):
    raise ValueError("a route has two lines in the policy: which one holds?")


def row_of(route: str) -> Row | None:
    return _BY_ROUTE.get(route)


def has_rule(route: str) -> bool:
    """Has somebody decided about this route?"""
    return route in _BY_ROUTE


def may(viewer: Viewer | None, act: Act) -> bool:
    """Whether he may do it at all; of what, `sight` and the queries decide."""
    who = ACTS[act]
    if viewer is None:
        return who.nobody
    if viewer.kind is ViewerKind.STAFF:
        return bool(viewer.roles & who.roles)
    return viewer.kind in who.kinds and viewer.party is not None
