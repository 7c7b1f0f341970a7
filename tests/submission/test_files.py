"""Files as they are handed in: what is missing, cannot be read, or hides something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.errors import Crashed, Failed, SubmissionError

if TYPE_CHECKING:
    from grader.submission import Session

GOOD = "def f():\n    return 1\n"


def call(session: Session, name: str = "f", *arguments: Any) -> Any:
    return session.call("ex/work.py", name, arguments).value


def test_a_missing_file_is_named(opened: Any) -> None:
    with pytest.raises(Failed, match=r"The file ex/work.py is missing from what was handed in"):
        call(opened({"ex/else.py": GOOD}))


@pytest.mark.parametrize(
    ("source", "line", "code"),
    [
        ("x = 1\n\ndef f(:\n    return 1\n", 3, "def f(:"),
        ("def f():\nreturn 1\n", 2, "return 1"),
        ("def f():\n    return (1\n", 2, "return (1"),
        ("def f():\n\tx = 1\n        return x\n", 3, "return x"),
        ("x = '''\n", 1, "x = '''"),
    ],
)
def test_a_syntax_error_is_shown_with_its_line(
    opened: Any, source: str, line: int, code: str
) -> None:
    session = opened({"ex/work.py": source, "ex/fine.py": GOOD})
    said = f"Importing ex/work.py failed: .* in line {line}|line {line} of ex/work.py is not Python"
    with pytest.raises(Crashed, match=said) as caught:
        call(session)
    assert caught.value.frames[-1].line == line
    assert caught.value.frames[-1].code == code
    assert session.call("ex/fine.py", "f", []).value == 1


def test_a_syntax_error_in_a_helper_is_shown_there(opened: Any) -> None:
    source = f"import helper\nx = helper.x\n{GOOD}"
    session = opened({"ex/work.py": source, "ex/helper.py": "x = = 2\n"})
    assert call(session) == 1
    with pytest.raises(Crashed, match="whose line 1 is not Python: invalid syntax") as caught:
        session.get("ex/work.py", "x")
    assert [frame.file for frame in caught.value.frames] == ["ex/work.py", "ex/helper.py"]


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    return 'é'\n".encode("latin-1"),
        "def f():\n    return 1\n".encode("utf-16"),
        b"\x7fELF\x02\x01\x01\x00\x00\x00",
        b"PK\x03\x04\xff\xff\xff",
        np.random.default_rng(7).bytes(64).replace(b"\n", b"\xff") + b"\xff",
        b"x = " + b"(" * 100_000 + b")" * 100_000,
        b"x = " + b"[" * 3_000,
        b"x = " + b"-" * 100_000 + b"1",
        b"x = " + b"a." * 100_000 + b"b",
        b"x = " + b"1+" * 100_000 + b"1",
        b"x = " + b"lambda:" * 20_000 + b"1",
        b"# -*- coding: klingon -*-\n",
        b"x = " + b"9" * 5_000,
    ],
    ids=lambda source: repr(source[:12]),
)
def test_source_that_cannot_be_read_crashes_in_a_sentence(opened: Any, source: bytes) -> None:
    session = opened({"ex/work.py": source, "ex/fine.py": GOOD})
    with pytest.raises(SubmissionError, match=r"(?i)importing ex/work.py"):
        call(session)
    assert session.call("ex/fine.py", "f", []).value == 1


def test_text_that_is_not_utf_8_is_named(opened: Any) -> None:
    with pytest.raises(Crashed, match="the file is not text in UTF-8") as caught:
        call(opened("def f():\n    return 'é'\n".encode("latin-1")))
    assert "UTF-8" in caught.value.hint


@pytest.mark.parametrize(
    "source",
    [
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        b"# -*- coding: latin-1 -*-\n# caf\xe9\n" + GOOD.encode(),
        "# πß∂\nélève = 1\n".encode() + GOOD.encode(),
        GOOD.encode().rstrip(),
    ],
    ids=["BOM", "CRLF", "CR", "latin-1 declared", "Unicode names", "no last newline"],
)
def test_text_in_every_honest_form_is_read(opened: Any, source: bytes) -> None:
    assert call(opened(source)) == 1


def test_a_package_that_is_not_there_is_named(opened: Any) -> None:
    session = opened("import torchvision\n" + GOOD)
    with pytest.raises(Crashed, match=r"line 1 of ex/work\.py imports `torchvision`") as caught:
        session.get("ex/work.py", "torchvision")
    assert "the exercise's libraries and your own files" in caught.value.hint
    assert caught.value.frames[-1].code == "import torchvision"


def test_an_exception_at_import_is_shown_with_its_line(opened: Any) -> None:
    session = opened("import numpy as np\nx = np.load('C:/Users/me/x.npy')\n" + GOOD)
    with pytest.raises(Crashed, match=r"line 2 of ex/work.py raised FileNotFoundError") as caught:
        session.get("ex/work.py", "x")
    assert caught.value.frames[-1].line == 2


def test_the_main_part_is_not_run(opened: Any) -> None:
    session = opened(GOOD + "if __name__ == '__main__':\n    raise SystemExit\n")
    assert call(session) == 1


def test_nobody_answers_input(opened: Any) -> None:
    with pytest.raises(Crashed, match="raised EOFError") as caught:
        call(opened("def f():\n    return input('how many? ')\n"))
    assert "nobody is there" in caught.value.hint


def test_helpers_may_lie_beside_the_file_or_at_the_root(opened: Any) -> None:
    session = opened(
        {
            "ex/work.py": (
                "from helper import a\nfrom root_helper import b\nfrom pack.age import c\n"
                "import open as o\n\ndef f():\n    return a, b, c, o.d\n"
            ),
            "ex/helper.py": "a = 1\n",
            "root_helper.py": "b = 2\n",
            "ex/pack/age.py": "c = 3\n",
            "ex/open.py": "d = 4\n",
        }
    )
    assert call(session) == (1, 2, 3, 4)


def test_a_helper_beside_the_file_goes_before_one_at_the_root(opened: Any) -> None:
    files = {
        "ex/work.py": "from helper import a\n\ndef f():\n    return a\n",
        "ex/helper.py": "a = 1\n",
        "helper.py": "a = 2\n",
    }
    assert call(opened(files)) == 1


def test_two_files_of_an_exercise_share_one_module(opened: Any) -> None:
    session = opened(
        {
            "ex/work.py": "count = []\n\ndef f():\n    count.append(1)\n    return len(count)\n",
            "ex/user.py": "import work\n\ndef g():\n    return work.f()\n",
        }
    )
    assert call(session) == 1
    assert session.call("ex/user.py", "g", []).value == 2


def test_a_missing_file_of_the_course_is_imported_as_its_stub_and_noted(opened: Any) -> None:
    session = opened("import other\n\ndef f():\n    return 1\n\ndef g():\n    return other.g()\n")
    assert call(session) == 1
    assert session.notes == [
        "ex/other.py is not in what was handed in: the empty stub was imported instead."
    ]
    with pytest.raises(Failed, match="`g` is not written yet"):
        call(session, "g")


def test_notes_about_stubs_cannot_be_invented(opened: Any) -> None:
    session = opened("""
        import sys, types

        stub_folder = sys.path[-1]
        for n in range(5000):
            sys.modules[f"m{n}"] = types.ModuleType(f"m{n}")
            sys.modules[f"m{n}"].__file__ = f"{stub_folder}/<b>{n}.py"

        def f():
            return 1
    """)
    assert call(session) == 1
    assert session.notes == []


@pytest.mark.parametrize("name", ["numpy", "random", "secrets", "json", "socket", "os"])
def test_a_file_named_like_a_library_does_not_harm_the_runner(opened: Any, name: str) -> None:
    session = opened(
        {
            "ex/work.py": "import numpy as np\n\ndef f():\n    return np.arange(3.0).sum()\n",
            f"ex/{name}.py": "raise RuntimeError('not this one')\n",
        }
    )
    assert call(session) == 3.0


def test_a_file_named_matplotlib_is_the_submissions_own(opened: Any) -> None:
    session = opened(
        {
            "ex/work.py": "import matplotlib\n\ndef f():\n    return matplotlib.mine\n",
            "ex/matplotlib.py": "mine = 5\n",
        }
    )
    assert call(session) == 5


def test_the_folder_of_the_exercise_is_the_working_directory(opened: Any) -> None:
    session = opened(
        {
            "ex/work.py": (
                "def f():\n    open('new', 'w').write('x')\n    return open('data.csv').read()\n"
            ),
            "ex/data.csv": "1,2\n",
        }
    )
    assert call(session) == "1,2\n"


def test_global_generators_start_alike_in_every_run(opened: Any) -> None:
    source = """
        import os, random
        import numpy as np

        def f():
            return random.random(), np.random.rand()

        def die():
            os._exit(1)
    """
    one, two = opened(source), opened(source)
    first = call(one)
    assert call(two) == first
    with pytest.raises(Crashed):
        call(one, "die")
    assert call(one) == first


def test_nothing_of_the_judges_is_in_the_environment(opened: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("SECRET_SALT", "judge")
    session = opened("""
        import os, sys

        def f():
            return sorted(os.environ), sys.argv, os.getcwd()
    """)
    names, argv, folder = call(session)
    assert "SECRET_SALT" not in names
    assert not [text for text in [*argv, folder] if "solutions" in text]


PLOTS = """
    import matplotlib
    matplotlib.use("TkAgg")
    import matplotlib.pyplot as plt
    import numpy as np
    plt.switch_backend("agg")
    plt.ion()
    plt.plot([1, 2, 3])
    plt.show()

    def f():
        matplotlib.use("Qt5Agg", force=True)
        fig, ax = plt.subplots()
        ax.semilogy([1, 10, 100])
        plt.title("loss")
        plt.pause(0.001)
        plt.show(block=True)
        plt.savefig("figure.png")
        plt.close("all")
        return matplotlib.get_backend().lower()
