"""Which area lies in which, by the six digits of the code alone: province 2, city 4, county 6."""

from typing import Final

#: Municipalities have no city level: the province is the city.
MUNICIPALITIES: Final = frozenset({"11", "12", "31", "50"})


def covers(outer: str, inner: str) -> bool:
    """Whether `outer` is `inner` or lies above it."""
    if outer == inner:
        return True
    if outer.endswith("0000"):
        return outer[:2] == inner[:2]
    return outer.endswith("00") and outer[:4] == inner[:4]


def city_of(code: str) -> str:
    """The city of a county, for "a named county stands for the whole of its city".

    In a municipality that is the municipality; a county right under its province (省直辖) and a province stand for
    themselves.
    """
    if code[:2] in MUNICIPALITIES:
        return code[:2] + "0000"
    if code.endswith("0000") or code[2:4] == "90":
        return code
    return code[:4] + "00"


def span(code: str) -> tuple[int, int]:
    """The codes an area covers as numbers, first and one past the last."""
    first = int(code)
    if code.endswith("0000"):
        return first, first + 10000
    return (first, first + 100) if code.endswith("00") else (first, first + 1)


def outermost(codes: frozenset[str]) -> tuple[str, ...]:
    """The areas that no other of them covers, in order."""
    return tuple(sorted(code for code in codes if not any(covers(other, code) for other in codes - {code})))
