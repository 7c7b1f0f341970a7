"""The small files of a submission stand in one value of its row; an unused index is dropped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; submissions that are there keep their files where they have them.

    Nothing is moved, so that the step takes no time and no room, however large the book is.
    """
    op.add_column("submissions", sa.Column("files", sa.LargeBinary(), nullable=True))
    op.drop_index("ix_results_run_id", table_name="results")
