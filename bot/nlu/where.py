"""Where the work is to be: sorts the places of a message into wished, refused, home, and merely passed through."""

import re
from collections.abc import Sequence
from typing import Final

from bot.nlu import places
from bot.nlu.frame import BLANK
from bot.nlu.gates import Pattern
from bot.nlu.places import PlaceMention
from bot.nlu.reading import Reading
from matching.taxonomy.place import AmbiguousPlace, Place

_REFUSED_BEFORE: Final = Pattern(
    r"(?:不(?:想|能|愿意?|打算|再|要|会|敢|肯|准备|考虑|得)?(?:再)?(?:去|到|回|往|在|上|是|跑|进|选)|不要|(?:别|莫|甭|不要|不用)(?:再)?(?:给|把|叫|让|喊|派|往)?(?:我|俺|咱)?(?:给)?(?:推|发|找|介绍|安排|去|给|弄|整|派|分|调|送|塞|支|撵|发配|打发)?(?:到|往|去|在)?|除了|除开|不考虑|离开|甭|莫(?:去|推)|讨厌|不接受|只要不是|除去|排除|不想|不喜欢|去掉|删掉)(?:了|去|再|在)*$"
)
# 不要离海阳太远, 离海阳别太远.
_NOT_FAR_BEFORE: Final = Pattern(r"离(?:开|着)?(?:我们?|咱们?|俺们?)?$")
_ONCE_OUT: Final = Pattern(r"(?:出了?|离了|离开|超出)(?:我们?|咱们?|俺们?)?$")
_NOT_FAR: Final = Pattern(r"(?:县|市|区|城|那边|这边|老家)*(?:不要|不能|别|莫|甭|不)?(?:太|很|特别|那么)?(?:远|近)")
_REFUSED_AFTER: Final = Pattern(
    r"^(?:那边|那儿|那里|这边|县城|城区|城|的|就|我|可|都|也|太远|,|离得远|市区|是|那种|那地方|之类|远了|的话|岗位?|活|工作)*(?:不(?:想|能|愿意?|打算|要|敢|方便|准备)?去|不(?:行|要(?!求)|考虑|接受|方便|想|合适|愿意)|去不(?:了|成)|除外|算了|就算了|免谈|免了|拉倒|不作数|作废|不算(?:数|了)|取消|划掉|没兴趣|别(?!的|处|地|家)(?:推|给|发|安排|找)?|太远)"
)
_SERVED: Final = Pattern(
    r"当(?:过|了)?[^,]{0,3}兵|服役|服过役|部队|驻|站过?[^,]{0,4}(?:岗|哨)|军区|战区|参军|入伍|边防|[连营团旅]队?(?:里|的)|守(?:过|了)|军校|戍边|退伍前|总队|支队|当的兵|哨所|的兵(?=[,? ]|$)|舰队|基地|[扫排]过?雷|打过仗|参过?战|抗过?[震洪灾冰疫]|救过?灾|抢险|演习|驻训|拉练|维和|集训|执勤|站过哨"
)
# In a run-on another fact begins here: 老家太康今年三十六在部队开过车.
_ANOTHER_FACT: Final = Pattern(r"今年|现年|我|俺|现在|[,?]|\d\d岁|[二三四五]十")
_HOME_BEFORE: Final = Pattern(
    r"(?:户籍(?:地)?|户口(?:本)?(?:落|挂|还|都|也|就)*|老家|家在|家住|家是|住在?|租住?在?|租房|居住|家乡|籍贯|我家|俺家|我们?是|俺是|本人|老婆家|咱们?是|安家|买了?房|房子在|户籍所在地|家里在|定居|落户|出生|生在|祖籍|原籍|我是|人在)(?:是|:|地|在|了|于|的|都)*$"
)
# Where one lives says more of the place of work than where one is registered or comes from.
_LIVES_BEFORE: Final = Pattern(
    r"(?:(?:租|居|借|寄|常|长|现|家)?住(?:址)?|常年(?:住|在)|长期(?:住|在)|租房(?:子)?|租的房(?:子)?|安家|落脚|定居|现居|常住|买了?房(?:子)?|房子(?:买|租)?|搬到|搬去|搬来)(?:是|:|地|在|了|到|于|的|都|就)*$"
)
_HOME_AFTER: Final = Pattern(
    r"^(?:县|市|区|这边|那边|本地|城里|乡下|农村)?(?:人(?!民|才|力|社)|银儿?(?!行)|人氏|户口|户籍|的户口|老家|籍|本地人|土著|娃|农村户口|是老家|那个?地方的人)"
)
_NOW_BEFORE: Final = Pattern(
    r"(?:现在|目前|如今|眼下|正|人|原先|早先|先前|起先|头几年|前几年|那几年|过去|以前|原来|之前|曾经|去年|前年|一直)(?:人)?(?:还)?(?:在|是在|都在)$"
)
_NOW_AFTER: Final = Pattern(r"^[^,]{0,4}(?:打工|上班|干过|干了|做过|待过|呆过|打过工|上过|混了|开过|跑过)")
_WISH_BEFORE: Final = Pattern(
    r"(?:想(?:要)?(?:回|去|到|在|往|留在)?|要(?:去|在|回|到)?|去|到|回|就(?:在|是|要|找)?|找(?:个|份)?|改(?:成|到|为)|换(?:成|到)|只(?:去|在|要|考虑|想在|想去)|最好(?:在|是|去)?|希望(?:在|去|是)?|工作地点?[:是在]*|地点[:是在]*|优先|愿意去|打算(?:去|在|回)|可以去|能去|考虑|应该是|是|准备(?:去|回|在)|期望(?:地点|地区|城市)?[:是]*|意向(?:地|城市|区域)?[:是]*|留在|哪怕|还是|落脚|往)$"
)
_WISH_AFTER: Final = Pattern(
    r"^(?:这边|那边|这儿|附近|市区|城里|县城|周边|本地|一带|那块|城区|市内|范围内?|境内)?(?:的)?(?:找|上班|干|就行|都行|也行|可以|就成|就中|优先|最好|发展|工作|打工|就好|有没|有啥|有招|招|找个|的活|就可以|都可以|也可以|都成|范围|以内|内|能去|也能去|都中|也中|成不|行不|也成|要得)"
)
_LIST: Final = Pattern(r"[、, ]*(?:和|跟|或者?|还有|以及|与|及|还是|/)?[、, ]*")
_FROM: Final = Pattern(r"离(?=[^,?]{2,8}(?:近|远|不远|□))")
_NOT_OUT: Final = Pattern(
    r"(?:不(?:想|愿意?|能|打算)?|别|莫|甭)(?:再)?(?:出|离开?)(?:了)?(?:我们?|咱们?|俺们?)?(?:这个?)?$"
)
_WITHIN: Final = Pattern(
    r"(?:省|市|县|区|州)?(?:的)?(?:境内|范围内?|辖区|全境|全省|全市|全县|[省市县区城]?[里内](?:头|面)?|这边|那边|下面|底下)?(?:的)?(?:我|俺)?"
)
_AND: Final = Pattern(r"[、 ]?(?:和|跟|或者?|还有|以及|与|及)?")
# In a run-on what follows 我是通化的 is another sentence: it is home, whatever comes.
_HOME_RUN_ON: Final = Pattern(
    r"^(?:人|银儿?|滴|嘞|哩|的)(?=今年|现年|\d|[二三四五六]十|我|俺|属|男|女|退|初|高|大|中|小)"
)
_BACK_FROM: Final = Pattern(
    r"(?:那边|那儿)?(?:打工|上班|干活?|待|呆|做工?|开车|跑车|混|闯)[^,找想]{0,4}(?:回来|多年|[过了](?!解)|[\d一二两三四五六七八九十几]+年)|(?:打工)?(?:刚)?回来"
)
_ANY: Final = Pattern(
    r"(?:哪|哪儿|哪里|哪个地方|哪个城市|哪个省|哪个市|哪个县|哪座城市?|什么省|啥地方|什么地方|随便哪|去哪|到哪|在哪|上哪|走哪|全国|天南海北|哪嘎达|哪哈|哪块|哪点|五湖四海|国内)(?:儿|里|个)?(?:我|俺|去|干|上班|的)?(?:我|俺)?(?:都|也|随便|各地)+(?:肯去|敢去|行|可以|成|中|能去|愿意去|去|没问题|要得|无所谓|得|好|ok|能干|能|不挑|接受|跑)|(?:地点|地方|地区|位置|区域|城市|工作地|去哪)(?:都|也|我|这块|上|方面)*(?:不限|不挑|无所谓|随便|没要求|都行|都可以|不讲究|没限制|不打紧|不要紧|不碍事|没关系|不算个?事|不是事)|(?:不限|不挑|不拘|没要求)(?:地方|地点|地区|城市|区域)|随便(?:哪|去哪)(?:儿|里|个地方)?(?=[,? ]|$)|(?:能挣钱|有钱挣|给钱|有活|钱到位|钱够)就(?:去|走|跟着?走)(?=[,? ]|$)|四海为家|全国各地|哪(?:儿|里)?(?:有活|有工作|有事做|需要|要人|用人)(?:儿)?(?:我|俺)?(?:就)?(?:去|上|到|奔)哪|哪里?(?:钱多|工资高|有活|需要|有工作)(?:就)?(?:去|上)哪|跟着活走|本地外地(?:都|全)(?:行|可以|成|中)|(?:外地|外省|省外|远(?:点|近)?|远一点)(?:的)?(?:也|都|我都)(?:行|可以|成|中|能去|愿意|去|没问题|不怕|要得)|不怕远|远近(?:都|无所谓|不限)+(?:行|可以)?|走南闯北|(?:天南地北|天南海北|五湖四海|大江南北|南方北方|省内省外)(?:我|俺)?(?:都|全)?(?:去|行|可以|成|中|能去|跑)|(?:其他|其它|别的|其余|剩下)的?(?:地方|城市|地区|省|省份)(?:都|也|全|随便)+(?:行|可以|成|中|能去|去|要得)?|哪都去|哪儿都去|(?:服从|听)(?:分配|调配)"
)


