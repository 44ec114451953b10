"""What does the registry keep of service points, their customers and their suppliers?"""

from sqlalchemy import Column, ForeignKey, Index, Table, Text, text

from osos.store import Exact, Id, Instant, Words, metadata

_OPEN = text('"until" IS NULL')
# Ranges of a prefix need the order of bytes, whatever language the database sorts in.
_Bytewise = Text(collation="C").with_variant(Text(), "sqlite")

service_points = Table(
    "service_points",
    metadata,
    Column("point_id", Id, ForeignKey("metering_points.id"), primary_key=True, autoincrement=False),
    Column("installation_no", _Bytewise, nullable=False, unique=True),  # Hizmet Noktası No (P-3)
    Column("etso", Text, unique=True),
    Column("etso_reason", Words),  # why a code is kept whose check character does not fit
    Column("region", Words),
    Column("centre", Words),
    Column("district", Words),
)

customers = Table(
    "customers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),  # person or company
    Column("title", Words, nullable=False),
    Column("login", Text, unique=True),  # e-mail: what ties many installations to one customer
)

suppliers = Table(
    "suppliers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("name", Words, nullable=False),
    Column("folded", Text, nullable=False, unique=True),
    Column("eic", Text, unique=True),
)


def _dated(name: str, *columns: Column[object] | Index) -> Table:
    """What held at a point for `[since, until)`; at most one row is open, and one starts at a time."""
    return Table(
        name,
        metadata,
        Column("id", Id, primary_key=True),
        Column("point_id", Id, ForeignKey("metering_points.id"), nullable=False),
        Column("since", Instant, nullable=False),
        Column("until", Instant),
        *columns,
        Index(None, "point_id", "since", unique=True),
        Index(None, "point_id", unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN),
    )


point_terms = _dated(
    "point_terms",
    Column("title", Words),  # Tanım
    Column("point_class", Words),
    Column("tariff_group", Words),
    Column("rate", Text),  # single or three
    Column("installed_kva", Exact),
    Column("contract_kw", Exact),
    Column("voltage_level", Text),  # low, medium or high
    Column("generation_kw", Exact),  # what may be given back; 0: nothing may
)
point_customers = _dated(
    "point_customers",
    Column("customer_id", Id, ForeignKey("customers.id"), nullable=False),
    Index(None, "customer_id", "point_id", "since", "until"),  # a party's holdings by the index alone
)
point_suppliers = _dated(
    "point_suppliers",
    Column("supplier_id", Id, ForeignKey("suppliers.id"), nullable=False),
    Index(None, "supplier_id", "point_id", "since", "until"),
)

point_words = Table(
    "point_words",
    metadata,
    Column("id", Id, primary_key=True),
    Column("point_id", Id, ForeignKey("metering_points.id"), nullable=False),
    Column("word", _Bytewise, nullable=False),  # folded; who held the point in its time may find it by it
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Index(None, "word", "point_id"),
    Index(None, "point_id"),
)
