"""Checks of exercise 3."""
