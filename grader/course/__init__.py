"""A course: its manifest, references and checks, who takes it, and the salt of its hidden inputs.

`load_course` puts the manifest (``assignments/course.toml``), the checks (`collecting`) and the
references (`references`) together. Whatever a course has of its own is found from here.
"""

from grader.course.course import (
    MANIFEST,
    Course,
    Exercise,
    Part,
    check_id,
    find_course,
    is_data,
    load_course,
    read_course,
)

__all__ = [
    "MANIFEST",
    "Course",
    "Exercise",
    "Part",
    "check_id",
    "find_course",
    "is_data",
    "load_course",
    "read_course",
]
