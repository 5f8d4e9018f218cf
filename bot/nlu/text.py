"""Cleans one message before anything reads it: width, old characters, emojis, tags, stutter, and private numbers."""

import re
import tomllib
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from bot.nlu.gates import Pattern
from bot.nlu.needs import needs
from bot.nlu.numerals import DIGITS

DATA: Final = Path(__file__).resolve().parent.parent / "data"
# A veteran's longest message is a few hundred characters; what follows is not read, so that time stays bounded.
LONGEST: Final = 500

# What stands in the cleaned text where a private number stood: no rule can read it, nothing can echo it.
ID_CARD, PHONE, BANK_CARD, LONG_NUMBER = "\ue000", "\ue001", "\ue002", "\ue003"
PRIVATE: Final = ID_CARD + PHONE + BANK_CARD + LONG_NUMBER

_TAG: Final = Pattern(r"<[^<>]{1,40}>")
_LINK: Final = Pattern(r"(?:[hH][tT][tT][pP][sS]?://|[wW]{3}\.)[!-~]+")
# Stickers arrive as their names in brackets: [微笑] [强].
_STICKER: Final = Pattern(r"\[[^\[\]\d]{1,6}\]")
_PUNCTUATION: Final = str.maketrans(
    {
        **dict.fromkeys(";；!！。…·|()（）[]【】{}「」『』<>《》“”\"‘’'`^*_=\\\n\r\t", ","),
        **dict.fromkeys("~～—–‐−", "-"),
        "/": "/",
        "，": ",",
        "﹐": ",",
        "？": "?",
        "：": ":",
    }
)
# How dialects ask 有没有: 有冇得, 有么得, 有木有.
_IS_THERE: Final = Pattern(r"有(?:冇|么|木|莫)(?:得|有)|有冇|有得冇")
_FILLER: Final = Pattern(
    r"[嗯呃]+|额(?=[,那我就])|那个啥(?=[,我你俺咱想就请问])|那个(?=我|,)|(?<=问)哈(?=[就你我有])|就是(?:说)?(?=你们|那种|有没有)|(?:有没有)?那种就是(?=给|在|看|做)"
)
# 肆拾贰 as on a cheque; a lone 伍 or 陆 is part of another word (退伍, 陆军).
_FORMAL: Final = Pattern(r"[壹贰叁肆伍陆柒捌玖]?[拾佰仟萬][壹贰叁肆伍陆柒捌玖拾佰仟萬零]*")
_PLAIN_NUMERALS: Final = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_SLASH: Final = Pattern(r"(?<!\d)/|/(?![\d天月时小年])")
# A二 on a licence is A2.
_CLASS_IN_WORDS: Final = Pattern(r"(?<![a-z])([abc])([一二三])(?=[本照证驾的和、,? ]|$)")
_CIRCLED: Final = {0x2460 + number: f"{number + 1} " for number in range(20)}
_STUTTER: Final = Pattern(r"([^\d零〇一二三四五六七八九,?])\1{2,}")
_COMMAS: Final = Pattern(r"[,\s]*,[,\s]*")
_MARKS: Final = Pattern(r",*\?[,?]*")
_CHINESE_GAP: Final = Pattern(
    r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff] )|(?<= [\u4e00-\u9fff]) (?=[\u4e00-\u9fff](?: |$))"
)
_LOOKAROUND: Final = Pattern(r"\(\?[=!<][^()]*(?:\([^()]*\)[^()]*)*\)")
_FULL_STOP: Final = Pattern(r"(?<!\d)\.+|\.+(?!\d)")
_UNUSUAL: Final = Pattern(r"[^\u4e00-\u9fff -~]")

# Passes in their order: signs one of which a text must hold, the pattern, and what is put in its place.
_Passes = tuple[tuple[frozenset[str], Pattern, str | Callable[[re.Match[str]], str]], ...]
_AS_SENT: Final[_Passes] = (
    (frozenset("拾佰仟萬"), _FORMAL, lambda match: match[0].translate(_PLAIN_NUMERALS)),
    (frozenset("冇么木莫"), _IS_THERE, "有没有"),
    (frozenset("["), _STICKER, ","),
    (frozenset("<"), _TAG, ","),
    (frozenset(":."), _LINK, " "),
)
_OF_CLASSES: Final[_Passes] = (
    (frozenset("/"), _SLASH, ","),
    (frozenset("abc"), _CLASS_IN_WORDS, lambda match: match[1] + str(DIGITS[match[2]])),
)
_OF_SPEECH: Final[_Passes] = ((frozenset("嗯呃额那哈就"), _FILLER, ""),)
_OF_MARKS: Final[_Passes] = ((frozenset(","), _COMMAS, ","), (frozenset("?"), _MARKS, "?"))

