"""Find the course's files in what was handed in: as Python files, or in notebooks."""

from __future__ import annotations

__all__ = ["Work", "gather"]

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.intake.display import quoted
from grader.notebooks.outline import Target, outline_of
from grader.notebooks.sections import claims, words_of
from grader.submission.programs import Program, ProgramCell

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from grader.notebooks.outline import Outline
    from grader.notebooks.read import Cell, Notebook, Reader
    from grader.sealed import Sealed

ENDING = ".ipynb"
MAX_NOTEBOOKS = 60
MAX_NOTES = 20
# What systems and people add to the name of a copy: "ex2 (1)", "ex2-Copy1", "ex2_final".
_COPY = re.compile(r"(?:\s*\(\d+\)|[-_ ]*copy[-_ ]?\d*|[-_ ]*(?:final|solution|done|neu|new))+$")


@dataclass(frozen=True, kw_only=True)
class Work:
    """What there is to grade.

    Attributes
    ----------
    files : Mapping of str to bytes
        What was handed in, as it is.
    programs : Mapping of str to Program
        The course's files that notebooks stand for.
    problems : Mapping of str to str
        Files that were meant to be there and cannot be graded: why, a sentence.
    notes : tuple of str
        What the student should know, a sentence each.
    """

    files: Mapping[str, bytes]
    programs: Mapping[str, Program] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def has(self, file: str) -> bool:
        """Say whether a file was handed in, in whatever form."""
        return file in self.files or file in self.programs or file in self.problems

    @property
    def laid_out(self) -> dict[str, bytes]:
        """What the code finds on its disk: notebooks are not needed there, and may be large."""
        return {f: content for f, content in self.files.items() if not f.lower().endswith(ENDING)}

    @property
    def texts(self) -> dict[str, bytes]:
        """All code, for a search in it."""
        cells = {
            file: "\n".join(cell.source for cell in program.cells).encode("utf-8", "replace")
            for file, program in self.programs.items()
        }
        return {**self.files, **cells}


def gather(sealed: Sealed, assignments: Path, reader: Reader, graded: Collection[str] = ()) -> Work:
    """Return what of the course is in a submission.

    A Python file goes before a notebook, unless it is empty or the template. A notebook
    is for the file that has its name; otherwise for those whose functions it defines.

    Parameters
    ----------
    sealed : Sealed
        What was handed in.
    assignments : Path
        The course's manifest and templates: all its files are told apart, whichever are graded.
    reader : Reader
        Reads the notebooks.
    graded : collection of str
        The files that are graded: nothing is said of the others. All where empty.

    Raises
    ------
    GraderError
        Where no process for reading notebooks could be started.
    """
    paths = [path for path in sealed.files if path.lower().endswith(ENDING)]
    if not paths:
        return Work(files=sealed.files)
    search = _Search(sealed.files, outline_of(assignments), graded)
    if len(paths) > MAX_NOTEBOOKS:
        search.notes.append(
            f"There are {len(paths)} notebooks, and only the first {MAX_NOTEBOOKS} were read: "
            "hand in one for each exercise."
        )
    paths = paths[:MAX_NOTEBOOKS]
    read = reader.read(sealed.files[path] for path in paths)
    return search.among(dict(zip(paths, read, strict=True)))


