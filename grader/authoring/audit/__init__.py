"""Tests the checks: right answers must pass, known mistakes must be named, mutants must be caught.

The code that is run here is the course's own (the reference, alternatives and wrong versions), so
most of it can run in this process; only mutants, which may never return, need a runner.
"""

from grader.authoring.audit.audit import ExerciseAudit
from grader.authoring.audit.odd import OddAudit
from grader.authoring.audit.plan import Extent, audit_exercise, audit_odd_values

__all__ = ["ExerciseAudit", "Extent", "OddAudit", "audit_exercise", "audit_odd_values"]
