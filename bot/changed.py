"""Copies of frozen records with some fields changed: several a turn, so not by way of every field anew."""

from typing import Any, TypeVar

_T = TypeVar("_T")


def changed(record: _T, **changes: Any) -> _T:
    """As `dataclasses.replace`, for a record without `__slots__`.

    What a record has worked out from its fields (cached properties) goes along: none of it may rest on what changes.
    """
    unknown = changes.keys() - type(record).__annotations__.keys()
    if unknown:
        raise TypeError(f"{type(record).__name__} has no {', '.join(sorted(unknown))}")
    copy = object.__new__(type(record))
    vars(copy).update(vars(record), **changes)
    return copy
