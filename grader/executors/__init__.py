"""Who does the grading of a class: worker processes, and what becomes of one that dies."""
