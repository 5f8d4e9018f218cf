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
from dataclasses import dataclass, replace
from typing import Final

from bot.nlu.own_words import OwnWords, places_in
from bot.nlu.places_cues import JOIN, SHORTEST, Hit, below
from bot.nlu.places_names import How, stops
from bot.nlu.places_near import Around, around_of, relative
from bot.nlu.places_scan import by_pinyin, by_sound, scan
from bot.nlu.places_sound import same_sound
from bot.nlu.places_text import Text, read
from bot.nlu.places_towns import local, may_name_one, with_towns
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
    How.SHAPE: 0.6,
    How.TOWN_ANYWHERE: 0.5,
}
#: Short forms of a prefecture whose namesake county elsewhere is meant just as often.
ASK: Final = frozenset({"朝阳", "兴安"})


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


def find(
    text: str,
    *,
    near: Place | None = None,
    known: Place | None = None,
    asked: bool = False,
    own: OwnWords = (),
) -> tuple[PlaceMention, ...]:
    """The places named in a message, in the order they stand.

    `near`: the bureau's own place; `known`: where the speaker is or lives; both only help to choose among places of
    one name, to read towns and words like 本县. `asked`: the bot had just asked where, so words that are
    usually no places (平安, 富裕) are read as such. `own`: what the bureau taught.
    """
    cleaned = read(text)
    if len(cleaned.chars) < SHORTEST and not own:
        return ()
    around = around_of(*(place.adcode for place in (known, near) if place))
    hits = scan(cleaned, around.wide, asked=asked)
    home = [hit for county in around.counties for hit in local(cleaned, county)]
    hits += by_sound(cleaned, hits, home, asked=asked)
    hits += by_pinyin(cleaned.chars)
    hits += places_in(cleaned.chars, own)
    if hits or home or may_name_one(cleaned.chars):
        hits.sort(key=lambda hit: hit.start)
        hits = with_towns(cleaned, _resolve(_chain(cleaned.chars, hits), around, asked=asked), around)
    hits += relative(cleaned.chars, hits, around)
    return tuple(_mention(text, cleaned, hit) for hit in _merged(cleaned.chars, _apart(hits))) if hits else ()


def cue(text: str, mention: PlaceMention, width: int = 6) -> tuple[str, str]:
    """The words right before and right after a mention, up to `width` characters, cut at punctuation."""
    before = re.split(r"[，,。.!！?？;；\n]", text[max(0, mention.start - width) : mention.start])[-1]
    after = re.split(r"[，,。.!！?？;；\n]", text[mention.end : mention.end + width])[0]
    return before, after


# --- from names to places ------------------------------------------------------------------------


def _chain(chars: str, hits: list[Hit]) -> list[Hit]:
    """Joins a place and the place below it that follows at once into one hit: the lower place."""
    joined: list[Hit] = []
    for hit in hits:
        last = joined[-1] if joined else None
        if last and How.AREA not in (last.how, hit.how) and JOIN.fullmatch(chars, last.end, hit.start):
            lower, upper = below(last.codes, hit.codes), below(hit.codes, last.codes)
            if not lower and not upper and last.end == hit.start:
                lower = same_sound(hit.word, last.codes)
            if lower and not _lists(chars, joined, hit):
                # 大理大理: the city in the prefecture, not the prefecture again.
                top = {code for code in lower if code in last.codes and len(below((code,), lower)) == len(lower)}
                inner = tuple(code for code in lower if code not in top)
                joined[-1] = replace(hit, start=last.start, codes=inner or lower)
                continue
            if upper and hit.start - last.end <= 2:
                joined[-1] = replace(last, codes=upper)  # 涪城，绵阳的: the parent comes after
        joined.append(hit)
    return joined


def _lists(chars: str, joined: list[Hit], hit: Hit) -> bool:
    """Whether provinces are counted off: 河北 after 天津 is the district only when nothing else stands before."""
    province = hit.how is How.SHORT and any(code.endswith("0000") for code in hit.codes)
    return province and (chars[joined[-1].end : hit.start] not in ("", "的") or len(joined) > 1)


def _resolve(hits: list[Hit], around: Around, *, asked: bool) -> list[Hit]:
    resolved = []
    sure = tuple(dict.fromkeys(hit.codes[0] for hit in hits if len(hit.codes) == 1))
    for hit in hits:
        if hit.how is not How.AREA and len(hit.codes) > 1:
            hit = replace(hit, codes=_choose(hit, sure, around.wide))
        if hit.word in stops().full and len(hit.codes) > 1 and (around.codes or not asked):
            continue  # 城区: of the town where one is
        resolved.append(hit)
    return resolved


def _choose(hit: Hit, others: tuple[str, ...], around: tuple[str, ...]) -> tuple[str, ...]:
    codes = hit.codes
    if outer := next((code for code in codes if len(below((code,), codes)) == len(codes)), None):
        return (outer,)  # 长沙: the city, not its county of the same name
    if hit.how is not How.FULL and hit.word not in ASK:
        for ending in ("0000", "00"):
            if top := tuple(code for code in codes if code.endswith(ending)):
                codes = top
                break
    if len(codes) > 1:
        codes = below(others, codes) or codes
    for known in around:
        codes = below((known,), codes) or codes
    return codes


def _apart(hits: list[Hit]) -> list[Hit]:
    """Where readings overlap, the longest."""
    apart: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start)):
        if all(hit.end <= other.start or other.end <= hit.start for other in apart):
            apart.append(hit)
    return sorted(apart, key=lambda hit: hit.start)


def _merged(chars: str, hits: list[Hit]) -> list[Hit]:
    """One mention for one place named twice in a row: 城关镇，泾川."""
    merged: list[Hit] = []
    for hit in hits:
        last = merged[-1] if merged else None
        if last and last.codes == hit.codes and len(hit.codes) == 1 and JOIN.fullmatch(chars, last.end, hit.start):
            merged[-1] = replace(last, end=hit.end, town=last.town or hit.town)
        else:
            merged.append(hit)
    return merged


def _mention(text: str, cleaned: Text, hit: Hit) -> PlaceMention:
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
