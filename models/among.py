"""Statements of the hot path about some of many rows (IN): compiled once for each of a few sizes.

The engine's own IN is written out anew at every run, which costs more than the database needs for it.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

from sqlalchemy import bindparam

from models.prepared import Prepared, Row
from models.session import Session

AT_ONCE: Final = 256
"""More of them are asked for in pages: an engine takes only so many parameters."""


class Among:
    """One such statement. `build` is given what its IN takes."""

    def __init__(self, build: Callable[[Sequence[Any]], Any]) -> None:
        self._build: Final = build
        self._of_size: Final[dict[int, Prepared]] = {}

    def all(self, session: Session, some: Collection[Any], **values: Any) -> list[Row]:
        """Runs it about these; every row it gives, a page after the other."""
        asked = list(some)
        pages = [asked[start : start + AT_ONCE] for start in range(0, len(asked), AT_ONCE)]
        return [row for page in pages for row in self._page(session, page, values)]

    def _page(self, session: Session, page: list[Any], values: dict[str, Any]) -> list[Row]:
        """The last one stands for those that are missing to a power of two."""
        size = 1 << (len(page) - 1).bit_length()
        whole = page + page[-1:] * (size - len(page))
        return self._for(size).all(session, **values, **{_name(n): one for n, one in enumerate(whole)})

    def _for(self, size: int) -> Prepared:
        made = self._of_size.get(size)
        if made is None:
            statement = self._build([bindparam(_name(n)) for n in range(size)])
            made = self._of_size[size] = Prepared(lambda _insert: statement)
        return made


def among(build: Callable[[Sequence[Any]], Any]) -> Among:
    """Decorates the function that builds one."""
    return Among(build)


def _name(place: int) -> str:
    return f"among_{place}"
