"""Templates are compiled once for all commands, and never the wrong one is taken for it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

from grader.portal import rendering
from grader.report import compiled_templates, pages
from grader.report.compiled_templates import environment_of

if TYPE_CHECKING:
    from pathlib import Path

HELLO = "{% for one in ones %}<p>{{ one }}</p>{% endfor %}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a template, where compiled code is kept."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "hello.html").write_text(HELLO, encoding="utf-8")
    return tmp_path


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the templates that are compiled from now on."""
    names: list[str] = []
    real = Environment.compile

    def compile_(self: Environment, source: str, name: str, *more: Any) -> Any:
        names.append(name)
        return real(self, source, name, *more)

    monkeypatch.setattr(Environment, "compile", compile_)
    return names


def rendered(folder: Path) -> str:
    """Render as a command does that starts anew."""
    made = environment_of(FileSystemLoader(folder)).get_template("hello.html")
    return made.render(ones=["<a>", "b"])


RIGHT = "<p>&lt;a&gt;</p><p>b</p>"


def kept_in(folder: Path) -> list[Path]:
    return list(folder.glob("__pycache__/*"))


def test_what_is_compiled_is_compiled_once(folder: Path, compiled: list[str]) -> None:
    assert [rendered(folder) for _ in range(3)] == [RIGHT] * 3
    assert compiled == ["hello.html"]
    assert [path.suffix for path in kept_in(folder)] == [".jinja"]  # and no part of one


def test_another_text_of_the_template_is_another_template(
    folder: Path, compiled: list[str]
) -> None:
    rendered(folder)
    (folder / "hello.html").write_text(HELLO.replace("p>", "i>"), encoding="utf-8")
    assert [rendered(folder) for _ in range(2)] == [RIGHT.replace("p>", "i>")] * 2
    assert len(compiled) == 2


def test_another_version_of_jinja_compiles_anew(
    folder: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered(folder)
    monkeypatch.setattr(compiled_templates, "version", lambda _: "99.0")
    assert rendered(folder) == RIGHT
    assert len(compiled) == 2


@pytest.mark.parametrize("keep", [0, 1, 40, -1])
def test_a_damaged_file_is_replaced(folder: Path, compiled: list[str], keep: int) -> None:
    rendered(folder)
    [path] = kept_in(folder)
    path.write_bytes(path.read_bytes()[:keep])
    assert [rendered(folder) for _ in range(2)] == [RIGHT] * 2
    assert len(compiled) == 2


def test_where_nothing_can_be_kept_nothing_is_lost(folder: Path, compiled: list[str]) -> None:
    (folder / "__pycache__").write_text("a file where a folder belongs", encoding="utf-8")
    assert [rendered(folder) for _ in range(2)] == [RIGHT] * 2
    assert len(compiled) == 2


def test_who_writes_no_compiled_code_writes_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert rendered(folder) == RIGHT
    assert kept_in(folder) == []


@pytest.mark.parametrize("module", [pages, rendering])
def test_no_template_computes_with_our_filters_while_it_is_compiled(module: Any) -> None:
    """Else what is kept would depend on the filters, which are no part of the template's text."""
    environment: Environment = module._environment()
    assert environment.loader is not None
    context = nodes.EvalContext(environment)
    folded = []
    for name in environment.list_templates(extensions=["j2"]):
        tree = environment.parse(environment.loader.get_source(environment, name)[0], name)
        for one in tree.find_all((nodes.Filter, nodes.Test)):
            try:
                folded.append((name, one.lineno, one.as_const(context)))
            except nodes.Impossible:
                continue
    assert folded == []
