"""All holdings of a party are read from their index alone: of twenty thousand each row was its own page."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    for table, party in (("point_customers", "customer_id"), ("point_suppliers", "supplier_id")):
        op.drop_index(f"ix_{table}_{party}_point_id", table)
        columns = [party, "point_id", "since", "until"]
        op.create_index(f"ix_{table}_{party}_point_id_since_until", table, columns)
