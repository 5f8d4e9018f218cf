"""Cleaning of cell text: width, spaces, dashes, Chinese numerals. Every parser starts from `plain`."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from bot.nlu import numerals

#: Cells of one file repeat: a parser remembers this many.
CACHED: Final = 8192

_INVISIBLE: Final = dict.fromkeys([*range(0x200B, 0x2010), 0x2060, 0xFEFF, 0x00AD, *range(0xFE00, 0xFE10)])
_DASHES: Final = re.compile(r"[－—–―‐‑‒−﹣~～〜∼˜〰]+|-{2,}")
_WIDE: Final = {
    code: code - 0xFEE0 for code in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]
}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

# 8千五, 1万二千: a figure that goes on in words.
_MIXED: Final = re.compile(r"(\d+)([千万])([一二两三四五六七八九])([千百])?(?![\d十百千万])")
_SIZES: Final = {"百": 100, "千": 1000, "万": 10000}
_NEIGHBOURS: Final = re.compile(r"([一二两三四五六七八])、?([二三四五六七八九])([十百千万])")
# Set phrases whose numerals are no figures stay as they are.
_RUN: Final = re.compile(
    r"(?P<phrase>[三四五六七]险(?:[一二]金)?|[做上干][一二三四五六]休[一二三]|[一二三四五两](?:班|天)?[一二三四两]倒|"
    r"[一二三]级|第[一二三四五六七八九十]+|一[线经般定律次流起些体专岗条站楼]|统一|之一|唯一|十足|百货|万[达科户]|千[家禧])"
    r"|[零〇一二两三四五六七八九十百千万]+"
)


@lru_cache(maxsize=CACHED)
def tidy(text: str) -> str:
    """A name as it is kept: narrow letters and digits, single spaces, Chinese punctuation untouched."""
    text = _CONTROL.sub("", text.translate(_INVISIBLE).translate(_WIDE))
    return " ".join(text.split())


@lru_cache(maxsize=CACHED)
def plain(text: str) -> str:
    """The form the parsers read: narrow, lower case, no white space, every dash and tilde a `-`."""
    text = unicodedata.normalize("NFKC", text.translate(_INVISIBLE))
    return _DASHES.sub("-", "".join(text.split())).lower()


@lru_cache(maxsize=CACHED)
def key(text: str) -> str:
    """For comparing names across rows and files: plain, without any punctuation."""
    return re.sub(r"[\W_]", "", plain(text))


def clauses(text: str) -> list[str]:
    """Plain clauses: split at commas, semicolons, full stops and line breaks, not at 、 or /."""
    parts = re.split(r"[,，;；。!！?？\n\r]+", text)
    return [part for part in map(plain, parts) if part]


def segments(text: str) -> list[str]:
    """Plain segments: clauses split at 、 / | and brackets too."""
    parts = re.split(r"[,，;；。、/|｜()（）\[\]【】\s]+", text)
    return [part for part in map(plain, parts) if part]


@lru_cache(maxsize=CACHED)
def arabic(text: str) -> str:
    """Chinese numerals turned into digits: 五十五→55, 三千五→3500, 五六千→5000-6000, 二〇二六→2026."""
    text = _NEIGHBOURS.sub(_neighbours, _MIXED.sub(_mixed, text))
    return _RUN.sub(lambda found: found.group() if found["phrase"] else _digits(found.group()), text)


def _mixed(found: re.Match[str]) -> str:
    size = _SIZES[found[2]]
    rest = _SIZES[found[4]] if found[4] else size // 10
    return str(int(found[1]) * size + numerals.digit(found[3]) * rest)


def _neighbours(found: re.Match[str]) -> str:
    low, high = numerals.whole(found[1] + found[3]), numerals.whole(found[2] + found[3])
    follows = numerals.digit(found[2]) == numerals.digit(found[1]) + 1
    return f"{low}-{high}" if follows else found.group()


def _digits(run: str) -> str:
    if run in ("千", "万", "百"):
        return run
    number = numerals.whole(run)
    return run if number is None else str(number)
