"""Checks of the questions."""
