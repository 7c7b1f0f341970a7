"""Suggest what to do about an exception, by its message, such as a name that a library removed."""

from __future__ import annotations

__all__ = ["remedy"]

import re

# Names of `numpy.random.RandomState`, and the corresponding names of a Generator.
_OF_A_GENERATOR = {
    "rand": "rng.random(shape)",
    "randint": "rng.integers(low, high, shape)",
    "randn": "rng.standard_normal(shape)",
    "random_integers": "rng.integers(low, high + 1, shape)",
    "random_sample": "rng.random(shape)",
    "ranf": "rng.random(shape)",
}
# Methods that Keras models used to have, and what does the same today.
_OF_A_MODEL = {
    "evaluate_generator": "model.evaluate(…)",
    "fit_generator": "model.fit(…)",
    "predict_classes": "model.predict(images).argmax(axis=1)",
    "predict_generator": "model.predict(…)",
    "predict_proba": "model.predict(images)",
}
_OF_NUMPY = {"bool": "bool", "complex": "complex", "float": "float", "int": "int", "str": "str"}
_LACKS = re.compile(r"'?(?P<what>[\w.]{1,80})'? (?:object )?has no attribute '(?P<name>\w{1,80})'")
_MODULE = re.compile(r"module '(?P<what>[\w.]{1,80})' has no attribute '(?P<name>\w{1,80})'")


def remedy(exception: str, message: str) -> str:
    """Return what to write instead, or where to look; empty if there is no suggestion.

    Parameters
    ----------
    exception : str
        Name of the exception's type.
    message : str
        The exception's message.
    """
    if exception == "AttributeError":
        return _instead_of(message)
    if exception == "TypeError" and "NoneType" in message:
        return "Something is None: does the function that gives it end without a `return`?"
    if exception == "TypeError" and "can't multiply sequence" in message:
        return "A list is not a vector: turn it into an array first, by `np.asarray(…)`."
    return ""


def _instead_of(message: str) -> str:
    if found := _MODULE.search(message):
        today = _OF_NUMPY.get(found["name"]) if found["what"] == "numpy" else None
        return f"`np.{found['name']}` no longer exists: write `{today}`." if today else ""
    found = _LACKS.search(message)
    if found is None:
        return ""
    what, name = found["what"].rpartition(".")[2], found["name"]
    if what == "Generator" and name in _OF_A_GENERATOR:
        return (
            f"`rng` is a numpy Generator, which has no `{name}`: write `{_OF_A_GENERATOR[name]}`."
        )
    if what == "Generator" and name == "seed":
        return "`rng` has its seed already: take this line out."
    if what in ("Sequential", "Functional", "Model") and name in _OF_A_MODEL:
        return f"Keras has no `{name}` any more: write `{_OF_A_MODEL[name]}`."
    if what == "NoneType":
        return "Something is None: does the function that gives it end without a `return`?"
    if what in ("list", "tuple") and name in ("shape", "T", "dot", "ndim", "astype"):
        return f"A {what} is not an array: turn it into one first, by `np.asarray(…)`."
    return ""
