"""How often somebody may try."""

from __future__ import annotations

from grader.portal.identity import Throttle, network_of


def test_so_many_tries_and_then_a_wait() -> None:
    now = [0.0]
    throttle = Throttle(3, 60, clock=lambda: now[0])
    assert [throttle.wait("a") for _ in range(4)] == [0, 0, 0, 60]
    assert throttle.wait("b") == 0
    now[0] = 59.0
    assert throttle.wait("a") == 1
    now[0] = 60.0
    assert [throttle.wait("a") for _ in range(4)] == [0, 0, 0, 60]


def test_what_is_remembered_has_a_bound_and_the_quiet_one_is_forgotten() -> None:
    throttle = Throttle(1, 60, keys=2, clock=lambda: 0.0)
    for key in ("a", "b", "a", "c"):
        throttle.wait(key)
    assert len(throttle._times) == 2
    assert throttle.wait("a") == 60
    assert throttle.wait("b") == 0


def test_of_ipv6_a_whole_network_counts_as_one() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff")
    assert network_of("2001:db8::1") != network_of("2001:db8:0:1::1")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of("unix") == "unknown"
