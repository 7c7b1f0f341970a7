"""A course: its manifest, references and checks, its roster, and the salt of its hidden inputs.

`load_course` reads the manifest (``assignments/course.toml``), the checks (`collecting`) and the
references (`references`). Everything that belongs to one course is found from here.
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
