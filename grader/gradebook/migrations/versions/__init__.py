"""The migrations; `grader.gradebook.schema.HEAD` is the newest."""
