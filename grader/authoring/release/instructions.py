"""The one file that a student has to read."""

from __future__ import annotations

__all__ = ["instructions"]

from typing import TYPE_CHECKING

from grader.languages import gettext, say

if TYPE_CHECKING:
    from grader.course import Course

TEXT = """\
# {title}

You need Python 3.11 or newer, on Linux, macOS or Windows.

## 1. Install

In this folder, once:

```sh
python3 -m venv .venv
.venv/bin/python -m pip install "./{wheel}"
```

On Windows these are `py -m venv .venv` and \
`.venv\\Scripts\\python -m pip install "./{wheel}"`, and below `.venv\\Scripts\\grader` stands for \
`.venv/bin/grader`.
{optional}
## 2. Fill in

Choose one of two editions; both are the same exercises.

- **Files**: work in the folder `exercises`. Begin with `exercises/README.md`.
- **Notebooks**: work in the folder `notebooks`, with Jupyter: \
`.venv/bin/python -m pip install notebook`, then `.venv/bin/jupyter notebook notebooks`.

Keep the names of files, functions and arguments. Each exercise can be left for later.

## 3. Check

```sh
.venv/bin/grader check exercises
.venv/bin/grader check exercises --exercise {number} --html report.html
```

For notebooks it is `grader check notebooks`, or the last cell of each. Any code of yours runs on \
your machine as you run it yourself; nothing is sent anywhere.

The checks are the public ones, on inputs that are the same for everybody. The final grading draws \
other inputs and has more checks of the same kind: code that computes passes both.

## 4. Hand in

Hand in the folder in which you worked, `exercises` or `notebooks`, as a zip or as your instructor \
says. What is missing costs its own points and nothing else.

## What else is here

`judge` holds the public checks and recorded values to compare with. Changing them changes what \
your own machine says, and nothing of the grading. This kit was made for the grader that lies in \
it, version {version}.
"""
OPTIONAL = {
    "plot_net": "Exercise 5 draws with pygraphviz: install Graphviz "
    "(https://graphviz.org/download), then `.venv/bin/python -m pip install pygraphviz`.",
    "mnist": "Exercise 8 needs Keras, which is large; install it when you come to it: "
    '`.venv/bin/python -m pip install "./{wheel}[keras]"`.',
}


def instructions(course: Course, wheel: str) -> str:
    """Return the text for the exercises of a course, in the language that is spoken.

    Parameters
    ----------
    course : Course
    wheel : str
        The name of the grader's file in the kit.
    """
    ids = {exercise.id for exercise in course.exercises}
    told = [gettext(text).format(wheel=wheel) for key, text in OPTIONAL.items() if key in ids]
    text = gettext(TEXT.strip()) + "\n"
    return text.format(
        title=say(course.title),
        number=course.exercises[0].number,
        wheel=wheel,
        optional="".join(f"\n{text}\n" for text in told),
        version=wheel.split("-")[1],
    )
