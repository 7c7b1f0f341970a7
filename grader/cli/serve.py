"""``grader serve``: the portal on which students hand in."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

import argparse
from pathlib import Path

from msgspec import structs

from grader.cli import terminal
from grader.cli.books import new_book_notes
from grader.cli.options import (
    add_course,
    add_gradebook,
    add_isolation,
    add_scheduler,
    add_workers,
    idle_without_scheduler,
    scheduler_place,
)
from grader.course import find_course
from grader.errors import UsageError
from grader.gradebook import place_of_book

EXAMPLE = """\
example:
  grader serve                        on this machine alone, with SQLite and local workers
  grader serve --host 0.0.0.0 --url https://grader.example.org --proxy 10.0.0.5
                                      behind a proxy that speaks HTTPS
  grader serve --gradebook postgresql+psycopg://grader@db/course --scheduler tls://10.0.0.1:8786
                                      for many: the workers of a cluster grade
"""
EXIT_CODES = (
    "0 stopped as it was told to, 1 the machine failed or the gradebook cannot be used, "
    "2 wrong usage or course"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="on which address it listens (%(default)s: this machine alone)",
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=8080,
        metavar="N",
        help="on which port (%(default)s); 0: any that is free",
    )
    parser.add_argument(
        "--url",
        default="",
        metavar="URL",
        help="by which people reach it, such as https://grader.example.org",
    )
    parser.add_argument(
        "--proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="a proxy (address or network) whose X-Forwarded-* headers are believed; may be "
        "repeated",
    )
    parser.add_argument(
        "--sign-in",
        type=Path,
        default=None,
        metavar="FILE",
        help="how people sign in (TOML): mail, campus sign-on, Moodle or Canvas; see "
        "docs/sign-in.md. Invitation links are always there",
    )
    parser.add_argument(
        "--show-mail",
        action="store_true",
        help="show mail here in place of sending it: for trying",
    )
    parser.add_argument(
        "--log",
        default="",
        metavar="FILE",
        help="write what happens there, as lines of JSON; -: to the standard error",
    )
    add_workers(parser)
    add_isolation(parser)
    add_scheduler(parser)
    add_gradebook(parser)
    add_course(parser)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Serve the portal until it is told to stop."""
    try:
        from grader.portal.application import create_app  # noqa: PLC0415  (in an extra)
        from grader.portal.identity.sign_in_settings import (  # noqa: PLC0415
            SignInSettings,
            read_settings,
        )
        from grader.portal.listening_on import serve_portal  # noqa: PLC0415
        from grader.portal.operations import begin_logs  # noqa: PLC0415
        from grader.portal.settings import PortalSettings  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise UsageError(
            f"The portal needs the package {error.name}, which is not installed: install the extra "
            "`serve`."
        ) from error
    root: Path = find_course(options.course)
    place = place_of_book(options.gradebook, root)
    if not place:
        raise UsageError("A portal keeps what is handed in: name a gradebook by --gradebook.")
    notes = [*new_book_notes(options.gradebook, root), *idle_without_scheduler(options)]
    for note in notes:
        terminal.print_translated(note, to_errors=True)
    if options.log:
        begin_logs(options.log)
    sign_in = read_settings(options.sign_in) if options.sign_in else SignInSettings()
    settings = PortalSettings(
        course_root=root,
        gradebook=place,
        host=options.host,
        port=options.port,
        url=options.url,
        proxies=tuple(options.proxy),
        workers=options.workers,
        isolation=options.isolation,
        scheduler=scheduler_place(options) if options.scheduler else None,
        sign_in=structs.replace(sign_in, console=options.show_mail),
    )
    serve_portal(create_app(settings), lambda said: print(said, flush=True))
    return 0
