"""What the boxes of a picture say: numbers in texts, in whatever format they were written."""

import re

from grader.checks.written_numbers import Quantity, is_said

from .drawing import Drawing

MOST_TEXTS = 60
# A line of a label; Graphviz writes \n, \l and \r for line ends, records have | between fields.
_LINES = re.compile(r"\n|\\[nlr]|\||<br\s{0,3}/?>|[;{}]", re.IGNORECASE)
_WORDS = {
    "step": re.compile(r"step(?!\s?-?_?size)|iteration|epoch|update", re.IGNORECASE),
    "loss": re.compile(r"loss|error|cost|\bse\b", re.IGNORECASE),
    "learning rate": re.compile(r"rate|\blr\b|alpha|α|\beta\b|η|step\s?-?_?size", re.IGNORECASE),
}


def quantities(step: float, loss: float, learning_rate: float) -> tuple[Quantity, ...]:
    """Return the three numbers that the boxes say."""
    return (
        Quantity("step", step, exact=True),
        Quantity("loss", loss),
        Quantity("learning rate", learning_rate),
    )


def box_texts(drawing: Drawing) -> list[str]:
    """Return what is written in the picture, but not in its neurons."""
    texts = [drawing.graph.attributes.get("label", "")]
    for node in drawing.graph.nodes:
        if node.name not in drawing.neurons:
            texts.append(node.attributes.get("label", r"\N").replace(r"\N", node.name))
            texts.append(node.attributes.get("xlabel", ""))
    return [text for text in texts if text.strip()][:MOST_TEXTS]


def says(texts: list[str], quantity: Quantity, *, anywhere: bool = False) -> bool:
    """Say whether a quantity stands in a line that is not about another one, or anywhere."""
    return any(
        is_said(quantity, line)
        for text in texts
        for line in _LINES.split(text)
        if anywhere or _is_about(line, quantity.name)
    )


def _is_about(line: str, name: str) -> bool:
    named = {other for other, pattern in _WORDS.items() if pattern.search(line)}
    return not named or name in named
