"""The intake: from paths on the command line to sealed submissions.

`list_entries` finds the submissions without opening any; `Entry.open` opens one, in any process. No
byte is trusted: folders are read without following links, and archives are read in a separate
process (`grader.intake.launch`), which runs the code in `grader.intake.unpack`.
"""

from grader.intake.attempts import AttemptChoice, choose_attempts
from grader.intake.display import clean, slugs
from grader.intake.entry import Entry, Kind
from grader.intake.layout import Caps, Layout, Refused
from grader.intake.listing import list_entries, open_class, open_submission

__all__ = [
    "AttemptChoice",
    "Caps",
    "Entry",
    "Kind",
    "Layout",
    "Refused",
    "choose_attempts",
    "clean",
    "list_entries",
    "open_class",
    "open_submission",
    "slugs",
]
