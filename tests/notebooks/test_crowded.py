"""One file of the course that holds another one's work, and helpers that nothing imports."""

from __future__ import annotations

import pytest

from tests.notebooks.finding import (
    DESCENT,
    NETS,
    ONE,
    PART_1,
    PART_2,
    SLOPE,
    TWO,
    solution,
    stub,
    work,
)

WARM_1, WARM_2 = "warm_up/matrices.py", "warm_up/neuron.py"


@pytest.mark.parametrize(
    ("first", "second", "between"),
    [(ONE, TWO, ""), (ONE, TWO, "# ---- gradient_2.py ----"), (TWO, ONE, ""), (WARM_1, WARM_2, "")],
)
def test_a_file_in_its_place_may_hold_the_other_one_too(
    first: str, second: str, between: str
) -> None:
    source = f"{solution(first)}\n{between}\n{solution(second)}"
    for beside in ({}, {second: stub(second)}, {second: ""}):
        found = work({first: source, **beside})
        assert found.laid_out[second].decode() == source
        upto = found.laid_out[first].decode()
        assert upto == source or (source.startswith(upto) and "\nEXPERIMENTS" in upto)
        assert any(f'"{first}" was taken as ' in note and second in note for note in found.notes)
    assert not work({first: source, second: solution(second)}).placed


def test_another_exercise_is_found_in_a_file_only_under_its_name() -> None:
    own, other = "neural_net/local_minimum.py", "neural_net/explosion.py"
    source = f"{solution(own)}\n# explosion.py\n{solution(other)}"
    assert set(work({own: source}).placed) == {own, other}
    assert not work({own: source.replace("# explosion.py", "# the next one")}).placed
    assert NETS not in work({"neural_net/learn_structured_data.py": solution(NETS)}).placed


def test_swapped_contents_without_a_name_in_common_are_graded_for_what_they_are() -> None:
    found = work({WARM_1: solution(WARM_2), WARM_2: solution(WARM_1)})
    assert found.laid_out[WARM_1].decode() == solution(WARM_1)
    assert found.laid_out[WARM_2].decode() == solution(WARM_2)
    assert any("put it into its own file" in note for note in found.notes)


@pytest.mark.parametrize(
    ("helper", "imported"),
    [("gradient/descent.py", "descent"), ("descent.py", "descent"), ("my/own.py", "my.own")],
)
def test_a_helper_that_nothing_imports_lends_what_is_missing(helper: str, imported: str) -> None:
    files: dict[str, str | bytes] = {ONE: "from tools import *\n" + SLOPE, helper: DESCENT}
    files["gradient/tools.py"] = "import numpy\n"
    found = work(files)
    line = f"from {imported} import gradient_descent\n"
    assert found.laid_out[ONE].decode() == f"{files[ONE]!s}\n{line}"
    [note] = found.notes
    assert note == (
        f'{ONE} does not define `gradient_descent`: what "{helper}" defines was graded. Import it '
        "there."
    )


@pytest.mark.parametrize(
    "more",
    [
        {"gradient/other.py": "def gradient_descent(s, r, n):\n    return 2"},
        {"gradient/tools.py": "from descent import gradient_descent"},
        {"gradient/tools.py": "from descent import *"},
        {TWO: "def gradient(x, y):\n    return y"},
    ],
)
def test_no_name_is_lent_where_it_is_imported_or_not_clear_which_is_meant(
    more: dict[str, str],
) -> None:
    files = {ONE: f"from tools import *\n{SLOPE}", "gradient/descent.py": DESCENT}
    found = work({**files, **more})
    assert found.laid_out[ONE].decode() == files[ONE]
    assert not any("does not define" in note for note in found.notes)


def said_of(file: str, other: str) -> str:
    return f'"{file}" holds what {other} asks for, and was graded as that: rename it.'


def test_files_whose_contents_were_swapped_are_told_and_graded_as_what_they_are() -> None:
    swapped = {ONE: solution(TWO), TWO: solution(ONE)}
    for more in ({}, {"tools.py": "def mine(x):\n    return x"}):
        found = work({**swapped, **more})
        assert {said_of(ONE, TWO), said_of(TWO, ONE)} <= {*found.notes}
        assert found.laid_out[ONE].decode() == solution(ONE)
        assert found.laid_out[TWO].decode() == solution(TWO)
    for first, second in ((ONE, TWO), (TWO, TWO), (ONE, ONE)):
        found = work({ONE: solution(first), TWO: solution(second)})
        assert found.notes == ()
        assert found.laid_out[ONE].decode() == solution(first)
    assert work({ONE: stub(ONE), TWO: stub(TWO)}).notes == ()


@pytest.mark.parametrize(("file", "held"), [(ONE, TWO), (TWO, ONE)])
@pytest.mark.parametrize("beside", ["nothing", "an empty file", "the template"])
def test_a_file_that_holds_another_one_alone_is_that_one_and_no_other(
    file: str, held: str, beside: str
) -> None:
    place = {"an empty file": "", "the template": stub(held)}
    others = {held: place[beside]} if beside in place else {}
    for source in (
        solution(held),
        solution(held).replace("def function_to_minimize", "def f"),
        f"import numpy as np\nOWN = 3\n{solution(held)}",
    ):
        found = work({file: source, **others})
        assert found.laid_out.get(held) == source.encode()
        assert not found.has(file)
        assert found.notes == (said_of(file, held),)


@pytest.mark.parametrize(
    "source",
    ["\n".join([*PART_1, *PART_2]), f"{SLOPE}\n{DESCENT}", "\n".join([PART_1[0], *PART_2])],
)
def test_a_file_that_holds_some_of_its_own_stays_itself(source: str) -> None:
    found = work({ONE: source})
    assert found.has(ONE)
    assert not any("rename it" in note for note in found.notes)
