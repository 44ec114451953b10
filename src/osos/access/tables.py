"""What is kept of accounts, of who is signed in, and of tries that failed?"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text

from osos.store import Id, Instant, Json, Words, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),  # the kind of sign-in (P-1), or staff
    Column("login", Words, nullable=False),  # normalised: installation number or e-mail
    Column("party", Id),  # the registry's customer or supplier; staff act for none
    Column("name", Words, nullable=False),
    Column("roles", Json, nullable=False),
    Column("state", Text, nullable=False),  # invited, active or disabled
    Column("password_hash", Text),  # argon2id
    Column("totp_secret", Text),
    Column("totp_step", BigInteger),  # the last step a code was taken for: none is taken twice
    Column("made_at", Instant, nullable=False),
    Index(None, "kind", "login", unique=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("since", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Index(None, "account_id"),
)

known_devices = Table(
    "known_devices",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("last_seen", Instant, nullable=False),
    Index(None, "account_id"),
)

one_time_links = Table(
    "one_time_links",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("ends_at", Instant, nullable=False),
    Index(None, "account_id"),
)

sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("account_key", Text, nullable=False),  # of the login as typed, known here or not
    Column("address", Text, nullable=False),
    Column("subnet", Text, nullable=False),
    Index(None, "account_key", "at"),
    Index(None, "address", "at"),
    Index(None, "subnet", "at"),
    Index(None, "at"),
)
