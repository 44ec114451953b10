"""Who may sign in here? (`osos accounts add | list | link | disable`)"""

import getpass
import json
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from osos.cli.clocks import RealClock
from osos.cli.opened import FOUND_BAD, USAGE, Home, end, opened_store, settings_of
from osos.cli.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from osos.access import Account, ViewerKind

app = typer.Typer(no_args_is_help=True, help="Who may sign in to the pages, and as what.")
LINK_MINUTES = 15


class Kind(Enum):
    """The kinds of sign-in (P-1), and staff."""

    SUBSCRIBER = "subscriber"
    CORPORATE = "corporate"
    SUPPLIER = "supplier"
    STAFF = "staff"


class StaffRole(Enum):
    """What staff are for (P-25)."""

    OPERATOR = "operator"
    FIELD = "field"
    SETTLEMENT = "settlement"
    LAB = "lab"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


KindArgument = Annotated[Kind, typer.Argument(help="subscriber, corporate, supplier or staff.")]
LoginArgument = Annotated[str, typer.Argument(help="Installation number (subscriber), else an e-mail.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON line.")]


@app.command("add")
def add(
    *,
    kind: KindArgument,
    login: LoginArgument,
    name: Annotated[str, typer.Option("--name", help="As the pages show it; empty: the party's own.")] = "",
    role: Annotated[
        list[StaffRole] | None, typer.Option("--role", help="Of staff; several may be named.")
    ] = None,
    supplier: Annotated[str, typer.Option("--supplier", help="Name of the supplier (supplier).")] = "",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Make an account; prints the one-time link by which its owner sets the first password."""
    from osos.access import LoginTaken, Role, ViewerKind, create_account

    settings, now = settings_of(home), RealClock().now()
    viewer = ViewerKind(kind.value)
    if (viewer is ViewerKind.STAFF) != bool(role):
        end("name at least one --role for staff, and none for anybody else", USAGE)
    with opened_store(settings) as store, store.begin() as conn:
        party, own_name = _party(conn, viewer, login, supplier)
        try:
            invited = create_account(
                conn,
                kind=viewer,
                login=login,
                name=name or own_name or login,
                party=party,
                roles=[Role(one.value) for one in role or ()],
                now=now,
                by=getpass.getuser(),
            )
        except LoginTaken:
            end(f"there is a {kind.value} account {login} already; see osos accounts list", FOUND_BAD)
    _tell_link(settings, invited.account, invited.link_token, as_json)


@app.command("link")
def link(*, kind: KindArgument, login: LoginArgument, as_json: AsJson = False, home: Home = None) -> None:
    """A new one-time link for who lost his password; links given before end."""
    from osos.access import invite_again

    settings = settings_of(home)
    with opened_store(settings) as store, store.begin() as conn:
        account = _account(conn, kind, login)
        try:
            token = invite_again(conn, account, now=RealClock().now(), by=getpass.getuser())
        except ValueError as error:
            end(str(error), FOUND_BAD)
    _tell_link(settings, account, token, as_json)


@app.command("disable")
def disable(*, kind: KindArgument, login: LoginArgument, home: Home = None) -> None:
    """Nobody signs in with it any more; who is signed in is out within five seconds."""
    from osos.access import disable_account

    with opened_store(settings_of(home)) as store, store.begin() as conn:
        account = _account(conn, kind, login)
        disable_account(conn, account, now=RealClock().now(), by=getpass.getuser())
    print(f"{kind.value} {account.login}: kapatıldı / disabled")


@app.command("list")
def list_command(*, as_json: AsJson = False, home: Home = None) -> None:
    """Every account, one a line; what proves it is never shown."""
    from osos.access import list_accounts

    with opened_store(settings_of(home)) as store, store.read() as conn:
        after = 0
        while accounts := list_accounts(conn, after_id=after, limit=500):
            after = accounts[-1].id
            for one in accounts:
                _tell(one, as_json)


def _party(conn: "Connection", kind: "ViewerKind", login: str, supplier: str) -> tuple[int | None, str]:
    """For whom the account acts; staff act for none."""
    from osos import registry
    from osos.access import ViewerKind

    if kind is ViewerKind.STAFF:
        return None, ""
    if kind is ViewerKind.SUBSCRIBER:
        customer = registry.customer_at(conn, login, at=RealClock().now())
        if customer is None:
            end(f"no customer holds installation {login}; describe it by osos registry points", FOUND_BAD)
        return customer.id, customer.title
    if kind is ViewerKind.CORPORATE:
        wanted = login.lower()
        found = next((one for one in registry.all_customers(conn) if one.login == wanted), None)
        if found is None:
            end(f"no customer has the login {login}; name it in the list of osos registry points", FOUND_BAD)
        return found.id, found.title
    seller = next((one for one in registry.list_suppliers(conn) if one.name == supplier), None)
    if seller is None:
        known = ", ".join(one.name for one in registry.list_suppliers(conn)) or "none yet"
        end(f"no supplier is called {supplier!r} (--supplier); there are: {known}", FOUND_BAD)
    return seller.id, seller.name


def _account(conn: "Connection", kind: Kind, login: str) -> "Account":
    from osos.access import ViewerKind, find_account

    account = find_account(conn, kind=ViewerKind(kind.value), login=login)
    if account is None:
        end(f"there is no {kind.value} account {login}; see osos accounts list", FOUND_BAD)
    return account


def _tell(account: "Account", as_json: bool) -> None:
    facts = {
        "kind": account.kind.value,
        "login": account.login,
        "name": account.name,
        "state": account.state,
        "roles": sorted(account.roles),
    }
    if as_json:
        print(json.dumps(facts, ensure_ascii=False))
    else:
        print(f"{facts['kind']:<11} {facts['login']:<32} {facts['state']:<9} {facts['name']}")


def _tell_link(settings: Settings, account: "Account", token: str, as_json: bool) -> None:
    place = _pages(settings)
    address = f"{place}/first-password/{token}"
    if as_json:
        print(json.dumps({"kind": account.kind.value, "login": account.login, "link": address}))
        return
    print(f"{account.kind.value} {account.login}: {address}")
    print(f"Bağlantı {LINK_MINUTES} dakika ve bir kez geçerlidir. / Good for {LINK_MINUTES} minutes, once.")


def _pages(settings: Settings) -> str:
    """Where the pages are, as far as this machine knows."""
    from osos.cli.running import is_alive, read_running

    running: Any = read_running(settings.home)
    port = settings.listen.web
    if running is not None and running.web is not None and is_alive(running):
        port = running.web
    return f"http://{settings.listen.host}:{port}"
