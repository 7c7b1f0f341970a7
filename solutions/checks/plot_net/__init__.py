"""Checks of exercise 5."""
