"""Opens sockets of the odd families: netlink, packets, raw, the kernel's ciphers, virtual machines."""

import socket

from tools import attempt

NETLINK, PACKET, INET, CIPHERS, MACHINES = 16, 17, 2, 38, 40
STREAM, RAW, PACKETS = 1, 3, 5

for family, kind in [
    (NETLINK, RAW), (PACKET, RAW), (INET, RAW), (CIPHERS, PACKETS), (MACHINES, STREAM),
]:
    attempt(f"family {family}", lambda: socket.socket(family, kind, 1).close())
attempt("pair", lambda: [line.close() for line in socket.socketpair()])


def double(x):
    return 2 * x
