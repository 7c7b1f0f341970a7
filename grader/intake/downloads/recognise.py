"""Recognises a platform's download, and assigns everything in it to a student."""

from __future__ import annotations

__all__ = ["Bundle", "Download", "recognise"]

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from grader.intake.display import clean, quoted
from grader.intake.downloads.attempt_files import attempts_of
from grader.intake.downloads.blackboard_names import BLACKBOARD, parse_blackboard_names
from grader.intake.downloads.brightspace_names import BRIGHTSPACE, parse_brightspace_names
from grader.intake.downloads.filenames import (
    CANVAS,
    MOODLE,
    ParsedName,
    parse_canvas_name,
    parse_moodle_name,
)
from grader.intake.downloads.gradescope_export import GRADESCOPE, METADATA, read_metadata
from grader.intake.folder import as_text
from grader.intake.unpack import names
from grader.results import Delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from grader.intake.layout import Layout

Parts = tuple[str, ...]

FOLDER, FILE = "folder", "file"

# If only its shape marks a name as one of Canvas', its numbers must be as large as a platform's,
# and most of the names beside it must have this shape, too.
_LEAST_NUMBER = 100
_LEAST_SHARE = 2 / 3
_NOT_A_NAME = frozenset(("participant", "group", "teilnehmerin", "teilnehmer", "gruppe"))
_NUMBERED = re.compile(r"submission_\w{1,40}")
_CODE = (".py", ".ipynb", ".toml")


class Bundle(NamedTuple):
    """The files of one attempt of one student.

    Attributes
    ----------
    name : str
        The student's name, for display.
    delivery : Delivery
        The platform's data about it.
    pieces : tuple of (str, tuple of str)
        Names in the download, and where each goes in the submission; a folder's content goes there
        without the folder itself.
    aside : tuple of str
        Texts written on the platform's page, if there are files, too.
    """

    name: str
    delivery: Delivery
    pieces: tuple[tuple[str, Parts], ...]
    aside: tuple[str, ...] = ()


class Download(NamedTuple):
    """A platform's download.

    Attributes
    ----------
    bundles : tuple of Bundle
        The submissions; those of one student are together, the latest last.
    others : tuple of str
        Folders and archives whose names are not the platform's.
    problem : str
        A sentence for the instructor if something is wrong; usually empty.
    """

    bundles: tuple[Bundle, ...]
    others: tuple[str, ...] = ()
    problem: str = ""


def recognise(
    here: Mapping[str, str], layout: Layout, content: Callable[[str], bytes]
) -> Download | None:
    """Return a folder's entries by student if it is a platform's download, else None.

    Parameters
    ----------
    here : Mapping of str to str
        Names in the folder, and the kind of each: `FOLDER`, `FILE`, or another code.
    layout : Layout
        The course's tree.
    content : callable
        Returns the bytes of a file in the folder; raises `OSError` or `ValueError`.
    """
    if here.get(METADATA) == FILE:
        # If the course's folders are there, too, it is a single student's work and not a class.
        theirs = any(as_text(name).casefold() in layout.folders for name in here)
        return None if theirs else _gradescope(here, content)
    texts = {name: as_text(name) for name in here}
    told = {
        name: said
        for name, text in texts.items()
        if (said := parse_moodle_name(text, is_folder=here[name] == FOLDER)) is not None
        and here[name] in (FOLDER, FILE)
    }
    if not told:
        told = _canvas(here, texts)
    if not told:
        files = {name: text for name, text in texts.items() if here[name] == FILE}
        told = parse_blackboard_names(files) or parse_brightspace_names(here, texts)
    if not told:
        return None
    bundles = _bundles(told, here, layout)
    return Download(bundles, _others(here, told), _loose(here, told, texts))


def _gradescope(here: Mapping[str, str], content: Callable[[str], bytes]) -> Download | None:
    folders = [name for name in here if here[name] == FOLDER and _NUMBERED.fullmatch(name)]
    if not folders:
        return None
    problem = ""
    try:
        known = read_metadata(content(METADATA))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        known = {}
        problem = (
            f"{quoted(METADATA)} {reason}: its students are called as their folders are; "
            "download the export again, or give a roster."
        )
    bundles = []
    for folder in sorted(folders):
        delivery = known.get(as_text(folder))
        people = delivery.people if delivery else ()
        name = ", ".join(person.name or person.id for person in people[:4])
        if len(people) > 4:
            name += " and others"
        delivery = delivery or Delivery(platform=GRADESCOPE, id=as_text(folder))
        bundles.append(Bundle(clean(name or as_text(folder)), delivery, ((folder, ()),)))
    return Download(_named_apart(bundles), _others(here, dict.fromkeys(folders)), problem)


