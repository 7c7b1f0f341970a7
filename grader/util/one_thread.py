"""One thread for the judge's own mathematics."""

from __future__ import annotations

__all__ = ["use_one_thread"]

import os

# The judge's matrices are small, and other submissions are graded at the same time: with a thread
# for each processor a product of a large network takes up to 48 times as long beside other work.
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def use_one_thread() -> None:
    """Let numpy, which has not been imported yet, compute in the thread that calls it."""
    for name in THREADS:
        os.environ.setdefault(name, "1")
