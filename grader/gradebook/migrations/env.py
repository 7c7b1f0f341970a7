"""Run by Alembic: take the steps on the connection that `grader.gradebook.schema` gives."""

from alembic import context

from grader.gradebook.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
