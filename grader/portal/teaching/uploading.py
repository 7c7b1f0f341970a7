"""Uploads of tables by staff: small, read once, and stored under names of the portal's."""

from __future__ import annotations

__all__ = ["SENT", "sent_table"]

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from grader.portal.context import PortalContext

T = TypeVar("T")
MOST_BYTES = 8 << 20
MOST_FIELDS = 20
NAME = "table.csv"
SENT = "The file"  # how sentences call it


async def sent_table(
    request: Request, context: PortalContext, read: Callable[[Path], T]
) -> tuple[T, dict[str, str]]:
    """Call a function with the file ``table`` of a form; return its result and the other fields.

    Parameters
    ----------
    request : Request
        Its body is read once, here.
    context : PortalContext
        Whose threads read it.
    read : callable
        Given the path of a file, which is gone afterwards.

    Raises
    ------
    HTTPException
        Where the form is larger than any such table.
    UsageError
        Where no file was chosen, or it cannot be read: one sentence.
    """
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdecimal() and int(length[:12]) <= MOST_BYTES):
        raise HTTPException(413, "The file is too large: a table of a class has a few hundred KiB.")
    async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        file = form.get("table")
        if not isinstance(file, UploadFile) or not file.filename:
            raise UsageError("Choose a file first.")
        content = await file.read()

    def work() -> T:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / NAME
            path.write_bytes(content)
            try:
                return read(path)
            except UsageError as error:
                said = str(error).replace(str(path), SENT)
                raise UsageError(said) from error

    return await context.ask(work), fields
