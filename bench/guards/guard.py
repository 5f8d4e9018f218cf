"""A guard, and the test that must not do without it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """What stands in a file, what is put there instead, and the tests that must fail then."""

    file: str
    there: str
    instead: str
    tests: tuple[str, ...]
    marks: str = "not postgres"
    """Which of them: the one on SQLite, unless the guard is PostgreSQL's."""
