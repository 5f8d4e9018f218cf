"""The first pass over a message: every stretch that is written, spelt or sounds like the name of a place."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from bot.nlu.gates import Pattern
from bot.nlu.places_cues import ENDINGS, Hit, below, cuts_word, is_expected, is_meant
from bot.nlu.places_names import How, Name, names, stops
from bot.nlu.places_sound import LONGEST, SHORTEST, beginnings, heard_as, shaped_like, spelt
from bot.nlu.places_text import Text

EDGES: Final = " ,，。.!！?？、;；~的在我是去到吧啊呀呢嘛哦人那边这附近就想回住家老县城里"
#: Letters and what makes of them an address or a code.
LATIN: Final = Pattern(r"[a-z0-9@._]{5,}")
LATIN_LONGEST: Final = 20

# --- names as they are written -------------------------------------------------------------------


def _names_at(chars: str, position: int) -> list[Name]:
    found = names()
    lengths = found.lengths.get(chars[position : position + SHORTEST], ())
    candidates = (chars[position : position + length] for length in lengths)
    return [found.by_word[word] for word in candidates if word in found.by_word]


def _compound_end(chars: str, position: int) -> int:
    lists = stops()
    for length in lists.compound_lengths.get(chars[position : position + SHORTEST], ()):
        if chars[position : position + length] in lists.compound:
            return position + length
    return 0


def scan(text: Text, around: tuple[str, ...] = (), *, asked: bool = False) -> list[Hit]:
    """The names as they are written, from left to right. `around`: codes the conversation knows."""
    chars, hits = text.chars, list[Hit]()
    if names().lengths.keys().isdisjoint(text.pairs):
        return hits
    begins, compounds = names().lengths, stops().compound_lengths
    whole, free = chars.strip(EDGES), 0
    for position, pair in enumerate(text.pairs):
        if position < free:
            continue
        options = _names_at(chars, position) if pair in begins else []
        compound_end = _compound_end(chars, position) if pair in compounds else 0
        hit = None
        if options and position + len(options[0].word) >= compound_end:
            last = hits[-1] if hits else None
            ranked = _ranked(chars, position, options)
            hit = next((hit for hit in ranked if is_meant(chars, hit, last, around)), None)
            if hit is None and asked:
                hit = next((hit for hit in ranked if hit.word == whole), None)
        if hit:
            hits.append(_continued(chars, hit) or _with_ending(chars, hit))
            free = hits[-1].end
        else:
            free = max(free, compound_end)
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
    """The places below that follow at once, or after 的."""
    if chars[position : position + 1] == "的":
        position += 1
    return [name for name in _names_at(chars, position) if name.codes != codes and below(codes, name.codes)]


def _continued(chars: str, hit: Hit) -> Hit | None:
    """The longer name a short form begins, when the rest is miswritten: 连云|岗, 呼和|号特."""
    if hit.how is How.FULL or hit.leads or chars[hit.end : hit.end + SHORTEST] in stops().common:
        return None
    for length in range(min(LONGEST, len(chars) - hit.start), len(hit.word), -1):
        window = chars[hit.start : hit.start + length]
        heard = heard_as(window, after_parent=False)
        if heard and heard[1] is How.SOUND:
            words = [word for word in heard[0] if word.startswith(hit.word)]
            codes = tuple(dict.fromkeys(code for word in words for code in names().by_word[word].codes))
            if codes:
                return Hit(hit.start, hit.start + length, window, codes, heard[1])
    return None


def _with_ending(chars: str, hit: Hit) -> Hit:
    """A short form with an ending that is not its own takes the ending in: 双流市, 泾川区."""
    ending = chars[hit.end : hit.end + 1]
    if hit.leads or hit.how is not How.SHORT or ending not in ENDINGS or chars[hit.end : hit.end + 2] in stops().common:
        return hit
    county = tuple(code for code in hit.codes if not code.endswith("00")) if ending in "县区" else ()
    return replace(hit, end=hit.end + 1, codes=county or hit.codes)


# --- names as they sound -------------------------------------------------------------------------


def by_sound(text: Text, hits: list[Hit], taken_for: list[Hit], *, asked: bool = False) -> list[Hit]:
    """Names miswritten with other characters of the same sound, where nothing was found as written.

    `taken_for`: what the stretches are known to be otherwise (towns of the speaker's county).
    """
    chars, found = text.chars, list[Hit]()
    begins = beginnings(chars)
    if not hits and True not in begins:
        return found
    taken = bytearray(len(chars))
    for start, end in (*((hit.start, hit.end) for hit in (*hits, *taken_for)), *_compounds(text)):
        taken[start:end] = b"\x01" * (end - start)
    ends, starts = {hit.end: hit.codes for hit in hits}, {hit.start: hit.codes for hit in hits}
    position = 0
    while position < len(chars) - 1:
        hit: Hit | None = None
        above = ends.get(position, ())
        free = not taken[position] and not taken[position + 1]
        if free and (above or begins[position]):
            options = _sounding_at(chars, position, taken, above, starts, asked=asked)
            hit = next((hit for hit in options if _is_likely(chars, hit, above, starts.get(hit.end, ()))), None)
        if hit:
            found.append(hit)
            ends[hit.end] = hit.codes
            if under := next(iter(_children_at(chars, hit.end, hit.codes)), None):  # 株州|天元
                found.append(Hit(hit.end, hit.end + len(under.word), under.word, under.codes, under.how, leads=True))
        position = found[-1].end if hit else position + 1
    return found


def _compounds(text: Text) -> Iterator[tuple[int, int]]:
    lengths = stops().compound_lengths
    for position, pair in enumerate(text.pairs):
        if pair in lengths and (end := _compound_end(text.chars, position)):
            yield position, end


def _sounding_at(
    chars: str,
    position: int,
    taken: bytearray,
    above: tuple[str, ...],
    starts: Mapping[int, tuple[str, ...]],
    *,
    asked: bool,
) -> Iterator[Hit]:
    """The misspelt names that may start here, longest first; `above`: the place that ends here; `starts`: those behind."""
    for length in range(min(LONGEST, len(chars) - position), SHORTEST - 1, -1):
        end = position + length
        if taken.find(1, position, end) >= 0:
            continue
        word = chars[position:end]
        whole = asked and word == chars.strip(EDGES)
        if heard := heard_as(word, after_parent=bool(above), asked=whole):
            words, how = heard
            codes = tuple(dict.fromkeys(code for name in words for code in names().by_word[name].codes))
            yield Hit(position, end, word, below(above, codes) or codes, how, leads=whole)
        elif (under := starts.get(end)) and (heard := heard_as(word, after_parent=True, asked=True)):
            codes = tuple(code for name in heard[0] for code in names().by_word[name].codes if below((code,), under))
            if codes:  # 焦做|山阳: whatever characters were hit, the place below says which city
                yield Hit(position, end, word, codes, heard[1], leads=True)
        if above and length > SHORTEST and (codes := shaped_like(word, above)):
            yield Hit(position, end, word, codes, How.SHAPE)


def _is_likely(chars: str, hit: Hit, above: tuple[str, ...], under: tuple[str, ...]) -> bool:
    """Whether a misspelt place is meant: two characters that sound like one are no evidence of their own.

    `above`, `under`: the places right before and right after it.
    """
    if hit.leads or below(above, hit.codes):
        return True
    if above and not any(code.endswith("00") for code in hit.codes):
        return False  # right after a place a misspelt county lies in it: 成都锦山区 is not 金山区
    if len(hit.word) > SHORTEST:
        return True
    heard = heard_as(chars[hit.end : hit.end + SHORTEST], after_parent=True)
    follows = [code for word in (heard[0] if heard else ()) for code in names().by_word[word].codes]
    follows += [code for name in _children_at(chars, hit.end, hit.codes) for code in name.codes]
    return not cuts_word(chars, hit) and (bool(below(hit.codes, (*under, *follows))) or is_expected(chars, hit))


def by_pinyin(chars: str) -> list[Hit]:
    """Names in Latin letters: mianyang."""
    found = []
    for match in LATIN.finditer(chars):
        spelled = match[0].isalpha() and len(match[0]) <= LATIN_LONGEST
        if spelled and (matches := spelt(match[0])):
            codes = tuple(dict.fromkeys(code for name in matches for code in name.codes))
            found.append(Hit(match.start(), match.end(), match[0], codes, How.PINYIN))
    return found
