"""Drop the index of the files by content: writing it cost more than all that was read by it."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop it; only a purge looks for the files of a content, and reads them all anyway."""
    op.drop_index("ix_submission_files_digest", table_name="submission_files")
