"""Lists the homes of the users of the machine, and the folder of temporary files."""

import os

from tools import attempt

for folder in ("/root", "/home", "/tmp", "/var", "/etc"):
    attempt(folder, lambda: os.listdir(folder))


def double(x):
    return 2 * x
