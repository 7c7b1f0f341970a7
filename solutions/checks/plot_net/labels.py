"""What the boxes of a picture say: numbers in texts, in whatever format they were written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .drawing import Drawing

MOST_TEXTS = 60
# A line of a label; Graphviz writes \n, \l and \r for line ends, records have | between fields.
_LINES = re.compile(r"\n|\\[nlr]|\||<br\s{0,3}/?>|[;{}]", re.IGNORECASE)
_EXPONENT = r"(?:[eE]([-+]?\d{1,3}))?"
_PLAIN = re.compile(rf"(?<![\d.])([-+]?\d{{1,40}}(?:\.\d{{0,40}})?|[-+]?\.\d{{1,40}}){_EXPONENT}")
_GROUPED = re.compile(
    rf"(?<![\d.])(\d{{1,3}}(?:[ ,_'\u00a0\u2009\u202f]\d{{3}}){{1,5}}){_EXPONENT}"
)
_WORDS = {
    "step": re.compile(r"step(?!\s?-?_?size)|iteration|epoch|update", re.IGNORECASE),
    "loss": re.compile(r"loss|error|cost|\bse\b", re.IGNORECASE),
    "learning rate": re.compile(r"rate|\blr\b|alpha|α|\beta\b|η|step\s?-?_?size", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that a box has to say."""

    name: str
    value: float
    exact: bool = False


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
    """Say whether a quantity stands in a line that is not about another one, or anywhere.

    Rounding is fine as long as a digit is left that counts: 0.0003 may be 3e-04, but not 0.00.
    """
    return any(
        _matches(number, unit, quantity)
        for text in texts
        for line in _LINES.split(text)
        if anywhere or _is_about(line, quantity.name)
        for number, unit in _numbers(line)
    )


def _is_about(line: str, name: str) -> bool:
    named = {other for other, pattern in _WORDS.items() if pattern.search(line)}
    return not named or name in named


def _numbers(line: str) -> Iterator[tuple[float, float]]:
    """Yield each number of a line with the unit of its last digit."""
    for pattern in (_PLAIN, _GROUPED):
        for found in pattern.finditer(line.replace("−", "-")):
            digits = found[1] if pattern is _PLAIN else re.sub(r"\D", "", found[1])
            exponent = int(found[2] or 0)
            decimals = len(digits.partition(".")[2])
            number = float(f"{digits}e{exponent}")
            yield number, float(f"1e{exponent - decimals}")
            # Rounded first and then filled up with zeros, as `f"{round(loss, 4):012.6f}"` does.
            filled = len(digits) - len(digits.rstrip("0"))
            if 0 < filled <= decimals:
                yield number, float(f"1e{exponent - decimals + filled}") / 2


def _matches(number: float, unit: float, quantity: Quantity) -> bool:
    error = abs(number - quantity.value)
    if quantity.exact:
        return error < 0.5
    return number != 0.0 and error <= unit <= abs(quantity.value)
