"""Alembic runs this: migrate over the connection that `grader.gradebook.schema` provides."""

from alembic import context

from grader.gradebook.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
