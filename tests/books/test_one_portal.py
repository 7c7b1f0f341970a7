"""A gradebook has one portal at a time."""

from __future__ import annotations

import pytest

from grader.errors import UsageError
from grader.gradebook import Gradebook


def test_a_second_portal_is_refused_until_the_first_has_ended(place: str) -> None:
    with Gradebook(place) as one, Gradebook(place) as other:
        with one.database.alone():
            with pytest.raises(UsageError) as caught, other.database.alone():
                pass
            assert "is running already: stop that one first" in str(caught.value)
            with other.database.writing():  # everything else may go on
                pass
        with other.database.alone():
            pass
