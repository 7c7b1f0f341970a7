"""Keeps nothing, and calls back too."""

from attack import double as halve