_GAP: Final = r"[ \-.,]{0,2}"
_ID_CARD: Final = Pattern(
    rf"(?<!\d)\d(?:{_GAP}\d){{5}}{_GAP}(?:1{_GAP}9|2{_GAP}0)(?:{_GAP}\d){{9}}{_GAP}[\dx](?![\da-z])", re.IGNORECASE
)
_OLD_ID_CARD: Final = Pattern(r"(?<!\d)\d{6}\d\d(?:0\d|1[012])(?:[012]\d|3[01])\d{3}(?!\d)")
_MOBILE: Final = Pattern(rf"(?<![\d.])(?:\+?86{_GAP})?(1{_GAP}[3-9](?:{_GAP}\d){{9}})(?!\d)")
# Twelve digits or more with gaps between them are no phone, whatever eleven of them look like.
_SPACED: Final = Pattern(r"(?<!\d)\d(?:[ \-]\d){11,}(?!\d)")
_BANK_CARD: Final = Pattern(r"(?<!\d)\d{4}(?:[ \-]?\d{4}){3}(?:[ \-]?\d{1,3})?(?!\d)")
_LANDLINE: Final = Pattern(r"(?<!\d)0\d{2,3}[ \-]?\d{7,8}(?!\d)")
_LONG: Final = Pattern(r"\d{7,}[a-z\d]*|(?<!\d)\d(?:[ \-]\d){6,}(?!\d)", re.IGNORECASE)
_SPELLED: Final = Pattern(
    r"[零〇一二三四五六七八九幺两](?:[ \-]?[零〇一二三四五六七八九幺两]){6,}|[零〇一二三四五六七八九幺两\d]{11,}"
)
# No private number has fewer figures than this, in digits or in words.
_FIGURE: Final = Pattern(r"[\d零〇一二三四五六七八九幺两]")
_FEWEST: Final = 7
_DATE: Final = Pattern(r"(?:19|20)\d{2}(?:0[1-9]|1[012])(?:0[1-9]|[12]\d|3[01])$")


class Clean(NamedTuple):
    """A message ready to be read: `text` without private numbers, and those that were taken out of it."""

    text: str
    phones: tuple[str, ...] = ()
    id_cards: tuple[str, ...] = ()
    landlines: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    table = tomllib.loads((DATA / "traditional.toml").read_text(encoding="utf-8"))
    return {ord(a): b for a, b in zip("".join(table["from"]), "".join(table["to"]), strict=True)}


class _Form(NamedTuple):
    """A spelling to be put right: the characters it needs all of, and the sets it needs one each of.

    (No pairs: what is put right for one form may make the pair of a later one.)
    """

    number: int
    pattern: Pattern
    all_of: frozenset[str]
    one_of: tuple[frozenset[str], ...]


@lru_cache(maxsize=1)
def _spellings() -> dict[str, list[_Form]]:
    """The forms of spellings.toml by characters of which a text must hold one, numbered the longest first."""
    table = tomllib.loads((DATA / "spellings.toml").read_text(encoding="utf-8"))
    forms = [
        (form, right)
        for kind in ("slip", "dialect", "event")
        for right, listed in table[kind].items()
        for form in listed
    ]
    forms.sort(key=lambda pair: -len(_LOOKAROUND.sub("", pair[0])))
    found: dict[str, list[_Form]] = {}
    for number, (form, right) in enumerate(forms):
        needed = [frozenset(piece[end] for piece in pieces) for pieces in needs(form) for end in (0, -1)]
        all_of = frozenset().union(*(chars for chars in needed if len(chars) == 1))
        one_of = tuple(chars for chars in needed if len(chars) > 1)
        for char in min(needed, key=len):
            found.setdefault(char, []).append(_Form(number, Pattern(form, means=right), all_of, one_of))
    return found


