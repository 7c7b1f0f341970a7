"""One frame from a socket that waits: it alone is read, and never more than was agreed."""

from __future__ import annotations

import socket
import struct
import threading

import pytest

from grader.wire import WireError, pack, receive_one


def test_what_comes_behind_a_frame_stays_unread() -> None:
    ours, theirs = socket.socketpair()
    large = bytes(range(256)) * 4000
    frames = pack({"x": 1}, [b"ab", large]) + pack({"y": 2}, [])
    sender = threading.Thread(target=theirs.sendall, args=(frames + b"rest",))
    sender.start()
    with ours, theirs:
        header, (small, same) = receive_one(ours, max_body=1 << 21)
        assert (header, bytes(small), bytes(same) == large) == ({"x": 1}, b"ab", True)
        assert receive_one(ours, max_body=0) == ({"y": 2}, [])
        assert ours.recv(100) == b"rest"
    sender.join()


@pytest.mark.parametrize("lie", [(1 << 31, 0), (2, 1 << 20)])
def test_more_than_was_agreed_is_refused_before_it_comes(lie: tuple[int, int]) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack(">II", *lie))
        with pytest.raises(WireError, match="a frame announces"):
            receive_one(ours, max_body=1 << 10)


@pytest.mark.parametrize("part", [b"", b"\0\0\0", pack({"x": 1}, [b"abc"])[:-1]])
def test_who_hangs_up_in_the_middle_is_gone(part: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours:
        theirs.sendall(part)
        theirs.close()
        with pytest.raises(ConnectionError):
            receive_one(ours, max_body=1 << 10)
