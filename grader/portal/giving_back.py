"""Downloads: browsers store these files and never show them as pages of the portal."""

from __future__ import annotations

__all__ = ["file_answer", "notebooks_file", "notebooks_name", "zipped"]

import io
import posixpath
import zipfile
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response

from grader.report.text import line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SEVERAL = "notebooks.zip"
# The earliest moment that a zip can hold: the same reports are the same bytes.
_MOMENT = (1980, 1, 1, 0, 0, 0)


def file_answer(content: bytes, name: str, kind: str) -> Response:
    """Return the response for a file that the browser stores.

    Parameters
    ----------
    content : bytes
        Of the file.
    name : str
        What browsers propose to call it; letters of any language.
    kind : str
        Its media type.
    """
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    said = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    headers = {"Content-Disposition": said, "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)


def notebooks_name(paths: Sequence[str]) -> list[str]:
    """Return the name of the download with these notebooks; empty if there are none."""
    if len(paths) > 1:
        return [SEVERAL]
    return [line(posixpath.basename(path)) for path in paths]


def notebooks_file(made: Mapping[str, bytes]) -> Response:
    """Return the response for notebooks: one notebook as it is, several as a zip."""
    if len(made) == 1:
        [(name, content)] = made.items()
        return file_answer(content, name, "application/x-ipynb+json")
    return file_answer(zipped(made), SEVERAL, "application/zip")


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip; the same files are the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return buffer.getvalue()
