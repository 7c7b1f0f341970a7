"""Pack reports and notebooks into a zip that Moodle or Canvas gives back to the students.

Moodle's "Upload multiple feedback files in a zip" and Canvas's "Upload submissions" identify a
student by the beginning of the file name, which has to match the file in the download [1]_ [2]_.

References
----------
.. [1] Moodle, ``mod/assign/feedback/file/importziplib.php``.
.. [2] Canvas, ``AbstractAssignment#infer_comment_context_from_filename``.
"""

from __future__ import annotations

__all__ = ["Feedback", "feedback_names", "feedback_zip"]

import io
import zipfile
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report.text import line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.results import SubmissionResult

FILE = "report.html"
# The earliest date that a zip can store, for all files: the same reports give the same bytes.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_KEPT_APART = str.maketrans(dict.fromkeys('/\\:*?"<>|', "-"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """The files of a feedback zip, and the students without one.

    Attributes
    ----------
    names : tuple of (str, SubmissionResult)
        Each file's name in the zip, and the result whose report it holds.
    left : tuple of str
        One text for each student without a file, with the reason.
    """

    names: tuple[tuple[str, SubmissionResult], ...]
    left: tuple[str, ...]


def feedback_names(
    results: Sequence[SubmissionResult],
    platform: str,
    known: Mapping[str, str] | None = None,
    members: Callable[[SubmissionResult], Sequence[str]] = lambda _: (),
) -> Feedback:
    """Choose the file name of each student's report.

    Parameters
    ----------
    results : sequence of SubmissionResult
        The graded submissions.
    platform : str
        ``moodle`` or ``canvas``.
    known : Mapping of str to str, optional
        Names by participant number in Moodle; a number that is not in it belongs to a group.
    members : callable
        Returns the participant numbers of a group's members: each of them gets the report.
    """
    holders = Counter(result.delivery.id for result in results)
    names: list[tuple[str, SubmissionResult]] = []
    left: list[str] = []
    for result in results:
        delivery = result.delivery
        reason = ""
        if delivery.platform != platform or not delivery.label:
            reason = "came in no file of that platform"
        elif platform == "moodle" and (
            delivery.group or (known is not None and delivery.id not in known)
        ):
            labels = [_label(known[one], one) for one in members(result) if known]
            names += [(f"{label}{FILE}", result) for label in labels if known]
            if labels:
                continue
            reason = (
                "is a group, to whose members Moodle gives files by their numbers: give its "
                "worksheet by --worksheet"
            )
        elif holders[delivery.id] > 1:
            reason = f"has the number {delivery.id} together with another"
        if reason:
            left.append(f"{line(result.student, 60)} {reason}")
        else:
            names.append((f"{delivery.label.translate(_KEPT_APART)}{FILE}", result))
    return Feedback(names=tuple(names), left=tuple(left))


def _label(name: str, number: str) -> str:
    """Return the beginning of a file name by which Moodle's import identifies a participant."""
    who = line(name, 200).replace("_", " ").translate(_KEPT_APART)
    return f"{who}_{number}_assignsubmission_file_"


def feedback_zip(
    feedback: Feedback,
    report: Callable[[SubmissionResult], bytes],
    notebooks: Callable[[SubmissionResult], Mapping[str, bytes]] = lambda _: {},
) -> bytes:
    """Return the zip's bytes.

    Parameters
    ----------
    feedback : Feedback
        From `feedback_names`.
    report : callable
        Returns a student's report as one self-contained page.
    notebooks : callable
        Returns the notebooks that a student gets back, by their names; they are files of the same
        student, since their names in the zip begin alike.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, result in feedback.names:
            files = {name: report(result)}
            for own, content in notebooks(result).items():
                files[f"{name.removesuffix(FILE)}{own.translate(_KEPT_APART)}"] = content
            for each, content in files.items():
                info = zipfile.ZipInfo(each, _MOMENT)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                archive.writestr(info, content)
    return buffer.getvalue()
