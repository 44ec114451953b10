"""What does the registry keep of zones, feeders and transformers, and of the meters at and below them?"""

from sqlalchemy import Column, ForeignKey, Index, Table, Text, UniqueConstraint

from osos.store import Exact, Id, Instant, Words, metadata

network_nodes = Table(
    "network_nodes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),  # random: it stands in URLs
    Column("kind", Text, nullable=False),  # zone, feeder, transformer
    Column("name", Words, nullable=False),
    UniqueConstraint("kind", "name"),
)

network_terms = Table(
    "network_terms",
    metadata,
    Column("id", Id, primary_key=True),
    Column("node_id", Id, ForeignKey("network_nodes.id"), nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Column("above_id", Id, ForeignKey("network_nodes.id")),  # what feeds it
    Column("rated_kva", Exact),
    Column("primary_kv", Exact),  # 15 or 33: the column of the printed table of losses
    Column("main_side", Text),  # low or medium: where a transformer's main meter sits
    Column("line_ohm", Exact),  # of one conductor, the whole length
    Column("line_kv", Exact),
    Column("loss_pct", Exact),  # technical loss as the operator states it, of what goes in
    Index(None, "node_id", "since", unique=True),
)

network_points = Table(
    "network_points",
    metadata,
    Column("id", Id, primary_key=True),
    Column("node_id", Id, ForeignKey("network_nodes.id"), nullable=False),
    Column("point_id", Id, nullable=False),
    Column("role", Text, nullable=False),  # main, below
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Index(None, "node_id"),
    Index(None, "point_id"),
)
