"""Accounts, sessions, known devices, one-time links and failed sign-ins."""

import sqlalchemy as sa
from alembic import op

from osos.store.types import Id, Instant, Json, Words

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", Id, primary_key=True),
        sa.Column("public_id", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("login", Words, nullable=False),
        sa.Column("party", Id),
        sa.Column("name", Words, nullable=False),
        sa.Column("roles", Json, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text),
        sa.Column("totp_secret", sa.Text),
        sa.Column("totp_step", sa.BigInteger),
        sa.Column("made_at", Instant, nullable=False),
    )
    op.create_index("ix_accounts_kind_login", "accounts", ["kind", "login"], unique=True)
    _of_account("sessions", "since", "last_seen", "ends_at")
    _of_account("known_devices", "last_seen")
    _of_account("one_time_links", "ends_at")
    op.create_table(
        "sign_in_tries",
        sa.Column("id", Id, primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("account_key", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("subnet", sa.Text, nullable=False),
    )
    for column in ("account_key", "address", "subnet"):
        op.create_index(f"ix_sign_in_tries_{column}_at", "sign_in_tries", [column, "at"])
    op.create_index("ix_sign_in_tries_at", "sign_in_tries", ["at"])


def _of_account(table: str, *instants: str) -> None:
    op.create_table(
        table,
        sa.Column("token_hash", sa.Text, primary_key=True),
        sa.Column("account_id", Id, sa.ForeignKey("accounts.id"), nullable=False),
        *(sa.Column(name, Instant, nullable=False) for name in instants),
    )
    op.create_index(f"ix_{table}_account_id", table, ["account_id"])
