"""What is behind the wrong answers."""

from .asking import mistakes

MISTAKES = tuple(mistakes())
