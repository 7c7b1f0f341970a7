"""Fills its folder with odd names, deep folders and what nobody may read or remove."""

import os

from tools import read


def fill():
    for name in ("notes.txt", "-rf", "new\nline", "\x1b[31m", "é" * 100, "neighbour.pyc"):
        with open(name, "w") as file:
            file.write("for a friend")
    deep = os.getcwd()
    for _ in range(60):
        os.mkdir("deep")
        os.chdir("deep")
    os.chdir(deep)
    os.mkdir("closed")
    os.chmod("closed", 0)
    os.chmod(".", 0o500)


try:
    read("notes.txt")
    print("OBTAINED what another one left")
except OSError:
    pass
try:
    fill()
except OSError as error:
    print("refused", error)


def double(x):
    return 2 * x
