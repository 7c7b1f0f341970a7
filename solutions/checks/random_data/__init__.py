"""Checks of exercise 2."""
