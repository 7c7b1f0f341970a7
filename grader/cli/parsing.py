"""The command line, read so that a slip is answered by one sentence and the nearest right word."""

from __future__ import annotations

__all__ = ["EXIT_CODES", "Parser", "exit_codes"]

import argparse
import re
from typing import TYPE_CHECKING, NoReturn

from grader.errors import near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

USAGE = 2
EXIT_CODES = (
    "exit codes: 0 done, 1 see the command's help, 2 wrong usage or course, 130 interrupted"
)
_GRADED = "1 some submission could not be graded or is provisional"
_MACHINE = "1 the machine failed, such as by a full disk"
# What each command's exit code 1 says, and its 0 where that is not "done".
_ONE: Mapping[str, str] = {
    "check": "1 an error of the grader keeps points open",
    "grade": _GRADED,
    "nbgrader": _GRADED,
    "gradescope-run": "1 it could not be graded or is provisional",
    "audit": "1 something is to be mended",
    "stubs": "1 some stub is not what its solution makes (with --check)",
    "export": "1 somebody who handed in is not in it (Moodle and Canvas)",
}
_TWO = {
    "check": "2 wrong usage or course, or nothing that can be opened at PATH",
    "release": "2 wrong usage, or a course that must not leave: nothing is written",
}
_CHOICE = re.compile(
    r"argument (?P<name>\S+): invalid choice: (?P<word>.+?) \(choose from (?P<of>.*)\)"
)
_MISSING = "the following arguments are required: "


def exit_codes(command: str) -> str:
    """Return what the exit codes of a command say."""
    one = _ONE.get(command, _MACHINE)
    return f"exit codes: 0 done, {one}, {_TWO.get(command, '2 wrong usage or course')}"


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one sentence, and what was perhaps meant."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line, and leave."""
        self.exit(USAGE, f"grader: {self._told(message)} See `{self.prog} --help`.\n")

    def refuse(self, words: Sequence[str]) -> NoReturn:
        """Leave because of words that the command does not know."""
        word = next((word for word in words if word.startswith("-")), words[0])
        name = word.partition("=")[0]
        if not word.startswith("-"):
            self.error(f"`{self.prog}` takes no further argument {word!r}")
        self.error(f"`{self.prog}` has no option {name}.{near(name, self._option_string_actions)}")

    def _told(self, message: str) -> str:
        choice = _CHOICE.fullmatch(message)
        if choice:
            word, known = choice["word"].strip("'\""), choice["of"].replace("'", "")
            guess = near(word, known.split(", "))
            if choice["name"] == "COMMAND":
                return f"There is no command {word}.{guess}"
            return f"{choice['name']} cannot be {word}: choose from {known}.{guess}"
        if message.startswith(_MISSING):
            names = message.removeprefix(_MISSING)
            return f"`{self.prog}` needs {names}."
        end = "" if message.endswith(("?", ".")) else "."
        return f"{message[:1].upper()}{message[1:]}{end}"
