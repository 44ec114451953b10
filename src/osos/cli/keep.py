"""How long is what kept, what would be destroyed, and what was? (`osos keep`)"""

import getpass
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from osos.cli.clocks import RealClock
from osos.cli.opened import FOUND_BAD, USAGE, Home, end, opened_store, settings_of
from osos.cli.progress import bar

if TYPE_CHECKING:
    from osos.mdm.keeping.proofs import Proof
    from osos.mdm.keeping.retention import Rule

app = typer.Typer(no_args_is_help=True, help="Retention: what is kept how long, destroy it, show the proofs.")
ROWS_AT_ONCE = 5000  # of a table in one transaction, so that readings are not kept waiting

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Days = Annotated[
    list[str] | None, typer.Option("--days", help="kind=days instead of the proposal; may be repeated.")
]


@app.command("show")
def show_command(days: Days = None, as_json: AsJson = False, home: Home = None) -> None:
    """Each kind of data: how long it is kept, why, since when it goes back, what would go now."""
    from osos.mdm.keeping.retention import due

    now = RealClock().now()
    with opened_store(settings_of(home)) as store, store.read() as conn:
        found = due(conn, now=now, rules=_rules(days))
    _print(
        (
            {
                "kind": one.rule.kind,
                "kept_days": one.rule.keep.days,
                "purpose": one.rule.purpose,
                "personal": one.rule.personal,
                "oldest": None if one.oldest is None else one.oldest.isoformat(),
                "would_go_before": one.before.isoformat(),
                "would_go": one.rows,
            }
            for one in found
        ),
        as_json=as_json,
    )


@app.command("destroy")
def destroy_command(
    days: Days = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it; without, it is only shown what would go.")
    ] = False,
    by: Annotated[str, typer.Option("--by", help="Who destroys, for the proof.")] = "",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Destroy what is older than its kind is kept, and keep the proof: the hash of all that went."""
    from osos.mdm.keeping.retention import destroy_expired, due

    if not yes:
        show_command(days, as_json, home)
        end("hiçbir şey imha edilmedi; --yes ekleyin / nothing was destroyed; add --yes to do it", FOUND_BAD)
    now, rules = RealClock().now(), _rules(days)
    rows: dict[str, int] = {}
    with opened_store(settings_of(home)) as store, bar("osos keep destroy") as progress:
        with store.read() as conn:
            total = sum(one.rows for one in due(conn, now=now, rules=rules))
        while True:
            with store.begin() as conn:
                gone = destroy_expired(
                    conn, now=now, by=by or getpass.getuser(), rules=rules, most=ROWS_AT_ONCE
                )
            for one in gone:
                rows[one.kind] = rows.get(one.kind, 0) + one.rows
            if progress is not None:
                progress(sum(rows.values()), max(total, sum(rows.values())))
            if not gone:
                break
    _print([{"kind": kind, "destroyed": count} for kind, count in rows.items()], as_json=as_json)


@app.command("proofs")
def proofs_command(
    of: Annotated[
        Path | None, typer.Option("--of", help="A file with the bytes of a frame: was this very thing here?")
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """What was destroyed when and by whom; exit 1 when a list no longer gives its hash, or nothing fits."""
    from osos.mdm.keeping.proofs import destroyed, proofs

    data = None if of is None else _bytes(of)
    with opened_store(settings_of(home)) as store, store.read() as conn:
        if data is None:
            found = list(proofs(conn))
        else:
            one = destroyed(conn, data)
            found = [] if one is None else [one]
    _print((_facts(one) for one in found), as_json=as_json)
    if data is not None and not found:
        end(
            f"{of}: bu baytlar imha listelerinde yok / these bytes are on no list of what was destroyed",
            FOUND_BAD,
        )
    if not all(one.holds for one in found):
        end(
            "bir liste kayıtlı özetini vermiyor: olay günlüğü değiştirilmiş / "
            "a list of hashes no longer gives the hash written down for it: the event log was changed",
            FOUND_BAD,
        )


def _facts(one: "Proof") -> dict[str, Any]:
    facts = {"at": one.at.isoformat(), "by": one.by, "kind": one.kind, "rows": one.rows, "proof": one.proof}
    return facts | {"kept_days": one.kept_days, "purpose": one.purpose, "holds": one.holds}


def _rules(days: list[str] | None) -> "tuple[Rule, ...]":
    from osos.mdm.keeping.retention import NoSuchKind, rules_with

    told: dict[str, int] = {}
    for text in days or []:
        kind, _, count = text.partition("=")
        if not count.strip().isdigit():
            end(
                f"--days {text!r}: tür=gün yazın, frames=1095 gibi / write kind=days, such as frames=1095",
                USAGE,
            )
        told[kind.strip()] = int(count)
    try:
        return rules_with(told)
    except NoSuchKind as error:
        end(f"--days: {error.tr} / {error}", USAGE)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        end(f"{file}: {error.strerror}", USAGE)


def _print(lines: Iterable[dict[str, Any]], *, as_json: bool) -> None:
    for line in lines:
        print(
            json.dumps(line, ensure_ascii=False)
            if as_json
            else "  ".join(f"{name}: {value}" for name, value in line.items())
        )
