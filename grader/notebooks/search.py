"""One search for the course's files among the files and notebooks of a submission."""

from __future__ import annotations

__all__ = ["Search"]

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.intake.display import quoted
from grader.notebooks.candidates import (
    Candidate,
    best_of,
    is_enough,
    not_lent,
    shown_names,
    stem_of,
)
from grader.notebooks.laying_out import laid_out
from grader.notebooks.lending import Loan, loans_for
from grader.notebooks.naming import in_their_order, is_named, spoken_of
from grader.notebooks.sections import claims
from grader.notebooks.telling import capped, defined_twice, left_out, replaced, taken_as
from grader.notebooks.work import Work

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from grader.notebooks.outline import Outline, Target
    from grader.notebooks.read import Notebook

ENDING = ".ipynb"


class Search:
    """The state of the search: which files are still missing, and which were found.

    Parameters
    ----------
    files : mapping
        The submitted files.
    outline : Outline
        All files of the course.
    graded : collection of str
        The files that notes are about; all if empty.
    read : mapping
        The notebooks and the Python files, parsed.
    held : mapping
        The files in their place that may hold others, too, with the paths of those others.
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        outline: Outline,
        graded: Collection[str],
        read: Mapping[str, Notebook],
        held: Mapping[str, Collection[str]],
    ) -> None:
        self._files = files
        self._held = held
        self._graded = graded or outline.by_file
        self._outline = outline
        self._readable = {path: found for path, found in read.items() if not found.problem}
        self._read = read
        self._sources = [path for path in self._readable if path not in outline.by_file]
        self._taken: dict[str, Candidate] = {}
        self._seen: set[str] = set()  # paths that need no further note
        self._problems: dict[str, str] = {}
        self._damaged: dict[str, str] = {}
        self._loans: list[Loan] = []
        self.notes: list[str] = []

    def work(self) -> Work:
        """Find each of the course's files."""
        for path, found in self._read.items():
            if path in self._outline.by_file:
                continue
            self.notes += [f"{quoted(path)} {note}." for note in found.notes]
            if found.problem:
                self._is_unreadable(path, found.problem)
        self._choose(self._candidates())
        self._loans = self._lent()
        self._seen |= {loan.path for loan in self._loans}
        self._tell_unused()
        self.notes += taken_as({f: one for f, one in self._taken.items() if f in self._graded})
        self._tell_nothing()
        for taken in self._graded_ones():
            self.notes += defined_twice(taken, self._taken.values())
        self.notes += left_out(
            {t.path: self._readable[t.path] for t in self._graded_ones() if _is_notebook(t.path)}
        )
        return self._made()

    def tell(self, path: str, note: str) -> None:
        """Add a note on a notebook or a file, and suppress all others on it."""
        self.notes.append(note)
        self._seen.add(path)

    def _graded_ones(self) -> list[Candidate]:
        return [taken for file, taken in self._taken.items() if file in self._graded]

    def _say(self, target: Target, note: str) -> None:
        """Add a note on a file, if it is graded."""
        if target.file in self._graded:
            self.notes.append(note)

    def _is_unreadable(self, path: str, problem: str) -> None:
        sentence = f"{quoted(path)} {problem}."
        if _is_notebook(path):
            self._damaged[path] = sentence
        meant = [target for target in self._outline.targets if is_named(path, target.stem)]
        self.notes += [] if meant else [sentence]
        for target in meant:
            if not self._is_more_than_the_template(target):
                self._problems[target.file] = sentence

    def _is_more_than_the_template(self, target: Target) -> bool:
        """Say whether a file was submitted as Python and differs from the template."""
        words = self._files.get(target.file, b"").split()
        return bool(words) and words != target.template.split()

    # ------------------------------------------------------------------ candidates

    def _candidates(self) -> dict[str, list[Candidate]]:
        """Return the candidates for each file: by their place, their name, their definitions."""
        found: dict[str, list[Candidate]] = {target.file: [] for target in self._outline.targets}
        for target in self._outline.targets:
            if self._is_more_than_the_template(target):
                found[target.file].append(self._in_place(target))
        named = {path: self._named_after(path) for path in self._sources}
        helpers = self._helpers()
        for path, its in named.items():
            if its:
                self._add(found, path, self._open(found), its)
        doubts: dict[str, list[list[Target]]] = {}
        missing = self._open(found)
        for path, its in named.items():
            if not its:
                is_helper = path in helpers
                unsure = self._add(found, path, missing, None, is_helper=is_helper)
                doubts[path] = [] if is_helper else unsure
        self._settle(found, doubts)
        for path, others in self._held.items():
            self._share(found, path, others)
        return {file: self._without_lent(its) for file, its in found.items()}

    def _without_lent(self, candidates: list[Candidate]) -> list[Candidate]:
        """Leave out helpers of other candidates, without further notes on them."""
        kept = not_lent(candidates)
        self._seen |= {one.path for one in candidates if one not in kept}
        return kept

    def _in_place(self, target: Target) -> Candidate:
        read = self._readable.get(target.file)
        cells = read.cells if read else ()
        return Candidate(
            path=target.file, target=target, every=cells, end=len(cells), is_in_place=True
        )

    def _open(self, found: Mapping[str, list[Candidate]]) -> set[str]:
        """Return the files without a candidate that has all the names asked for."""
        return {
            target.file
            for target in self._outline.targets
            if not any(one.written >= target.asked for one in found[target.file])
        }

    def _named_after(self, path: str) -> Target | None:
        named = [target for target in self._outline.targets if is_named(path, target.stem)]
        return named[0] if named else None

    def _helpers(self) -> set[str]:
        """Return the Python files imported by files in their place or with a file's name."""
        importing = [
            target.file
            for target in self._outline.targets
            if target.file in self._readable and self._is_more_than_the_template(target)
        ]
        importing += [path for path in self._sources if self._named_after(path)]
        imported = {m for path in importing for c in self._readable[path].cells for m in c.imports}
        words = {word for module in imported for word in module.split(".")}
        return {path for path in self._sources if path.endswith(".py") and stem_of(path) in words}

    def _add(
        self,
        found: dict[str, list[Candidate]],
        path: str,
        wanted: Collection[str],
        named: Target | None,
        *,
        is_helper: bool = False,
    ) -> list[list[Target]]:
        """Add a source as candidate for the files it fits, and return the groups in doubt.

        A helper is a candidate only if it has all the names that the file asks for.
        """
        cells = self._readable[path].cells
        ends, doubts = claims(cells, self._outline.targets, wanted, named)
        if named:
            ends.setdefault(named.file, len(cells))
        for file, end in ends.items():
            target = self._outline.by_file[file]
            one = Candidate(
                path=path, target=target, every=cells, end=end, is_named=target is named
            )
            if is_helper:
                fits = one.written >= target.asked
            else:
                fits = one.is_named or _is_notebook(path) or is_enough(one, self._outline)
            if fits:
                found[file].append(one)
        return doubts

    def _share(self, found: dict[str, list[Candidate]], path: str, others: Collection[str]) -> None:
        """Add a file in its place as candidate for others that it holds, and cut it there."""
        if path not in self._readable:
            return
        cells, wanted = self._readable[path].cells, self._open(found) & {*others}
        ends, _ = claims(cells, self._outline.targets, wanted, self._outline.by_file[path])
        for file, end in ends.items():
            if file == path:
                found[file] = [replace(o, end=end) if o.is_in_place else o for o in found[file]]
                continue
            one = Candidate(path=path, target=self._outline.by_file[file], every=cells, end=end)
            if is_enough(one, self._outline):
                found[file].append(one)

    def _settle(
        self, found: dict[str, list[Candidate]], doubts: Mapping[str, list[list[Target]]]
    ) -> None:
        """Decide by names, by order and by elimination what the cells leave undecided."""
        waiting: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for path, groups in doubts.items():
            for group in groups:
                if not any(self._may_stand_for(path, target) for target in group):
                    continue
                meant = spoken_of(path, group)
                if len(meant) == 1:
                    found[meant[0].file].append(self._whole(path, meant[0]))
                else:
                    waiting[tuple(target.file for target in meant)].append(path)
        for files, paths in waiting.items():
            group = [self._outline.by_file[file] for file in files]
            left = [target for target in group if not found[target.file]]
            if ordered := in_their_order(paths, group):
                for path, target in ordered.items():
                    found[target.file].append(self._whole(path, target))
            elif len(left) == 1 and len(paths) == 1:
                found[left[0].file].append(self._whole(paths[0], left[0]))
            else:
                for path in paths:
                    self._is_doubtful(path, left or group)

    def _may_stand_for(self, path: str, target: Target) -> bool:
        return _is_notebook(path) or is_enough(self._whole(path, target), self._outline)

    def _whole(self, path: str, target: Target) -> Candidate:
        cells = self._readable[path].cells
        return Candidate(path=path, target=target, every=cells, end=len(cells))

    def _is_doubtful(self, path: str, group: list[Target]) -> None:
        stems = [target.stem for target in group]
        what = "cells" if _is_notebook(path) else "lines"
        sentence = (
            f"{quoted(path)} may be for {', '.join(stems[:-1])} or {stems[-1]}: name it after one "
            f"of them, or put a heading with the file's name above the {what} of each."
        )
        self._seen.add(path)
        for target in group:
            self._say(target, sentence)
            self._problems.setdefault(target.file, sentence)

    # ------------------------------------------------------------------ choosing

    def _choose(self, found: Mapping[str, list[Candidate]]) -> None:
        for target in self._outline.targets:
            if candidates := found[target.file]:
                self._choose_one(target, candidates)

    def _choose_one(self, target: Target, candidates: list[Candidate]) -> None:
        best, equal = best_of(candidates)
        others = [one for one in candidates if one is not best]
        rivals = [one for one in equal if self._files[one.path] != self._files[best.path]]
        if best.is_in_place:
            if best.is_cut:
                self._taken[target.file] = best
            for other in others:
                if other.is_named:
                    self._seen.add(other.path)
                    self._say(
                        target,
                        f"{target.file} was graded, and {quoted(other.path)} was not: hand in one "
                        "of the two.",
                    )
            return
        if rivals:
            self._tell_rivals(target, best, rivals)
        different = {self._files[one.path] for one in candidates if not one.is_in_place}
        named = [one for one in candidates if one.is_named]
        if len(different) > 1 and len(named) > 1 and not rivals:
            what = "notebooks" if all(_is_notebook(one.path) for one in named) else "files"
            self._say(
                target,
                f"Of {len(named)} {what} for {target.stem}, {quoted(best.path)} was graded: hand "
                "in one.",
            )
            self._seen |= {one.path for one in named}
        if target.file in self._files:
            place = next((one for one in candidates if one.is_in_place), None)
            self._say(target, replaced(best, place, self._outline.by_file))
        self._taken[target.file] = best

    def _tell_rivals(self, target: Target, best: Candidate, rivals: list[Candidate]) -> None:
        both = f"{quoted(best.path)} and {quoted(rivals[0].path)}"
        what = "are both for" if best.is_named else "both define what the exercise needs in"
        self._say(
            target,
            f"{both} {what} {target.file}: {quoted(best.path)} was graded. Hand in one of them.",
        )
        self._seen |= {one.path for one in rivals}

    # ------------------------------------------------------------------ notes

    def _tell_unused(self) -> None:
        """Add notes on notebooks, and on files with wanted names, that were not graded."""
        used = {taken.path for taken in self._taken.values()} | self._seen
        for path in self._sources:
            if path in used or not self._readable[path].code:
                continue
            if twins := self._defined_elsewhere(path):
                self.notes.append(twins)
            elif _is_notebook(path):
                self.notes.append(
                    f"{quoted(path)} was not graded: nothing in it was found that the exercises "
                    "ask for, or it is there in another file."
                )

    def _tell_nothing(self) -> None:
        """Say what to do if there is code, but none that the exercises ask for."""
        course = self._outline.by_file
        if self._taken or self._problems or any(file in self._files for file in course):
            return
        files = [path for path in self._sources if not _is_notebook(path)]
        if files:
            expected = ", ".join([*course][:3])
            self.notes.append(
                f"{quoted(files[0])} defines nothing that the exercises ask for: keep the names of "
                f"the functions, and name the files as in the exercises ({expected}, …)."
            )

    def _defined_elsewhere(self, path: str) -> str:
        """Return a sentence on names that are also defined in the graded file."""
        if path in self._helpers():
            return ""
        defined = {name for cell in self._readable[path].code for name in cell.defines}
        for target in self._outline.targets:
            both = defined & target.asked
            place = self._taken.get(target.file) or (
                self._in_place(target) if self._is_more_than_the_template(target) else None
            )
            most = bool(both) and 2 * len(both) >= len(target.asked)
            if place and target.file in self._graded and most:
                return (
                    f"{quoted(path)} also defines {shown_names(both)}: what was graded is in "
                    f"{quoted(place.path)}."
                )
        return ""

    # ------------------------------------------------------------------ the result

    def _lent(self) -> list[Loan]:
        """Return the names that helpers lend to the Python files that are graded."""
        place = [t for t in self._outline.targets if t.file in self._readable]
        graded = [self._taken.get(t.file, self._in_place(t)) for t in place]
        graded += [one for file, one in self._taken.items() if file not in self._readable]
        return loans_for(graded, self._sources, self._readable)

    def _made(self) -> Work:
        for loan in self._loans:
            self._say(self._outline.by_file[loan.file], loan.said)
        programs, placed = laid_out(
            self._taken, self._loans, self._files, self._readable, self._outline.by_file
        )
        found = programs.keys() | placed.keys()
        return Work(
            files=self._files,
            programs=programs,
            placed=placed,
            problems={f: p for f, p in self._problems.items() if f not in found},
            notes=capped(self.notes),
            used=frozenset(taken.path for taken in self._taken.values()),
            sources={file: taken.path for file, taken in self._taken.items()},
            damaged=self._damaged,
        )


def _is_notebook(path: str) -> bool:
    return path.lower().endswith(ENDING)
