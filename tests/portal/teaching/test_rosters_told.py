"""What was left out of a roster, or guessed, is told before it is stored."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from tests.portal.teaching.test_deciding import upload

if TYPE_CHECKING:
    from tests.portal.teaching.conftest import Visitor


def test_what_was_left_out_of_a_roster_or_guessed_is_told(instructor: Visitor) -> None:
    """And the file is called as its sender knows it, not as the portal keeps it."""
    table = "Promotion 2026\nid;nom;prénom\nada1;Lovelace;Ada\nzoe;Lefèvre;Zoé\n"
    shown = upload(instructor, "/roster", "/roster", table.encode("cp1252"))
    text = html.unescape(shown.text)
    assert "The file names its columns in line 2: what stands above, “Promotion 2026”" in text
    assert "The file is not in UTF-8 and was read as Windows-1252" in text
    assert "Zoé Lefèvre" in text
    refused = upload(instructor, "/roster", "/roster", b"id,name\n1,Ada\n1,Bo\n")
    assert refused.status_code == 422
    assert "The file, line 3: the id '1' is in line 2 too" in html.unescape(refused.text)
    assert "table.csv" not in refused.text
