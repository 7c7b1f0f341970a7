"""Relative imports find what lies beside a file, as in a package."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.errors import Crashed

from .rescued import FILE, value

if TYPE_CHECKING:
    from .rescued import Opens

HELPER = "K = 3\n\n\ndef double(x):\n    return 2 * x\n"


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ("from .helper import double", "double"),
        ("from .helper import *", "double"),
        ("from . import helper", "helper.double"),
        ("from . import helper as h", "h.double"),
        ("from ..ex.helper import double as d", "d"),
        ("from ..ex import helper", "helper.double"),
        ("from .sub.deep import double", "double"),
        ("try:\n    from .helper import double\nexcept ImportError:\n    raise", "double"),
    ],
)
@pytest.mark.parametrize("package", [True, False])
def test_it_is_found(opened: Opens, line: str, call: str, package: bool) -> None:
    files = {
        FILE: f"{line}\ndef f(x):\n    return {call}(x)\n",
        "ex/helper.py": HELPER,
        "ex/sub/deep.py": "from ..helper import double\nfrom .other import L\n",
        "ex/sub/other.py": "L = 1\n",
    }
    if package:
        files |= {"ex/__init__.py": "", "ex/sub/__init__.py": ""}
    session = opened(files)
    assert value(session, "f", 4) == 8
    assert session.notes == []


def test_it_is_the_file_that_is_judged(opened: Opens) -> None:
    session = opened(
        {
            FILE: "TOLD = []\nfrom . import helper\ndef f():\n    return helper.TOLD is TOLD\n",
            "ex/helper.py": "from .work import TOLD\n",
        }
    )
    assert value(session, "f") is True


def test_one_that_leads_nowhere_is_told_with_its_line(opened: Opens) -> None:
    session = opened("from ....far import f\ndef g():\n    return 1\n")
    assert value(session, "g") == 1
    with pytest.raises(Crashed, match=r"since line 1 of ex/work\.py raised ImportError"):
        value(session, "f")
