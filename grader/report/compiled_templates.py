"""Templates that are compiled once, and not again by each command: Jinja takes a quarter second.

They are kept as Python keeps its own compiled code: beside the source, in ``__pycache__``, where it
may be written, and by nobody who runs with ``-B``. What is kept belongs to the text of the template
and to the versions of Jinja and of Python.
"""

from __future__ import annotations

__all__ = ["CompiledTemplates", "environment_of"]

import contextlib
import hashlib
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import BytecodeCache, Environment, StrictUndefined

if TYPE_CHECKING:
    from jinja2 import BaseLoader
    from jinja2.bccache import Bucket


def environment_of(loader: BaseLoader) -> Environment:
    """Return a Jinja environment with the settings that all our templates are written for.

    The settings are the same for all, since a compiled template depends on them.
    """
    return Environment(
        loader=loader,
        bytecode_cache=CompiledTemplates(),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates beside their sources.

    A key is the path of the file that holds a compiled template; empty if the source has no file.
    """

    def __init__(self) -> None:
        self._jinja = version("jinja2")

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002
        """Return the path of the compiled template."""
        if filename is None:
            return ""
        source = Path(filename)
        compiled = f"{source.name}.{sys.implementation.cache_tag}.jinja"
        return str(source.parent / "__pycache__" / compiled)

    def get_source_checksum(self, source: str) -> str:
        """Return a digest of all that a compiled template depends on; Jinja adds Python's."""
        return hashlib.sha256(f"{self._jinja}\n{source}".encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read a compiled template, if there is one of just this source."""
        if not bucket.key:
            return
        # A damaged file can raise anything; then the template is compiled, and the file replaced.
        with contextlib.suppress(Exception), open(bucket.key, "rb") as file:  # noqa: PTH123
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template, where that is possible and wanted."""
        if not bucket.key or sys.dont_write_bytecode:
            return
        path = Path(bucket.key)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):  # no room, or not ours: it is compiled each time
            path.parent.mkdir(exist_ok=True)
            try:
                part.write_bytes(bucket.bytecode_to_string())
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
