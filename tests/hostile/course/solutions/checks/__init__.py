"""Checks of the course under attack."""
