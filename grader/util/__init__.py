"""Small helpers for all rooms, which know nothing about courses or submissions."""
