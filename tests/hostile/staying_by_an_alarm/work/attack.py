"""Sets a timer that goes on ringing in whatever is done next."""

import signal
import time


def ring(number, frame):
    raise KeyboardInterrupt


def double(x):
    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    time.sleep(0.5)
    return 2 * x
