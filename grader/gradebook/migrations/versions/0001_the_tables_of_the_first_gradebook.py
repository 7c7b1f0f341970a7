"""The tables of the first gradebook."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite autoincrements only an INTEGER column.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# No row of the history is changed or removed, except while a person's data are purged: then the
# table `purging` names that person, in the same transaction.
REFUSED = "the history of a gradebook is never changed"
SQLITE = """
CREATE TRIGGER history_{what} BEFORE {what} ON history
WHEN NOT EXISTS (SELECT 1 FROM purging)
BEGIN SELECT RAISE(ABORT, '{refused}'); END
"""
POSTGRESQL = """
CREATE FUNCTION keep_history() RETURNS trigger AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM purging) THEN RAISE EXCEPTION '{refused}'; END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER keep_history BEFORE UPDATE OR DELETE ON history
FOR EACH ROW EXECUTE FUNCTION keep_history();
"""


def upgrade() -> None:
    """Make the tables."""
    _contents()
    _people()
    _runs()
    _submissions()
    _adjustments()
    _attempts()
    _exercise_grades()
    _history()
    _identities()
    _submission_files()
    _attempt_people()
    _checks()
    _check_outcomes()
    _results()
    _result_exercises()
    op.create_table("purging", sa.Column("person_id", KEY, primary_key=True))
    if op.get_bind().dialect.name == "sqlite":
        for what in ("update", "delete"):
            op.execute(SQLITE.format(what=what, refused=REFUSED))
    else:
        op.execute(POSTGRESQL.format(refused=REFUSED))


def _contents() -> None:
    op.create_table(
        "contents",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("spelled", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("merged_into", KEY, nullable=True),
        sa.Column("purged_at", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["merged_into"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_people_spelled", "people", ["spelled"], unique=False)


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", KEY, nullable=False),
        sa.Column("command", sa.String(length=32), nullable=False),
        sa.Column("began_at", sa.String(length=20), nullable=False),
        sa.Column("ended_at", sa.String(length=20), nullable=False),
        sa.Column("course_digest", sa.String(length=64), nullable=False),
        sa.Column("grader_version", sa.String(length=32), nullable=False),
        sa.Column("isolation", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("content_key", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("content_key"),
    )
    op.create_index("ix_submissions_digest", "submissions", ["digest"], unique=False)


def _adjustments() -> None:
    op.create_table(
        "adjustments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("origin", sa.BigInteger(), nullable=False),
        sa.Column("exercise", sa.String(length=200), nullable=False),
        sa.Column("check_id", sa.String(length=300), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(length=20), nullable=False),
        sa.Column("seen_digest", sa.String(length=64), nullable=False),
        sa.Column("revoked_at", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_adjustments_person_id", "adjustments", ["person_id"], unique=False)
    op.create_index("ix_adjustments_origin", "adjustments", ["origin"], unique=False)
    op.create_table(
        "bank_comments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("submission_id", KEY, nullable=True),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("holder", "fingerprint"),
    )
    op.create_index("ix_attempts_submission_id", "attempts", ["submission_id"], unique=False)


def _exercise_grades() -> None:
    op.create_table(
        "exercise_grades",
        sa.Column("id", KEY, nullable=False),
        sa.Column("submission_id", KEY, nullable=False),
        sa.Column("exercise", sa.String(length=200), nullable=False),
        sa.Column("stamp", sa.String(length=64), nullable=False),
        sa.Column("exercise_digest", sa.String(length=64), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("withheld", sa.BigInteger(), nullable=False),
        sa.Column("max_score", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_exercise_grades_submission_id", "exercise_grades", ["submission_id"], unique=False
    )
    op.create_index(
        "one_settled_grade",
        "exercise_grades",
        ["submission_id", "exercise", "stamp"],
        unique=True,
        sqlite_where=sa.text("settled"),
        postgresql_where=sa.text("settled"),
    )


def _history() -> None:
    op.create_table(
        "history",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_history_person_id", "history", ["person_id"], unique=False)


def _identities() -> None:
    op.create_table(
        "identities",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "value"),
    )
    op.create_index("ix_identities_person_id", "identities", ["person_id"], unique=False)


def _submission_files() -> None:
    op.create_table(
        "submission_files",
        sa.Column("submission_id", KEY, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["contents.digest"]),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"]),
        sa.PrimaryKeyConstraint("submission_id", "path"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_submission_files_digest", "submission_files", ["digest"], unique=False)


def _attempt_people() -> None:
    op.create_table(
        "attempt_people",
        sa.Column("attempt_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("attempt_id", "person_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_attempt_people_person_id", "attempt_people", ["person_id"], unique=False)


def _checks() -> None:
    op.create_table(
        "checks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("check_id", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("check_id"),
    )


def _check_outcomes() -> None:
    op.create_table(
        "check_outcomes",
        sa.Column("grade_id", KEY, nullable=False),
        sa.Column("check_row", KEY, nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("max_points", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["grade_id"], ["exercise_grades.id"]),
        sa.ForeignKeyConstraint(["check_row"], ["checks.id"]),
        sa.PrimaryKeyConstraint("grade_id", "check_row"),
        sqlite_with_rowid=False,
    )


def _results() -> None:
    op.create_table(
        "results",
        sa.Column("id", KEY, nullable=False),
        sa.Column("attempt_id", KEY, nullable=False),
        sa.Column("run_id", KEY, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("student", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("withheld", sa.BigInteger(), nullable=False),
        sa.Column("max_score", sa.BigInteger(), nullable=False),
        sa.Column("graded_at", sa.String(length=20), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"]),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_results_attempt_id", "results", ["attempt_id"], unique=False)
    op.create_index("ix_results_run_id", "results", ["run_id"], unique=False)


def _result_exercises() -> None:
    op.create_table(
        "result_exercises",
        sa.Column("result_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("grade_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["grade_id"], ["exercise_grades.id"]),
        sa.ForeignKeyConstraint(["result_id"], ["results.id"]),
        sa.PrimaryKeyConstraint("result_id", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_result_exercises_grade_id", "result_exercises", ["grade_id"], unique=False)
