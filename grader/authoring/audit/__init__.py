"""The checks, checked: right answers pass, known mistakes are named, mutants are caught.

What is run here is the course's own code (the reference, alternatives and wrong versions of it), so
that most of it can run in this process; only mutants, which may never return, run in a runner.
"""

from grader.authoring.audit.audit import ExerciseAudit
from grader.authoring.audit.odd import OddAudit
from grader.authoring.audit.plan import Extent, audit_exercise, audit_odd_values

__all__ = ["ExerciseAudit", "Extent", "OddAudit", "audit_exercise", "audit_odd_values"]
