"""What the gate samples is done as a whole by `make audit`, and what is shared is made once."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest

from tests.sampling import WHOLE, chosen, sampled
from tests.sharing import made_once

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(WHOLE, raising=False)


def test_the_sample_is_the_same_every_time() -> None:
    assert sampled(range(10), 4) == sampled(range(10), 4) == [0, 4, 8]
    assert chosen("abcdef", ("e", "b")) == ["b", "e"]


def test_the_whole_leaves_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WHOLE, "1")
    assert sampled(range(10), 4) == list(range(10))
    assert chosen("abcdef", ("e", "b")) == list("abcdef")


def test_a_sample_of_what_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="'x'"):
        chosen("abcdef", ("b", "x"))


def test_every_module_that_samples_is_run_as_a_whole_by_the_audit() -> None:
    using = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("test_*.py")
        if "from tests.sampling import" in path.read_text(encoding="utf-8")
    } - {Path(__file__).relative_to(ROOT).as_posix()}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    [listed] = re.findall(r"^SAMPLED := (.*)$", makefile, re.MULTILINE)
    assert using == set(listed.split())
    assert f"{WHOLE}=1 $(BIN)/pytest" in makefile


def test_what_is_shared_is_made_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    made: list[int] = []
    name = f"of a test {id(made)}"
    got: list[list[int]] = []

    def make() -> list[int]:
        made.append(1)
        return [1, 2]

    def ask() -> None:
        got.append(made_once(tmp_path_factory, name, "gw0", make))

    workers = [threading.Thread(target=ask) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert got == [[1, 2]] * 4
    assert made == [1]
    assert made_once(tmp_path_factory, name, "master", make) == [1, 2]
    assert made == [1, 1]
