"""The first pass over a message: every stretch that is written, spelt or sounds like the name of a place."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from bot.nlu.places_names import How, Name, names, stops
from bot.nlu.places_sound import LONGEST, SHORTEST, heard_as, may_begin, spelt
from matching.taxonomy import regions

#: What may stand between a place and the place below it when both name one place: 绵阳的三台, 四川省 绵阳市.
JOIN: Final = re.compile(r"(?:的|那边|这边|那儿|这儿|下面|底下|下属|辖区|市里|城里|省|市|州|县|[ ,，.·/\-—>()（）])*")
TIGHT_JOIN: Final = re.compile(r"[的省市州县 ·/\-—>]*")
STREET: Final = re.compile(
    r"[东西南北中]?(?:路|大街|街(?!道)|大道|巷|胡同|大桥|饭店|酒店|宾馆|银行|大学|学院|舰队|舰|军区|战区|起义|会战|战役)"
)
CUE_BEFORE: Final = re.compile(
    r"(?:在|去|到|回|来|住|老家|家|籍|我|是|离|往|从|就|地点|地方|地址|单位|区|改成|改|换成|换|想|要|找|不出|限|除了|只)$"
)
#: So strong that even an everyday word after it is the place of that name: 老家富裕.
ROOTS_BEFORE: Final = re.compile(r"(?:老家|祖籍|籍贯|户籍|户口|家住|家在|家是|老家在|老家是|户口在|户籍在|籍贯是)$")
_AFTER: Final = (
    r"$|[，,。.!！?？、;；~\s]|(?:县|区|市)?(?:人(?![力才员民])|那边|这边|那块|这块|那儿|这儿|附近|周边|周围|一带|本地|当地|"
    r"上班|工作|找|打工|务工|县城|城里|车站|火车站|的(?=$|[，,。.!！?？、;；~\s])"
)
#: After a word that is a name of something else too: enough when the word begins the sentence.
STRONG_AFTER: Final = re.compile(f"(?:{_AFTER}))")
#: Enough together with a cue before.
CUE_AFTER: Final = re.compile(f"(?:{_AFTER}|干|做|有|都|也|就|吧|或|和|跟|离|开|当|跑|送|修|租|不|可|行|最|要|想))")
#: A person's name stands here: up to three characters are no place (我叫杨安平).
NAME_BEFORE: Final = re.compile(r"(?:我叫|名叫|叫做|姓名|名字|联系人)[是叫：: ]?[一-鿿]?$")
SURNAMES: Final = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方"
    "石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙段雷钱汤尹黎易常武乔贺赖龚文"
)
SEGMENT_START: Final = re.compile(r"(?:^|[，,。.!！?？、;；~：:])$")
PLACE_BEFORE: Final = frozenset("在去到回来住")
ENDINGS: Final = frozenset("县区市省州")
EDGES: Final = " ,，。.!！?？、;；~的在我是去到吧啊呀呢嘛哦人那边这附近就想回住家老县城里"


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found in the cleaned text. `codes` are alternatives, but for an area; `leads`: a place below it follows."""

    start: int
    end: int
    word: str
    codes: tuple[str, ...]
    how: How
    town: str | None = None
    outside: bool = False
    leads: bool = False


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


def scan(chars: str, around: tuple[str, ...] = (), *, asked: bool = False) -> list[Hit]:
    """The names as they are written, from left to right. `around`: codes the conversation knows."""
    hits: list[Hit] = []
    position = 0
    whole = chars.strip(EDGES)
    while position < len(chars):
        options = _names_at(chars, position)
        hit = None
        if options and not any(len(name.word) < _compound_end(chars, position) - position for name in options[:1]):
            last = hits[-1] if hits else None
            hit = next((hit for hit in _ranked(chars, position, options) if _is_meant(chars, hit, last, around)), None)
            if hit is None and asked:
                hit = next((hit for hit in _ranked(chars, position, options) if hit.word == whole), None)
        if hit:
            hits.append(_with_ending(chars, hit))
            position = hits[-1].end
        else:
            position = max(position + 1, _compound_end(chars, position))
    return hits


def _ranked(chars: str, position: int, options: list[Name]) -> list[Hit]:
    """The names that start here, best first: the one that reaches farthest with the place below it that follows.

    乐山|市中区, not 乐山市|中区; else the longest.
    """
    ranked = []
    for name in options:
        end = position + len(name.word)
        reach = end
        if len(options) > 1 or name.how is not How.FULL:
            reach = max((end + len(next_.word) for next_ in _children_at(chars, end, name.codes)), default=end)
        ranked.append((reach, Hit(position, end, name.word, name.codes, name.how, leads=reach > end)))
    return [hit for _, hit in sorted(ranked, key=lambda pair: (-pair[0], -pair[1].end))]


def _children_at(chars: str, position: int, codes: tuple[str, ...]) -> list[Name]:
    if position >= len(chars):
        return []
    return [name for name in _names_at(chars, position) if name.codes != codes and below(codes, name.codes)]


def _with_ending(chars: str, hit: Hit) -> Hit:
    """A short form with an ending that is not its own takes the ending in: 双流市, 泾川区."""
    ending = chars[hit.end : hit.end + 1]
    if hit.leads or hit.how is not How.SHORT or ending not in ENDINGS or chars[hit.end : hit.end + 2] in stops().common:
        return hit
    county = tuple(code for code in hit.codes if not code.endswith("00")) if ending in "县区" else ()
    return replace(hit, end=hit.end + 1, codes=county or hit.codes)


def below(above: Iterable[str], codes: Iterable[str]) -> tuple[str, ...]:
    """Those of the codes that are one of the divisions above, or lie in one."""
    above = tuple(above)
    return tuple(code for code in codes if any(regions.contains(outer, code) for outer in above))


