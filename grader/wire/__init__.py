"""Frames between the judge and the runner: data only, never code.

A frame is eight bytes (two big-endian unsigned 32-bit lengths), a JSON header of the first length,
and raw buffers, of the second length in total. A value is sent as a tree inside the header; the
bytes of arrays are in the buffers. A value that is not plain data is sent as `Opaque`, a name and a
reason, or, if the judge asks for it, stays in the runner behind a `Handle`.

Both ends use this package, but only the judge's safety depends on it: `decode` and `FrameReader`
assume that an attacker wrote the bytes, and every kind of wrong bytes is a `WireError`.
"""

from grader.wire.decoding import decode
from grader.wire.encoding import encode
from grader.wire.forms import Graph, GraphEdge, GraphNode, Handle, Opaque, Rng, WireError
from grader.wire.frames import Frame, FrameReader, pack, pieces, receive_one

__all__ = [
    "Frame",
    "FrameReader",
    "Graph",
    "GraphEdge",
    "GraphNode",
    "Handle",
    "Opaque",
    "Rng",
    "WireError",
    "decode",
    "encode",
    "pack",
    "pieces",
    "receive_one",
]
