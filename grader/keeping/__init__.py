"""Grade into a folder that already has reports: merge, replace or refuse earlier results.

New students are added, students who were there are replaced, and all others are kept. Results that
cannot be combined are refused, unless the folder has to start over (`GradingKind.replace`); then
only files that this program made there are removed.
"""

from grader.keeping.merging import Change, Replaced
from grader.keeping.reports_folder import (
    Folder,
    GradingKind,
    apart_from,
    link_again,
    opened,
    submissions_apart_from,
)

__all__ = [
    "Change",
    "Folder",
    "GradingKind",
    "Replaced",
    "apart_from",
    "link_again",
    "opened",
    "submissions_apart_from",
]
