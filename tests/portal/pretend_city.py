"""Which few customers do the tests of pages look at? A small city, read through the doors of the house."""

import fcntl
import os
import shutil
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import Connection, delete, select, update

from osos import mdm, registry
from osos.access import DemoAccount, DemoSignIn, Passwords, Role, Viewer, ViewerKind, demo_sign_ins
from osos.iec62056 import block_check
from osos.mdm import Direction, WireFrame
from osos.quantities import TURKIYE, DeviceId, to_local
from osos.registry.eic import check_character
from osos.registry.tables import installations, metering_points
from osos.simulator.load import Factory, Home, Load, Rooftop, Shop
from osos.simulator.load.day import LoadDay, day_number
from osos.simulator.meter import MeterSpec, VirtualMeter
from osos.store import Store, mark, open_store

NOW = datetime(2026, 11, 21, 22, 47, tzinfo=TURKIYE)
SINCE = datetime(2026, 10, 1, tzinfo=TURKIYE)
HUNG = SINCE - timedelta(days=1)  # a meter begins a day earlier, so that its first register is in its memory
EXCHANGED = datetime(2026, 11, 10, 10, tzinfo=TURKIYE)
WORKED_SUNDAY = date(2026, 11, 15)
SCRIPT = "<script>alert('x')</script>"


SUPPLIER, PORTFOLIO_SINCE = "Işık Enerji Tedarik A.Ş.", datetime(2026, 10, 15, tzinfo=TURKIYE)
PORTFOLIO = ("factory", "solar", "gaps")
COMPANY, COMPANY_LOGIN = "Örnek Gıda San. A.Ş.", "enerji@ornek.example"
SERVICE_COLUMNS = (
    *("meter", "installation_no", "etso", "region", "centre", "district", "title", "class", "tariff_group"),
    *("rate", "installed_kva", "contract_kw", "voltage", "customer", "customer_kind", "customer_login"),
)
_COMPANY = (COMPANY, "company", COMPANY_LOGIN)
SERVICE_FACTS = {
    "factory": ("B", "sanayi", "three", "160", "120", "OG", *_COMPANY),
    "solar": ("LÜY", "sanayi", "three", "100", "80", "OG", *_COMPANY),
    "market": ("B", "ticarethane", "three", "60", "50", "AG", *_COMPANY),
    "home": ("K", "mesken", "single", "8", "5", "AG", "Şükrü İğdır", "person", ""),
    "empty": ("B", "ticarethane", "single", "40", "30", "AG", "Henüz okunmayan A.Ş.", "company", ""),
    "once": ("B", "ticarethane", "single", "40", "30", "AG", "Bir kez okunan", "company", ""),
    "gaps": ("B", "ticarethane", "three", "60", "50", "AG", f"Boşluklu {SCRIPT}", "company", ""),
}


def _at(day: int, hour: int = 0, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=TURKIYE)


