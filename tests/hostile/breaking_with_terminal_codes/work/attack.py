"""Raises a message that moves the cursor, renames the window and types a command."""

CODES = "\x1b]0;owned\x07\x1b[2J\x1b[1;1H\x1b[8m\x9b31m\r\npassed\x1bP+q544e\x1b\\"


def double(x):
    raise ValueError(CODES)
