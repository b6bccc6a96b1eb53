"""The channel's tables, in the door's database. None of them holds a name or, once answered, a word."""

from __future__ import annotations

import sqlalchemy as sa

from door.database import metadata

# Every update that came. `raw` and `letters` are there only until it is answered, two days at most; the rest
# stays two days, so that an update which Telegram brings again is not answered again.
updates = sa.Table(
    "telegram_updates", metadata,
    sa.Column("bot", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(32), nullable=False, index=True),
    sa.Column("done", sa.Boolean, nullable=False),
    sa.Column("raw", sa.Text),
    sa.Column("letters", sa.Text),  # what is to be sent, once that is known
    sa.Column("sent", sa.Integer, nullable=False, default=0),  # how many of them Telegram has taken
    sa.Column("fingerprint", sa.String(32), index=True),
)

# One row for each person in each chat. `told`: Rasa knows the force too.
people = sa.Table(
    "telegram_people", metadata,
    sa.Column("conversation", sa.String(64), primary_key=True),
    sa.Column("force", sa.String(64)),
    sa.Column("told", sa.Boolean, nullable=False),
    sa.Column("updated", sa.String(32), nullable=False, index=True),
)

# What a quick reply says; the button itself has room for 64 bytes.
payloads = sa.Table(
    "telegram_payloads", metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("updated", sa.String(32), nullable=False, index=True),
)

# One row for each answer, for its feedback buttons and for figures.
answers = sa.Table(
    "telegram_answers", metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("conversation", sa.String(64), nullable=False, index=True),
    sa.Column("at", sa.String(32), nullable=False, index=True),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("force", sa.String(64)),
    sa.Column("scope", sa.String(16), nullable=False),
    sa.Column("emergency", sa.Boolean, nullable=False),
    sa.Column("helpful", sa.Boolean),
)
