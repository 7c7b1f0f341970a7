"""The notebook edition of the exercises, made from stubs and statements: never written twice.

Each Python file of the course becomes a notebook: the statement, a cell for each function and
constant, a cell that tries them, and one that checks the notebook itself. The notebook of
``gradient/gradient.py`` is ``assignments/notebooks/gradient/gradient.ipynb``.
"""

from __future__ import annotations

__all__ = ["FOLDER", "notebook_of", "notebooks_of", "read_statements", "solved_notebooks_of"]

import ast
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from grader.languages import N_, gettext, say
from grader.languages.translations import edition_of, is_edition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nbformat import NotebookNode

FOLDER = "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# Sentences of a stub's docstring about files, which do not fit a notebook.
OF_FILES = re.compile(
    r"in this folder explain|[Rr]un this file|import your functions"
    r"|dans ce dossier|[Ee]xécutez ce fichier|importez vos fonctions"
)
BESIDE = re.compile(r"^(?P<indent>\s*)from (?P<module>\w+) import (?P<names>[^#(]+?)(\s*#.*)?$")
MATH = re.compile(r"^```math\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Characters not allowed in a cell's id; a name may have letters of another alphabet.
NO_ID = re.compile(r"[^a-zA-Z0-9-]")
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:)[^)]*\)")
OWN_FOLDER = re.compile(r"Path\(__file__\)\.with_name\((\"[^\"]*\")\)")

HOW = """\
Write the cells that say `write me`: put your code in the place of \
`raise NotImplementedError(...)`, and your values in that of `None`. Leave names and arguments as \
they are; cells of your own may stand anywhere. The last cell checks this notebook."""
HOW_SOLVED = """\
The course's solution: one of many that are right. Each cell was run, and shows what came."""
TRY_SOLVED = "## Tried"
# Shows the drawings that the cell above has left in files.
PICTURES = """\
from pathlib import Path

from IPython.display import SVG, display

for picture in sorted(Path().glob("*.svg")):
    display(SVG(picture))"""
