"""Verdicts stand in the row of their exercise's result; an index that nobody asks is dropped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# The verdicts that were rows of their own, as the JSON of a list of lists.
GATHERED = {
    "sqlite": (
        "SELECT json_group_array(json_array(check_row, outcome, points, max_points)) "
        "FROM check_outcomes AS verdict"
    ),
    "postgresql": (
        "SELECT json_agg(json_build_array(check_row, outcome, points, max_points) "
        "ORDER BY check_row)::text FROM check_outcomes AS verdict"
    ),
}
# The same table as before, for whoever asks a question over a class.
VIEW = {
    "sqlite": (
        "SELECT grade.id AS grade_id, json_extract(verdict.value, '$[0]') AS check_row, "
        "json_extract(verdict.value, '$[1]') AS outcome, "
        "json_extract(verdict.value, '$[2]') AS points, "
        "json_extract(verdict.value, '$[3]') AS max_points "
        "FROM exercise_grades AS grade, json_each(grade.verdicts) AS verdict"
    ),
    "postgresql": (
        "SELECT grade.id AS grade_id, (verdict.value->>0)::bigint AS check_row, "
        "verdict.value->>1 AS outcome, (verdict.value->>2)::bigint AS points, "
        "(verdict.value->>3)::bigint AS max_points "
        "FROM exercise_grades AS grade "
        "CROSS JOIN LATERAL json_array_elements(grade.verdicts::json) AS verdict(value)"
    ),
}


def upgrade() -> None:
    """Move the verdicts, and drop the index.

    A submission has some hundred verdicts: a row for each of them, with two foreign keys, took as
    long as all other rows together. Digests are random, so that each submission wrote another page
    of their index.
    """
    kind = op.get_bind().dialect.name
    verdicts = sa.Column("verdicts", sa.Text(), nullable=False, server_default="[]")
    op.add_column("exercise_grades", verdicts)
    op.execute(
        "UPDATE exercise_grades SET verdicts = "  # noqa: S608 - ours
        f"({GATHERED[kind]} WHERE verdict.grade_id = exercise_grades.id) "
        "WHERE EXISTS (SELECT 1 FROM check_outcomes WHERE grade_id = exercise_grades.id)"
    )
    op.drop_table("check_outcomes")
    op.execute(f"CREATE VIEW check_outcomes AS {VIEW[kind]}")
    op.drop_index("ix_submissions_digest", table_name="submissions")