class _Search:
    """One search: what is still looked for, and what was found."""

    def __init__(
        self, files: Mapping[str, bytes], outline: Outline, graded: Collection[str]
    ) -> None:
        self._files = files
        self._graded = graded or outline.by_file
        self._outline = outline
        self._programs: dict[str, Program] = {}
        self._problems: dict[str, str] = {}
        self._taken: set[str] = set()
        self._meanings: dict[str, list[str]] = {}
        self._ended: dict[str, dict[int, list[float]]] = {}
        self.notes: list[str] = []

    def among(self, notebooks: Mapping[str, Notebook]) -> Work:
        """Find each file that is not there as Python, by name, and then by what is defined."""
        readable = {path: found for path, found in notebooks.items() if not found.problem}
        for path, found in notebooks.items():
            self.notes += [f"{_name(path)} {note}." for note in found.notes]
            if found.problem:
                self._is_unreadable(path, found.problem)
        for target in self._outline.targets:
            self._by_name(target, readable)
        self._by_definitions(readable)
        for path, found in readable.items():
            if path not in self._taken and found.code:
                self.notes.append(
                    f"{_name(path)} was not graded: nothing in it was found that the exercises ask "
                    "for, or it is there in another file."
                )
        for path, meanings in self._meanings.items():
            self.notes.append(f"{_name(path)} was taken as {', '.join(meanings)}.")
        self._tell_left_out(readable)
        return Work(
            files=self._files,
            programs=self._programs,
            problems={f: p for f, p in self._problems.items() if f not in self._programs},
            notes=_capped(self.notes),
        )

    def _say(self, target: Target, note: str) -> None:
        """Add a note on a file, if that is graded."""
        if target.file in self._graded:
            self.notes.append(note)

    # ------------------------------------------------------------------ what is looked for

    def _is_there(self, target: Target) -> bool:
        """Say whether a file was handed in as Python and is more than the template."""
        words = self._files.get(target.file, b"").split()
        return bool(words) and words != target.template.split()

    def _is_unreadable(self, path: str, problem: str) -> None:
        sentence = f"{_name(path)} {problem}."
        meant = [target for target in self._outline.targets if _is_named(path, target.stem)]
        self.notes += [] if meant else [sentence]
        for target in meant:
            if not self._is_there(target):
                self._problems[target.file] = sentence

    # ------------------------------------------------------------------ by name

    def _by_name(self, target: Target, notebooks: Mapping[str, Notebook]) -> None:
        named = [path for path in notebooks if _is_named(path, target.stem)]
        if not named:
            return
        self._taken |= set(named)
        if self._is_there(target):
            self._say(
                target,
                f"{target.file} was graded, and {_name(named[0])} was not: hand in one of the two.",
            )
            return
        best = max(named, key=lambda path: self._rank(path, target, notebooks[path]))
        ranks = [self._rank(path, target, notebooks[path])[:2] for path in named]
        contents = {self._files[path] for path in named}
        if ranks.count(max(ranks)) > 1 and len(contents) > 1:
            self._problems[target.file] = (
                f"{_name(named[0])} and {_name(named[1])} are both for {target.stem}: hand in one."
            )
            return
        if len(contents) > 1:
            self._say(
                target,
                f"Of {len(named)} notebooks for {target.stem}, {_name(best)} was graded: hand in "
                "one.",
            )
        self._take(best, target, notebooks[best].code)

    def _rank(self, path: str, target: Target, notebook: Notebook) -> tuple[int, int, int]:
        """Order notebooks of one name: what they define, the exact name, the right folder."""
        defined = {name for cell in notebook.code for name in cell.defines}
        exact = PurePosixPath(path).stem == target.stem
        at_home = PurePosixPath(path).parent == PurePosixPath(target.file).parent
        return (len(defined & target.names), int(exact), int(at_home))

    # ------------------------------------------------------------------ by what is defined

    def _by_definitions(self, notebooks: Mapping[str, Notebook]) -> None:
        wanted = {
            target.file
            for target in self._outline.targets
            if target.file not in self._programs and not self._is_there(target)
        }
        found: dict[str, list[tuple[str, int]]] = {}
        for path, notebook in notebooks.items():
            ends, doubts = claims(notebook.cells, self._outline.targets, wanted)
            for group in doubts:
                meant = _spoken_of(path, group)
                if len(meant) == 1:
                    ends[meant[0].file] = len(notebook.cells)
                else:
                    self._is_doubtful(path, meant)
            for file, end in ends.items():
                found.setdefault(file, []).append((path, end))
        for file, candidates in found.items():
            self._choose(self._outline.by_file[file], candidates, notebooks)

    def _choose(
        self,
        target: Target,
        candidates: list[tuple[str, int]],
        notebooks: Mapping[str, Notebook],
    ) -> None:
        """Take the notebook that defines most of a file, where one does."""
        defined = {
            path: len(
                target.names
                & {name for cell in notebooks[path].cells[:end] for name in cell.defines}
            )
            for path, end in candidates
        }
        most = max(defined.values())
        best = [(path, end) for path, end in candidates if defined[path] == most]
        if len({self._files[path] for path, _ in best}) > 1:
            names = " and ".join(_name(path) for path, _ in best[:2])
            self._problems[target.file] = (
                f"{names} both define what {target.file} asks for: hand in one of them."
            )
            self._taken |= {path for path, _ in best}
            return
        path, end = best[0]
        cells = tuple(cell for cell in notebooks[path].cells[:end] if cell.count)
        self._take(path, target, cells)
        part = "" if end >= len(notebooks[path].cells) else f" (up to cell {cells[-1].count})"
        if target.file in self._graded:
            self._meanings.setdefault(path, []).append(f"{target.file}{part}")

    def _is_doubtful(self, path: str, group: list[Target]) -> None:
        stems = [target.stem for target in group]
        sentence = (
            f"{_name(path)} may be for {', '.join(stems[:-1])} or {stems[-1]}: name it after one "
            "of them, or put a heading with the file's name above the cells of each."
        )
        self._taken.add(path)
        for target in group:
            self._say(target, sentence)
            self._problems.setdefault(target.file, sentence)

    # ------------------------------------------------------------------ what was found

    def _take(self, path: str, target: Target, cells: Sequence[Cell]) -> None:
        self._taken.add(path)
        if target.file in self._files:
            self._say(
                target,
                f"{target.file} is empty or the template as it was given out: {_name(path)} was "
                "graded.",
            )
        self._programs[target.file] = Program(
            notebook=path,
            cells=tuple(
                ProgramCell(
                    count=cell.count,
                    source=cell.source,
                    text=cell.text,
                    defines=frozenset(cell.defines),
                )
                for cell in cells
            ),
            imports=frozenset(module for cell in cells for module in cell.imports),
            ended=self._ended.setdefault(path, {}),
        )

    def _tell_left_out(self, notebooks: Mapping[str, Notebook]) -> None:
        """Say that no other programs are run; the templates' own cell that checks is no matter."""
        graded = [p.notebook for file, p in self._programs.items() if file in self._graded]
        left_out = [
            (path, cell.count, line)
            for path in dict.fromkeys(graded)
            for cell in notebooks[path].code
            for line in cell.left_out
            if "grader check" not in line
        ]
        if left_out:
            path, count, line = left_out[0]
            more = f" and {len(left_out) - 1} more" if len(left_out) > 1 else ""
            self.notes.append(
                f"{quoted(line)} (cell {count} of {_name(path)}){more} was left out: no other "
                "programs are run here, and nothing is installed."
            )


