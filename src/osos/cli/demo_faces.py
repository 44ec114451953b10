"""How do the demo's pages open, and who may look?"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from osos.cli.clocks import RealClock
from osos.cli.demo_places import CHAIN_LOGIN, SUPPLIER
from osos.cli.settings import PagesSettings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from osos.access import DemoSignIn, Passwords
    from osos.quantities import Clock
    from osos.store import Store

SIGN_INS = "signins.json"
OPERATOR_LOGIN = "operator@ornekedas.example"
SUPPLIER_LOGIN = "veri@isikenerji.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPages:
    """Where the pages are, and with what somebody signs in."""

    address: str
    sign_ins: "tuple[DemoSignIn, ...]"


@contextmanager
def open_pages(
    store: "Store", clock: "Clock", *, home: Path, port: int, speed: int, log: Any
) -> Iterator[DemoPages]:
    """Pages on this machine alone; a taken port makes way for a free one."""
    from osos.access import Passwords
    from osos.cli.faces import faces
    from osos.cli.upkeep import Upkeep, usual_tasks

    passwords, real = Passwords(), RealClock()
    sign_ins = _sign_ins(store, passwords, real)
    _keep(home / SIGN_INS, sign_ins)
    app = faces(
        store=store,
        clock=clock,
        real_clock=real,
        settings=PagesSettings(),
        log=log,
        passwords=passwords,
        speed=speed,
        demo=True,
    )
    server = _started(app, port)
    upkeep = Upkeep(store, usual_tasks(clock, real, speed=max(1, speed)), real, log)
    upkeep.start()
    try:
        assert server.address is not None  # it has just started
        yield DemoPages(address=f"http://127.0.0.1:{server.address[1]}/", sign_ins=sign_ins)
    finally:
        upkeep.stop()
        server.stop()


def _started(app: Any, port: int) -> Any:
    from osos.cli.web_server import WebServer

    try:
        server = WebServer(app, host="127.0.0.1", port=port)
        server.start()
    except OSError:
        server = WebServer(app, host="127.0.0.1", port=0)
        server.start()
    return server


def _sign_ins(store: "Store", passwords: "Passwords", real: "Clock") -> "tuple[DemoSignIn, ...]":
    from osos.access import demo_sign_ins

    with store.begin() as conn:
        return tuple(demo_sign_ins(conn, _wished(conn, real), passwords=passwords, now=real.now()))


def _wished(conn: "Connection", real: "Clock") -> Iterator[Any]:
    """A home, a factory of its own, the chain of many sites, a supplier, and the operator's desk."""
    from osos import registry
    from osos.access import DemoAccount, Role, ViewerKind

    now = real.now()
    for title, label in (("Mesken", "Ev"), ("Sanayi", "Fabrika")):
        found = _own_point(conn, title, now)
        if found is not None:
            installation, party, name = found
            yield DemoAccount(
                kind=ViewerKind.SUBSCRIBER, login=installation, name=f"{label}: {name}", party=party
            )
    chain = next((one for one in registry.list_customers(conn) if one.login == CHAIN_LOGIN), None)
    if chain is not None:
        yield DemoAccount(kind=ViewerKind.CORPORATE, login=CHAIN_LOGIN, name=chain.title, party=chain.id)
    supplier = next((one for one in registry.list_suppliers(conn) if one.name == SUPPLIER), None)
    if supplier is not None:
        yield DemoAccount(
            kind=ViewerKind.SUPPLIER, login=SUPPLIER_LOGIN, name=supplier.name, party=supplier.id
        )
    yield DemoAccount(
        kind=ViewerKind.STAFF,
        login=OPERATOR_LOGIN,
        name="Okuma merkezi",
        roles=frozenset({Role.OPERATOR, Role.SETTLEMENT, Role.AUDITOR}),
    )


def _own_point(conn: "Connection", group: str, now: Any) -> tuple[str, int, str] | None:
    """The first point of this tariff group whose customer has no sign-in by e-mail."""
    from osos import registry

    for place in registry.list_service_points(conn, at=now, limit=2000).points:
        if place.tariff_group != group or place.installation_no is None:
            continue
        holder = registry.customer_at(conn, place.installation_no, at=now)
        if holder is not None and not holder.login:
            return place.installation_no, holder.id, place.title or place.installation_no
    return None


def _keep(file: Path, sign_ins: "tuple[DemoSignIn, ...]") -> None:
    """Readable by its owner alone, from its first byte on."""
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(
        json.dumps([asdict(one) for one in sign_ins], ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
