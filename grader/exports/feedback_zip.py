"""Reports as a zip that a learning platform gives back to its students.

Moodle's "Upload multiple feedback files in a zip" and Canvas' "Upload submissions" find a student
by the beginning of a file's name, which is that of the file in the download [1]_ [2]_.

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
# The earliest moment that a zip can hold: the same reports are the same bytes.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_KEPT_APART = str.maketrans(dict.fromkeys('/\\:*?"<>|', "-"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What is to be given back.

    Attributes
    ----------
    names : tuple of (str, SubmissionResult)
        The name of each file in the zip, and whose report it is.
    left : tuple of str
        Who gets none, and why.
    """

    names: tuple[tuple[str, SubmissionResult], ...]
    left: tuple[str, ...]


def feedback_names(
    results: Sequence[SubmissionResult],
    platform: str,
    known: Mapping[str, str] | None = None,
    members: Callable[[SubmissionResult], Sequence[str]] = lambda _: (),
) -> Feedback:
    """Say how each student's report is to be called.

    Parameters
    ----------
    results : sequence of SubmissionResult
        What was graded.
    platform : str
        ``moodle`` or ``canvas``.
    known : Mapping of str to str, optional
        The participants' numbers in Moodle, to be sure that none is a group's.
    members : callable
        Returns the participants' numbers of those who handed something in as a group: each of them
        gets the report.
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
    """Return what Moodle's import looks for at the beginning of a file's name."""
    who = line(name, 200).replace("_", " ").translate(_KEPT_APART)
    return f"{who}_{number}_assignsubmission_file_"


def feedback_zip(feedback: Feedback, report: Callable[[SubmissionResult], bytes]) -> bytes:
    """Return the zip.

    Parameters
    ----------
    feedback : Feedback
        From `feedback_names`.
    report : callable
        Returns a student's report, a page that needs no other file.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, result in feedback.names:
            info = zipfile.ZipInfo(name, _MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, report(result))
    return buffer.getvalue()
