"""A kit of what is quickly recorded of the course, or of all of it; made once for all workers."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from grader.authoring.release.kit import FOLDER, Contents, build_kit, zipped
from grader.course import Course, load_course
from tests.sampling import chosen
from tests.sharing import made_once

ROOT = Path(__file__).resolve().parents[2]
# What is recorded of the others takes nine tenths of the time.
QUICK = ("warm_up", "plot_net", "hyperparameters", "mnist")


@pytest.fixture(scope="session")
def course() -> Course:
    everything = load_course(ROOT)
    return everything.only(chosen([e.id for e in everything.exercises], QUICK))


@pytest.fixture(scope="session")
def contents(course: Course, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Contents:
    return made_once(tmp_path_factory, "kit", worker_id, lambda: build_kit(course, prove=False))


@pytest.fixture(scope="session")
def packed(contents: Contents) -> bytes:
    return zipped(contents.files)


@pytest.fixture(scope="session")
def kit(packed: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the kit in a folder whose name is not plain."""
    folder = tmp_path_factory.mktemp("kit") / "my übung 1"
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        archive.extractall(folder)
    return folder / FOLDER