def _canvas(here: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, ParsedName]:
    files = [name for name, kind in here.items() if kind == FILE]
    told = {name: said for name in files if (said := parse_canvas_name(texts[name])) is not None}
    if len(told) < _LEAST_SHARE * len(here):
        return {}
    uploads = [said for said in told.values() if not said.is_text]
    by_shape = [said for said in uploads if not said.id.startswith("anon_")]
    if any(min(said.order, int(said.id)) < _LEAST_NUMBER for said in by_shape):
        return {}
    # ``hw_2026_1234_ada.zip`` has this shape, too. But in Canvas no two files have the same number,
    # and each user number belongs to one student.
    is_unique = len({said.order for said in uploads}) == len(uploads)
    students = {said.id for said in told.values()}
    called = {(said.id, said.who) for said in told.values()}
    packed = sum(names.looks_packed(said.file) for said in told.values())
    is_one = len(students) == 1 and packed > 1
    return told if is_unique and 2 * len(students) >= len(called) and not is_one else {}


def _others(here: Mapping[str, str], told: Iterable[str]) -> tuple[str, ...]:
    known = set(told)
    return tuple(
        sorted(
            name
            for name, kind in here.items()
            if name not in known and (kind != FILE or names.looks_packed(as_text(name)))
        )
    )


def _loose(
    here: Mapping[str, str], told: Mapping[str, ParsedName], texts: Mapping[str, str]
) -> str:
    left = [
        name
        for name, kind in here.items()
        if kind == FILE and name not in told and texts[name].lower().endswith(_CODE)
    ]
    if not left:
        return ""
    named = {MOODLE: "Moodle", CANVAS: "Canvas", BLACKBOARD: "Blackboard"}
    platform = {**named, BRIGHTSPACE: "Brightspace"}[next(iter(told.values())).platform]
    return (
        f"Files that {platform} did not name can be given to nobody ({len(left)} in all, such as "
        f"{quoted(texts[min(left)])}): download them again, or name them as the others are."
    )


def _bundles(
    told: Mapping[str, ParsedName], here: Mapping[str, str], layout: Layout
) -> tuple[Bundle, ...]:
    # The key includes the name: a student whose name is another's number gets none of his files.
    by_student: dict[tuple[str, str], dict[str, ParsedName]] = defaultdict(dict)
    for name, said in told.items():
        by_student[said.key, said.who.casefold()][name] = said
    bundles = []
    for _, own in sorted(by_student.items(), key=lambda item: (item[0][1], item[0][0])):
        bundles += _of_student(own, here, layout)
    return _named_apart(bundles)


def _of_student(
    own: dict[str, ParsedName], here: Mapping[str, str], layout: Layout
) -> list[Bundle]:
    """Return a student's submission once for each attempt."""
    if next(iter(own.values())).platform == BRIGHTSPACE:
        return _by_submission(own)
    files = {name: said for name, said in own.items() if not said.is_text} or own
    aside = tuple(sorted(name for name in own if name not in files))
    first = next(iter(files.values()))
    folders = [name for name in files if here[name] == FOLDER]
    pieces = {name: said.file for name, said in files.items() if name not in folders}
    attempts = attempts_of(pieces, {n: files[n].order for n in pieces}, layout, first.platform)
    bundles = []
    for number, attempt in enumerate(attempts, 1):
        latest = max(
            (files[name] for name in [*folders, *(name for name, _ in attempt)]),
            key=lambda said: said.order,
        )
        delivery = Delivery(
            platform=first.platform,
            id=first.id,
            label=latest.label,
            group=first.group,
            late=latest.late,
            attempt=number if len(attempts) > 1 else 0,
            attempts=len(attempts) if len(attempts) > 1 else 0,
        )
        whole: list[tuple[str, Parts]] = [(name, ()) for name in sorted(folders)]
        whole += [(name, (file,)) for name, file in sorted(attempt)]
        bundles.append(Bundle(clean(first.who), delivery, tuple(whole), aside))
    return bundles


def _by_submission(own: dict[str, ParsedName]) -> list[Bundle]:
    """Return each of a student's submissions by itself, the last one last."""
    times = sorted({said.order for said in own.values()})
    bundles = []
    for number, time in enumerate(times, 1):
        pieces = {name: said for name, said in own.items() if said.order == time}
        first = next(iter(pieces.values()))
        delivery = Delivery(
            platform=first.platform,
            id=first.id,
            attempt=number if len(times) > 1 else 0,
            attempts=len(times) if len(times) > 1 else 0,
        )
        whole = [(name, (said.file,) if said.file else ()) for name, said in sorted(pieces.items())]
        bundles.append(Bundle(clean(first.who), delivery, tuple(whole)))
    return bundles


def _named_apart(bundles: list[Bundle]) -> tuple[Bundle, ...]:
    """Add the platform's number to each name that several students have."""
    holders = Counter(
        name for name, _ in {(bundle.name.casefold(), bundle.delivery.id) for bundle in bundles}
    )

    def named(bundle: Bundle) -> Bundle:
        unclear = holders[bundle.name.casefold()] > 1 or bundle.name.casefold() in _NOT_A_NAME
        if not unclear or not bundle.delivery.id or bundle.name.endswith(bundle.delivery.id):
            return bundle
        if bundle.name.casefold() in _NOT_A_NAME:
            return bundle._replace(name=f"{bundle.name} {bundle.delivery.id}")
        return bundle._replace(name=f"{bundle.name} ({bundle.delivery.id})")

    return tuple(map(named, bundles))
