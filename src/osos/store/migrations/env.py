"""How does Alembic reach our connection? (It is handed over; there is no ini file.)"""

from alembic import context

from osos.store.types import metadata

# target_metadata lends the migrations its naming convention; nothing is compared here.
context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
