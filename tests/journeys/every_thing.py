"""What must be there so that each page of both faces has something to show?"""

import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "portal"))
sys.path.insert(0, str(Path(__file__).parent.parent / "mdm"))

import network_city
from doubted_city import FACTORY_DAY, Doubted, doubt
from pretend_city import NOW, Desk, places
from sqlalchemy import Connection, select

from osos import jobs, registry
from osos.access import Role, ViewerKind, create_account
from osos.conformity.bench import SHORTEST
from osos.conformity.device import Device
from osos.conformity.rigs import ActsDesk, PersonRig, PracticeRig
from osos.conformity.rigs.terminal import NobodyThere
from osos.conformity.runs import run
from osos.conformity.shelf import Shelf
from osos.conformity.virtual import VirtualWorld, virtual_device
from osos.conformity.watching import Watcher
from osos.console.bench import Bench, LiveRun
from osos.headend import ASK_JOB
from osos.iec62056 import block_check
from osos.mdm import editing, fleet, judge
from osos.mdm.canonical import Channel
from osos.mdm.keeping import corrections
from osos.mdm.keeping.closing import Month, State, close_month
from osos.mdm.labels import date_of_day, day_number
from osos.mdm.network.counting import count_some
from osos.mdm.network.looking import Round
from osos.mdm.network.tables import suspicions
from osos.quantities import DeviceId, ManualClock

NOVEMBER = range(day_number(date(2026, 11, 1)), day_number(NOW.date()))
SETTLED = day_number(date(2026, 10, 20))
SCRIPT = "<script src=x>"  # as long as a meter's name may be
MODEM = "OSM900000000000000"
NOON = range(48, 52)


def settle(conn: Connection) -> tuple[Doubted, dict[str, str]]:
    """A city where each page has something to show; what stands in its addresses."""
    found = doubt(conn)
    facts = {name: found.told.points[name] for name in ("solar", "market", "empty", "once", "gaps")}
    facts |= {"point": found.factory, "day": FACTORY_DAY.isoformat()}
    facts |= {"modem": MODEM, "job_id": "1"}
    facts |= _network(conn) | _validation(conn, found) | _doors(conn)
    _say_scripts(conn)
    registry.quarantine(
        conn, device=DeviceId("XYZ", "4711"), address="10.0.0.9:1", reason="not admitted",
        payload=f"#{SCRIPT}\x00$".encode(), now=NOW,
    )  # fmt: skip
    jobs.put(conn, kind=ASK_JOB, payload=b'{"device": "OSO700000001"}', not_before=NOW)
    while fleet.refresh(conn, now=NOW).more:
        pass
    return found, facts


def _say_scripts(conn: Connection) -> None:
    """A meter and a modem say of themselves what would run where it is taken for more than words."""
    meter = places()["factory"].meter
    lines = meter.packet("0", at=NOW)
    assert lines is not None
    block = lines + f"0.2.0({SCRIPT})\r\nC.86.0({SCRIPT})\r\n!\r\n\x03".encode()
    raw = f"/OSO5{SCRIPT}\r\n\x02".encode() + block + bytes([block_check(block)])
    Desk(conn)._tell(meter, raw, NOW, None)
    modem = next(one for one in registry.list_modems(conn) if str(one.device) == MODEM)
    hung = {"serialNumber": meter.spec.device.serial, "type": SCRIPT, "serialPort": SCRIPT}
    told = {"firmware": SCRIPT, "model": SCRIPT, "meters": [hung]}
    registry.note_identification(conn, modem.modem_id, told, NOW - timedelta(minutes=1))


def _network(conn: Connection) -> dict[str, str]:
    """A street whose current transformers are other than the papers say."""
    city = network_city.settle(conn, network_city.streets("ratio"))
    last = network_city.FIRST_DAY + network_city.DAYS
    done = count_some(conn, days=range(last - 20, last), now=city.now)
    while done.after or not done.is_done:
        done = count_some(conn, days=range(last - 20, last), now=city.now, after=done.after)
    round_ = Round()
    while round_.portion(conn, today=last, now=city.now):
        pass
    suspicion, node = conn.execute(select(suspicions.c.public_id, suspicions.c.node_id)).one()
    public = next(one.public_id for one in registry.network_nodes_of(conn) if one.node_id == node)
    return {"node": public, "suspicion": suspicion}


def _validation(conn: Connection, found: Doubted) -> dict[str, str]:
    """Findings of November; two things that became known of October, which is settled."""
    points = {one.public_id: one.point_id for one in registry.list_points(conn)}
    shop, factory = points[found.gaps], points[found.factory]
    judge.judge_changed(conn, point_ids=[shop], days=NOVEMBER, now=NOW)
    doubted = judge.queue(conn)[0]
    close_month(conn, month=Month(2026, 10), by="city", now=NOW)
    for day in (SETTLED, SETTLED + 1):
        told = {"point_id": factory, "day": day, "reason": "deneme", "now": NOW}
        acted = editing.edit(conn, slots=NOON, values={Channel.A_PLUS: [400] * len(NOON)}, by="ayşe", **told)
        editing.look(conn, number=acted.decision.number, agree=True, by="mehmet", **told)
    waiting, asked = corrections.list_corrections(conn)
    corrections.ask(
        conn, point_id=factory, day=asked.day, number=asked.number, state=State.APPROVED,
        by="ayşe", reason="GDDK 2026/114", now=NOW,
    )  # fmt: skip
    return {
        "rule": doubted.findings[0].rule,
        "doubted": f"{found.gaps}/{date_of_day(doubted.day)}",
        "correction": f"{factory}.{waiting.day}.{waiting.number}",
    }


def _doors(conn: Connection) -> dict[str, str]:
    made = create_account(
        conn, kind=ViewerKind.STAFF, login="yeni@edas.example", name="Yeni", roles={Role.OPERATOR},
        now=NOW, by="city",
    )  # fmt: skip
    return {"token": made.link_token}


RUNS = {"run": "ours", "maker": "theirs"}


def keep_runs(folder: Path) -> None:
    """Two runs that are over."""
    world = VirtualWorld(virtual_device(Device(kind="1p")))
    run(world, world, world.device, path=folder / "ours.jsonl", groups=["IS", "MA"], repeats=SHORTEST)
    shutil.copy(folder / "ours.jsonl", folder / "theirs.jsonl")


@contextmanager
def at_bench(folder: Path, *, within_s: float) -> Iterator[Bench]:
    """The runs of the folder, and one that asks somebody to do what a person does."""
    clock, watcher = ManualClock(NOW), Watcher()
    desk, world = ActsDesk(clock), VirtualWorld(virtual_device(Device(kind="1p")))
    rig = PracticeRig(PersonRig(desk, clock), desk, world)
    path = folder / "going.jsonl"
    path.unlink(missing_ok=True)
    told: dict[str, Any] = {"groups": ["UK"], "repeats": SHORTEST, "watch": watcher}

    def go() -> None:
        with suppress(NobodyThere):
            run(world, rig, world.device, path=path, **told)

    thread = threading.Thread(target=go, daemon=True)
    thread.start()
    yield Bench(shelf=Shelf(folder), live=LiveRun(name="going", desk=desk, watcher=watcher), is_local=True)
    desk.close()
    thread.join(within_s)
