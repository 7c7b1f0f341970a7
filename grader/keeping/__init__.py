"""What happens to earlier results where a folder of reports is graded into again.

The rule: who is new is added, who was there before is graded again in their place, and everybody
else is kept. Results that cannot stand beside each other are refused, unless the folder is to start
over (`GradingKind.replace`); then only what this program made there is taken away.
"""

from grader.keeping.merging import Change
from grader.keeping.reports_folder import Folder, GradingKind, opened

__all__ = ["Change", "Folder", "GradingKind", "opened"]
