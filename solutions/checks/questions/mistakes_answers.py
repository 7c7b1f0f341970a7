"""What is behind the wrong answers."""

from __future__ import annotations

from .asking import mistakes

MISTAKES = tuple(mistakes())