def _is_meant(chars: str, hit: Hit, last: Hit | None, around: tuple[str, ...]) -> bool:
    """Whether a name is meant as a place, by the stop lists, the words around it and the words it would cut through."""
    never, cue = hit.word in stops().never, hit.word in stops().cue
    if last and below(last.codes, hit.codes):
        if (TIGHT_JOIN if never or hit.word in stops().full else JOIN).fullmatch(chars, last.end, hit.start):
            return True
    if hit.word in stops().full or len(hit.word) == 1:
        return False
    if ROOTS_BEFORE.search(chars, 0, hit.start):
        return True
    if never or _is_name(chars, hit):
        return False
    if hit.leads:
        return True
    if hit.how is not How.FULL and STREET.match(chars, hit.end):
        return False
    if cue:
        return _is_cued(chars, hit, around)
    long_known = len(hit.word) > SHORTEST if hit.how is How.FULL else any(code.endswith("00") for code in hit.codes)
    ended = len(hit.word) <= 3 and chars[hit.end : hit.end + 1] in ENDINGS
    return long_known or ended or not _cuts_word(chars, hit)


def _is_cued(chars: str, hit: Hit, around: tuple[str, ...]) -> bool:
    before = CUE_BEFORE.search(chars, 0, hit.start)
    after = CUE_AFTER.match(chars, hit.end)
    if before and after:
        return True
    if SEGMENT_START.search(chars, 0, hit.start) and STRONG_AFTER.match(chars, hit.end):
        return True
    return bool((before or after) and below(around, hit.codes) and not _cuts_word(chars, hit))


def _is_name(chars: str, hit: Hit) -> bool:
    """Whether a short form is (the end of) a person's name: 我叫杨安平, or 王延安 and nothing else."""
    if hit.how is How.FULL:
        return False
    alone = len(chars) == hit.end == SHORTEST + 1 and hit.start == 1 and chars[0] in SURNAMES
    return alone or bool(NAME_BEFORE.search(chars, 0, hit.start))


def _cuts_word(chars: str, hit: Hit) -> bool:
    """Whether a common word crosses the edge of the hit: 年龄大安排 is 安排, not 大安."""
    common = stops().common
    crosses_right = chars[hit.end - 1 : hit.end + 1] in common and chars[hit.end : hit.end + 2] not in common
    crosses_left = hit.start > 0 and chars[hit.start - 1 : hit.start + 1] in common
    after_word = hit.start > 1 and chars[hit.start - 2 : hit.start] in common
    return crosses_right or (crosses_left and not after_word and chars[hit.start - 1] not in PLACE_BEFORE)


# --- names as they sound -------------------------------------------------------------------------


def by_sound(chars: str, hits: list[Hit], *, asked: bool = False) -> list[Hit]:
    """Names miswritten with other characters of the same sound, where nothing was found as written."""
    taken = bytearray(len(chars))
    for hit in hits:
        taken[hit.start : hit.end] = b"1" * (hit.end - hit.start)
    for start, end in _compounds(chars):
        taken[start:end] = b"1" * (end - start)
    found: list[Hit] = []
    position = 0
    while position < len(chars) - 1:
        hit = None
        if not taken[position] and not taken[position + 1] and may_begin(chars[position], chars[position + 1]):
            hit = _sounding_at(chars, position, taken, [*hits, *found], asked=asked)
        if hit:
            found.append(hit)
        position = hit.end if hit else position + 1
    return found


def _compounds(chars: str) -> Iterator[tuple[int, int]]:
    for position in range(len(chars)):
        if end := _compound_end(chars, position):
            yield position, end


def _sounding_at(chars: str, position: int, taken: bytearray, hits: list[Hit], *, asked: bool) -> Hit | None:
    parents = tuple(code for hit in hits if hit.end == position for code in hit.codes)
    for length in range(min(LONGEST, len(chars) - position), SHORTEST - 1, -1):
        end = position + length
        if any(taken[position:end]):
            continue
        heard = heard_as(chars[position:end], after_parent=bool(parents))
        if heard is None:
            continue
        words, how = heard
        codes = tuple(dict.fromkeys(code for word in words for code in names().by_word[word].codes))
        inside = below(parents, codes)
        hit = Hit(position, end, chars[position:end], inside or codes, how)
        if inside or length > SHORTEST or (_is_expected(chars, hit, hits) or asked) and not _cuts_word(chars, hit):
            return hit
    return None


def _is_expected(chars: str, hit: Hit, hits: list[Hit]) -> bool:
    """Whether a place is likely here: two characters that sound like one are no evidence of their own."""
    if any(other.start == hit.end and below(hit.codes, other.codes) for other in hits):
        return True
    heard = heard_as(chars[hit.end : hit.end + SHORTEST], after_parent=True)
    if heard and any(below(hit.codes, names().by_word[word].codes) for word in heard[0]):
        return True
    if _is_name(chars, hit):
        return False
    if not CUE_AFTER.match(chars, hit.end):
        return bool(PLACE_BEFORE.intersection(chars[max(0, hit.start - 1) : hit.start]))
    return bool(CUE_BEFORE.search(chars, 0, hit.start) or SEGMENT_START.search(chars, 0, hit.start))


def by_pinyin(chars: str) -> list[Hit]:
    """Names in Latin letters: mianyang."""
    found = []
    for match in re.finditer(r"(?<![a-z0-9@._])[a-z]{5,20}(?![a-z0-9@._])", chars):
        if matches := spelt(match[0]):
            codes = tuple(dict.fromkeys(code for name in matches for code in name.codes))
            found.append(Hit(match.start(), match.end(), match[0], codes, How.PINYIN))
    return found
