"""Checks of calling back."""
