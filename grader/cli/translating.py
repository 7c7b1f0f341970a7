"""``grader course translate``: the catalogue of a course's own sentences."""

from __future__ import annotations

__all__ = ["add_translate", "translate"]

from typing import TYPE_CHECKING

from grader.authoring.catalogues import extracted_course, missing, update
from grader.cli import terminal
from grader.cli.output import save
from grader.cli.parsing import Formatter
from grader.course import find_course
from grader.errors import UsageError
from grader.languages import N_, known_languages, say
from grader.languages.catalogue import COURSE_FILE, DEFAULT, catalogue_path, tag_of
from grader.util.wording import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

SUMMARY = N_("make or update the catalogue in which the course's sentences are translated")


def add_translate(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    common: Callable[[argparse.ArgumentParser], None],
    epilog: str,
) -> None:
    """Add the command; `common` adds what every command takes, `epilog` is its examples."""
    command = commands.add_parser(
        "translate",
        help=SUMMARY,
        description=say(f"{SUMMARY[0].upper()}{SUMMARY[1:]}."),
        epilog=epilog,
        formatter_class=Formatter,
    )
    command.add_argument("language", metavar="LANGUAGE", help="the language, such as fr")
    command.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 where something is missing"
    )
    command.add_argument(
        "--drop", action="store_true", help="drop translations of sentences that are gone"
    )
    common(command)
    command.set_defaults(parser=command)


def translate(options: argparse.Namespace) -> int:
    """Write the catalogue of the course around us, and say what is not translated yet."""
    tag = tag_of(options.language)
    if tag == DEFAULT:
        others = ", ".join(one for one in known_languages() if one != DEFAULT)
        raise UsageError(f"English needs no catalogue: choose from {others}.")
    root = find_course(None)
    path = catalogue_path(root / "solutions" / "locale", tag, COURSE_FILE)
    fresh = extracted_course(root)
    content = update(path, tag, fresh, drop=options.drop)
    is_new = not path.is_file() or path.read_bytes() != content
    if is_new and not options.check:
        path.parent.mkdir(parents=True, exist_ok=True)
        save(path, content)
    shown = path.relative_to(root).as_posix()
    if is_new and options.check:
        terminal.print_translated(f"{shown} is not what the course says: leave --check out.")
        return 1
    left = missing(path, tag, fresh)
    for message in left.empty if options.check else ():
        print(message)
    waiting = len(left.empty) + len(left.fuzzy)
    terminal.print_translated(f"{shown}: {counted(waiting, 'message')} to translate")
    return 1 if options.check and waiting else 0
