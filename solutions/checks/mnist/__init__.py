"""Checks of exercise 8."""
