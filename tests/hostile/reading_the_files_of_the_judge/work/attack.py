"""Lists what the judge has open, its folder and its root, through /proc."""

import os

from hints import COURSE, JUDGE
from tools import attempt, read

attempt("open files", lambda: os.listdir(f"/proc/{JUDGE}/fd"))
attempt("folder", lambda: os.listdir(f"/proc/{JUDGE}/cwd/"))
attempt("root", lambda: read(f"/proc/{JUDGE}/root{COURSE}/solutions/work/attack.py"))
attempt("root", lambda: read(f"/proc/self/root{COURSE}/solutions/work/attack.py"))


def double(x):
    return 2 * x
