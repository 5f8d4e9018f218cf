"""The first pass over a message: every stretch that is written, spelt or sounds like the name of a place."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.nlu.places_names import How, Name, names, stops
from bot.nlu.places_sound import LONGEST, SHORTEST, heard_as, spelt
from matching.taxonomy import regions

STREET: Final = re.compile(
    r"[东西南北中]?(?:路|大街|街(?!道)|大道|巷|胡同|大桥|饭店|酒店|宾馆|银行|大学|学院|舰队|舰|军区|战区)"
)
CUE_BEFORE: Final = re.compile(
    r"(?:在|去|到|回|来|住|老家|家|籍|我|是|离|往|从|就|地点|地方|地址|单位|区|改成|改|换成|换|想|要|找|不出|限)$"
)
CUE_AFTER: Final = re.compile(
    r"(?:$|[，,。.!！?？、;；~]|(?:县|区|市)?(?:人|的|那边|这边|那块|这块|那儿|这儿|附近|周边|周围|本地|当地|上班|工作|找|打工|干|做|有|县城|城里|都|也|就|吧|或|和|跟|离))"
)
EDGES: Final = " ,，。.!！?？、;；~的在我是去到吧啊呀呢嘛哦人那边这附近就想回住家老县城里"


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found in the cleaned text; `codes` are alternatives, but for an area."""

    start: int
    end: int
    word: str
    codes: tuple[str, ...]
    how: How
    town: str | None = None
    outside: bool = False


# --- names as they are written -------------------------------------------------------------------


def _names_at(chars: str, position: int) -> list[Name]:
    found = names()
    candidates = (chars[position : position + length] for length in found.lengths.get(chars[position], ()))
    return [found.by_word[word] for word in candidates if word in found.by_word]


def _compound_end(chars: str, position: int) -> int:
    for length in stops().compound_lengths.get(chars[position], ()):
        if chars[position : position + length] in stops().compound:
            return position + length
    return 0


def scan(chars: str, *, asked: bool) -> list[Hit]:
    """The names as they are written, from left to right."""
    hits: list[Hit] = []
    position = 0
    whole = chars.strip(EDGES)
    while position < len(chars):
        options = _names_at(chars, position)
        skip = _compound_end(chars, position)
        if skip and all(len(name.word) <= skip - position for name in options):
            position = skip
            continue
        name = _best(chars, position, options)
        if name is None:
            position += 1
            continue
        hit = Hit(position, position + len(name.word), name.word, name.codes, name.how)
        under = bool(hits) and hits[-1].end == position and bool(below(hits[-1].codes, hit.codes))
        if under or (asked and name.word == whole) or _is_meant(chars, hit, whole):
            hits.append(hit)
            position = hit.end
        else:
            position += 1
    return hits


def _best(chars: str, position: int, options: list[Name]) -> Name | None:
    """The longest name, unless a shorter one leaves room for a place below it: 乐山|市中区, not 乐山市|中区."""
    best: tuple[int, int, Name] | None = None
    for name in options:
        end = position + len(name.word)
        if end < len(chars):
            reach = [end + len(next_.word) for next_ in _names_at(chars, end) if below(name.codes, next_.codes)]
            end = max(reach, default=end)
        if best is None or (end, len(name.word)) > best[:2]:
            best = (end, len(name.word), name)
    return best[2] if best else None


def below(above: Iterable[str], codes: Iterable[str]) -> tuple[str, ...]:
    """Those of the codes that are one of the divisions above, or lie in one."""
    above = tuple(above)
    return tuple(code for code in codes if any(regions.contains(outer, code) for outer in above))


def _is_meant(chars: str, hit: Hit, whole: str) -> bool:
    """Whether a name standing alone is meant as a place, by the stop lists and the words it would cut through."""
    lists = stops()
    if hit.how is How.FULL:
        return hit.word not in lists.full and not (len(hit.word) == SHORTEST and _cuts_word(chars, hit))
    if STREET.match(chars, hit.end):
        return False
    if len(hit.word) == 1:
        return False
    ended = chars[hit.end : hit.end + 1] in tuple("县区省州") and len(hit.word) <= 3
    if hit.word in lists.never:
        return False
    if hit.word in lists.cue:
        cued = CUE_BEFORE.search(chars, 0, hit.start) and CUE_AFTER.match(chars, hit.end)
        return bool(hit.word == whole or cued or (CUE_AFTER.match(chars, hit.end) and hit.start == 0))
    if ended or any(code.endswith("00") for code in hit.codes):
        return True
    return not _cuts_word(chars, hit)


def _cuts_word(chars: str, hit: Hit) -> bool:
    """Whether a common word crosses the edge of the hit: 年龄大安排 is 安排, not 大安."""
    common = stops().common
    crosses_right = chars[hit.end - 1 : hit.end + 1] in common and chars[hit.end : hit.end + 2] not in common
    crosses_left = hit.start > 0 and chars[hit.start - 1 : hit.start + 1] in common
    after_word = hit.start > 1 and chars[hit.start - 2 : hit.start] in common
    return crosses_right or (crosses_left and not after_word)


# --- names as they sound -------------------------------------------------------------------------


def by_sound(chars: str, hits: list[Hit]) -> list[Hit]:
    """Names miswritten with other characters of the same sound, where nothing was found as written."""
    taken = {position for hit in hits for position in range(hit.start, hit.end)}
    found: list[Hit] = []
    position = 0
    while position < len(chars) - 1:
        if position in taken or not "一" <= chars[position] <= "鿿":
            position += 1
            continue
        hit = _sounding_at(chars, position, taken, [*hits, *found])
        if hit:
            found.append(hit)
            position = hit.end
        else:
            position += 1
    return found


def _sounding_at(chars: str, position: int, taken: set[int], hits: list[Hit]) -> Hit | None:
    parents = tuple(code for hit in hits if hit.end == position for code in hit.codes)
    for length in range(min(LONGEST, len(chars) - position), SHORTEST - 1, -1):
        end = position + length
        if end - 1 in taken or any(middle in taken for middle in range(position, end)):
            continue
        heard = heard_as(chars[position:end], after_parent=bool(parents))
        if heard is None:
            continue
        words, how = heard
        codes = tuple(dict.fromkeys(code for word in words for code in names().by_word[word].codes))
        codes = below(parents, codes) or codes
        hit = Hit(position, end, chars[position:end], codes, how)
        if below(parents, codes) or (length > SHORTEST or not _cuts_word(chars, hit)):
            return hit
    return None


def by_pinyin(chars: str) -> list[Hit]:
    """Names in Latin letters: mianyang."""
    found = []
    for match in re.finditer(r"(?<![a-z0-9@._])[a-z]{5,20}(?![a-z0-9@._])", chars):
        if matches := spelt(match[0]):
            codes = tuple(dict.fromkeys(code for name in matches for code in name.codes))
            found.append(Hit(match.start(), match.end(), match[0], codes, How.PINYIN))
    return found
