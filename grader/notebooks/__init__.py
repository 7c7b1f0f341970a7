"""Notebooks as submissions: read apart, matched to the course's files, made into programs.

`Reader` has the bytes read in a locked-down process; `gather` finds the course's files in what was
read, and gives the judge a `Work`: what there is to grade, and what to tell the student.
"""

from grader.notebooks.gather import Work, gather
from grader.notebooks.read import Notebook, NotebookCell, Reader

__all__ = ["Notebook", "NotebookCell", "Reader", "Work", "gather"]
