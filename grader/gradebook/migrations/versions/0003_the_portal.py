"""What is handed in on the portal, with which tokens, and under which rules."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# SQLite counts only an INTEGER up by itself.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add three tables; what was there stays as it is."""
    _hand_ins()
    op.create_table(
        "personal_tokens",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("person_id", KEY, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(20), nullable=False),
        sa.Column("expires_at", sa.String(20), nullable=False),
        sa.Column("used_at", sa.String(20), nullable=False),
        sa.Column("revoked_at", sa.String(20), nullable=False),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("ix_personal_tokens_person_id", "personal_tokens", ["person_id"])
    op.create_table(
        "exercise_rules",
        sa.Column("exercise", sa.String(200), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("exercise", "name"),
        sqlite_with_rowid=False,
    )


def _hand_ins() -> None:
    op.create_table(
        "hand_ins",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("once", sa.String(64), nullable=False),
        sa.Column("person_id", KEY, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("exercise", sa.String(200), nullable=False),
        sa.Column("submission_id", KEY, sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("handed_in_at", sa.String(20), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("claim", sa.String(32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.String(20), nullable=False),
        sa.Column("ended_at", sa.String(20), nullable=False),
        sa.Column("result_id", KEY, sa.ForeignKey("results.id"), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("once"),
    )
    for column in ("person_id", "submission_id", "result_id"):
        op.create_index(f"ix_hand_ins_{column}", "hand_ins", [column])
    op.create_index("hand_ins_by_state", "hand_ins", ["state", "id"])
