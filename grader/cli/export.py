"""``grader export``: stored results in the form of another system."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import platforms, terminal
from grader.cli.options import add_hidden, refuse_idle
from grader.cli.output import save
from grader.errors import UsageError
from grader.exports.class_tables import statistics_csv, statistics_json
from grader.exports.classroom import classroom_output
from grader.exports.filling import grade_of
from grader.exports.formats import FORMATS, OF_A_CLASS, PLATFORMS
from grader.exports.gradebook import gradebook_csv
from grader.exports.gradescope import gradescope_results
from grader.exports.junit import junit_xml
from grader.exports.workbook import class_xlsx
from grader.report import read_whole_class
from grader.report.links import href_of
from grader.results import (
    ClassResult,
    CourseInfo,
    SubmissionResult,
    for_student,
    from_json,
    reckon,
    to_json,
)
from grader.util.wording import be, counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from grader.results import Person

EXAMPLE = """\
example:
  grader export reports --format csv --out grades.csv        a gradebook, one line a student
  grader export reports --format xlsx --out class.xlsx       grades and numbers about the class
  grader export reports --format statistics-csv --out checks.csv
  grader export reports --format junit --out junit.xml
  grader export reports --format gradescope --student jane_doe --out results.json
  grader export result.json --format classroom               what the classroom reporter reads
  grader export reports --format moodle --worksheet "Grades-NN.csv" --out filled.csv
  grader export reports --format moodle-feedback --out feedback.zip
  grader export reports --format canvas --worksheet gradebook.csv --column Sheet --out filled.csv
  grader export reports --format canvas-feedback --out feedback.zip
