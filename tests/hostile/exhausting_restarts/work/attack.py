"""Ends its process in every call."""

import os


def double(x):
    os._exit(3)
