"""What makes a name in a message a place: the words beside it, the words it would cut through, the stop lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.nlu.gates import Pattern
from bot.nlu.places_names import How, stops
from matching.taxonomy import regions

SHORTEST: Final = 2
#: How many characters before a name are looked at for a cue.
WIDTH: Final = 8
#: What may stand between a place and the place below it when both name one place: 绵阳的三台, 四川省 绵阳市.
JOIN: Final = Pattern(r"(?:的|那边|这边|那儿|这儿|下面|底下|下属|辖区|市里|城里|省|市|州|县|[ ,，.·/\-—>()（）])*")
TIGHT_JOIN: Final = Pattern(r"[的省市州县 ·/\-—>]*")
#: Between places of one list: 市南或市北.
LISTED: Final = Pattern(r"(?:区|县|市)?(?:、|,|，|和|跟|或者?|还有|以及|与|及|/| )(?:是|在)?")
#: 佛山顺德或者中山: joined outright.
OR: Final = Pattern(r"(?:区|县|市)?(?:、|和|跟|或者?|还有|以及|与|及)(?:是|在)?")
STREET: Final = Pattern(
    r"镇(?!上)|乡(?![下镇里])|[东西南北中]?(?:路|大街|街(?!道)|大道|巷|胡同|大桥|银行|大学|学院|舰队|舰|军区|战区|起义|会战|战役)"
)
CUE_BEFORE: Final = Pattern(
    r"(?:在|去|到|回|来|住|老家|家|籍|我|是|离|往|从|就|地点|地方|地址|单位|区|改成|改|换成|换|想|要|找|不出|限|除了|只)$"
)
#: So strong that even an everyday word after it is the place of that name: 老家富裕.
ROOTS_BEFORE: Final = Pattern(r"(?:老家|祖籍|籍贯|户籍|户口|家住|家在|家是|老家在|老家是|户口在|户籍在|籍贯是)$")
_AFTER: Final = (
    r"$|[\W\d]|(?:县|区|市)?(?:人(?![力才员民])|那边|这边|那块|这块|那儿|这儿|附近|周边|周围|一带|本地|当地|"
    r"上班|工作|找|打工|务工|老家|户口|户籍|县城|城里|车站|火车站|的(?=$|\W)"
)
#: The name is that of a town, a village or an estate, not of the county called the same: 芦溪镇, 青龙村.
_SMALLER = "镇|乡(?!下)|街道|村|社区|小区|花园|广场|大厦|庄|屯|寨"
SMALLER: Final = Pattern(f"{_SMALLER}|{STREET.pattern}")
#: After a word that is a name of something else too: enough when the word begins the sentence.
STRONG_AFTER: Final = Pattern(f"(?:{_AFTER}))")
#: Enough together with a cue before.
CUE_AFTER: Final = Pattern(f"(?:{_AFTER}|干|做|有|都|也|就|吧|或|和|跟|离|开|当|跑|送|修|租|不|可|行|最|要|想))")
#: A person's name stands here: up to three characters are no place (我叫杨安平).
NAME_BEFORE: Final = Pattern(r"(?:我叫|名叫|叫做|姓名|名字|联系人)[是叫：: ]?[一-鿿]?$")
SURNAMES: Final = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方"
    "石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙段雷钱汤尹黎易常武乔贺赖龚文"
)
SEGMENT_START: Final = Pattern(r"(?:^|[\W\d])$")
PLACE_BEFORE: Final = frozenset("在去到回来住")
ENDINGS: Final = frozenset("县区市省州")


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found in the cleaned text. `codes` are alternatives, but for an area.

    `leads`: what follows it, or the question asked, makes it sure.
    """

    start: int
    end: int
    word: str
    codes: tuple[str, ...]
    how: How
    town: str | None = None
    outside: bool = False
    leads: bool = False


def below(above: Iterable[str], codes: Iterable[str]) -> tuple[str, ...]:
    """Those of the codes that are one of the divisions above, or lie in one."""
    above = tuple(above)
    return tuple(code for code in codes if any(regions.contains(outer, code) for outer in above))


