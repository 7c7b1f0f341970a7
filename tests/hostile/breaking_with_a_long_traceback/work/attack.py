"""Claims that it failed in two hundred thousand places of a file that has as many lines."""

import os

from tools import channel, frame, question


def double(x):
    frames = ",".join(['["work/long.py",5,"f"]'] * 170_000)
    head = f'"id":{question()},"op":"raised","kind":"exception","type":"E","message":"m"'
    channel().sendall(frame(f'{{{head},"buffers":[],"frames":[{frames}]}}'.encode()))
    os._exit(0)
