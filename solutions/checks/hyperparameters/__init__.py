"""Checks of exercise 7."""
