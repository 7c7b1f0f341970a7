"""Runs a course's checks under pytest, where one can select them and step through them."""