def _spelled_right(text: str) -> str:
    """The text with slips and dialect in the words of the rules put right."""
    forms, chars = _spellings(), frozenset(text)
    near = {
        number: pattern
        for char in chars
        for number, pattern, all_of, one_of in forms.get(char, ())
        if all_of <= chars and not any(map(chars.isdisjoint, one_of))
    }
    for _, pattern in sorted(near.items()):
        text = pattern.sub(pattern.means, text)
    return text


def _after(passes: _Passes, text: str) -> str:
    """The text after these passes; few messages hold a sign of one of them."""
    for signs, pattern, put in passes:
        if not signs.isdisjoint(text):
            text = pattern.sub(put, text)
    return text


def clean(raw: str) -> Clean:
    """Brings a message into the one spelling the rules read; takes private numbers out of it."""
    text = unicodedata.normalize("NFKC", raw[:LONGEST].translate(_CIRCLED))[:LONGEST]
    text = _UNUSUAL.sub(lambda match: _plain(match[0]), text).translate(_simplified())
    text = _after(_AS_SENT, text).translate(_PUNCTUATION)
    found = _Private() if len(text) >= _FEWEST and len(_FIGURE.findall(text)) >= _FEWEST else None
    if found is not None:
        text = found.take(text)
    text = _after(_OF_CLASSES, text.lower())
    if len(text) > len(set(text)) + 1:  # else no character can stand there three times
        text = _STUTTER.sub(r"\1", text)
    text = _FULL_STOP.sub(",", text) if "." in text else text
    if len(text) > 4:
        text = _after(_OF_SPEECH, text)
    text = " ".join(text.split())
    text = _spelled_right(_CHINESE_GAP.sub("", text) if " " in text else text)
    text = _after(_OF_MARKS, text).strip(", ")
    if found is None:
        return Clean(text)
    return Clean(text, tuple(found.phones), tuple(found.id_cards), tuple(found.landlines))


def _plain(char: str) -> str:
    """What an unusual character is read as."""
    category = unicodedata.category(char)
    if category == "Nd":  # \d reads the digits of every script, the rules for numerals only ours
        return str(unicodedata.digit(char))
    if category in ("Cf", "Mn", "Me", "Sk"):
        return ""
    if category in ("Co", "Cs", "Cn", "So"):
        return " "
    return char


class _Private:
    """Collects the private numbers of one message while it takes them out."""

    def __init__(self) -> None:
        self.phones: list[str] = []
        self.id_cards: list[str] = []
        self.landlines: list[str] = []

    def take(self, text: str) -> str:
        text = _ID_CARD.sub(self._id_card, text)
        text = _BANK_CARD.sub(BANK_CARD, text)
        text = _OLD_ID_CARD.sub(ID_CARD, text)
        text = _SPACED.sub(LONG_NUMBER, text)
        text = _MOBILE.sub(self._phone, text)
        text = _LANDLINE.sub(self._landline, text)
        return _LONG.sub(self._long, _SPELLED.sub(self._spelled, text))

    def _id_card(self, match: re.Match[str]) -> str:
        self.id_cards.append("".join(char for char in match[0].upper() if char.isdecimal() or char == "X"))
        return ID_CARD

    def _phone(self, match: re.Match[str]) -> str:
        self.phones.append("".join(filter(str.isdecimal, match[1])))
        return PHONE

    def _landline(self, match: re.Match[str]) -> str:
        self.landlines.append(match[0].replace(" ", "-"))
        return LONG_NUMBER

    def _long(self, match: re.Match[str]) -> str:
        return match[0] if _DATE.match(match[0]) else LONG_NUMBER

    def _spelled(self, match: re.Match[str]) -> str:
        """A number read out digit by digit (幺三九…): a phone when it has the form of one."""
        if not any(char in DIGITS for char in match[0]):
            return match[0]
        digits = "".join(
            str(DIGITS[char]) if char in DIGITS else char for char in match[0] if char in DIGITS or char.isdecimal()
        )
        if len(digits) == 11 and digits[0] == "1" and digits[1] in "3456789":
            self.phones.append(digits)
            return PHONE
        return LONG_NUMBER


_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_card_birth_year(number: str) -> int | None:
    """The birth year in an 18-digit ID number whose check digit (GB 11643) is right, else None."""
    if len(number) != 18 or not number[:17].isdecimal():
        return None
    rest = sum(int(char) * weight for char, weight in zip(number, _WEIGHTS, strict=False)) % 11
    return int(number[6:10]) if "10X98765432"[rest] == number[17] else None
