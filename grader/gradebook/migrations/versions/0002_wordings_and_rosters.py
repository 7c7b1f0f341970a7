"""Add the table of wordings, and mark who is on the roster."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# SQLite counts only an INTEGER up by itself.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the new table and columns; rows stored before have no wording and stay as they are."""
    op.create_table(
        "wordings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    wording = sa.Column("wording_id", KEY, nullable=True)
    if op.get_bind().dialect.name == "sqlite":
        # Adds the column and its reference alone: Alembic's batch mode would copy the whole table.
        op.execute("ALTER TABLE exercise_grades ADD COLUMN wording_id INTEGER REFERENCES wordings")
    else:
        op.add_column("exercise_grades", wording)
        op.create_foreign_key(None, "exercise_grades", "wordings", ["wording_id"], ["id"])
    op.add_column(
        "people",
        sa.Column("enrolled", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
