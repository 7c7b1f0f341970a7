"""Checks of doubling and halving."""
