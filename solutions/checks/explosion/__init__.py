"""Checks of exercise 4."""
