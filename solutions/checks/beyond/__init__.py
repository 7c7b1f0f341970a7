"""Checks of exercise 9."""
