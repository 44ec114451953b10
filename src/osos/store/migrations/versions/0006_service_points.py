"""Where a point lies, who uses it and who supplies it, each with its dates."""

import sqlalchemy as sa
from alembic import op

from osos.store.types import Exact, Id, Instant, Words

revision = "0006"
down_revision = "0005"
_OPEN = sa.text('"until" IS NULL')
_Bytewise = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "service_points",
        sa.Column("point_id", Id, sa.ForeignKey("metering_points.id"), primary_key=True, autoincrement=False),
        sa.Column("installation_no", _Bytewise, nullable=False, unique=True),
        sa.Column("etso", sa.Text, unique=True),
        sa.Column("etso_reason", Words),
        sa.Column("region", Words),
        sa.Column("centre", Words),
        sa.Column("district", Words),
    )
    op.create_table(
        "customers",
        sa.Column("id", Id, primary_key=True),
        sa.Column("public_id", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", Words, nullable=False),
        sa.Column("login", sa.Text, unique=True),
    )
    op.create_table(
        "suppliers",
        sa.Column("id", Id, primary_key=True),
        sa.Column("public_id", sa.Text, nullable=False, unique=True),
        sa.Column("name", Words, nullable=False),
        sa.Column("folded", sa.Text, nullable=False, unique=True),
        sa.Column("eic", sa.Text, unique=True),
    )
    _create_dated()
    op.create_table(
        "point_words",
        sa.Column("id", Id, primary_key=True),
        sa.Column("point_id", Id, sa.ForeignKey("metering_points.id"), nullable=False),
        sa.Column("word", _Bytewise, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("until", Instant),
    )
    op.create_index("ix_point_words_word_point_id", "point_words", ["word", "point_id"])
    op.create_index("ix_point_words_point_id", "point_words", ["point_id"])


def _create_dated() -> None:
    op.create_table(
        "point_terms",
        *_dated_head(),
        sa.Column("title", Words),
        sa.Column("point_class", Words),
        sa.Column("tariff_group", Words),
        sa.Column("rate", sa.Text),
        sa.Column("installed_kva", Exact),
        sa.Column("contract_kw", Exact),
        sa.Column("voltage_level", sa.Text),
    )
    op.create_table(
        "point_customers",
        *_dated_head(),
        sa.Column("customer_id", Id, sa.ForeignKey("customers.id"), nullable=False),
    )
    op.create_table(
        "point_suppliers",
        *_dated_head(),
        sa.Column("supplier_id", Id, sa.ForeignKey("suppliers.id"), nullable=False),
    )
    for table in ("point_terms", "point_customers", "point_suppliers"):
        op.create_index(f"ix_{table}_point_id_since", table, ["point_id", "since"], unique=True)
        op.create_index(
            f"ix_{table}_point_id",
            table,
            ["point_id"],
            unique=True,
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        )
    op.create_index("ix_point_customers_customer_id_point_id", "point_customers", ["customer_id", "point_id"])
    op.create_index("ix_point_suppliers_supplier_id_point_id", "point_suppliers", ["supplier_id", "point_id"])


def _dated_head() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", Id, primary_key=True),
        sa.Column("point_id", Id, sa.ForeignKey("metering_points.id"), nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("until", Instant),
    )
