"""Checks of exercise 6."""
