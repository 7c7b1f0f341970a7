"""Runs each notebook of a folder, from its first to its last cell, in a kernel of its own.

A kernel is a child of this process and gets a fresh copy of the kit, whose grader the last cell
runs. It uses this command's Python, without a person's IPython settings. It ends with the notebook,
at the notebook's time limit, or when this process ends for any reason.
"""

from __future__ import annotations

__all__ = ["SECONDS", "require_jupyter", "run_notebooks"]

import asyncio
import contextlib
import io
import os
import re
import shutil
import threading
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from grader.errors import CourseError, GraderError, UsageError
from grader.util.child_environment import personal
from grader.util.scratch import Scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from nbformat import NotebookNode

# An unsolved notebook takes a few seconds; the one with Keras took twenty.
SECONDS = 300.0
END_SECONDS = 10.0
LONGEST = 200
GRADER, SAID = "grader", "said"
# The exception of a function that is not written yet: `grader.authoring.stubs` inserts it.
OPEN = "NotImplementedError"
OPEN_WORDS = re.compile(r"^\w+: write me$")
# A line for the shell. IPython keeps its exit code, and raises nothing.
SHELL = re.compile(r"^\s*!", re.MULTILINE)
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
INSTALL = "pip install 'neural-network-grader[release]'"
WITHOUT = "--no-kernel leaves this proof out"


def require_jupyter(*, kernel: bool) -> None:
    """Raise at once if a package that makes or runs notebooks is not installed.

    Parameters
    ----------
    kernel : bool
        Whether notebooks will be run.

    Raises
    ------
    UsageError
        What is missing, and how to install it.
    """
    try:
        import nbformat  # noqa: F401, PLC0415  (slow, and in an extra)
    except ImportError as error:
        raise UsageError(
            f"Notebooks are made by nbformat, which cannot be imported here ({error}): install it "
            f"by `{INSTALL}`."
        ) from error
    if not kernel:
        return
    try:
        import ipykernel.kernelspec  # noqa: F401, PLC0415
        import nbclient  # noqa: F401, PLC0415
    except ImportError as error:
        raise UsageError(
            "Notebooks are run by nbclient in a kernel of ipykernel, which cannot be imported here "
            f"({error}): install both by `{INSTALL}`; {WITHOUT}."
        ) from error


def run_notebooks(
    files: Mapping[str, bytes],
    notebooks: Sequence[str],
    tell: Callable[[str], None] = lambda _: None,
    *,
    workers: int = 1,
    seconds: float = SECONDS,
    environments: Mapping[str, Mapping[str, str]] | None = None,
    solved: bool = False,
) -> dict[str, str]:
    """Run notebooks of a kit, and refuse the first one, in their order, that fails.

    Every cell must run without an error, except that of a function which is not written yet. A run
    leaves no file behind.

    Parameters
    ----------
    files : mapping
        The content of each file of the kit, by its path.
    notebooks : sequence of str
        The paths of the notebooks to run.
    tell : callable
        Called with each path before the notebook is waited for.
    workers : int
        How many are run at the same time.
    seconds : float
        The wall-clock limit for one notebook.
    environments : mapping or None
        Environment variables of a notebook's kernel, by its path, beside those of this command.
    solved : bool
        Whether all functions are written, so that no cell may say that one is not.

    Returns
    -------
    dict
        The text of each notebook with what its cells have put out, by its path.

    Raises
    ------
    CourseError
        Which notebook and cell failed, the exception, and what to do.
    GraderError
        If no kernel can be started.
    """
    with Scratch() as folder, _Loop() as loop:
        _unpack_grader(files, folder / GRADER)
        gate = asyncio.Semaphore(workers)
        each = [
            _Run(files, name, folder / str(n), seconds, (environments or {}).get(name, {}), solved)
            for n, name in enumerate(notebooks)
        ]
        runs = [loop.begin(run.through(gate)) for run in each]
        executed = {}
        for name, run in zip(notebooks, runs, strict=True):
            tell(name)
            executed[name] = run.result()
    return executed


def _unpack_grader(files: Mapping[str, bytes], folder: Path) -> None:
    """Unpack the kit's grader: students have the same."""
    for name, content in files.items():
        if name.endswith(".whl"):
            with zipfile.ZipFile(io.BytesIO(content)) as wheel:
                wheel.extractall(folder)


