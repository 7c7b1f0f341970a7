"""For the author of a course: stubs, the students' kit, the audit of the checks, and a debugger."""