def read_places(reading: Reading, text: str, near: Place | None, known: Place | None) -> Sequence[tuple[int, int]]:
    """Fills `location`, `location_exclude` and `location_any`; the spans of the places.

    `text` is the message with the words read by other rules blanked out.
    """
    for match in reading.matches(_ANY):
        reading.take(*match.span())
        reading.put("location_any", True, "哪里都行", match[0])
    text = _FROM.sub(BLANK, text) if "离" in text else text
    found = places.find(text, near=near, known=known, asked=reading.asked == "location", own=reading.own)
    if not found:
        return ()
    sorted_out = _joined(reading.text, [(_kind(reading, one), one) for one in found if not one.outside])
    for _, one in sorted_out:
        reading.take(one.start, one.end)
    if out := next((one for _, one in sorted_out if _NOT_OUT.search(reading.text[: one.start])), None):
        reading.add("shift_wish", ("离家近",), "不出这地方", out.words)
    _bound_any(reading, [one for kind, one in sorted_out if kind != "refused"])
    _put_refused(reading, [one for kind, one in sorted_out if kind == "refused"])
    for wanted in ("wish", "plain", "lives", "home", "now"):
        chosen = [one for kind, one in sorted_out if kind == wanted]
        if chosen:
            if wanted == "wish":
                chosen = _narrowed(chosen, [one for kind, one in sorted_out if kind == "plain"])
            _put_wished(reading, chosen if wanted in ("wish", "plain") else [_narrowest(chosen)])
            break
    return [(one.start, one.end) for _, one in sorted_out]


