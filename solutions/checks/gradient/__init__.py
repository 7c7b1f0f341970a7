"""Checks of exercise 1."""
