"""The intake: from paths on the command line to sealed submissions.

`list_entries` finds them without opening any; `Entry.open` opens one, in whatever process. Every
byte is hostile: folders are read without following anything, and archives in a process of their
own (`grader.intake.launch`), which runs the code in `grader.intake.unpack`.
"""

from grader.intake.attempts import Which, choose_attempts
from grader.intake.display import clean, slugs
from grader.intake.entry import Entry, Kind
from grader.intake.layout import Caps, Layout, Refused
from grader.intake.listing import list_entries, open_class, open_submission

__all__ = [
    "Caps",
    "Entry",
    "Kind",
    "Layout",
    "Refused",
    "Which",
    "choose_attempts",
    "clean",
    "list_entries",
    "open_class",
    "open_submission",
    "slugs",
]