def _joined(text: str, sorted_out: list[tuple[str, PlaceMention]]) -> list[tuple[str, PlaceMention]]:
    """成都、绵阳都行: places in a list are all what the last one is."""
    for index in range(1, len(sorted_out)):
        (kind, one), (next_kind, next_one) = sorted_out[index - 1], sorted_out[index]
        gap = text[one.end : next_one.start]
        if kind == "wish" and next_kind == "plain" and gap.strip() and _AND.fullmatch(gap):
            sorted_out[index] = (kind, next_one)  # 去佛山或者中山
    for index in range(len(sorted_out) - 2, -1, -1):
        (kind, one), (next_kind, next_one) = sorted_out[index], sorted_out[index + 1]
        if kind == "plain" and next_kind in ("wish", "refused") and _LIST.fullmatch(text[one.end : next_one.start]):
            sorted_out[index] = (next_kind, one)
        elif kind == "refused" and next_kind == "plain" and _AND.fullmatch(text[one.end : next_one.start]):
            sorted_out[index + 1] = (kind, next_one)
    return sorted_out


def _bound_any(reading: Reading, named: Sequence[PlaceMention]) -> None:
    """陕西境内哪都中: anywhere within the place named before is that place."""
    for match in reading.anywhere(_ANY):
        if any(_WITHIN.fullmatch(reading.text, one.end, match.start()) for one in named):
            reading.drop("location_any")


