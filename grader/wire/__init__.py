"""Frames between the judge and the runner: data only, never code.

A frame is eight bytes (two big-endian unsigned 32-bit lengths), a JSON header of the first length,
and raw buffers of the second length in all. A value travels as a tree inside the header; the bytes
of arrays lie in the buffers. Whatever has no plain form travels as `Opaque`, a name and a reason,
or, where the judge asks for that, stays in the runner behind a `Handle`.

Both ends use this package, but only the judge has to trust it: `decode` and `FrameReader` assume
that the bytes were written by an enemy, and every way in which they can be wrong is a `WireError`.
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
