"""A parser that answers a wrong command line with one sentence and the nearest right word."""

from __future__ import annotations

__all__ = ["EXIT_CODES", "Formatter", "Parser"]

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from grader.errors import did_you_mean
from grader.languages import N_, current, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

USAGE = 2
USAGE_WORD = N_("usage:")
# `argparse`'s own words, which it gives to the formatter.
OWN = (
    N_("options"),
    N_("positional arguments"),
    N_("show this help message and exit"),
    N_("show program's version number and exit"),
)
EXIT_CODES = (
    "exit codes: 0 done, 1 see the command's help, 2 wrong usage or course, 130 interrupted"
)
_CHOICE = re.compile(
    r"argument (?P<name>\S+): invalid choice: (?P<word>.+?) \(choose from (?P<of>.*)\)"
)
_NO_WORD = re.compile(r"argument (?P<name>\S+): expected one argument")
_MISSING = "the following arguments are required: "


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Writes help in the current language, including `argparse`'s own words."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        """Add how the command is called."""
        begun = f"{say(USAGE_WORD)} " if current() and prefix is None else prefix
        super().add_usage(usage, actions, groups, begun)

    def start_section(self, heading: str | None) -> None:
        """Begin a section, such as that of the options."""
        super().start_section(say(heading) if heading else heading)

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return say(action.help) if action.help else action.help


def _text(word: str) -> str:
    """Return a word that can be stored: bytes that are not UTF-8 come as lone surrogates."""
    if any("\ud800" <= char <= "\udfff" for char in word):
        raise argparse.ArgumentTypeError(f"{word!r} is not text in UTF-8")
    return word


def _path(word: str) -> Path:
    """Return a path; an empty word, as of an unset variable, would name the current folder."""
    if not word:
        raise argparse.ArgumentTypeError("the path is empty: write `.` for the current folder")
    return Path(word)


class Parser(argparse.ArgumentParser):
    """A parser that reports an error in one sentence, with a suggestion."""

    def refuse_what_nobody_means(self) -> None:
        """Refuse empty paths, and texts that cannot be stored; a path may have any bytes."""
        self.register("type", None, _text)
        self.register("type", Path, _path)

    def add_subparsers(self, **options: Any) -> Any:
        """Return what commands are added to; each of them judges its own words, not this parser."""
        action = super().add_subparsers(**options)
        action.type = str
        return action

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line, and leave."""
        told, see = say(self._told(message)), say(f"See `{self.prog} --help`.")
        self.exit(USAGE, f"grader: {told} {see}\n")

    def refuse(self, words: Sequence[str]) -> NoReturn:
        """Leave because of words that the command does not know."""
        word = next((word for word in words if word.startswith("-")), words[0])
        name = word.partition("=")[0]
        if not word.startswith("-"):
            self.error(f"`{self.prog}` takes no further argument {word!r}")
        self.error(
            f"`{self.prog}` has no option {name}.{did_you_mean(name, self._option_string_actions)}"
        )

    def _told(self, message: str) -> str:
        choice = _CHOICE.fullmatch(message)
        if choice:
            word, known = choice["word"].strip("'\""), choice["of"].replace("'", "")
            guess = did_you_mean(word, known.split(", "))
            if choice["name"] == "COMMAND":
                return f"There is no command {word}.{guess}"
            return f"{choice['name']} cannot be {word}: choose from {known}.{guess}"
        if message.startswith(_MISSING):
            names = message.removeprefix(_MISSING)
            return f"`{self.prog}` needs {names}."
        if found := _NO_WORD.fullmatch(message):
            name = found["name"]
            return f"{name} needs a word behind it, as {name}=WORD if it begins with a dash."
        end = "" if message.endswith(("?", ".")) else "."
        return f"{message[:1].upper()}{message[1:]}{end}"