def _kind(reading: Reading, one: PlaceMention) -> str:
    """wish, plain, home, now, served or refused: from the words of its clause."""
    text = reading.text
    start = max(text.rfind(mark, 0, one.start) for mark in ",?") + 1
    ends = [at for mark in ",?" if (at := text.find(mark, one.end)) >= 0]
    end = min(ends, default=len(text))
    before, after = text[start : one.start], text[one.end : end]
    before = re.sub(r"[、和跟或者 ]*$", "", before)
    if before.endswith("不是") and not before.endswith("只要不是"):
        return "denied"
    if _only_other_than(before, text[one.end :]):
        return "wish"
    if _ONCE_OUT.search(before) and _REFUSED_AFTER.match(after):
        return "wish"  # 出了定陶县城我不去
    if _NOT_FAR_BEFORE.search(before) and _NOT_FAR.match(after):
        reading.add("shift_wish", ("离家近",), "别离这里太远", one.words)
        return "wish"
    if _REFUSED_BEFORE.search(before) or _REFUSED_AFTER.match(after):
        return "refused"
    if _BACK_FROM.match(after):
        return "now"
    if (_NOW_BEFORE.search(before) or before.endswith(("我在", "俺在"))) and _NOW_AFTER.match(after):
        return "now"
    if _WISH_AFTER.match(after) or (
        _WISH_BEFORE.search(before) and not _HOME_AFTER.match(after) and not _HOME_BEFORE.search(before)
    ):
        return "served" if _SERVED.search(after[:8]) else "wish"
    if _HOME_BEFORE.search(before) and _HOME_RUN_ON.match(after):
        return "home"
    if _SERVED.search(_ANOTHER_FACT.split(after[:10], maxsplit=1)[0]) or re.search(
        r"(?:驻|服役(?:于|在)?|(?:驻守|守|驻扎|驻训|待|呆)过|当兵(?:在)?|部队在)$"
        r"|(?:当(?:了|过)?[^,?]{0,3}兵|在?部队|服役|义务兵|入伍|参军|士官|在队伍)(?:的|上|里)?(?:时候?|那会儿?|那(?:几|些|两|三|五|八)?年|期间|那时候?|那阵子?|时)(?:我|是|就|一直|都|人)*(?:在|守)$",
        before,
    ):
        return "served"
    if _LIVES_BEFORE.search(before) and not _HOME_AFTER.match(after):
        return "lives"
    if _HOME_BEFORE.search(before) or _HOME_AFTER.match(after):
        return "home"
    if _NOW_BEFORE.search(before) or _NOW_AFTER.match(after):
        return "now"
    return "plain"


def _only_other_than(before: str, after: str) -> bool:
    """除了县城哪也不去: the place named is the only one."""
    return before.endswith(("除了", "除开")) and bool(
        re.match(r"[^,]{0,4},?(?:哪|别的|其他|外地|都)[^,]{0,4}不", after)
    )


def _narrowest(chosen: list[PlaceMention]) -> PlaceMention:
    """东北人，吉林桦甸的: the first place, or a later one that lies within it."""
    first_one = chosen[0]
    for one in chosen[1:]:
        if one.places and all(any(_is_above(wide, place) for wide in first_one.places) for place in one.places):
            first_one = one
    return first_one


def _narrowed(chosen: list[PlaceMention], plain: Sequence[PlaceMention]) -> list[PlaceMention]:
    """改成苏州吧，苏州吴中: a place named beside a wish and inside it says where exactly."""
    inside = [
        one
        for one in plain
        if any(_is_above(wide, place) for wish in chosen for wide in wish.places for place in one.places)
    ]
    return [*chosen, *inside]


def _put_refused(reading: Reading, chosen: list[PlaceMention]) -> None:
    refused = tuple(dict.fromkeys(place for one in chosen for place in one.places))
    if refused:
        words = "、".join(one.words for one in chosen)
        reading.put("location_exclude", refused, "不去的地方", words, _names(refused))


def _put_wished(reading: Reading, chosen: list[PlaceMention]) -> None:
    sure = [one for one in chosen if one.places]
    if not sure:
        one = chosen[0]
        if one.ambiguous:
            reading.put("location", one.ambiguous, "重名的地方", one.words, one.ambiguous.name)
        return
    wished = tuple(dict.fromkeys(place for one in sure for place in one.places))
    wished = tuple(place for place in wished if not any(_is_above(place, other) for other in wished))
    reading.put("location", wished, f"地名·{sure[0].how}", "、".join(one.words for one in sure), _names(wished))


def _is_above(place: Place, other: Place) -> bool:
    return place != other and other.path[: len(place.path)] == place.path


def _names(wished: tuple[Place, ...]) -> str:
    return "、".join("".join(place.path) for place in wished)


def first(location: tuple[Place, ...] | AmbiguousPlace | None) -> Place | None:
    """The first place of a stored location, None when there is none."""
    return location[0] if isinstance(location, tuple) and location else None
