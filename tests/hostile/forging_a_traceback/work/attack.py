"""Raises from code that claims to lie elsewhere, so that the report shows lines of that."""

from hints import COURSE

FILES = ["/etc/passwd", f"{COURSE}/solutions/work/attack.py", "../../solutions/work/attack.py"]
ROOT = __file__.removesuffix("work/attack.py")


def double(x):
    for path in [*FILES, *(ROOT + path for path in FILES)]:
        exec(compile("def inner(g):\n    return next(g)", path, "exec"), scope := {})
        before = globals().get("inner")
        globals()["inner"] = (lambda f, g: (lambda _: f(g)))(scope["inner"], iter([before]))
    raise ValueError("look above")
