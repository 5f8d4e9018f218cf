"""Copies of frozen records with some fields changed: several a turn, so not by way of every field anew."""

from typing import Any, TypeVar

_T = TypeVar("_T")


def changed(record: _T, **changes: Any) -> _T:
    """As `dataclasses.replace`, for a record without `__slots__`.

    What a record has worked out from its fields (cached properties) goes along: none of it may rest on what changes.
    """
    kind: Any = type(record)
    known = kind.__dataclass_fields__.keys()
    if not changes.keys() <= known:
        raise TypeError(f"{kind.__name__} has no {', '.join(sorted(changes.keys() - known))}")
    copy: _T = object.__new__(kind)
    fields = copy.__dict__
    fields.update(record.__dict__)
    fields.update(changes)
    return copy
