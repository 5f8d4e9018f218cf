"""Phones and the names beside them: 涂主管 13900000961, 0816-2345678转801, 139 0000 0951."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from services.intake.cells.text import CACHED, plain, tidy

_SHORT_AREA: Final = r"0(?:10|2[0-9])"
_LONG_AREA: Final = r"0[3-9]\d{2}"
_DIGIT_RUN: Final = re.compile(r"(?:\+?86-?)?[\d(][\d()\-.·*x×a-z]{4,}")
_LABEL: Final = re.compile(
    r"(?:联系人|联系电话|联系方式|联系|电话|手机号?码?|手机|咨询电话|咨询|座机|办公室电话|微信同?号?|同微信|微信|tel|phone|请?致电|报名|及|号码)"
    r"[:：]?",
    re.IGNORECASE,
)
_EXTENSION: Final = re.compile(r"(?:转|分机|ext\.?)\d{1,6}")


@dataclass(frozen=True, slots=True)
class Contact:
    """A name and a phone; None = not there. `codes`: phone_missing, phone_invalid."""

    name: str | None
    phone: str | None
    codes: tuple[str, ...] = ()


@lru_cache(maxsize=CACHED)
def parse(text: str) -> Contact:
    """Reads a cell that may hold a name, one or several phones, or both; the first good phone is taken."""
    words = _EXTENSION.sub("", plain(text))
    if words in ("", "-", "/", "无", "暂无"):
        return Contact(None, None, ("phone_missing",))
    # A space between digits belongs to the number; a stop, comma or slash separates two numbers.
    parts = [part for part in re.split(r"[,;、/\\|或]+|(?<=\d{11})(?=1[3-9]\d{9})", words) if part]
    candidates = [found.group() for part in parts for found in _runs(part)]
    phone = next((good for good in map(phone_number, candidates) if good), None)
    codes: tuple[str, ...] = ()
    if phone is None:
        codes = ("phone_invalid",) if re.search(r"\d{3}", words) else ("phone_missing",)
    return Contact(name_in(text), phone, codes)


def _runs(part: str) -> list[re.Match[str]]:
    return list(_DIGIT_RUN.finditer(part))


def phone_number(run: str) -> str | None:
    """The number as kept (13900000951, 0816-2345678, 4008001234), or None for a wrong length or a letter in it."""
    if re.search(r"[^\d()+.\-·]", run):
        return None
    digits = re.sub(r"\D", "", run)
    if run.startswith("+86") or (digits.startswith("86") and len(digits) in (13, 12)):
        digits = digits[2:] if len(digits) > 11 else digits
    if digits.startswith("0086"):
        digits = digits[4:]
    if re.fullmatch(r"1[3-9]\d{9}", digits):
        return digits
    if re.fullmatch(r"[48]00\d{7}", digits):
        return digits
    if found := re.fullmatch(
        rf"({_SHORT_AREA})([2-9]\d{{7}})|({_SHORT_AREA})(\d{{8}})|({_LONG_AREA})(\d{{7,8}})", digits
    ):
        area, number = [part for part in found.groups() if part]
        return f"{area}-{number}"
    return None


@lru_cache(maxsize=CACHED)
def name_in(text: str) -> str | None:
    """The name of a person or office in a contact cell, without labels and numbers; None when there is none."""
    words = tidy(re.sub(r"[\r\n]+", " ", text))
    words = _EXTENSION.sub("", words)
    words = re.sub(r"[（(][^）)]*(?:微信|同号|短信|上班|工作日)[^）)]*[）)]", " ", words)
    words = re.sub(r"\+?[\d][\d\s\-－—.()（）*xX×]{3,}[A-Za-z]?\d*", " ", words)
    words = _LABEL.sub(" ", re.sub(r"\S+@\S+", " ", words))
    names = [part for part in re.split(r"[\s,，;；、/|:：()（）]+", words) if re.search(r"[一-鿿A-Za-z]", part)]
    names = [name for name in names if name not in ("无", "暂无", "同上") and len(name) <= 20]
    if len(names) > 1 and len(names[0]) == 1:  # 李 队, 张 三: one name, spaced out
        return " ".join(names[:2])
    return names[0] if names else None
