"""Notebooks as submissions: read in a separate process, matched to the course's files, and run.

`Reader` reads the bytes in a locked-down process. `gather` finds the course's files in the cells
and gives the judge a `Work`: what there is to grade, and what to tell the student.
"""

from grader.notebooks.gather import Work, gather
from grader.notebooks.read import Notebook, NotebookCell, Reader

__all__ = ["Notebook", "NotebookCell", "Reader", "Work", "gather"]