TRY = "## Try it\n\nTake the `#` away once the cells above are written."
CHECK = """\
## Check it

Save the notebook first: what is checked is the file. The public checks say what they saw where \
something is not right; the final grading has more of the same kind, on other numbers."""
NOT_INSTALLED = "The grader is not installed: INSTRUCTIONS.md in the kit has the line that does it."
GIVEN = N_("(given)")
COPY = "# From your notebook {module}.ipynb: copy the cell of {names} to here."
COPY_SEVERAL = "# From your notebook {module}.ipynb: copy the cells of {names} to here."
COPIED = re.compile(r"# .*\bnotebook \w+\.ipynb\b")  # in any language
CHECK_CODE = """\
import importlib.util
import sys

if importlib.util.find_spec("grader") is None:
    print("{missing}")
else:
    !"{{sys.executable}}" -m grader check "{name}" --exercise {number}"""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A top-level statement of a stub, with the comments above it.

    Attributes
    ----------
    node : ast.stmt
    text : str
    is_given : bool
        Whether the student has nothing to write in it.
    """

    node: ast.stmt
    text: str
    is_given: bool

    @property
    def name(self) -> str:
        """The name that it defines; empty if it defines none or several."""
        if isinstance(self.node, ast.FunctionDef | ast.ClassDef):
            return self.node.name
        if isinstance(self.node, ast.Assign) and isinstance(self.node.targets[0], ast.Name):
            return self.node.targets[0].id
        if isinstance(self.node, ast.AnnAssign) and isinstance(self.node.target, ast.Name):
            return self.node.target.id
        return ""


def notebooks_of(
    stubs: Mapping[str, str], statements: Mapping[str, str], numbers: Mapping[str, str]
) -> dict[str, str]:
    """Return the notebook of each stub.

    Parameters
    ----------
    stubs : mapping
        The text of each stub, by its path in the course.
    statements : mapping
        The text of each statement (Markdown), by its path. A stub's statement is the page or
        chapter beside it with a line such as *File: `gradient.py`.* below its title, if any.
    numbers : mapping
        The number of each stub's exercise.

    Returns
    -------
    dict
        The text of each notebook, by its path in ``assignments``.
    """
    made = {}
    for file, stub in stubs.items():
        path = PurePosixPath(file)
        beside = {PurePosixPath(other).stem for other in stubs} - {path.stem}
        statement = _statement_of(path, statements)
        made[str(FOLDER / path.with_suffix(".ipynb"))] = notebook_of(
            stub, statement, file, numbers[file], beside
        )
    return made


def solved_notebooks_of(
    stubs: Mapping[str, str], solutions: Mapping[str, str], statements: Mapping[str, str]
) -> dict[str, str]:
    """Return the notebook of each solution, not run yet, by its path: beside the solution's file.

    Parameters
    ----------
    stubs, solutions : mapping
        The text of each file as students get it, and of its solution without markers.
    statements : mapping
        The text of each statement (Markdown), by its path.
    """
    return {
        str(PurePosixPath(file).with_suffix(".ipynb")): notebook_of(
            stub, _statement_of(PurePosixPath(file), statements), file, "", set(), solutions[file]
        )
        for file, stub in stubs.items()
    }


def notebook_of(
    stub: str, statement: str, file: str, number: str, beside: set[str], solution: str = ""
) -> str:
    """Return a notebook in nbformat's form; it depends only on the texts that it is made from.

    Parameters
    ----------
    stub : str
        A valid Python file.
    statement : str
        Markdown, with formulas in GitHub's form.
    file : str
        The stub's path in the course. Each code cell contains it in its metadata, so that the
        notebook is recognised under another name, too.
    number : str
        The number of the exercise.
    beside : set of str
        Names of modules that are notebooks of the course, too, and cannot be imported.
    solution : str
        The solution without markers, for the notebook that has it; empty for the students' one.
    """
    import nbformat  # noqa: PLC0415  (slow, and in an extra)

    stem = PurePosixPath(file).stem
    pieces = list(_pieces(stub))
    if solution:
        given = {piece.name for piece in pieces if piece.is_given}
        pieces = [replace(p, is_given=p.name in given) for p in _pieces(solution)]
    title, intro = _about(ast.get_docstring(ast.parse(stub)) or f"{stem}.")
    how = gettext(HOW_SOLVED if solution else HOW)
    head = "\n\n".join(filter(None, (f"# {title}", intro, how)))
    cells = [_markdown("title", head)]
    if statement:
        cells.append(_markdown("statement", _for_jupyter(statement)))
    setup: list[str] = []
    copied: list[str] = []
    while pieces and _belongs_to_setup(pieces[0]):
        piece = pieces.pop(0)
        module = piece.node.module if isinstance(piece.node, ast.ImportFrom) else None
        if module in beside and isinstance(piece.node, ast.ImportFrom):
            copied.append(_to_copy(str(module), [alias.name for alias in piece.node.names]))
        else:
            setup.append(piece.text)
    parts = [list(_cells_of(piece, beside, solved=bool(solution))) for piece in pieces]
    later = "\n".join(map(_source_of, parts))
    before = "\n".join(piece.text for piece in pieces)
    if needed := list(_needed(setup, before, later)):
        cells.append(_code("imports", "\n".join(needed)))
    if copied:
        cells.append(_code("other-notebooks", "\n".join(copied)))
    cells += [cell for part in parts for cell in part]
    if not solution:
        cells.append(_markdown("about-check", gettext(CHECK)))
        told = {"number": number, "missing": gettext(NOT_INSTALLED)}
        cells.append(_code("check", CHECK_CODE.format(name=f"{stem}.ipynb", **told)))
    _mark(cells, file)
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
    nbformat.validate(notebook)
    return f"{nbformat.writes(notebook)}\n"


def _mark(cells: Sequence[NotebookNode], file: str) -> None:
    """Give each cell an id of its own, and each code cell the name of its file."""
    seen: Counter[str] = Counter()
    for cell in cells:
        seen[cell.id] += 1
        if seen[cell.id] > 1:
            cell.id = f"{cell.id[:56]}--{seen[cell.id]}"  # a name that occurs twice
        if cell.cell_type == "code":
            cell.metadata.grader = {"file": file}


# ---------------------------------------------------------------------------- the statement


def _statement_of(file: PurePosixPath, statements: Mapping[str, str]) -> str:
    """Return the page or the chapter about a file; a page of its own is preferred."""
    pages = sorted(
        (path for path in statements if PurePosixPath(path).parent == file.parent),
        key=lambda path: PurePosixPath(path).name == "README.md",
    )
    for page in pages:
        for chapter in re.split(r"^(?=# )", statements[page], flags=re.MULTILINE):
            head = chapter.strip().split("\n\n")[1:2]
            if head and f"`{file.name}`" in head[0]:
                return chapter.strip()
    return ""


def _for_jupyter(statement: str) -> str:
    """Return Markdown for Jupyter: formulas in dollars, no links to files elsewhere."""
    text = MATH.sub(lambda found: f"$$\n{found[1].rstrip()}\n$$", statement)
    text = LINK.sub(r"\1", text)
    return re.sub(r"^#", "##", text, flags=re.MULTILINE) if not _has_code_comments(text) else text


def _has_code_comments(text: str) -> bool:
    """Say whether a code block contains a line that begins with #."""
    blocks = re.findall(r"^```\w*\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return any(line.startswith("#") for block in blocks for line in block.splitlines())


def _about(docstring: str) -> tuple[str, str]:
    """Return the title and the text of a stub's docstring, without sentences about files."""
    first, _, rest = docstring.partition("\n\n")
    kept = []
    for paragraph in rest.split("\n\n"):
        sentences = re.split(r"(?<=\.)\s+", " ".join(paragraph.split()))
        kept.append(" ".join(s for s in sentences if not OF_FILES.search(s)))
    return " ".join(first.split()).rstrip("."), "\n\n".join(filter(None, kept)).replace("``", "`")


# ---------------------------------------------------------------------------- cells


def _pieces(source: str) -> Iterator[_Piece]:
    """Yield the statements below the docstring, each with the lines above it."""
    tree, lines = ast.parse(source), source.splitlines()
    done = 0
    for node in tree.body:
        end = node.end_lineno or node.lineno
        text = "\n".join(lines[done:end]).strip("\n")
        done = end
        if not (node is tree.body[0] and ast.get_docstring(tree) is not None):
            yield _Piece(node, text, "write me" not in text)


def _belongs_to_setup(piece: _Piece) -> bool:
    """Say whether it is an import, or a given constant."""
    if isinstance(piece.node, ast.Import | ast.ImportFrom):
        return True
    return isinstance(piece.node, ast.Assign) and piece.is_given


def _needed(setup: list[str], before: str, later: str) -> Iterator[str]:
    """Yield the lines of the first cell, without imports that only the file needs.

    An import that the stub does not use was for the solution: students need it, too.

    Parameters
    ----------
    setup : list of str
        Imports and given constants.
    before, later : str
        The code below them in the stub, and in the notebook.
    """

    def is_wanted(name: str) -> bool:
        used = rf"\b{name}\b"
        return bool(re.search(used, later)) or not re.search(used, before)

    for text in setup:
        tree = ast.parse(text)
        names = [
            (alias.asname or alias.name).partition(".")[0]
            for node in tree.body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
            if not (isinstance(node, ast.ImportFrom) and node.module == "__future__")
        ]
        is_import = any(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body)
        if not is_import or any(map(is_wanted, names)):
            yield text


def _source_of(cells: Iterable[NotebookNode]) -> str:
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


def _cells_of(piece: _Piece, beside: set[str], *, solved: bool) -> Iterator[NotebookNode]:
    if isinstance(piece.node, ast.If):
        yield _markdown("about-try", gettext(TRY_SOLVED if solved else TRY))
        body = _to_try(piece, beside)
        yield _code("try", "\n".join(body if solved else _as_comments(body)).strip("\n"))
        if solved and any(".svg" in line for line in body):
            yield _code("pictures", PICTURES)
        return
    name = piece.name
    given = f" {gettext(GIVEN)}" if piece.is_given else ""
    yield _markdown(f"about-{name}", f"### `{name}`{given}")
    yield _code(name, "\n".join(_without_imports(piece.text.splitlines(), beside)))


def _to_try(piece: _Piece, beside: set[str]) -> list[str]:
    """Return the lines below ``if __name__ == "__main__"``, which are not run by the grader."""
    lines = piece.text.splitlines()
    first = next(k for k, line in enumerate(lines) if line.startswith("if ")) + 1
    body = [line.removeprefix("    ") for line in lines[first:]]
    return [OWN_FOLDER.sub(r"\1", line) for line in _without_imports(body, beside)]


def _as_comments(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line if COPIED.match(line) else f"# {line}".rstrip()


def _without_imports(lines: list[str], beside: set[str]) -> Iterator[str]:
    """Yield the lines; a name from another notebook must be copied and cannot be imported."""
    for line in lines:
        found = BESIDE.match(line)
        if found and found["module"] in beside:
            names = [name.strip() for name in found["names"].split(",")]
            yield found["indent"] + _to_copy(found["module"], names)
        else:
            yield line


def _to_copy(module: str, names: list[str]) -> str:
    if len(names) == 1:
        return gettext(COPY).format(module=module, names=names[0])
    told = f"{', '.join(names[:-1])} and {names[-1]}"
    return gettext(COPY_SEVERAL).format(module=module, names=say(told))


def _markdown(name: str, text: str) -> NotebookNode:
    import nbformat  # noqa: PLC0415

    made: NotebookNode = nbformat.v4.new_markdown_cell(text, id=_id(name))
    return made


def _code(name: str, text: str) -> NotebookNode:
    import nbformat  # noqa: PLC0415

    made: NotebookNode = nbformat.v4.new_code_cell(text, id=_id(name))
    return made


def _id(name: str) -> str:
    """Return a cell's id, made from its name; nbformat would draw a random one."""
    plain = NO_ID.sub(lambda found: f"u{ord(found[0]):x}", name.replace("_", "-"))
    return plain[:64] or "unnamed"


def read_statements(assignments: Path) -> dict[str, str]:
    """Return the text of each statement of a course in the language that is spoken, by its path."""
    return {
        path.relative_to(assignments).as_posix(): edition_of(path).read_text(encoding="utf-8")
        for path in sorted(assignments.rglob("*.md"))
        if not is_edition(path)
    }
