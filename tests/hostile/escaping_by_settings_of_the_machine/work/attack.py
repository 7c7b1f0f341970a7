"""Opens settings of the kernel and of control groups for writing."""

import os

from tools import attempt

for path in (
    "/proc/sys/kernel/core_pattern",
    "/proc/sysrq-trigger",
    "/proc/self/oom_score_adj",
    "/proc/self/uid_map",
    "/sys/fs/cgroup/cgroup.procs",
    "/sys/kernel/uevent_helper",
):
    attempt(path, lambda: os.close(os.open(path, os.O_WRONLY)))


def double(x):
    return 2 * x
