"""Classic BPF programs that test a system call's number and arguments, as a filter needs."""

from __future__ import annotations

__all__ = ["AUDIT_ARCHITECTURES", "Rule", "assemble", "equal_but", "masked", "one_of"]

import struct
from collections.abc import Callable, Mapping, Sequence

LOAD = 0x20
JUMP = 0x05
JUMP_EQUAL = 0x15
JUMP_AT_LEAST = 0x35
AND = 0x54
RETURN = 0x06

KILL_PROCESS = 0x8000_0000
REFUSE = 0x0005_0000
ALLOW = 0x7FFF_0000

NUMBER_AT = 0
ARCHITECTURE_AT = 4
ARGUMENTS_AT = 16
AUDIT_ARCHITECTURES = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
# x86's 32-bit pointers on the 64-bit entry (x32): the same calls under other numbers.
X32_BIT = 0x4000_0000
LONGEST_JUMP = 255  # of a jump with a condition

Instruction = tuple[int, int, int, int]
Rule = Callable[[], list[Instruction]]
"""Instructions that return ALLOW, or run on past their end."""


def _statement(code: int, value: int) -> Instruction:
    return code, 0, 0, value


def _argument(index: int) -> Instruction:
    # The lower half: for the kernel, every argument tested here is an int. Little-endian.
    return _statement(LOAD, ARGUMENTS_AT + 8 * index)


def masked(index: int, mask: int, values: Sequence[int]) -> Rule:
    """Allow if an argument, under a mask, equals one of some values."""

    def rule() -> list[Instruction]:
        tests: list[Instruction] = []
        for value in values:
            tests += [(JUMP_EQUAL, 0, 1, value & 0xFFFF_FFFF), _statement(RETURN, ALLOW)]
        return [_argument(index), _statement(AND, mask & 0xFFFF_FFFF), *tests]

    return rule


def one_of(index: int, values: Sequence[int]) -> Rule:
    """Allow if an argument equals one of some values."""
    return masked(index, 0xFFFF_FFFF, values)


def equal_but(index: int, value: int, other: int, refused: Sequence[int]) -> Rule:
    """Allow if one argument equals a value, and another argument none of the refused ones."""

    def rule() -> list[Instruction]:
        count = len(refused)
        tests = [
            (JUMP_EQUAL, count - at, 0, refused_value & 0xFFFF_FFFF)
            for at, refused_value in enumerate(refused)
        ]
        body = [_argument(other), *tests, _statement(RETURN, ALLOW)]
        return [_argument(index), (JUMP_EQUAL, 0, len(body), value & 0xFFFF_FFFF), *body]

    return rule


def assemble(
    machine: str,
    always: Sequence[int],
    checked: Sequence[tuple[int, Rule]],
    missing: Sequence[int],
    refusal: tuple[int, int],
) -> bytes:
    """Return a program that allows some calls, some by their arguments, and refuses the rest.

    A number is found by halving. Each process that gets the program makes the kernel run it once
    for every number that there is, to keep those that it allows whatever their arguments.

    Parameters
    ----------
    machine : str
        As printed by ``uname -m``; a call for any other machine ends the process.
    always : sequence of int
        Numbers that are allowed.
    checked : sequence of (int, Rule)
        Numbers that are allowed if their rule allows it.
    missing : sequence of int
        Numbers that are reported as not existing, so that the C library uses an older call.
    refusal : (int, int)
        The error numbers for a refused call and for a missing one.
    """
    refused, absent = (_statement(RETURN, REFUSE | number) for number in refusal)
    program: list[Instruction] = [
        _statement(LOAD, ARCHITECTURE_AT),
        (JUMP_EQUAL, 1, 0, AUDIT_ARCHITECTURES[machine]),
        _statement(RETURN, KILL_PROCESS),
        _statement(LOAD, NUMBER_AT),
    ]
    if machine == "x86_64":
        program += [(JUMP_AT_LEAST, 0, 1, X32_BIT), _statement(RETURN, KILL_PROCESS)]
    answers = {number: [*rule(), refused] for number, rule in checked}
    answers |= {number: [absent] for number in missing}
    answers |= {number: [_statement(RETURN, ALLOW)] for number in always}
    program += _search(_ranges(answers, [refused]))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


def _ranges(
    answers: Mapping[int, list[Instruction]], otherwise: list[Instruction]
) -> list[tuple[int, list[Instruction]]]:
    """Return where each range of numbers with the same answer begins; the first begins at 0."""
    ranges: list[tuple[int, list[Instruction]]] = [(0, otherwise)]
    for number in sorted({*answers, *(one + 1 for one in answers)}):
        answer = answers.get(number, otherwise)
        if answer != ranges[-1][1]:
            ranges.append((number, answer))
    return ranges if 0 not in answers else ranges[1:]


def _search(ranges: Sequence[tuple[int, list[Instruction]]]) -> list[Instruction]:
    """Return instructions that go to the answer of the range that holds the loaded number."""
    if len(ranges) == 1:
        return ranges[0][1]
    half = len(ranges) // 2
    first, below = ranges[half][0], _search(ranges[:half])
    if len(below) <= LONGEST_JUMP:
        return [(JUMP_AT_LEAST, len(below), 0, first), *below, *_search(ranges[half:])]
    over = (JUMP, 0, 0, len(below))
    return [(JUMP_AT_LEAST, 0, 1, first), over, *below, *_search(ranges[half:])]
