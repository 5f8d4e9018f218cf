"""What a sheet says of an employer: its kind in many wordings, and its unified social credit code."""

import re
from typing import Final

from services.intake.cells.text import plain

_KINDS: Final = (
    ("veteran_owned", re.compile(r"军创|退役军人(?:创办|创业|企业|领办)|退役士兵创办")),
    ("agency", re.compile(r"人力资源|劳务(?:派遣|公司|中介|外包)|职业中介|中介机构|人才服务")),
    ("workshop", re.compile(r"车间|扶贫工厂|帮扶工厂")),
    ("public", re.compile(r"机关|事业单位|行政单位|政府|社区居委|村委|参公")),
    ("firm", re.compile(r"企业|公司|国企|民营|民企|私营|外资|合资|个体|合作社|国有|集体")),
)
_CREDIT_SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def kind(text: str) -> str | None:
    """The kind of employer (services/employers.KINDS) a cell names; None when it names none."""
    words = plain(text)
    return next((name for name, pattern in _KINDS if pattern.search(words)), None)


def credit_code(text: str) -> str | None:
    """A unified social credit code in its kept form, or None when it cannot be one (GB 32100-2015)."""
    code = re.sub(r"[^0-9A-Z]", "", plain(text).upper())
    if len(code) != 18 or any(char not in _CREDIT_SIGNS for char in code):
        return None
    total = sum(_CREDIT_SIGNS.index(char) * weight for char, weight in zip(code, _CREDIT_WEIGHTS, strict=False))
    return code if _CREDIT_SIGNS[(31 - total % 31) % 31] == code[17] else None
