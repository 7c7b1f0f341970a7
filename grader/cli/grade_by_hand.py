"""``grader grade-by-hand``: answers in students' own words, one after the other or as a table."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from grader.cli import terminal
from grader.cli.books import add_author, author_of, book_of, say_pages
from grader.cli.options import add_course_folder, add_gradebook, refuse_idle
from grader.cli.output import save
from grader.course import find_course, load_course
from grader.errors import UsageError
from grader.gradebook.adjusting import exact
from grader.gradebook.answer_table import answers_csv, read_answers
from grader.gradebook.worklist import add_comment, comments, grade_answer, open_answers
from grader.report.text import clean, exact_points
from grader.util.wording import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from decimal import Decimal

    from rich.console import Console

    from grader.course import Course
    from grader.gradebook import Gradebook
    from grader.gradebook.worklist import OpenAnswer, StoredComment

EXAMPLE = """\
example:
  grader grade-by-hand --author "M. Lang"       one answer after the other; `q` ends, and the next
                                                time goes on where this one ended
  grader grade-by-hand --csv answers.csv        for a spreadsheet: fill in `points` and `comment`
  grader grade-by-hand --from-csv answers.csv --author "M. Lang"
                                                all of it counts, or nothing where a line is wrong
  grader grade-by-hand --list
"""
EXIT_CODES = (
    "0 nothing is left to grade, 1 some answers are, or the gradebook cannot be used, "
    "2 wrong usage or course"
)
HELP = (
    "points, then a comment or the numbers of comments (2, 1 3); an empty line leaves it open; "
    "`+ text` puts a comment into the bank; q ends"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--csv", type=Path, metavar="FILE", help="write the answers as a table")
    how.add_argument("--from-csv", type=Path, metavar="FILE", help="read the table back")
    how.add_argument("--list", action="store_true", help="how many wait, question by question")
    parser.add_argument("--exercise", default="", metavar="N", help="of this exercise only")
    parser.add_argument("--graded", action="store_true", help="those that were graded already, too")
    add_author(parser)
    add_gradebook(parser)
    add_course_folder(parser)


def run(options: argparse.Namespace) -> int:
    """Grade, or write or read the table."""
    if options.from_csv:
        about = {"--exercise": options.exercise, "--graded": options.graded}
        refuse_idle(about, "--from-csv")
    root = find_course(options.course)
    course = load_course(root)
    out = terminal.console()
    with book_of(options, root) as book:
        answers = open_answers(book, course, exercise=options.exercise, graded=options.graded)
        if options.csv:
            save(options.csv, answers_csv(answers))
            out.print(
                terminal.translated(
                    f"Written: {options.csv}, with {counted(len(answers), 'answer')}"
                )
            )
        elif options.list:
            _list(out, answers)
        else:
            author = author_of(options)
            if options.from_csv:
                count, empty = read_answers(book, course, options.from_csv, author=author)
                left = f"; {counted(empty, 'line')} had no points" if empty else ""
                out.print(terminal.translated(f"{counted(count, 'answer')} graded{left}"))
            else:
                count = _Desk(book, course, out, author).grade(answers)
            if count:
                say_pages(out)
        return 1 if open_answers(book, course, exercise=options.exercise) else 0


def _list(out: Console, answers: Sequence[OpenAnswer]) -> None:
    by_question: dict[tuple[str, str], list[OpenAnswer]] = {}
    for one in answers:
        by_question.setdefault((one.exercise, one.question_key), []).append(one)
    for (exercise, key), some in by_question.items():
        worth = f"{exact_points(some[0].most)} points each" if some[0].most else "a comment each"
        waiting = sum(one.is_open for one in some)
        out.print(terminal.translated(f"{exercise}, {key}: {waiting} of {len(some)} wait, {worth}"))
    if not answers:
        out.print(terminal.translated("No answer waits for you."))


@dataclass(frozen=True, slots=True)
class _Desk:
    """The terminal at which a person grades."""

    book: Gradebook
    course: Course
    out: Console
    author: str

    def grade(self, answers: Sequence[OpenAnswer]) -> int:
        """Show one answer after the other, store each grade at once; return the number graded."""
        count = 0
        self.out.print(
            terminal.translated(f"{counted(len(answers), 'answer')}: {HELP}", style="dim")
        )
        for number, answer in enumerate(answers, 1):
            self._show(answer, f"[{number}/{len(answers)}]")
            said = self._ask(answer)
            if said is None:
                break
            count += said
        return count

    def _show(self, answer: OpenAnswer, where: str) -> None:
        worth = f"of {exact_points(answer.most)}" if answer.most else "no points, a comment"
        self.out.print(
            terminal.translated(f"\n{where} {answer.student}, {answer.exercise} ({worth})", "bold")
        )
        self.out.print(Text(clean(answer.question), style="cyan"))
        self.out.print(Text(clean(answer.answer, 4_200)))
        if answer.points is not None:
            what = "an earlier answer had" if answer.is_other else "it has"
            had = f"{what} {exact_points(answer.points)}: {terminal.one_line(answer.comment, 200)}"
            self.out.print(terminal.translated(had, style="yellow"))
        for one in comments(self.book, answer.question_key):
            worth = "" if one.points is None else f" ({exact_points(one.points)})"
            self.out.print(
                terminal.translated(f"  {one.number}. {one.comment}{worth}", style="dim")
            )

    def _ask(self, answer: OpenAnswer) -> int | None:
        """Return 1 if the answer was graded, 0 if it stays open, None to stop."""
        while True:
            try:
                said = input("> ").strip()
            except EOFError:
                return None
            if said == "q":
                return None
            if not said:
                return 0
            try:
                if said.startswith("+ "):
                    self._add(said[2:], answer)
                    continue
                points, comment = self._read(said, answer)
                with self.book.database.writing() as connection:
                    grade_answer(
                        connection, self.course, answer,
                        points=points, comment=comment, author=self.author,
                    )  # fmt: skip
            except UsageError as error:
                self.out.print(terminal.translated(str(error), style="yellow"))
                continue
            return 1

    def _add(self, text: str, answer: OpenAnswer) -> None:
        number = add_comment(self.book, text, author=self.author, question=answer.question_key)
        self.out.print(terminal.translated(f"Comment {number} is in the bank."))

    def _read(self, said: str, answer: OpenAnswer) -> tuple[Decimal, str]:
        """Return the points and the comment of a line; numbers of comments become their words."""
        first, _, rest = said.partition(" ")
        bank = {str(one.number): one for one in comments(self.book, answer.question_key)}
        chosen: list[StoredComment] = []
        words = rest.replace(",", " ").split()
        if words and all(word in bank for word in words):
            chosen = [bank[word] for word in words]
            rest = " ".join(one.comment for one in chosen)
        elif first.startswith("#") and first[1:] in bank:
            chosen = [bank[first[1:]]]
            if chosen[0].points is None:
                raise UsageError(f"Comment {first[1:]} has no points of its own: write them first.")
            return chosen[0].points, chosen[0].comment
        return exact(first.replace(",", "."), first), rest.strip()
