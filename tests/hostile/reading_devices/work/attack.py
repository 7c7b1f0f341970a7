"""Opens terminals, disks and shared memory."""

import os

from tools import attempt

for path in ("/dev/tty", "/dev/console", "/dev/ptmx", "/dev/fuse", "/dev/zero", "/dev/shm/x"):
    attempt(path, lambda: os.open(path, os.O_RDWR))
for folder in ("/dev/shm", "/dev/pts", "/dev/disk", "/dev/mqueue"):
    attempt(folder, lambda: os.listdir(folder))


def double(x):
    return 2 * x
