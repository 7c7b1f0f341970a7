"""Audit verdicts: right answers in many styles, early stoppers, pairs, and choices near the edge.

Prints its findings and adds the numbers to `build/bench.json`; exits with 1 if a number is not as
required. `--sample N` does every N-th job only.

- `right_variants`: the right answers that were tried, as files in the styles of
  `grader.authoring.audit.styles`, as the alternatives of `solutions/alternatives`, as notebooks,
  and those of `tests/outside/right.toml`; `false_fails` of them must be 0. A check with a stated
  probability of false fails may fail as often as that explains.
- `early_stop_caught`: the share of trainings and descents which stop early
  (`solutions/checks/stoppers.py`) that fail with their mistake named.
- `pairs_tried`: a mistake in one function, and a right caller of it; `paid_twice` of them.
- `mistakes_outside`: the submissions with one mistake each of `tests/outside/wrong.toml`; of these,
  `mistakes_misjudged` cost other checks, or are named otherwise, than is written there.
- `near_the_edge`: choices in the sample class on which a check passes in some runs only.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench_numbers import keep
from outside import losses, misjudged, outside

from grader.authoring.audit.chance import most_by_chance
from grader.authoring.audit.direct import FromModule
from grader.authoring.audit.editions import LAYOUTS, notebook_of
from grader.authoring.audit.in_process import Subject, run_exercise
from grader.authoring.audit.jobs import REFERENCES, files_of, variants_of
from grader.authoring.audit.pairs import costs_of, pairs_of
from grader.authoring.audit.styles import STYLES, styled
from grader.checks import Case
from grader.course import Course, Exercise, check_id, is_data, load_course
from grader.intake import Layout, Refused, open_class
from grader.judge import Judge
from grader.judge.run_check import prepare, run_check
from grader.results import Outcome
from grader.sandbox.launcher import RunnerSpec
from grader.sandbox.plain import PlainLauncher
from grader.submission import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).resolve().parents[1]
SEEDS = 10
NAMED_EARLY = ("stops_early", "ends_early")
LEFT_OUT = ("mnist", "questions")  # trains for half a minute; has no code
CHOICES = {
    "random_data": "hyperparameters_learn_random_data",
    "structured_data": "hyperparameters_learn_the_structure",
}


@dataclass(frozen=True)
class Job:
    """One piece of the work: its kind, its exercise, and its details."""

    kind: str
    exercise: str
    about: tuple[Any, ...] = ()


@cache
def course() -> Course:
    """Return the course, loaded once in each process."""
    return load_course(ROOT)


def exercise_of(name: str) -> Exercise:
    """Return an exercise by its id."""
    return next(e for e in course().exercises if e.id == name)


def reference(exercise: Exercise) -> dict[str, bytes]:
    """Return the files of the reference."""
    return files_of(ROOT / "solutions", exercise)


def stoppers() -> Any:
    """Return the module of early stoppers, as imported by the course."""
    package = sys.modules[
        exercise_of("gradient").parts[0].checks[0].run.__module__.rpartition(".")[0]
    ].__name__.rpartition(".")[0]
    return importlib.import_module(f"{package}.stoppers")


# ---------------------------------------------------------------------------- the jobs


def jobs(seeds: int) -> list[Job]:
    """Return all jobs."""
    found = []
    for exercise in course().exercises:
        if exercise.id in LEFT_OUT or exercise.run_config({}).obstacle():
            continue
        files = reference(exercise)
        found += [Job("style", exercise.id, (style, seeds)) for style in STYLES]
        for name in variants_of(course(), exercise, files):
            found.append(Job("variant", exercise.id, (name, seeds)))
            if name != REFERENCES[1]:
                found += [Job("notebook", exercise.id, (name, how, seeds)) for how in LAYOUTS]
        found += [Job("pair", exercise.id, (n,)) for n in range(len(pairs_of(exercise, files)))]
    loops = enumerate(stoppers().LOOPS)
    found += [Job("stopper", loop.exercise, (n, r)) for n, loop in loops for r in loop.rules]
    for kind in ("right", "wrong"):
        of_kind = enumerate(outside(kind))
        found += [Job(kind, one["exercise"], (number, seeds)) for number, one in of_kind]
    sample = ROOT / "tests" / "submissions"
    found += [
        Job("choice", exercise, (path.name, seeds))
        for exercise in CHOICES
        for path in sorted(sample.iterdir())
        if path.is_dir()
    ]
    return found


def do(job: Job) -> Any:
    """Run a job and return its result."""
    return DOING[job.kind](exercise_of(job.exercise), *job.about)


def _failures(exercise: Exercise, subject: Subject, seeds: int) -> list[tuple[str, str, str]]:
    return [
        (r.result.id, str(r.result.outcome), r.result.message)
        for seed in range(seeds)
        for r in run_exercise(course(), exercise, subject, seed)
        if r.fails
    ]


def _style(exercise: Exercise, style: str, seeds: int) -> Any:
    subject = styled(course(), exercise, reference(exercise), style)
    return None if subject is None else _failures(exercise, subject, seeds)


def _right(exercise: Exercise, number: int, seeds: int) -> Any:
    return losses(course(), exercise, number, seeds)


def _wrong(exercise: Exercise, number: int, seeds: int) -> Any:
    return misjudged(course(), exercise, number, seeds)


def _variant(exercise: Exercise, name: str, seeds: int) -> Any:
    return _failures(exercise, variants_of(course(), exercise, reference(exercise))[name], seeds)


def _notebook(exercise: Exercise, base: str, layout: str, seeds: int) -> Any:
    files = variants_of(course(), exercise, reference(exercise))[base].files
    wanted = {part.file for part in exercise.parts if not is_data(part.file)}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "class" / "somebody"
        for name, content in files.items():
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if name in wanted:
                target = target.with_suffix(".ipynb")
                content = notebook_of(content.decode(), layout)  # noqa: PLW2901  (its other form)
            target.write_bytes(content)
        (opened,) = open_class([root.parent], Layout(course().files))
    if isinstance(opened, Refused):
        return [("intake", "refused", opened.reason)]
    launcher, found = PlainLauncher(), []
    try:
        for seed in range(seeds):
            judge = Judge(course().only((exercise.id,)), launcher, salt=b"%d" % seed)
            (result,) = judge.grade(opened).exercises
            found += [
                (c.id, str(c.outcome), c.message)
                for c in result.checks
                if c.outcome is not Outcome.PASSED
            ]
    finally:
        launcher.close()
    return found


def _pair(exercise: Exercise, number: int) -> Any:
    files = reference(exercise)
    pair = pairs_of(exercise, files)[number]
    costs = costs_of(course(), exercise, files, pair, seed=1)
    return [(f"{c.pair.caller}.{c.check}", f"{pair.wrong}: {pair.way}", c.message) for c in costs]


def _stopper(exercise: Exercise, number: int, rule: str) -> Any:
    """Return whether an early stopper fails a check with its mistake named."""
    family = stoppers()
    loop = family.LOOPS[number]
    part = next(part for part in exercise.parts if part.file == loop.file)
    patch = FromModule(lambda module: loop.made(module, family.RULES[rule]))
    subject = Subject(files=reference(exercise), patches={loop.file: {loop.function: patch}})
    ids = {check_id(exercise, part, c) for c in part.checks}
    asked = {
        check_id(exercise, part, check) for check in part.checks if check.subject == loop.function
    }
    ran = run_exercise(course(), exercise, subject, 1, only=asked, passed=ids)
    return any(d.name in NAMED_EARLY for r in ran if r.fails for d in r.result.diagnoses)


def _choice(exercise: Exercise, name: str, seeds: int) -> Any:
    """Return how often a submission's choice fails its check; None if it has no such file."""
    folder = ROOT / "tests" / "submissions" / name
    own = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.py")}
    part = next(p for p in exercise.parts for c in p.checks if c.name == CHOICES[exercise.id])
    check = next(c for c in part.checks if c.name == CHOICES[exercise.id])
    if part.file not in own:
        return None
    order = RunnerSpec(
        files=own,
        folder=exercise.folder,
        stubs=course().stubs,
        profile=exercise.profile,
        limits=exercise.limits,
    )
    session, failed = Session(PlainLauncher(), order), 0
    try:
        for seed in range(seeds):
            case, blank = prepare(exercise, part, check, session, seed)
            assert isinstance(case, Case)  # noqa: S101  (for the reader)
            failed += run_check(check, case, blank, session).outcome is not Outcome.PASSED
    finally:
        session.close()
    return failed


