"""A package that one function found missing is missing for the next one, too."""

from __future__ import annotations

from .rescued import Opens, value


def test_a_later_import_that_is_prepared_for_the_absence_finds_none(opened: Opens) -> None:
    session = opened("""
        def f():
            import no_such_package
            return 1

        def g():
            try:
                import no_such_package
            except ImportError:
                return 2
            return 3
    """)
    assert [value(session, name) for name in ("f", "g", "f", "g")] == [1, 2, 1, 2]
