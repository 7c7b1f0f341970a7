"""The public checks and the code that they need, extracted for the kit: students get nothing else.

Starting from the public checks, every definition that is used is followed through the modules of
``solutions/checks``. A function marked `recorded` is not followed: it is replaced by one that
replays its values. Annotations need nothing, since they are never evaluated.
"""

from __future__ import annotations

__all__ = ["extracted"]

import ast
import symtable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

HEADER = '''"""Public checks, or what they need: cut out of the course by `grader release`."""

from __future__ import annotations
'''
Definition = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


@dataclass(slots=True)
class _Module:
    """One file of the checks.

    Attributes
    ----------
    name : str
        The module's name, such as ``random_data.own``.
    lines : list of str
    tree : ast.Module
    definitions : dict
        The definitions at its top level, by name.
    imports : dict
        The origin of its imported names: a module of the checks and a name in it (empty for the
        module itself), or None for names from elsewhere.
    kept : set of str
        The names in it that are needed.
    """

    name: str
    lines: list[str]
    tree: ast.Module
    definitions: dict[str, Definition] = field(default_factory=dict)
    imports: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)


# What a table of known mistakes is made by.
TABLE = ("misconceptions", "Misconception", "Wrong")


def extracted(checks: Path, roots: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the modules with the given names, and with all that these need and nothing more.

    Parameters
    ----------
    checks : Path
        The folder ``solutions/checks``.
    roots : iterable of (str, str)
        Modules, such as ``warm_up.check_neuron``, and names in them.

    Returns
    -------
    dict
        The source of each module, by its path in the folder.

    Raises
    ------
    CourseError
        If a known mistake or another check is needed, or a name is defined nowhere.
    """
    modules: dict[str, _Module] = {}
    roots = list(roots)
    wanted = [(module, name, name) for module, name in roots]
    while wanted:
        place, name, root = wanted.pop()
        if place not in modules:
            modules[place] = _read(checks, place)
        if name not in modules[place].kept:
            modules[place].kept.add(name)
            needed = _needed(modules[place], name, root, is_root=(place, name) in roots)
            wanted += [(*need, root) for need in needed]
    texts = {_path(module.name): _emitted(module) for module in modules.values()}
    folders = {path.rpartition("/")[0] for path in texts} | {""}
    inits = {f"{folder}/__init__.py".lstrip("/"): HEADER for folder in folders}
    return dict(sorted((inits | texts).items()))


def _needed(module: _Module, name: str, root: str, *, is_root: bool) -> Iterator[tuple[str, str]]:
    """Yield the modules and names that a name uses directly."""
    if name not in module.definitions:
        if name not in module.imports:
            raise CourseError(f"{module.name}: `{name}`, which {root} needs, is not defined there.")
        source = module.imports[name]
        if source is not None and source[1]:
            yield source
        return
    definition = module.definitions[name]
    if not is_root:
        _refuse(definition, module.name, name, root)
    if _is_marked(definition, "recorded"):
        return
    for used, attribute in _uses_of_the_module(module, definition):
        if used in module.definitions:
            yield module.name, used
        elif used in module.imports:
            module.kept.add(used)
            source = module.imports[used]
            if source is not None and (source[1] or attribute):
                yield source[0], source[1] or attribute


def _path(name: str) -> str:
    return name.replace(".", "/") + ".py"


# ---------------------------------------------------------------------------- reading


def _read(checks: Path, name: str) -> _Module:
    try:
        text = (checks / _path(name)).read_text(encoding="utf-8")
        tree = ast.parse(text)
    except (OSError, UnicodeDecodeError, SyntaxError) as error:
        raise CourseError(f"solutions/checks/{_path(name)} cannot be read: {error}") from error
    module = _Module(name, text.splitlines(), tree)
    for node in tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                module.imports[(alias.asname or alias.name).partition(".")[0]] = None
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                source = _source(checks, name, node, alias.name)
                module.imports[alias.asname or alias.name] = source
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign):
            for defined in _defined(node):
                module.definitions[defined] = node
    return module


def _source(checks: Path, module: str, node: ast.ImportFrom, name: str) -> tuple[str, str] | None:
    """Return the module of the checks that an import refers to, and the name in it."""
    if not node.level:
        return None
    package = module.split(".")[: -node.level]
    base = ".".join([*package, *(node.module.split(".") if node.module else [])])
    inside = f"{base}.{name}" if base else name
    if (checks / _path(inside)).is_file():
        return inside, ""
    return base, name


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
        return
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AnnAssign):
        targets = [node.target]
    for target in targets:
        yield from (part.id for part in ast.walk(target) if isinstance(part, ast.Name))


def _uses(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield each name that is used, with the attribute that follows it, except in annotations."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        yield node.value.id, node.attr
        return
    if isinstance(node, ast.Name):
        yield node.id, ""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _uses(child)


def _uses_of_the_module(module: _Module, definition: Definition) -> Iterator[tuple[str, str]]:
    """Yield each name that a definition uses, with its attribute, but for its own variables."""
    local = _only_local(module, definition)
    yield from (use for use in _uses(definition) if use[0] not in local)


def _only_local(module: _Module, definition: Definition) -> set[str]:
    """Return the names that stand for variables of a function and nowhere for the module's own.

    A variable may have the name of a function that gives the answer away, which is not needed then.
    """
    if not isinstance(definition, ast.FunctionDef):
        return set()
    whole = symtable.symtable("\n".join(module.lines), module.name, "exec")
    first = {definition.lineno, *(one.lineno for one in definition.decorator_list)}
    tables = [one for one in whole.get_children() if one.get_lineno() in first]
    local: set[str] = set()
    others = {name for part in _at_module_level(definition) for name, _ in _uses(part)}
    while tables:
        table = tables.pop()
        tables += table.get_children()
        for symbol in table.get_symbols():
            (others if symbol.is_global() else local).add(symbol.get_name())
    return local - others


def _at_module_level(definition: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield what of a function is evaluated where it is defined."""
    yield from definition.decorator_list
    yield from definition.args.defaults
    yield from (default for default in definition.args.kw_defaults if default)


def _decorators(node: ast.AST) -> Iterator[str]:
    for decorator in getattr(node, "decorator_list", []):
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(called, ast.Name):
            yield called.id


def _is_marked(node: ast.AST, mark: str) -> bool:
    return mark in _decorators(node)


def _refuse(definition: Definition, place: str, name: str, root: str) -> None:
    """Refuse a definition that students must not get."""
    in_table = any(used in TABLE for used, _ in _uses(definition))
    for mark, what in (("misconception", "a known mistake"), ("check", "another check")):
        if _is_marked(definition, mark) or (in_table and mark == "misconception"):
            raise CourseError(
                f"The public check {root} needs `{name}` of {place}, which is {what}: move what "
                "both need into a function of its own, or make the check hidden."
            )


# ---------------------------------------------------------------------------- writing


def _emitted(module: _Module) -> str:
    kept = {name for name in module.kept if name in module.definitions}
    used = {name for name in module.kept if name in module.imports}
    imports: list[str] = []
    parts: list[str] = []
    replays = False
    for node in module.tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports += _import(node, used)
        elif isinstance(node, Definition) and kept.intersection(_defined(node)):
            if _is_marked(node, "recorded"):
                replays = True
                [name] = _defined(node)
                parts.append(f'{name} = RECORDING.function("{module.name}:{name}")')
            else:
                parts.append(_text(module, node))
    if replays:
        imports.append(f"from {'.' * (module.name.count('.') + 1)} import RECORDING")
    return "\n".join([HEADER, *imports, "", "\n\n\n".join(parts), ""])


def _import(node: ast.Import | ast.ImportFrom, used: set[str]) -> list[str]:
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return []
    names = [a for a in node.names if (a.asname or a.name).partition(".")[0] in used]
    if not names:
        return []
    told = ", ".join(a.name + (f" as {a.asname}" if a.asname else "") for a in names)
    if isinstance(node, ast.Import):
        return [f"import {told}"]
    return [f"from {'.' * node.level}{node.module or ''} import {told}"]


def _text(module: _Module, node: Definition) -> str:
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    return "\n".join(module.lines[first - 1 : node.end_lineno])
