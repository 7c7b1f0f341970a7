"""Small helpers for all rooms, independent of courses and submissions."""
