"""Running the checks of a course under pytest, where they can be picked, stopped and stepped in."""
