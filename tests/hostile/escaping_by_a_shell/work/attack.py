"""Runs a shell and another Python."""

import os
import subprocess
import sys

from tools import attempt

attempt("shell", lambda: subprocess.run(["/bin/sh", "-c", "echo OBTAINED"], check=True))
attempt("python", lambda: subprocess.run([sys.executable, "-c", "print(1)"], check=True))
attempt("spawn", lambda: os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0))
attempt("popen", lambda: os.popen("id").read() or 1 / 0)


def double(x):
    return 2 * x