"""
EXIT_CODES = (
    "0 done, 1 somebody who handed in is not in it (Moodle and Canvas), 2 wrong usage or course"
)

# One file a submission, and its name in the folder of a class.
SEPARATE = {"gradescope": "{}/results.json", "classroom": "{}.txt"}
# Formats with more details of a check than a gradebook has.
WITH_EVIDENCE = (*SEPARATE, "junit", "json")
_OF_A_CLASS = {
    "xlsx": class_xlsx,
    "statistics-csv": statistics_csv,
    "statistics-json": statistics_json,
}
MAX_MIB = 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "results",
        type=Path,
        metavar="RESULTS",
        help="a folder of reports, its results.json, or the result.json of one submission",
    )
    parser.add_argument(
        "--format", choices=(*FORMATS, *PLATFORMS), required=True, help="which form"
    )
    parser.add_argument(
        "--out", type=Path, metavar="PATH", help="the file, or the folder for one file each"
    )
    parser.add_argument("--student", metavar="NAME", help="only this one, by its folder or name")
    parser.add_argument(
        "--worksheet",
        type=Path,
        metavar="FILE",
        help="Moodle's grading worksheet or Canvas' exported gradebook, to be filled in",
    )
    parser.add_argument(
        "--column",
        default="",
        metavar="TITLE",
        help="which column of it, where that cannot be told: an assignment in Canvas",
    )
    add_hidden(parser)


def run(options: argparse.Namespace) -> int:
    """Write the results at ``options.results`` to ``options.out``, or to a pipe."""
    if options.format not in PLATFORMS:
        refuse_idle({"--worksheet": options.worksheet, "--column": options.column}, options.format)
    results, whole = _read(options.results, evidence=options.format in WITH_EVIDENCE)
    course = whole.course if whole else None
    missing = whole.missing if whole and not options.student else ()
    if options.format in OF_A_CLASS:
        if whole is None or options.student:
            raise UsageError(
                f"{options.format} is about a class: name its folder of reports, without --student."
            )
        _give(_OF_A_CLASS[options.format](whole), options.out)
        _tell([one for one in results if one.refused or one.unread])
        return 0
    if options.student:
        results = [_named(results, options.student)]
    if options.format in PLATFORMS:
        return platforms.run(options, results, course, missing)
    one = len(results) == 1 and (course is None or bool(options.student))
    left = [one for one in results if one.refused or one.unread]
    if options.format not in SEPARATE:
        _give(_together(results, course, missing, options.format), options.out)
    elif one:
        _give(_alone(results[0], course, options), options.out)
    else:
        _write_folder(results, course, options)
    _tell(left)
    if options.format == "gradescope":
        _tell_excused(results)
    return 0


def _tell_excused(results: Sequence[SubmissionResult]) -> None:
    """Say who is excused although Gradescope will show a score."""
    if excused := [terminal.one_line(one.student, 60) for one in results if reckon(one).excused]:
        said = (
            "Gradescope's results cannot say that somebody is excused: it shows a score of "
            f"{', '.join(excused)}. Take it out by hand where grades are counted."
        )
        terminal.console(to_errors=True).print(terminal.translated(said, "yellow"))


def _tell(left: Sequence[SubmissionResult]) -> None:
    """Say who has no grade in the export, or an incomplete one, and why."""
    if not left:
        return
    out = terminal.console(to_errors=True)
    count = "1 grade is" if len(left) == 1 else f"{len(left)} grades are"
    part = "" if all(one.refused for one in left) else ", or a part of it"
    out.print(terminal.translated(f"{count} left blank{part}:", style="yellow"))
    for one in left:
        reason = terminal.one_line(grade_of(one), 300)
        out.print(terminal.translated(f"  {terminal.one_line(one.student, 60)} {reason}"))


def _read(path: Path, *, evidence: bool) -> tuple[list[SubmissionResult], ClassResult | None]:
    """Return the submissions of a file of results, or of a folder of reports, and the class."""
    if path.is_dir():
        found = [path / name for name in ("results.json", "result.json")]
        path = next((file for file in found if file.is_file()), found[0])
    try:
        if path.stat().st_size > MAX_MIB << 20:
            raise UsageError(f"{path} has more than {MAX_MIB} MiB: it is not a file of results.")
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"No results can be read from {path}: {error.strerror}. Name a folder of reports that "
            "`grader grade` wrote, or its results.json."
        ) from error
    try:
        found_class = from_json(content, ClassResult)
    except ValueError as of_class:
        try:
            return [from_json(content, SubmissionResult)], None
        except ValueError as of_one:
            reason = of_class if b'"submissions"' in content[-200_000:] else of_one
            raise UsageError(f"{path} cannot be used: {reason}.") from reason
    if evidence:
        try:
            found_class = read_whole_class(found_class, path.parent)
        except ValueError as error:
            raise UsageError(f"{error}.") from error
    return list(found_class.submissions), found_class


def _named(results: Sequence[SubmissionResult], name: str) -> SubmissionResult:
    found = [result for result in results if name in (result.slug, result.student)]
    if len(found) != 1:
        how_many = "no submission" if not found else counted(len(found), "submission")
        raise UsageError(
            f"There is {how_many} of {name!r}: name one by its folder in the reports, such as "
            f"{results[0].slug if results else 'jane_doe'}."
        )
    return found[0]


def _together(
    results: Sequence[SubmissionResult],
    course: CourseInfo | None,
    missing: Sequence[Person],
    form: str,
) -> bytes:
    if form == "csv":
        return gradebook_csv(results, course, missing)
    if form == "junit":
        return junit_xml([for_student(result) for result in results], course)
    if course is None:
        return to_json(results[0])
    whole = ClassResult(course=course, submissions=tuple(results), missing=tuple(missing))
    return to_json(whole)


def _alone(
    result: SubmissionResult, course: CourseInfo | None, options: argparse.Namespace
) -> bytes:
    shown = for_student(result)
    if options.format == "classroom":
        return classroom_output(shown)
    return gradescope_results(shown, course, hidden=options.hidden, blank=True) + b"\n"


def _write_folder(
    results: Sequence[SubmissionResult], course: CourseInfo | None, options: argparse.Namespace
) -> None:
    if options.out is None:
        raise UsageError(
            f"{options.format} has one file for each submission: say --out FOLDER, or choose one "
            "by --student."
        )
    if options.out.exists() and not options.out.is_dir():
        raise UsageError(f"{options.out} is a file: name a folder by --out.")
    for result in results:
        if not href_of(result.slug):
            raise UsageError(
                f"The results name a folder {result.slug!r}, which is not a valid name."
            )
        name = SEPARATE[options.format].format(result.slug)
        save(options.out / name, _alone(result, course, options))
    terminal.print_translated(
        f"{counted(len(results), 'file')} {be(len(results))} in {options.out}"
    )


def _give(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    save(out, content)
    terminal.print_translated(f"Written: {out}")
