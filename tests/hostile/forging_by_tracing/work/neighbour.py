"""Not written: the point would be a forged one."""
