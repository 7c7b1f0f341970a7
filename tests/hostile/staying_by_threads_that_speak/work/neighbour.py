"""Speaks too."""

from attack import double as halve
