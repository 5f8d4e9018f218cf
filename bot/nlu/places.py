"""Finds the places named in a message: what was named, where it stands, how sure; never what is meant by it.

`find` reads full and short names, chains from the province down, old names, nicknames, areas, misspellings by sound,
towns below a known county, and words like 省内 that need to know where the speaker is. Whether a place is wished,
refused or only where somebody served is for the caller to decide; `cue` tells the words right around a mention.

How one of several places of the same name is picked:
1. below a place named right before it (成都武侯, 乐山市中区), else below any other place of the message;
2. a short form that is a province and also something lower is the province (河北, 吉林), one that is a
   prefecture is the prefecture (长沙, 衡阳), unless it is in `ASK`: there the county is as well known;
3. below the place the conversation knows (`known`, then `near`), and then their prefecture;
4. else it stays an `AmbiguousPlace` with all candidates: the bot has to ask.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from bot.nlu.places_names import How, Name, names, stops, tables
from bot.nlu.places_sound import LONGEST, SHORTEST, heard_as, spelt
from bot.nlu.places_text import Text, read
from matching.taxonomy import regions
from matching.taxonomy.place import AmbiguousPlace, Place

CONFIDENCE: Final = {
    How.FULL: 1.0,
    How.SHORT: 0.95,
    How.OLD: 0.95,
    How.COLLOQUIAL: 0.9,
    How.AREA: 0.9,
    How.MISWRITTEN: 0.85,
    How.SOUND: 0.8,
    How.PINYIN: 0.8,
    How.TOWN: 0.8,
    How.RELATIVE: 0.8,
    How.NEAR_SOUND: 0.7,
    How.LOOSE_SOUND: 0.6,
}
#: Short forms of a prefecture whose namesake county elsewhere is meant just as often.
ASK: Final = frozenset({"朝阳"})
#: What may stand between a place and the place below it, when both name one place: 绵阳的三台, 四川省 绵阳市.
JOIN: Final = re.compile(
    r"(?:的|那边|这边|那儿|这儿|下面|底下|下属|辖区|市里|城里|省|市|州|县|[ ,，.·/\-—>()（）])*"
)
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
PLACE_ENDINGS: Final = "县区市省州"


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """One place named in a message.

    `start`, `end`: positions in the text as sent; `words`: the text between. `places`: one place, or for an area
    (川渝) several that are all meant; empty when it is `ambiguous`. `town`: the town named, the place being its county.
    `outside`: all but these places are meant (省外). `confidence` 0..1: below 0.75 the bot does well to ask.
    """

    start: int
    end: int
    words: str
    how: How
    confidence: float
    places: tuple[Place, ...] = ()
    ambiguous: AmbiguousPlace | None = None
    town: str | None = None
    outside: bool = False

    @property
    def place(self) -> Place | None:
        """The place, when it is one and sure."""
        return self.places[0] if len(self.places) == 1 else None

    @property
    def candidates(self) -> tuple[Place, ...]:
        """All places it can mean or does mean."""
        return self.ambiguous.candidates if self.ambiguous else self.places


@dataclass(frozen=True, slots=True)
class _Hit:
    """A name found in the cleaned text; `codes` are alternatives, but for an area."""

    start: int
    end: int
    word: str
    codes: tuple[str, ...]
    how: How
    town: str | None = None
    outside: bool = False


def find(
    text: str, *, near: Place | None = None, known: Place | None = None, asked: bool = False
) -> tuple[PlaceMention, ...]:
    """The places named in a message, in the order they stand.

    `near`: the bureau's own place; `known`: where the speaker is or lives; both only help to choose among places of
    one name, to read towns and words like 本县. `asked`: the bot had just asked where, so words that are
    usually no places (平安, 富裕) are read as such.
    """
    cleaned = read(text)
    around = [place.adcode for place in (known, near) if place]
    hits = _scan(cleaned.chars, asked=asked)
    hits += _by_sound(cleaned.chars, hits)
    hits += _spelt(cleaned.chars)
    hits.sort(key=lambda hit: hit.start)
    hits = _resolve(_chain(cleaned.chars, hits), around, asked=asked)
    hits += _towns(cleaned.chars, hits, around)
    hits += _relative(cleaned.chars, hits, around)
    hits.sort(key=lambda hit: hit.start)
    return tuple(_mention(text, cleaned, hit) for hit in hits)


def cue(text: str, mention: PlaceMention, width: int = 6) -> tuple[str, str]:
    """The words right before and right after a mention, up to `width` characters, cut at punctuation."""
    before = re.split(r"[，,。.!！?？;；\n]", text[max(0, mention.start - width) : mention.start])[-1]
    after = re.split(r"[，,。.!！?？;；\n]", text[mention.end : mention.end + width])[0]
    return before, after


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


def _scan(chars: str, *, asked: bool) -> list[_Hit]:
    hits: list[_Hit] = []
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
        hit = _Hit(position, position + len(name.word), name.word, name.codes, name.how)
        under = bool(hits) and hits[-1].end == position and bool(_below(hits[-1].codes, hit.codes))
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
            reach = [
                end + len(next_.word) for next_ in _names_at(chars, end) if _below(name.codes, next_.codes)
            ]
            end = max(reach, default=end)
        if best is None or (end, len(name.word)) > best[:2]:
            best = (end, len(name.word), name)
    return best[2] if best else None


def _below(above: Iterable[str], codes: Iterable[str]) -> tuple[str, ...]:
    above = tuple(above)
    return tuple(code for code in codes if any(regions.contains(outer, code) for outer in above))


def _is_meant(chars: str, hit: _Hit, whole: str) -> bool:
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


def _cuts_word(chars: str, hit: _Hit) -> bool:
    """Whether a common word crosses the edge of the hit: 年龄大安排 is 安排, not 大安."""
    common = stops().common
    crosses_right = chars[hit.end - 1 : hit.end + 1] in common and chars[hit.end : hit.end + 2] not in common
    crosses_left = hit.start > 0 and chars[hit.start - 1 : hit.start + 1] in common
    after_word = hit.start > 1 and chars[hit.start - 2 : hit.start] in common
    return crosses_right or (crosses_left and not after_word)


# --- names as they sound -------------------------------------------------------------------------


def _by_sound(chars: str, hits: list[_Hit]) -> list[_Hit]:
    taken = {position for hit in hits for position in range(hit.start, hit.end)}
    found: list[_Hit] = []
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


def _sounding_at(chars: str, position: int, taken: set[int], hits: list[_Hit]) -> _Hit | None:
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
        codes = _below(parents, codes) or codes
        hit = _Hit(position, end, chars[position:end], codes, how)
        if _below(parents, codes) or (length > SHORTEST or not _cuts_word(chars, hit)):
            return hit
    return None


def _spelt(chars: str) -> list[_Hit]:
    found = []
    for match in re.finditer(r"(?<![a-z0-9@._])[a-z]{5,20}(?![a-z0-9@._])", chars):
        if matches := spelt(match[0]):
            codes = tuple(dict.fromkeys(code for name in matches for code in name.codes))
            found.append(_Hit(match.start(), match.end(), match[0], codes, How.PINYIN))
    return found


# --- from names to places ------------------------------------------------------------------------


def _chain(chars: str, hits: list[_Hit]) -> list[_Hit]:
    """Joins a place and the place below it that follows at once into one hit: the lower place."""
    joined: list[_Hit] = []
    for hit in hits:
        last = joined[-1] if joined else None
        if (
            last
            and last.how is not How.AREA
            and hit.how is not How.AREA
            and JOIN.fullmatch(chars, last.end, hit.start)
        ):
            below = _below(last.codes, hit.codes)
            names_province = any(code.endswith("0000") for code in hit.codes) and hit.how is How.SHORT
            if below and not names_province:
                joined[-1] = replace(hit, start=last.start, word=hit.word, codes=below)
                continue
            if upwards := _below(hit.codes, last.codes) if hit.start - last.end <= 2 else ():
                # 涪城，绵阳的: the parent comes after.
                joined[-1] = replace(last, codes=upwards)
                joined.append(hit)
                continue
        joined.append(hit)
    return joined


def _resolve(hits: list[_Hit], around: list[str], *, asked: bool) -> list[_Hit]:
    resolved = []
    for hit in hits:
        if hit.how is not How.AREA and len(hit.codes) > 1:
            others = [
                code for other in hits if other is not hit and len(other.codes) == 1 for code in other.codes
            ]
            hit = replace(hit, codes=_choose(hit, others, around))
        if hit.word in stops().full and len(hit.codes) > 1 and not asked:
            continue
        resolved.append(hit)
    return resolved


def _choose(hit: _Hit, others: list[str], around: list[str]) -> tuple[str, ...]:
    codes = hit.codes
    if hit.how is not How.FULL and hit.word not in ASK:
        for ending in ("0000", "00"):
            if top := tuple(code for code in codes if code.endswith(ending)):
                codes = top
                break
    if len(codes) > 1:
        codes = _below(others, codes) or codes
    for place in around:
        city = regions.parent(place) if regions.level(place) == "county" else None
        for outer in (place, city):
            if outer and len(codes) > 1 and (inside := _below((outer,), codes)):
                codes = inside
    return codes


def _mention(text: str, cleaned: Text, hit: _Hit) -> PlaceMention:
    start, end = cleaned.span(hit.start, hit.end)
    places = tuple(place for code in hit.codes if (place := regions.get(code)))
    several = len(places) > 1 and hit.how is not How.AREA
    return PlaceMention(
        start=start,
        end=end,
        words=text[start:end],
        how=hit.how,
        confidence=CONFIDENCE[hit.how],
        places=() if several else places,
        ambiguous=AmbiguousPlace(hit.word, places) if several else None,
        town=hit.town,
        outside=hit.outside,
    )


# --- towns, and words that need to know where the speaker is -------------------------------------


def _towns(chars: str, hits: list[_Hit], around: list[str]) -> list[_Hit]:
    """Towns by their full name below a county or city that is named or known."""
    if not re.search("镇|乡|街道|街办|办事处", chars):
        return []
    named = [hit.codes[0] for hit in hits if len(hit.codes) == 1]
    contexts = dict.fromkeys(
        [*named, *around, *(above for code in around if (above := regions.parent(code)))]
    )
    taken = {position for hit in hits for position in range(hit.start, hit.end)}
    for context in contexts:
        found = [
            hit for hit in _towns_below(chars, context) if not taken.intersection(range(hit.start, hit.end))
        ]
        if found:
            return found
    return []


def _towns_below(chars: str, context: str) -> list[_Hit]:
    if regions.level(context) == "province":
        return []
    counties = regions.children(context) or (context,)
    by_town: dict[str, list[str]] = {}
    for county in counties:
        for town in regions.towns_of(county):
            by_town.setdefault(town, []).append(county)
    return [
        _Hit(start, start + len(town), town, tuple(codes), How.TOWN, town=town)
        for town, codes in by_town.items()
        if (start := chars.find(town)) >= 0
    ]


RELATIVE: Final = {
    "province": re.compile(r"(?:本省|全省|省内|省外|外省|出省|跨省)"),
    "city": re.compile(r"(?:本市|全市|市内(?!地)|市外|外市|本地市)"),
    "county": re.compile(r"(?:本县|本区|全县|县内|县里|县上|县城|县外|外县|区内)"),
}
OUTSIDE: Final = frozenset({"省外", "外省", "出省", "跨省", "市外", "外市", "县外", "外县"})
LETTER: Final = re.compile(
    r"(?:(?<=[在回])([^\W\d_])(?![^\W\d_])|([^\W\d_])(内|外|籍)|(?:出|离)([^\W\d_])(?=$|\W|打工|务工|也|都|不))"
)


def _relative(chars: str, hits: list[_Hit], around: list[str]) -> list[_Hit]:
    taken = {position for hit in hits for position in range(hit.start, hit.end)}
    found = []
    for level, pattern in RELATIVE.items():
        here = next((code for code in map(lambda code: _at_level(code, level), around) if code), None)
        for match in pattern.finditer(chars) if here else ():
            found.append(
                _Hit(
                    match.start(),
                    match.end(),
                    match[0],
                    (here or "",),
                    How.RELATIVE,
                    outside=match[0] in OUTSIDE,
                )
            )
    for match in LETTER.finditer(chars):
        letter = match[1] or match[2] or match[4]
        if (name := tables()["letters"].get(letter)) and (code := _code_of(name)):
            outside = match[3] == "外" or bool(match[4])
            found.append(_Hit(match.start(), match.end(), match[0], (code,), How.RELATIVE, outside=outside))
    return [hit for hit in found if not taken.intersection(range(hit.start, hit.end))]


def _at_level(code: str, level: str) -> str | None:
    return next((above for above in (*regions.ancestors(code), code) if regions.level(above) == level), None)


def _code_of(name: str) -> str:
    return names().by_word[name].codes[0]
