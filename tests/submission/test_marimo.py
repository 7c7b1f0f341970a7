"""A notebook of marimo is a Python file: its cells are run."""

from __future__ import annotations

import pytest

from grader.errors import Crashed

from .rescued import FILE, HELPER, Opens, value


@pytest.fixture
def opened(at_levels: Opens) -> Opens:
    return at_levels


MARIMO = """
    import marimo

    __generated_with = "0.9.14"
    app = marimo.App(width="medium")


    @app.cell
    def _(k, np):
        def f(x):
            return np.sqrt(x) * k
        return (f,)


    @app.cell(hide_code=True)
    def _(mo):
        mo.md("# A text")
        mo.ui.slider(1, 10)
        return


    @app.cell
    def __():
        import numpy as np
        import marimo as mo
        import no_such_package
        k = 2
        return k, mo, no_such_package, np


    @app.cell
    def _(no_such_package):
        lost = no_such_package.f()
        RATE = 0.5
        return (RATE, lost)


    @app.function
    def g(x):
        return x + 1


    if __name__ == "__main__":
        app.run()
"""


def test_the_cells_of_a_marimo_notebook_are_run(opened: Opens) -> None:
    session = opened(MARIMO)
    assert (value(session, "f", 4.0), value(session, "g", 1)) == (4.0, 2)
    assert session.get(FILE, "RATE") == 0.5
    with pytest.raises(
        Crashed, match=r"`lost` is not defined, since line 26 of ex/work\.py imports"
    ):
        session.get(FILE, "lost")
    session = opened({FILE: "from helper import f, g\n", HELPER: MARIMO})
    assert (value(session, "f", 4.0), value(session, "g", 1)) == (4.0, 2)