def _capped(notes: list[str]) -> tuple[str, ...]:
    told = list(dict.fromkeys(notes))
    if len(told) > MAX_NOTES:
        told[MAX_NOTES:] = [f"{len(told) - MAX_NOTES} more such things were seen in notebooks."]
    return tuple(told)


def _spoken_of(path: str, group: list[Target]) -> list[Target]:
    """Return those of some files that a notebook's name speaks of, all where it speaks of none."""
    stem = PurePosixPath(path).stem.casefold()
    words = words_of(stem)
    ways = (
        [target for target in group if _within(words_of(target.stem), words)],
        [target for target in group if _within(words_of(target.title), words)],
        [t for t in group if re.search(rf"(?:ex|exercise|aufgabe)[\W_]*0?{t.number}(?!\d)", stem)],
    )
    for way in ways:
        longest = max((len(target.stem) for target in way), default=0)
        if way:
            return [t for t in way if len(t.stem) == longest] if way is ways[0] else way
    return group


def _within(wanted: list[str], words: list[str]) -> bool:
    starts = range(len(words) - len(wanted) + 1)
    return any(words[at : at + len(wanted)] == wanted for at in starts)


def _is_named(path: str, stem: str) -> bool:
    """Say whether a notebook has a file's name, be it as a copy, with blanks or in other case."""
    own = _COPY.sub("", PurePosixPath(path).stem.casefold())
    return "".join(words_of(own)) == "".join(words_of(stem))


def _name(path: str) -> str:
    return quoted(path)
