"""``grader similar``: pairs of submissions to look at, side by side."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

from pathlib import Path
from typing import TYPE_CHECKING

from grader.api import load_course, open_class
from grader.cli import terminal
from grader.cli.options import add_course
from grader.cli.output import save
from grader.keeping import link_again
from grader.report.links import SIMILAR
from grader.results import ClassResult, from_json, now
from grader.sandbox.doctor import choose_level, launcher_of
from grader.similar import compare_class, render_similar
from grader.util.wording import counted

if TYPE_CHECKING:
    import argparse

EXAMPLE = """\
example:
  grader similar submissions/ --out reports    reports/instructor/similar.html, with links
  grader similar class.zip late/ --out similar.html
"""
EXIT_CODES = "0 done, 1 some submission could not be compared, 2 wrong usage or course"
LISTED = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "paths",
        type=Path,
        nargs="+",
        metavar="PATH",
        help="what `grader grade` takes: folders, archives, downloads of a platform",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("reports"),
        metavar="PATH",
        help="a page (.html), or the folder of the reports: the page is in its folder "
        "instructor (%(default)s)",
    )
    parser.add_argument(
        "--isolation",
        choices=("full", "reduced", "none"),
        help="how far the reading of notebooks is shut in: the best that holds here, if not given",
    )
    add_course(parser)


def run(options: argparse.Namespace) -> int:
    """Compare what lies at ``options.paths`` and write the page to ``options.out``."""
    course = load_course(options.course, options.exercise)
    submissions = open_class(course, *options.paths)
    launcher = launcher_of(choose_level(options.isolation))
    try:
        found = compare_class(course, submissions.entries, launcher)
    finally:
        launcher.close()
    is_page = options.out.suffix.lower() in {".html", ".htm"} and not options.out.is_dir()
    page = options.out if is_page else options.out / SIMILAR
    slugs = {} if is_page else _slugs(options.out)
    save(page, render_similar(found, slugs, now()).encode())
    if not is_page:
        link_again(options.out)  # the class's page leads to it
    out = terminal.console()
    terminal.print_notes(out, submissions.notes)
    compared = found.compared
    out.print(
        terminal.translated(
            f"{counted(len(found.documents), 'submission')} compared, "
            f"{counted(len(compared.pairs), 'pair')} to look at (no verdict)"
        )
    )
    for pair in compared.pairs[:LISTED]:
        first, second = (terminal.one_line(found.documents[n].name, 40) for n in pair.documents)
        out.print(
            terminal.translated(
                f"  {first} and {second}: {pair.tokens} tokens of their own in common, "
                f"{100 * pair.share:.0f} % of the shorter"
            )
        )
    if len(compared.pairs) > LISTED:
        out.print(terminal.translated(f"  and {len(compared.pairs) - LISTED} more"))
    for name, why in found.left_out:
        text = f"  {terminal.one_line(name, 40)} was not compared: {terminal.one_line(why, 300)}"
        out.print(terminal.translated(text, style="yellow"))
    out.print(terminal.translated(f"\nThe page is {page}", style="bold"))
    return 1 if found.left_out else 0


def _slugs(reports: Path) -> dict[str, str]:
    """Return the folders of the reports by the digests of what was graded; none without results."""
    try:
        result = from_json((reports / "results.json").read_bytes(), ClassResult)
    except (OSError, ValueError):
        return {}
    return {one.digest: one.slug for one in result.submissions if one.digest}
