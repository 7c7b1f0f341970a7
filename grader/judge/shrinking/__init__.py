"""Look for the smallest input on which a submission fails as it did in a check.

The search begins once all checks of an exercise are judged, in a process that no check has used.
Its inputs are not secret (`grader.checks.small_inputs`). Nothing in here changes a verdict.
"""

from grader.judge.shrinking.reproduce import Reproduced, reproduce
from grader.judge.shrinking.searcher import Searcher
from grader.judge.shrinking.small_examples import ResultsWithExamples, add_small_examples

__all__ = ["Reproduced", "ResultsWithExamples", "Searcher", "add_small_examples", "reproduce"]
