"""Find submissions that are alike, for a person to look at; never a verdict.

=================  ===========================================================================
`source_tokens`    tokens of a text; renaming, layout and comments do not change them
`fingerprints`     winnowing: choose which k-grams of tokens are compared
`documents`        the texts of a submission to compare, and the texts given to everybody
`resemblance`      find pairs with common passages that few other submissions have
`of_a_class`       open and compare the submissions of a class
`side_by_side`     a page that shows both submissions of a pair side by side
=================  ===========================================================================

`docs/similar.md` says how to read the results.
"""

from grader.similar.documents import Document, SourceText
from grader.similar.of_a_class import ClassLikeness, compare_class
from grader.similar.resemblance import AlikePair, Comparison, Likeness, Passage, compare
from grader.similar.side_by_side import render_similar

__all__ = [
    "AlikePair",
    "ClassLikeness",
    "Comparison",
    "Document",
    "Likeness",
    "Passage",
    "SourceText",
    "compare",
    "compare_class",
    "render_similar",
]
