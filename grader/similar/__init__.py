"""Submissions that are alike: for a person to look at, never a verdict.

=================  ===========================================================================
`source_tokens`    text as tokens that stay where only names, layout and comments change
`fingerprints`     winnowing: which k-grams of tokens are compared
`documents`        what of a submission is compared, and what everybody was given
`resemblance`      pairs that share passages which few others have
`of_a_class`       the submissions of a class, opened and compared
`side_by_side`     the page on which two are seen beside each other
=================  ===========================================================================

`docs/similar.md` says how to read what comes of it.
"""

from grader.similar.documents import Document, SourceText
from grader.similar.of_a_class import ClassLikeness, compare_class
from grader.similar.resemblance import AlikePair, Compared, Likeness, Passage, compare
from grader.similar.side_by_side import render_similar

__all__ = [
    "AlikePair",
    "ClassLikeness",
    "Compared",
    "Document",
    "Likeness",
    "Passage",
    "SourceText",
    "compare",
    "compare_class",
    "render_similar",
]