class _Loop:
    """An event loop in a thread of its own: in the main one, nbclient would catch signals."""

    def __init__(self) -> None:
        self._loop = asyncio.SelectorEventLoop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._begun: list[Any] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Cancel unfinished runs, and wait until their kernels have ended."""
        for future in self._begun:
            future.cancel()
        with contextlib.suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(_all_done(), self._loop).result(END_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(END_SECONDS)
        if not self._loop.is_running():
            self._loop.close()

    def begin(self, what: Coroutine[Any, Any, str]) -> Any:
        """Start a coroutine and return its future."""
        self._begun.append(asyncio.run_coroutine_threadsafe(what, self._loop))
        return self._begun[-1]


async def _all_done() -> None:
    if others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others)


@dataclass
class _Run:
    """The run of one notebook.

    Attributes
    ----------
    files : mapping
        The content of each file of the kit.
    name : str
        The notebook's path in the kit.
    folder : Path
        The folder for the copy of the kit and the kernel's own files.
    seconds : float
        Its time limit.
    variables : mapping
        Environment variables of its kernel, beside those of this command.
    solved : bool
        Whether no function may be left to write.
    cell : int
        The present cell, from 0; negative before the first.
    book : NotebookNode
        The notebook, as read by nbformat.
    client : NotebookClient
        Runs the notebook.
    """

    files: Mapping[str, bytes]
    name: str
    folder: Path
    seconds: float
    variables: Mapping[str, str]
    solved: bool = False
    cell: int = -1
    book: Any = None
    client: Any = None

    async def through(self, gate: asyncio.Semaphore) -> str:
        """Run the notebook as soon as `gate` allows, and return its text; raise if it fails."""
        import nbformat  # noqa: PLC0415  (slow, and in an extra)

        async with gate:
            self.book = nbformat.reads(self.files[self.name].decode(), as_version=4)
            try:
                async with asyncio.timeout(self.seconds) as limit:
                    await self._run()
            except (TimeoutError, RuntimeError) as error:  # RuntimeError: nbclient's dead kernel
                if limit.expired():
                    raise self._refusal(f"is not done after {self.seconds:g} seconds") from None
                if (task := asyncio.current_task()) and task.cancelling():
                    raise asyncio.CancelledError from error  # nbclient reports it as a dead kernel
                raise self._died(error) from error
            finally:
                shutil.rmtree(self.folder, ignore_errors=True)
            nbformat.validate(self.book)
            return f"{nbformat.writes(self.book)}\n"

    async def _run(self) -> None:
        """Run all cells in a kernel, and end the kernel."""
        from jupyter_client.kernelspec import KernelSpecManager  # noqa: PLC0415
        from jupyter_client.manager import AsyncKernelManager  # noqa: PLC0415
        from nbclient import NotebookClient  # noqa: PLC0415

        kit = self.folder / "kit"
        for name, content in self.files.items():
            path = kit / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        # Without other folders to search, "python3" is the Python of this process.
        kernel = AsyncKernelManager(
            kernel_name="python3",
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
            connection_file=str(self.folder / "kernel.json"),
        )
        client = self.client = NotebookClient(
            self.book,
            kernel,
            timeout=None,
            allow_errors=True,
            record_timing=False,
            coalesce_streams=True,
        )
        client.on_cell_start = self._begins
        client.on_cell_executed = self._ran
        with (self.folder / SAID).open("wb") as said:
            try:
                where = str((kit / self.name).parent)
                await client.async_start_new_kernel(
                    cwd=where, env=self._environment(), stdout=said, stderr=said
                )
                await client.async_start_new_kernel_client()
                await client.async_execute()
            finally:
                if client.kc is not None:
                    client.kc.stop_channels()
                if kernel.has_kernel:
                    await kernel.shutdown_kernel(now=True)

    def _environment(self) -> dict[str, str]:
        """Return the environment of whoever gave the command, with the kit's grader added."""
        places = [str(self.folder.parent / GRADER), os.environ.get("PYTHONPATH", "")]
        ours = {
            "PYTHONPATH": os.pathsep.join(filter(None, places)),
            "IPYTHONDIR": str(self.folder / "ipython"),
        }
        return personal(self.variables, ours)

    def _begins(self, cell: NotebookNode, cell_index: int) -> None:
        del cell
        self.cell = cell_index

    async def _ran(
        self, cell: NotebookNode, cell_index: int, execute_reply: Mapping[str, Any]
    ) -> None:
        """Raise if a cell has raised, or if one of its shell commands has failed."""
        del cell_index
        said = execute_reply["content"]
        if said["status"] == "error":
            if not self.solved and said["ename"] == OPEN and OPEN_WORDS.match(said["evalue"]):
                return
            raised = f"{said['ename']}: {said['evalue']}".removesuffix(": ")
            raise self._refusal(f"raises “{_short(raised)}”")
        if SHELL.search(cell.source) and (code := await self._asked("_exit_code")) != "0":
            text = "".join(output.get("text", "") for output in cell.outputs)
            last = text.strip().splitlines()[-1:] or ["nothing was printed"]
            ended = f"ends with exit code {code}" if code else "is not run"
            raise self._refusal(f"has a command that {ended} (“{_short(last[0])}”)")

    async def _asked(self, expression: str) -> str:
        """Return the value of an expression in the kernel as text; empty if it raises."""
        asked = self.client.kc.execute("", silent=True, user_expressions={"it": expression})
        reply = await self.client.async_wait_for_reply(asked)
        found = reply["content"]["user_expressions"]["it"]
        return str(found["data"]["text/plain"]) if found["status"] == "ok" else ""

    def _refusal(self, what: str) -> CourseError:
        number = max(self.cell, 0)
        cell = self.book.cells[number]
        source = cell.metadata.get("grader", {}).get("file", "")
        return CourseError(
            f"{self.name} does not run from its first to its last cell: cell {number + 1} "
            f"(`{cell.get('id', '')}`) {what}. Mend what it is made of, solutions/{source}; "
            f"{WITHOUT}."
        )

    def _died(self, error: Exception) -> CourseError | GraderError:
        if self.cell >= 0:
            return self._refusal("ends the kernel")
        said = (self.folder / SAID).read_text(encoding="utf-8", errors="replace").splitlines()
        last = next((line for line in reversed(said) if line.strip()), str(error))
        return GraderError(
            f"No kernel can be started here to run {self.name} (“{_short(last)}”): see whether "
            f"`python -m ipykernel_launcher` starts one; {WITHOUT}."
        )


def _short(text: str) -> str:
    line = " ".join(ANSI.sub("", text).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