def is_meant(chars: str, hit: Hit, last: Hit | None, around: tuple[str, ...]) -> bool:
    """Whether a name is meant as a place, by the stop lists, the words around it and the words it would cut through."""
    never, cue = hit.word in stops().never, hit.word in stops().cue
    join = TIGHT_JOIN if never or hit.word in stops().full else JOIN
    if last and below(last.codes, hit.codes) and join.fullmatch(chars, last.end, hit.start):
        return True
    if (
        last
        and LISTED.fullmatch(chars, last.end, hit.start)
        and (
            _beside(last.codes, hit.codes)
            or (not never and OR.fullmatch(chars, last.end, hit.start) and _same_province(last.codes, hit.codes))
        )
    ):
        return True
    if hit.word in stops().full:
        return _town_follows(chars, hit)
    if ROOTS_BEFORE.search(chars, max(0, hit.start - WIDTH), hit.start):
        return True
    if never or is_name(chars, hit):
        return False
    if hit.leads or (cue and _town_follows(chars, hit)):
        return True
    wide = any(code.endswith("00") for code in hit.codes)
    if hit.how is not How.FULL and (STREET if wide else SMALLER).match(chars, hit.end):
        return False
    if cue:
        return _is_cued(chars, hit, around)
    long_known = len(hit.word) > SHORTEST if hit.how is How.FULL else wide
    ended = len(hit.word) <= 3 and chars[hit.end : hit.end + 1] in ENDINGS
    return long_known or ended or not cuts_word(chars, hit)


def _beside(codes: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two lie side by side in the same city, or are cities of the same province."""
    above = {regions.parent(code) for code in codes} - {None}
    return any(regions.parent(code) in above for code in others)


def _same_province(codes: Iterable[str], others: Iterable[str]) -> bool:
    provinces = {code[:2] for code in codes}
    return any(code[:2] in provinces for code in others)


def _town_follows(chars: str, hit: Hit) -> bool:
    return any(chars.startswith(town, hit.end) for code in hit.codes for town in regions.towns_of(code))


#: 义务那边: only a place has an over there.
LOCATIVE: Final = Pattern(r"(?:县|区|市)?(?:那边|这边|那儿|这儿|附近|周边|一带|本地人|那里|这里)")


def _is_cued(chars: str, hit: Hit, around: tuple[str, ...]) -> bool:
    if LOCATIVE.match(chars, hit.end):
        return True
    before = CUE_BEFORE.search(chars, max(0, hit.start - WIDTH), hit.start)
    after = CUE_AFTER.match(chars, hit.end)
    if before and after:
        return True
    if SEGMENT_START.search(chars, max(0, hit.start - WIDTH), hit.start) and STRONG_AFTER.match(chars, hit.end):
        return True
    return bool((before or after) and below(around, hit.codes) and not cuts_word(chars, hit))


def is_name(chars: str, hit: Hit) -> bool:
    """Whether a short form is (the end of) a person's name: 我叫杨安平, or 王延安 and nothing else."""
    if hit.how is How.FULL:
        return False
    alone = len(chars) == hit.end == SHORTEST + 1 and hit.start == 1 and chars[0] in SURNAMES
    return alone or bool(NAME_BEFORE.search(chars, max(0, hit.start - WIDTH), hit.start))


def cuts_word(chars: str, hit: Hit) -> bool:
    """Whether a common word crosses the edge of the hit: 年龄大安排 is 安排, not 大安."""
    common = stops().common
    if hit.how is How.FULL:  # 县城, 县里, 县上 after 理县 say nothing against it; 管理县城 does
        return hit.start > 0 and chars[hit.start - 1 : hit.start + 1] in common
    crosses_right = chars[hit.end - 1 : hit.end + 1] in common and chars[hit.end : hit.end + 2] not in common
    crosses_left = hit.start > 0 and chars[hit.start - 1 : hit.start + 1] in common
    after_word = hit.start > 1 and chars[hit.start - 2 : hit.start] in common
    return crosses_right or (crosses_left and not after_word and chars[hit.start - 1] not in PLACE_BEFORE)


def is_expected(chars: str, hit: Hit) -> bool:
    """Whether the words beside it call for a place."""
    if is_name(chars, hit):
        return False
    if not CUE_AFTER.match(chars, hit.end):
        return bool(PLACE_BEFORE.intersection(chars[max(0, hit.start - 1) : hit.start]))
    return bool(
        CUE_BEFORE.search(chars, max(0, hit.start - WIDTH), hit.start) or SEGMENT_START.search(chars, 0, hit.start)
    )