# What came of whose load profile; who is not named told everything.
TOLD = {
    "factory": ((SINCE, _at(12, 13)), (_at(12, 15, 45), NOW)),
    "market": ((SINCE, EXCHANGED),),
    "market-new": ((EXCHANGED, NOW),),
    "gaps": ((SINCE, _at(5, month=10)), (_at(20), NOW)),
}
CUTS = ((_at(6, 3, 12), _at(6, 4, 5)), (_at(17, 14, 30), _at(17, 14, 32)))  # of the solar plant's supply
READ_OUT = (
    *((name, _at(1, 0, 10)) for name in ("factory", "solar", "home", "market")),
    ("once", _at(20, 9)),
    ("market", EXCHANGED - timedelta(minutes=5)),
    *((name, NOW - timedelta(minutes=1)) for name in ("factory", "solar", "home", "market-new", "gaps")),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A customer and its meter."""

    name: str
    title: str
    meter: VirtualMeter
    multiplier: Decimal


class SundayWork:
    """A factory that works on one Sunday afternoon as it does on Mondays."""

    phases = 3

    def __init__(self, usual: Factory) -> None:
        self._usual = usual

    def day(self, number: int) -> LoadDay:
        own = self._usual.day(number)
        if number != day_number(WORKED_SUNDAY):
            return own
        monday, at_work = self._usual.day(number + 1), slice(15 * 60, 21 * 60)
        power, reactive = own.power_w.copy(), own.reactive_var.copy()
        power[:, at_work], reactive[:, at_work] = monday.power_w[:, at_work], monday.reactive_var[:, at_work]
        return replace(own, power_w=power, reactive_var=reactive)


def _meter(number: int, load: Load, **facts: object) -> VirtualMeter:
    told = {"device": DeviceId("OSO", f"7000{number:05d}"), "since": HUNG, "seed": number, "kind": "combi"}
    return VirtualMeter(MeterSpec(**(told | facts)), load, days_kept=60)  # type: ignore[arg-type]  # facts by name


def places() -> dict[str, Place]:
    """Everybody in the city, by a short name."""
    works = SundayWork(Factory(1, rated_w=2600.0))
    roof = Rooftop(9, customer=Factory(9, rated_w=1800.0), peak_w=2400.0)
    combi = {"kind": "combi", "connection": "X/5"}
    made = [
        Place("factory", "Örnek Gıda San. A.Ş. · Merkez fabrika", _meter(1, works, **combi), Decimal(40)),
        Place(
            "solar", "Örnek Gıda San. A.Ş. · Çatı GES'li depo", _meter(2, roof, ways=2, **combi), Decimal(20)
        ),
        Place("home", "Şükrü İğdır", _meter(3, Home(3), kind="1p"), Decimal(1)),
        Place("market", f"Örnek Market {SCRIPT}", _meter(4, Shop(4, scale=2.2)), Decimal(1)),
        Place("market-new", "", _meter(14, Shop(4, scale=2.2)), Decimal(1)),
        Place("empty", "Henüz okunmayan A.Ş.", _meter(5, Shop(5), kind="3p"), Decimal(1)),
        Place("once", "Bir kez okunan", _meter(6, Shop(6), kind="3p"), Decimal(1)),
        Place("gaps", "Boşluklu Ltd.", _meter(7, Shop(7)), Decimal(1)),
    ]
    return {place.name: place for place in made}


def build(path: Path) -> None:
    """Everything the city's meters said by `NOW`, in a new SQLite file."""
    store = open_store(path)
    try:
        store.migrate()
        with store.begin() as conn:
            settle(conn)
        with store.begin() as conn:
            tell(conn)
            joins_portfolio(conn)
    finally:
        store.close()


def shared(base: Path, copy: Path) -> Path:
    """A copy of the city that the processes of one test session build once among them."""
    folder = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    made = folder / "pretend_city.sqlite"
    with (folder / "pretend_city.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            build(folder / "building.sqlite")
            (folder / "building.sqlite").rename(made)
    shutil.copy(made, copy)
    return copy


def settle(conn: Connection) -> None:
    """The registry learns of everybody; the market's second meter follows the first at its point."""
    lines = ["flag,serial,meters,multiplier,plain_until"]
    for number, place in enumerate(places().values()):
        lines.append(f"OSM,90000000000{number:04d},{place.meter.spec.device},{place.multiplier},2027-01-01")
    admissions, problems = registry.parse_admissions("\n".join(lines))
    assert not problems, problems
    report = registry.admit(conn, admissions, by="city", now=SINCE, since=SINCE)
    assert not report.problems, report.problems
    _exchange(conn, old="700000004", new="700000014")
    rows, problems = registry.parse_service_points(service_points_csv())
    assert not problems, problems
    told = registry.admit_service_points(conn, rows, by="city", now=SINCE)
    assert not told.problems, told.problems


def service_points_csv() -> str:
    """Who they are and where they live, with suppliers from a day within the data on."""
    lines = [",".join(SERVICE_COLUMNS)]
    for number, (name, facts) in enumerate(SERVICE_FACTS.items(), start=1):
        meter = places()["market-new" if name == "market" else name].meter.spec.device
        place = ("Trakya", "Tekirdağ", "Çorlu", f'"{places()[name].title}"')
        etso = f"40Z00020000{number:04d}"
        code = etso + check_character(etso)
        lines.append(",".join((str(meter), f"20041783{number:02d}", code, *place, *facts)))
    return "\n".join(lines)


def joins_portfolio(conn: Connection) -> None:
    """From this day on the supplier has these points; the days before are another's."""
    text = "meter,supplier,since\n" + "\n".join(
        f"{places()[name].meter.spec.device},{SUPPLIER},{PORTFOLIO_SINCE.date().isoformat()}"
        for name in PORTFOLIO
    )
    rows, problems = registry.parse_service_points(text)
    assert not problems, problems
    told = registry.admit_service_points(conn, rows, by="city", now=NOW)
    assert not told.problems, told.problems


def _exchange(conn: Connection, *, old: str, new: str) -> None:
    """The new meter hangs at the old one's point from `EXCHANGED` on."""
    meters = {each.device.serial: each.meter_id for each in registry.list_meters(conn)}
    c = installations.c
    row = conn.execute(select(installations).where(c.meter_id == meters[old])).one()
    conn.execute(update(installations).where(c.meter_id == meters[old]).values(until=EXCHANGED))
    own = conn.execute(select(c.point_id).where(c.meter_id == meters[new])).scalar_one()
    moved = {"point_id": row.point_id, "since": EXCHANGED}
    conn.execute(update(installations).where(c.meter_id == meters[new]).values(**moved))
    conn.execute(delete(metering_points).where(metering_points.c.id == own))


def tell(conn: Connection) -> None:
    """Profiles and readouts, as modems would have brought them; some never came."""
    desk, all_of_them = Desk(conn), places()
    for start, end in CUTS:
        all_of_them["solar"].meter.rig(at=start, supply=(False, False, False))
        all_of_them["solar"].meter.rig(at=end, supply=(True, True, True))
    for name in ("factory", "solar", "home", "market", "market-new", "gaps"):
        meter = all_of_them[name].meter
        for since, until in TOLD.get(name, ((SINCE, NOW),)):
            for profile in ("P.01", "P.02", "P.03"):
                desk.profile(meter, profile, since, until)
    for name, at in READ_OUT:
        desk.readout(all_of_them[name].meter, at)


def _label(at: datetime) -> str:
    return to_local(at).strftime("%y-%m-%d,%H:%M")


class Desk:
    """Keeps and records telegrams as the head-end does."""

    def __init__(self, conn: Connection) -> None:
        self.conn, self.count = conn, 0
        self.meters = {each.device.serial: each.meter_id for each in registry.list_meters(conn)}

    def profile(self, meter: VirtualMeter, name: str, since: datetime, until: datetime) -> None:
        """Labels after `since` to `until`, as a modem would bring them."""
        asked = f"{_label(since)};{_label(until)}"
        raw = meter.read(name, asked, at=until + timedelta(minutes=1), trusted=True)
        if raw is not None:  # a single-phase meter has no P.02 and P.03
            self._tell(meter, raw, until + timedelta(minutes=2), name)

    def readout(self, meter: VirtualMeter, at: datetime) -> None:
        lines = meter.packet("0", at=at)
        assert lines is not None
        block = lines + b"!\r\n\x03"
        raw = meter.identification() + b"\x02" + block + bytes([block_check(block)])
        self._tell(meter, raw, at, None)

    def _tell(self, meter: VirtualMeter, raw: bytes, at: datetime, name: str | None) -> None:
        self.count += 1
        device = meter.spec.device
        kept = mdm.keep(
            self.conn,
            WireFrame(
                payload=raw,
                direction=Direction.IN,
                link="tcp",
                address="127.0.0.1:1",
                session="city",
                received_at=at,
                flag=device.flag,
                serial=device.serial,
                function="profile" if name else "read",
                reference_id=f"r{self.count}",
            ),
        )
        meter_id = self.meters[device.serial]
        told = mdm.interpret(raw, asked=device, received_at=at, asked_profile=name, told_serial=device.serial)
        mdm.record(
            self.conn, frame_id=kept.frame_id, meter=meter_id, point=None, interpreted=told, received_at=at
        )


@dataclass(frozen=True, slots=True)
class Told:
    """Public ids by the places' short names, and who may look."""

    points: dict[str, str]
    company: Viewer
    person: Viewer
    supplier: Viewer
    staff: Viewer


def told_of(conn: Connection) -> Told:
    """What the registry calls the places and people of the city."""
    by_meter = {str(one.meter): one.public_id for one in registry.list_points(conn) if one.meter}
    names = {name: "market-new" if name == "market" else name for name in SERVICE_FACTS}
    points = {name: by_meter[str(places()[meter].meter.spec.device)] for name, meter in names.items()}
    customers = {one.title: one.id for one in registry.list_customers(conn)}
    (supplier,) = registry.list_suppliers(conn)

    def viewer(kind: ViewerKind, party: int, name: str) -> Viewer:
        return Viewer(account=f"account-{kind}", kind=kind, party=party, name=name)

    return Told(
        points=points,
        company=viewer(ViewerKind.CORPORATE, customers[COMPANY], COMPANY_LOGIN),
        person=viewer(ViewerKind.SUBSCRIBER, customers["Şükrü İğdır"], "Şükrü İğdır"),
        supplier=viewer(ViewerKind.SUPPLIER, supplier.id, SUPPLIER),
        staff=Viewer(
            account="staff", kind=ViewerKind.STAFF, roles=frozenset({Role.OPERATOR}), name="operatör"
        ),
    )


def signs_in(store: Store) -> dict[str, DemoSignIn]:
    """An account for each kind of sign-in, with a password to type."""
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with store.begin() as conn:
        mark(conn, name="demo", value="1")
        told = told_of(conn)
        wished = (
            DemoAccount(
                kind=ViewerKind.SUBSCRIBER, login="2004178304", name="Şükrü İğdır", party=told.person.party
            ),
            DemoAccount(
                kind=ViewerKind.CORPORATE, login=COMPANY_LOGIN, name=COMPANY, party=told.company.party
            ),
            DemoAccount(
                kind=ViewerKind.SUPPLIER,
                login="portfoy@isik.example",
                name=SUPPLIER,
                party=told.supplier.party,
            ),
        )
        made = demo_sign_ins(conn, wished, passwords=passwords, now=NOW)
    passwords.close()
    return {one.kind.value: one for one in made}
