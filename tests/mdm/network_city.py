"""Which small network do tests of balances and of the radar look at? Two streets of a city, told and kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection

from osos import mdm, registry
from osos.mdm import Direction, Interpreted, WireFrame
from osos.mdm.canonical import Installed
from osos.mdm.labels import edge_of_day, grid_of_day, instant_of_label
from osos.meters import ProfileRecords
from osos.simulator.city.customers import FACTORY, FLAT, HOUSE, MARKET, SHOP
from osos.simulator.city.faults_network import KINDS
from osos.simulator.city.network import District, ToldMeter, district

DAYS, FIRST_DAY = 28, 9793
CUSTOMERS = (MARKET, SHOP, HOUSE, FLAT, MARKET, FACTORY)
COMBI = ("1.8.0", "5.8.0", "8.8.0", "2.8.0", "7.8.0", "6.8.0")
_VOLTS = tuple(f"{code} {which}" for which in ("max", "min") for code in ("32.7.0", "52.7.0", "72.7.0"))
_AMPERES = ("31.7.0", "51.7.0", "71.7.0")


@dataclass(frozen=True, slots=True)
class NetworkCity:
    """The streets as they were made, and where their meters stand in the registry."""

    told: District
    points: dict[str, int]  # meter's name → point; a transformer's main meter by its own name
    public: dict[str, str]
    now: datetime  # the day after the last


def streets(*kinds: str, seed: int = 3) -> District:
    """One more street than faults; of customers without a generator."""
    return district(
        seed,
        transformers=max(2, len(kinds) + 1),
        days=DAYS,
        first_day=FIRST_DAY,
        faults={kind: KINDS[kind] for kind in kinds},
        each=1,
        customers=CUSTOMERS,
    )


def settle(conn: Connection, told: District) -> NetworkCity:
    """Admit, hang, tell: a zone, a feeder without a main meter, its transformers of 400 kVA."""
    since = instant_of_label(edge_of_day(FIRST_DAY))
    names = [*told.main_wh, *told.meters]
    serials = {name: f"OSO{80_000_001 + number}" for number, name in enumerate(names)}
    sheet = ["flag,serial,meters,multiplier", f"OSM,1,{';'.join(serials.values())},1"]
    admissions, problems = registry.parse_admissions("\n".join(sheet))
    assert not problems
    assert not registry.admit(conn, admissions, by="test", now=since, since=since).problems
    lines = ["meter;installation_no;district;title;class"]
    lines += [f"{serials[name]};{7000 + n};Ilıca;{name};DSO_DECISION" for n, name in enumerate(names)]
    rows, problems = registry.parse_service_points("\n".join(lines))
    assert not problems
    assert not registry.admit_service_points(conn, rows, by="test", now=since).problems
    lines = ["zone;feeder;transformer;kva;primary_kv;loss_pct;meter;role"]
    lines += [f"Kuzey;F-1;{name};400;33;2;{serials[name]};main" for name in told.main_wh]
    lines += [f"Kuzey;F-1;{one.transformer};;;;{serials[one.name]};" for one in told.meters.values()]
    network, problems = registry.parse_network("\n".join(lines))
    assert not problems
    assert not registry.admit_network(conn, network, by="test", now=since).problems
    by_serial = {str(one.meter): one for one in registry.installations(conn)}
    at = since + timedelta(days=DAYS)
    for name, serial in serials.items():
        _tell(conn, by_serial[serial], told, name, at)
    places = registry.service_points_of(conn, [one.point_id for one in by_serial.values()], at=at)
    points = {name: by_serial[serial].point_id for name, serial in serials.items()}
    public = {name: places[point].public_id for name, point in points.items()}
    return NetworkCity(told, points, public, at + timedelta(hours=10))


def _tell(conn: Connection, hung: Any, told: District, name: str, at: datetime) -> None:
    if name in told.main_wh:
        _keep(conn, hung, "P.01", ("1.8.0",), _registers([told.main_wh[name]]), np.ones(DAYS * 96, bool), at)
        return
    one = told.meters[name]
    if one.q1_varh is None:
        volts = np.round(one.volts * 10).astype(np.int64)
        values = np.column_stack([_registers([one.import_wh]), *([_shifted(volts)] * len(_VOLTS))])
        _keep(conn, hung, "P.01", ("1.8.0", *_VOLTS), values, one.known, at)
        return
    none = np.zeros(DAYS * 96, dtype=np.int64)
    assert one.export_wh is not None
    energies = [one.import_wh, one.q1_varh, none, one.export_wh, none, none]
    _keep(conn, hung, "P.01", COMBI, _registers(energies), one.known, at)
    _keep(conn, hung, "P.03", (*_VOLTS, *_AMPERES), _electrical(one), one.known, at)


def _electrical(one: ToldMeter) -> np.ndarray:
    """Voltages in 0.1 V, currents in 0.001 A, alike on the three phases."""
    assert one.apparent_vah is not None
    volts = np.round(one.volts * 10).astype(np.int64)
    amperes = np.round(one.apparent_vah * 4 / 3 / one.volts * 1000).astype(np.int64)
    return np.column_stack([_shifted(volts)] * len(_VOLTS) + [_shifted(amperes)] * len(_AMPERES))


def _registers(energies: list[np.ndarray]) -> np.ndarray:
    """At every edge, the first included; they begin somewhere."""
    begun = [np.concatenate(([50_000_000], 50_000_000 + np.cumsum(one))) for one in energies]
    return np.column_stack(begun).astype(np.int64)


def _shifted(values: np.ndarray) -> np.ndarray:
    return np.concatenate((values[:1], values))


def _keep(
    conn: Connection,
    hung: Any,
    profile: str,
    codes: tuple[str, ...],
    values: np.ndarray,
    known: np.ndarray,
    at: datetime,
) -> None:
    grids = [grid_of_day(FIRST_DAY + day, 15) for day in range(DAYS)]
    labels = np.concatenate(([edge_of_day(FIRST_DAY)], *grids)).astype(np.int64)
    rows = np.concatenate(([True], known))
    decimals = [1 if code in _VOLTS else 3 for code in codes]
    units = ["V" if code in _VOLTS else "A" if code in _AMPERES else "kWh" for code in codes]
    records = ProfileRecords(
        profile=profile,
        codes=codes,
        labels=labels[rows],
        values=values[rows].astype(np.int64),
        decimals=tuple(decimals),
        units=tuple(units),
        kind="combi" if codes[0] == "1.8.0" and len(codes) == len(COMBI) else "3p",
        ways=2,
    )
    kept = mdm.keep(
        conn,
        WireFrame(
            payload=f"{hung.meter} {profile}".encode(),
            received_at=at,
            direction=Direction.IN,
            link="tcp",
            address="10.0.0.1:4000",
            session="s",
            reference_id=f"{hung.meter}-{profile}",
            flag="OSM",
            serial="1",
            function="read",
        ),
    )
    mdm.record(
        conn,
        frame_id=kept.frame_id,
        meter=hung.meter_id,
        point=hung.point_id,
        interpreted=Interpreted(kind="profile", profile=profile, records=records),
        received_at=at,
        installed=[Installed(meter_id=hung.meter_id, multiplier=hung.multiplier, since=hung.since)],
    )