DOING: dict[str, Callable[..., Any]] = {
    "style": _style,
    "variant": _variant,
    "notebook": _notebook,
    "pair": _pair,
    "stopper": _stopper,
    "choice": _choice,
    "right": _right,
    "wrong": _wrong,
}


# ---------------------------------------------------------------------------- running them


def results(wanted: list[Job], workers: int) -> Iterable[tuple[Job, Any]]:
    """Yield each job with its result."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        futures = {pool.submit(do, job): job for job in wanted}
        for future in as_completed(futures):
            yield futures[future], future.result()


class Found:
    """The sum of the results so far.

    Parameters
    ----------
    seeds : int
        The number of seeds with which each right answer was checked.
    """

    def __init__(self, seeds: int) -> None:
        self.seeds = seeds
        self.variants = self.stoppers = self.caught = self.pairs = self.paid_twice = 0
        self.mistakes = self.misjudged = 0
        self.fails: list[tuple[Job, str, str, str]] = []
        self.said: list[str] = []
        self.edge: dict[str, int] = {}

    def take(self, job: Job, result: Any) -> None:
        """Count the result of one job."""
        if result is None:  # there was nothing to do
            return
        if job.kind == "pair":
            self.pairs += 1
            self.paid_twice += bool(result)
            self.said += [f"paid twice: {at} for {way}: {text}" for at, way, text in result]
        elif job.kind == "stopper":
            self.stoppers += 1
            self.caught += result
            loop = stoppers().LOOPS[job.about[0]]
            filled = f", filled up with {loop.filling}" if loop.filling else ""
            self.said += [] if result else [f"not noticed: {loop.file}, {job.about[1]}{filled}"]
        elif job.kind == "wrong":
            self.mistakes += 1
            self.misjudged += bool(result)
            self.said += result
        elif job.kind == "choice":
            self.edge |= {f"{job.exercise}/{job.about[0]}": result} if result % self.seeds else {}
        else:
            self.variants += 1
            self.fails += [(job, *fail) for fail in result]

    def unexplained(self) -> list[str]:
        """Return sentences about false fails that no stated probability explains."""
        stated = {
            check_id(exercise, part, check): check.false_fail
            for exercise in course().exercises
            for part in exercise.parts
            for check in part.checks
        }
        said = []
        for job, check, outcome, message in self.fails:
            alike = sum(j == job and c == check for j, c, *_ in self.fails)
            if outcome != "failed" or alike > most_by_chance(self.seeds, stated.get(check, 0.0)):
                said.append(f"{job.kind} {job.about[:-1]}: {check} {outcome}: {message}")
        return said

    def numbers(self) -> dict[str, Any]:
        """Return the numbers for `build/bench.json`."""
        return {
            "right_variants": self.variants,
            "right_variant_seeds": self.seeds,
            "false_fails": len(self.unexplained()),
            "early_stoppers": self.stoppers,
            "early_stop_caught": round(self.caught / max(1, self.stoppers), 4),
            "pairs_tried": self.pairs,
            "paid_twice": self.paid_twice,
            "mistakes_outside": self.mistakes,
            "mistakes_misjudged": self.misjudged,
            "choices_near_the_edge": len(self.edge),
        }


def main() -> None:
    """Run the jobs, print the findings, and exit with 1 if something has to be mended."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=1, metavar="N", help="each N-th piece alone")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="inputs of each right answer")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--kind", action="append", choices=sorted(DOING), help="these kinds alone")
    options = parser.parse_args()
    wanted = [j for j in jobs(options.seeds) if not options.kind or j.kind in options.kind]
    wanted = wanted[:: options.sample]
    started, found = time.monotonic(), Found(options.seeds)
    for done, (job, result) in enumerate(results(wanted, options.workers), 1):
        if sys.stderr.isatty():
            print(f"\r{done} of {len(wanted)}", end="", file=sys.stderr, flush=True)
        found.take(job, result)
    to_mend = [*found.unexplained(), *found.said]
    for sentence in to_mend:
        print(sentence)
    for choice, times in sorted(found.edge.items()):
        print(f"near the edge: {choice} fails {times} of {options.seeds}")
    for name, value in found.numbers().items():
        print(f"{name:<32} {value:>10}")
    print(f"{'seconds':<32} {time.monotonic() - started:10.0f}")
    if options.sample == 1 and not options.kind:
        keep(found.numbers())
    sys.exit(bool(to_mend))


if __name__ == "__main__":
    main()
