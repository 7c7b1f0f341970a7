"""Look for the smallest input on which a submission fails as it did in a check.

The search begins once all checks of an exercise are judged, in a process that no check has used.
Its inputs are not secret (`grader.checks.small_inputs`). Nothing in here changes a verdict.
"""

from grader.judge.shrinking.afterwards import Looked, look_closer
from grader.judge.shrinking.reproduce import Reproduced, reproduce
from grader.judge.shrinking.searcher import Searcher

__all__ = ["Looked", "Reproduced", "Searcher", "look_closer", "reproduce"]
