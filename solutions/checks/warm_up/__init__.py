"""Checks of exercise 0."""
