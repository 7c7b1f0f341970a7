"""Read the cells of a workbook as Excel and LibreOffice save it (.xlsx), as texts."""

from __future__ import annotations

__all__ = ["WorkbookSheet", "is_workbook", "sheets_of"]

import io
import re
import zipfile
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ZIP = b"PK\3\4"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAX_PART = 64 << 20
_MAX_COLUMNS = 16_384  # Excel's own
_MAX_CELLS = 2_000_000
# From here on a spreadsheet has lost digits of a whole number.
_LAST_EXACT = 10**15
_PLACE = re.compile(r"(?P<letters>[A-Z]{1,3})\d+")


class WorkbookSheet(NamedTuple):
    """A sheet of a workbook.

    Attributes
    ----------
    name : str
        As its tab says.
    rows : tuple of tuple of str
        The cells of each row that has any.
    lines : tuple of int
        The number of each of these rows in the sheet, from 1.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]


def is_workbook(content: bytes) -> bool:
    """Return whether a file begins as a workbook does, of whatever program."""
    return content.startswith((_ZIP, _OLD_EXCEL))


def sheets_of(content: bytes, name: str) -> Iterator[WorkbookSheet]:
    """Yield the sheets of a workbook that are not hidden.

    Parameters
    ----------
    content : bytes
        The file.
    name : str
        Its name in sentences.

    Raises
    ------
    UsageError
        If it is no workbook in the form of Excel since 2007: one sentence.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            texts = _shared_texts(archive)
            for tab, part in _parts(archive):
                yield _sheet(tab, _part(archive, part), texts)
    except (
        *(zipfile.BadZipFile, zipfile.LargeZipFile, KeyError, ET.ParseError, ValueError),
        *(IndexError, OSError, NotImplementedError, RuntimeError, EOFError),
    ) as error:
        raise UsageError(
            f'{name} is not a workbook that can be read (.xlsx): save it again as "CSV UTF-8".'
        ) from error


def _parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Return the name of each visible sheet, and the part of the archive that holds it."""
    targets = {
        one.get("Id", ""): one.get("Target", "")
        for one in _part(archive, "xl/_rels/workbook.xml.rels")
    }
    found = []
    for sheet in _named(_part(archive, "xl/workbook.xml"), "sheet"):
        link = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
        target = targets.get(link, "")
        if sheet.get("state", "visible") == "visible" and "chartsheets/" not in target:
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            found.append((sheet.get("name", ""), part))
    return found


def _part(archive: zipfile.ZipFile, part: str) -> ET.Element:
    with archive.open(part) as file:
        text = file.read(_MAX_PART + 1)
    if len(text) > _MAX_PART or b"<!DOCTYPE" in text:
        raise ValueError(part)
    return ET.fromstring(text)  # noqa: S314 - without a document type nothing is expanded


def _named(root: ET.Element, name: str) -> Iterator[ET.Element]:
    """Yield the elements of a name below another one, whatever the namespace."""
    return (one for one in root.iter() if one.tag.rpartition("}")[2] == name)


def _shared_texts(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [_text(one) for one in _named(_part(archive, "xl/sharedStrings.xml"), "si")]


def _text(one: ET.Element) -> str:
    """Return a text without its pronunciation, which stands beside it in Japanese."""
    found = []
    for child in one:
        name = child.tag.rpartition("}")[2]
        if name == "t":
            found.append(child.text or "")
        elif name == "r":
            found += [part.text or "" for part in _named(child, "t")]
    return "".join(found)


def _sheet(tab: str, root: ET.Element, texts: list[str]) -> WorkbookSheet:
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    count = number = 0
    for row in _named(root, "row"):
        number = int(row.get("r") or number + 1)
        cells: list[str] = []
        for cell in _named(row, "c"):
            place = _PLACE.fullmatch(cell.get("r", ""))
            at = _column(place["letters"]) if place else len(cells)
            if at >= _MAX_COLUMNS:
                raise ValueError(at)
            cells += [""] * (at + 1 - len(cells))
            cells[at] = _cell(cell, texts)
        count += len(cells)
        if count > _MAX_CELLS:
            raise ValueError(count)
        if any(cell.strip() for cell in cells):
            rows.append(tuple(cells))
            lines.append(number)
    return WorkbookSheet(tab, tuple(rows), tuple(lines))


def _column(letters: str) -> int:
    at = 0
    for letter in letters:
        at = 26 * at + ord(letter) - ord("A") + 1
    return at - 1


def _cell(cell: ET.Element, texts: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(_text(one) for one in _named(cell, "is"))
    value = next((one.text or "" for one in _named(cell, "v")), "")
    if kind == "s":
        return texts[int(value)] if value else ""
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    return _number(value) if kind == "n" and value else value


def _number(value: str) -> str:
    """Return a number as a spreadsheet shows it: 1001, not 1001.0 nor 1.001E3."""
    try:
        exact = Decimal(value)
    except InvalidOperation:
        return value
    if not exact.is_finite() or exact != exact.to_integral_value():
        return value
    return f"{int(exact)}" if abs(exact) < _LAST_EXACT else f"{exact:.5E}"
