"""Shuts the channel in one direction, then in both, and goes on living."""

import socket
import time

import numpy as np
from tools import channel


def double(x):
    channel().shutdown(socket.SHUT_WR if np.ndim(x) == 0 else socket.SHUT_RDWR)
    time.sleep(10)
