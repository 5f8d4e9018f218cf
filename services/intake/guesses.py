"""What a column holds whose heading nobody knows, told by its cells; only for fields no other column names."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from services.intake import swapped
from services.intake.cells import conditions, contacts, identity, places, worktime
from services.intake.cells.text import arabic, plain

#: Cells looked at, the fewest that allow a guess, and the share of them that must fit.
LOOKED_AT: Final = 40
FEWEST: Final = 3
SHARE: Final = 0.6


def _is_day(text: str) -> bool:
    words = plain(text)
    return bool(re.search(r"20\d\d[年./-]\d|\d月\d|^\d{1,2}\.\d{1,2}(?:日|前|$)|^长期|^招满", words))


_ASKED: Final = re.compile(r"\d岁|以[上下内]|学历|大专|本科|中专|高中|初中|证|驾照|[男女]|优先|不限|经验")
_CALLED: Final = re.compile(
    r"[一-鿿]{1,3}(?:师傅|老板|经理|主任|主管|女士|先生|老师|同志|[站院厂店校队科]长|[总工姐哥])"
)
_FITS: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    ("id_number", lambda text: identity.id_number(text) is not None),
    ("phone", lambda text: contacts.parse(text).phone is not None),
    ("gender", lambda text: bool(re.fullmatch(r"[男女]|不限|男女不限", plain(text)))),
    ("salary", lambda text: bool(re.search(r"\d{4}|\d+(?:元|千|k|万)|面议", plain(text))) and not _is_day(text)),
    ("deadline", _is_day),
    ("age", lambda text: swapped.shape(text) == "age" or bool(re.fullmatch(r"\d{2}(?:周岁|岁)?以[下内]", plain(text)))),
    ("education", lambda text: len(plain(text)) <= 8 and conditions.schooling(text).least is not None),
    ("headcount", lambda text: bool(re.fullmatch(r"\d{1,3}[人名个]?|若干", arabic(plain(text))))),
    ("board", lambda text: len(plain(text)) <= 8 and worktime.board(text) is not None),
    ("contact", lambda text: bool(_CALLED.fullmatch(plain(text)))),
    ("employer", swapped.looks_like_office),
    ("title", swapped.names_a_trade),
    ("condition", lambda text: bool(_ASKED.search(plain(text)))),
    ("place", lambda text: len(plain(text)) <= 20 and places.parse(text, None) is not None),
)


def fields(columns: Mapping[int, Sequence[str]], free: Collection[str]) -> dict[int, str]:
    """Column -> field for the columns whose cells speak for one of the `free` fields; each field once."""
    found: dict[int, str] = {}
    for name, fits in _FITS:
        if name not in free:
            continue
        for column, cells in columns.items():
            told = [cell for cell in cells[:LOOKED_AT] if cell.strip()]
            if column not in found and len(told) >= FEWEST and sum(map(fits, told)) >= SHARE * len(told):
                found[column] = name
                break
    return found
