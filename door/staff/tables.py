"""The console's own tables, in the door's database. Times are written as in door/database.py."""

from __future__ import annotations

import sqlalchemy as sa

from door.database import metadata

accounts = sa.Table(
    "staff_accounts", metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("full_name", sa.String(80), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    # An editor of one force changes only that force's facts; null: everything that the role may.
    sa.Column("force", sa.String(64)),
    sa.Column("password", sa.String(200)),  # argon2; null until it is chosen
    sa.Column("closed", sa.Boolean, nullable=False, default=False),
    sa.Column("made", sa.String(32), nullable=False),
    sa.Column("signed_in", sa.String(32)),
)

# Of secrets (session tokens, invitations) only a digest is kept: reading the database opens nothing.
sessions = sa.Table(
    "staff_sessions", metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(40), nullable=False, index=True),
    sa.Column("began", sa.String(32), nullable=False),
    sa.Column("seen", sa.String(32), nullable=False),
    sa.Column("notice", sa.JSON(none_as_null=True)),  # to be shown on the next page
)

invitations = sa.Table(
    "staff_invitations", metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(40), nullable=False, index=True),
    sa.Column("until", sa.String(32), nullable=False),
)

# Failed sign-ins, by account, by address, and by both; `key` is a digest.
failures = sa.Table(
    "staff_failures", metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("last", sa.String(32), nullable=False, index=True),
)

# What was decided about people's messages. `digest` is that of the message: its words are kept only
# where they were taught, and so stand among the examples.
decisions = sa.Table(
    "staff_decisions", metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("batch", sa.String(32), nullable=False, index=True),  # what one click decided
    sa.Column("digest", sa.String(64), nullable=False, index=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("who", sa.String(40), nullable=False),
    sa.Column("topic", sa.String(64)),  # null: there is nothing to learn from it
    sa.Column("example", sa.Text),
)

audit = sa.Table(
    "staff_audit", metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(32), nullable=False, index=True),
    sa.Column("who", sa.String(40), nullable=False, index=True),
    sa.Column("what", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text),
)
