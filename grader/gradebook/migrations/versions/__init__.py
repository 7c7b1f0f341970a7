"""The steps; the last one is `grader.gradebook.schema.HEAD`."""
