"""The memory of a course: who handed in what, what it came to, and what people changed by hand.

`Gradebook` is the face: a file beside the course, or a PostgreSQL database. Nothing in it is ever
overwritten; the latest result of a person counts.
"""