"""


def test_plots_open_no_window_and_cost_nothing(opened: Any) -> None:
    assert call(opened(PLOTS)) == "agg"


def test_warnings_cost_nothing(opened: Any) -> None:
    session = opened("""
        import warnings
        import numpy as np
        warnings.simplefilter("always")

        def f():
            warnings.warn("mind the step")
            return np.exp(np.array([1e9])), np.array([0.0]) / 0
    """)
    large, undefined = call(session)
    assert np.isinf(large).all()
    assert np.isnan(undefined).all()
    assert "mind the step" in session.take_printed()


def test_no_path_of_this_machine_is_shown(opened: Any) -> None:
    session = opened("""
        import os, warnings

        def f():
            warnings.warn("careful")
            print("I am", os.path.abspath(__file__))
            return open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "absent.csv"))
    """)
    with pytest.raises(Crashed, match=r"No such file or directory: 'ex/absent.csv'"):
        call(session)
    printed = session.take_printed()
    assert "I am ex/work.py\n" in printed
    assert "ex/work.py:5: UserWarning: careful" in printed
    assert "grader-" not in printed


def test_the_folder_of_the_grader_is_not_on_the_import_path(opened: Any) -> None:
    session = opened("import solutions.warm_up.neuron\n" + GOOD)
    with pytest.raises(Crashed, match="imports `solutions`, which is neither"):
        session.get("ex/work.py", "solutions")
