"""The command line, read so that a slip is answered by one sentence and the nearest right word."""

from __future__ import annotations

__all__ = ["EXIT_CODES", "Parser"]

import argparse
import re
from typing import TYPE_CHECKING, NoReturn

from grader.errors import near

if TYPE_CHECKING:
    from collections.abc import Sequence

USAGE = 2
EXIT_CODES = (
    "exit codes: 0 done, 1 see the command's help, 2 wrong usage or course, 130 interrupted"
)
_CHOICE = re.compile(
    r"argument (?P<name>\S+): invalid choice: (?P<word>.+?) \(choose from (?P<of>.*)\)"
)
_MISSING = "the following arguments are required: "


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
