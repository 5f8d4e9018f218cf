"""Ages and birth years: 47周岁, 快五十, 奔四, 四张多, 虚岁五十, 73年腊月, 90后."""

import re
from typing import Final

from bot.nlu.gates import Group, Pattern
from bot.nlu.numerals import DIGIT, digit, whole
from bot.nlu.reading import Reading

_OLDEST, _YOUNGEST = 80, 14
_D: Final = f"[1-9{DIGIT}]"
_N: Final = r"(?P<n>\d{1,3}|[一二三四五六七八九]?十[一二三四五六七八九]?|[二三四五六七八九][一二三四五六七八九](?=岁|周岁)|[廿卅卌][一二三四五六七八九]?|两个?十|[一二三四五六]百[零一二三四五六七八九十]*)"
_TENS: Final = r"(?P<n>[2-7]\d|[二三四五六七]?十[一二三四五六七八九]|[二三四五六七]十)"
_OTHERS: Final = r"(?<!孩子)(?<!儿子)(?<!闺女)(?<!女儿)(?<!媳妇)(?<!老婆)(?<!娃)(?<!父亲)(?<!母亲)(?<!老人)(?<!老娘)(?<!老爹)(?<!爸)(?<!妈)(?<!老公)(?<!小子)(?<!丫头)(?<!姑娘)"
_SUI: Final = r"(?:周岁|岁数|岁)"

# Each: name, pattern, offset of the stored value from the number read, and whether it is approximate.
_RULES: Final[tuple[tuple[Pattern, float, bool], ...]] = tuple(
    (Pattern(pattern, means=name), offset, approximate)
    for name, pattern, offset, approximate in (
        (
            "过年几十",
            rf"(?:过了年|过完年|翻年|翻过年|过年|明年|来年|开年|开春|转过年来?|年一过|出了正月|过(?:了|完)?(?:腊月|正月|除夕|元旦|春节|端午|中秋|国庆|五一|十一|八一|冬天|秋天|夏天)|(?:过|翻|迈|跨|熬)(?:过|了)+(?:这|那)?个?(?:年坎|年关|坎儿?|年头)|过(?:了|完)?生日|生日一过|下个?月|年底|等到年底|再?(?:过|等|有)(?:几|个把|[一二两俩三仨四五六七八九\d]{{1,2}})个?(?:来|多)?月(?:份)?)(?:我|就|该|整|都|满|才|要|到|是)*{_TENS}(?:岁)?(?:了|整)?",
            -1,
            True,
        ),
        ("实岁", rf"(?:实岁|周岁|实足|实际年龄|足岁)(?:是|有|都)?{_N}(?:岁)?", 0, False),
        (
            "虚岁",
            rf"(?:虚(?:岁|龄|的)?|毛岁)(?:都|已经|今年|有|是|来|算|说|讲)*{_N}(?:岁)?|{_N.replace('?P<n>', '?P<n2>')}(?:岁)?(?:了)?[,( ]*虚岁?",
            -1,
            True,
        ),
        (
            "奔几",
            r"(?:奔|奔着|直奔|往)(?P<tens>[二三四五六七])(?:张|十)?(?:的人|了|去|走|的|岁|数)*(?![一二三四五六七八九千百万])",
            -2,
            True,
        ),
        (
            "快几十",
            rf"(?:快|快要|(?<!大)小(?=[三四五六]十)|将近|奔|奔着|直奔|眼瞅着?|眼看着?|马上|就要|接近|临近|年近|差不多|快到|不到|差一点|差点|都快|近|逼近|转眼)(?:就|要|都|到|是|奔)*{_TENS}(?P<unit>{_SUI})?(?:的人|了|啦|喽|咯|的)*(?![千百万k多几\d年个块元天月号%一二三四五六七八九])",
            -1,
            True,
        ),
        (
            "几十出头",
            rf"(?:刚|才|刚刚)?(?:过|满|到)?{_TENS}{_SUI}?(?:刚)?(?:出头|冒头|挂零|冒尖|露头|开外|冒了头|出了头|挂个零|冒(?:了|点|个)*头|(?:挂|带|有)(?:着|了)?(?:个|点)?零(?:头儿?)?|拐弯|过一点|多点儿?|刚过)",
            1,
            True,
        ),
        ("几十生日", rf"(?:过|满|到)?(?:了|完|的)*{_TENS}{_SUI}?的?(?:周岁|岁)?(?:生日|大寿|寿辰)", 0, False),
        (
            "刚过几十",
            rf"(?:刚刚?|才)(?:过|满|到|上|进)?(?:了|完)?{_TENS}{_SUI}?(?:了|的人)?(?![千百万k多几\d年个块元天月号])",
            0,
            True,
        ),
        (
            "年过几十",
            rf"(?:年过|已过|过了|(?<![带管教养])过){_TENS}{_SUI}?(?:了|的人)?(?![千百万k多几来\d年个块元天月号名人位])",
            2,
            True,
        ),
        (
            "几十来岁",
            rf"{_TENS}(?:来|多|几|有余|有多|有零|郎当|啷当|朗当|往上|以上|开外|郎|啷){_SUI}?(?:了|的人|的)*(?![千百万k\d年个块元天月号届名位口条台人回次趟遍场顿门辆架艘座处家户间层楼米里斤吨亩头只匹件页支枪把发炮])",
            3,
            True,
        ),
        ("几十不到", rf"{_TENS}{_SUI}?(?:还)?(?:不到|没到|差一点|不满|未满)(?![,]?[千百万])", -2, True),
        (
            "几十差几个月",
            rf"{_TENS}(?:岁)?(?:就|还|只|也就|整)?(?:差|欠|缺)(?:个把|几|半|[一两俩二三仨四五六七八九\d]{{1,2}})个?(?:多|来)?(?:月|天|礼拜|星期)",
            -1,
            False,
        ),
        ("差几个月", rf"(?:还)?差(?:几|[一两俩二三仨四五六七八九])个?月(?:就)?(?:满|到)?{_TENS}", -1, False),
        (
            "离几十差",
            rf"离{_TENS}{_SUI}?(?:也|还|就|只)*差(?:不多|不到)?(?:几|[一二两俩三仨四五六七八九])?个?(?:月|天|来月)",
            -1,
            False,
        ),
        ("吃几十的饭", rf"吃(?:着)?{_TENS}(?:岁)?的?饭", -1, True),
        ("几十大几", rf"{_TENS}(?:大几|好几){_SUI}?(?:了|的人|的)*", 6, True),
        (
            "几十上下",
            rf"{_TENS}{_SUI}?(?:上下|左右|前后|边上|靠边|边边|挂边|挨边|擦边|贴边|沾边|岁边边|岁样子)(?![千百万])",
            0,
            True,
        ),
        (
            "大约几十",
            rf"(?:四舍五入|满打满算|拢共|满算|约莫|大约|大概|大概齐|估摸着?|少说也?有?|得有|往多了说|撑死)(?:都|就|有|也|是|算|等于|快)*{_TENS}{_SUI}?(?:了|的人|吧)?(?![千百万k多几\d年个块元天月号%一二三四五六七八九人名位斤公里平分米亩来])",
            0,
            True,
        ),
        ("年过几旬", r"(?:年过|过了?|已过)(?P<tens>[四五六七])旬", 2, True),
        ("年近几旬", r"(?:年近|近|快|将近|奔)(?P<tens>[四五六七])旬", -2, True),
        ("几旬", r"(?P<tens>[四五六七])旬", 0, True),
        (
            "几张",
            r"(?<![得给拿发有个月])(?P<tens>[二三四五六七])张(?!嘴|口|证|票|纸|床)(?:多|几|好几|出头|大几)?(?:了|的人|啦|嘞)*",
            3,
            True,
        ),
        ("几十有几", r"(?P<n>[二三四五六七]十)(?:有|又)(?P<plus>[一二三四五六七八九])", 0, False),
    )
)
_RULE_PATTERNS: Final = Group(*(pattern for pattern, _, _ in _RULES))
_READ_AS: Final = {pattern.means: (offset, approximate) for pattern, offset, approximate in _RULES}
_IDIOMS: Final[dict[str, tuple[int, bool]]] = {
    "年近半百": (48, True), "近半百": (48, True), "快半百": (48, True), "年过半百": (52, True), "半百": (50, True),
    "而立之年": (30, True), "而立": (30, True), "不惑之年": (40, True), "不惑": (40, True), "知天命": (50, True),
    "知命之年": (50, True), "天命之年": (50, True), "年近花甲": (58, True), "花甲": (60, True),
}  # fmt: skip
_IDIOM: Final = Pattern("|".join(_IDIOMS))
_BELOW_ZERO: Final = Pattern(r"负[\d一二两三四五六七八九十百]{1,4}(?:周岁|岁)|(?:^|(?<=[,? 龄是年岁]))-\d{1,3}岁")
_BETWEEN: Final = Pattern(
    r"(?P<tens>[二三四五六七]?十)(?P<a>[一二三四五六七八九])(?P<b>[一二三四五六七八九])(?:岁)?(?![千百万年])(?!岁?(?:的时候|时候|时|那年|就(?:当|去|参|入)|当(?:的)?兵|参军|入伍))|(?P<a2>[二三四五六七])(?P<b2>[三四五六七八])十(?:来|多|几)?岁|(?P<x>[2-7]\d)(?:-|到|至|、|或者?)(?P<y>[2-7]\d)岁"
)
_EXACT: Final = Pattern(
    rf"{_OTHERS}(?P<n>\d{{1,3}}|[零〇一二两三四五六七八九十百廿卅卌]{{1,5}})(?:周岁|岁数|岁)(?P<half>半)?(?!以[上下内]|那年|时候?|(?:就|便)?(?:当兵|参军|入伍|去当|开始|进部队)|的?(?:孩子|儿子|女儿|娃|小孩|闺女)|还能|以前|左右的(?:人|能|可以))"
)
_SAID: Final = Pattern(
    rf"(?:{_OTHERS}(?:今年|本人|说了|说过|讲过|讲了|告诉你了|报的|填的是|刚好|正好|整整|如今|到现在|现在(?:都|也|是|已经)*|我今年|年龄|年纪|岁数|我|俺|虚长|周岁|今年都?有|芳龄|贵庚|老汉|年方|刚满|已满|满|应该是?|改成|改为|而是|是说|其实是|人都|都|快要|也就|才)[:是都有才已经刚满了到快整就正该足虚得 ]*)(?P<n>[1-7]\d|[一二三四五六七]?十[一二三四五六七八九]?|[二三四五六七][一二三四五六七八九])(?:了|啦|喽|整|嘞|咯|哒|呢|吧|啊|呀|哈|嘛|咧|哩|岁)*(?=[,? 、]|$|岁|的人|能|还|想|可|在|要|没|有(?!几)|会|男|女|退|当|是|农|身|初|高|小|大|本|不|以前|做|干|开|现|家|打|四(?=川|肢|级)|已|我|俺|她|他|媳|老|孩|娃|属|从|找|去年|前年|[炮步]兵|侦察|通信|坦克|武警|[海空陆]军|特种|士官|a|b|c|(?=年纪))(?!年(?!纪)|月|号|届|级|个|块|元|分|天|[-到至]\d)"
)
# In a run-on a number with 了 or 岁 behind it needs no pause: 我五十一了腰不好.
_SAID_RUN: Final = Pattern(
    rf"{_OTHERS}(?:今年|本人|我今年|年龄|年纪|我|俺|咱|咱家|老兵|退伍兵|退役军人|男的?|女的?|老汉|[人的滴嘞哩](?=[二三四五]十))[都已经满快 ]*(?P<n>[2-6]\d|[二三四五六]十[一二三四五六七八九]?)(?:了(?![解\d])|啦|喽|咯|咧|岁(?!以)|有(?=[abc][1-3]))"
)
_SAID_THEN: Final = Pattern(
    r"(?<=[会过的在着])(?P<n>[2-6]\d|[二三四五六]十[一二三四五六七八九]?)(?:岁)?了(?=想|就想|找|要找|求|打算|琢磨|寻思)"
)
_BARE: Final = Pattern(
    r"(?:(?<=[,? 、男女:])|^)(?:我?是)?(?P<n>[1-7]\d|[二三四五六七]十[一二三四五六七八九]?|十[六七八九])(?:了|啦|喽|的人|嘞|整|咯|呢|吧|啊|呀|哈|嘛|咧|哩|唠|呐|哒|勒|噻|滴)*(?=[,? 、]|$|男|女|想|农|快退休|要退休|(?:了)(?!解)|(?:初中|高中|中专|大专|本科|小学|职高|技校)(?:毕业|文化|学历)?)"
)

_MONTH: Final = r"(?:(?:[-/.年 ](?:1[0-2]|0?[1-9])(?:[-/.月 ](?:3[01]|[12]\d|0?[1-9])(?:日|号)?|月)?)|(?:年?(?:腊|正|冬|[一二三四五六七八九十]{1,2}|1[0-2]|[1-9])月(?:[初廿]?[一二三四五六七八九十\d]{1,3}(?:日|号)?)?(?:底|初|里|份)?)?)"
_YEAR: Final = rf"(?P<y>19[3-9]\d|20[01]\d|[3-9]\d|0\d|[一二][九零〇][{DIGIT}]{{2}}|[{DIGIT}]{{2}})"
_SHORT_OF: Final = Pattern(rf"差(?P<less>[一二两三四五\d])(?:岁|年)(?!退)(?:就)?(?:到|满)?{_TENS}")
_SHORT_BY: Final = Pattern(rf"{_TENS}(?:岁)?(?:就|还|只|也)*差(?P<less>[一二两俩三仨四五\d])个?(?:岁|年头?)")
# 再有两年就满五十了: how long it still is, not how old.
_STILL_SHORT_OF: Final = Pattern(
    rf"离{_TENS}(?:岁)?(?:也|就|都)?(?:还)?(?:有|剩)(?:个)?(?P<less>[一二两俩三仨四五\d])个?年(?!退)"
)
_STILL_TO_GO: Final = Pattern(
    rf"再(?:有|过|干|等|熬|混)个?(?P<less>[一二两俩三仨四五\d])个?年(?:头)?(?:我|就|才|便|都|该|也)*(?:满|到|是|进|够|上)?了?{_TENS}"
)
_SHORT: Final = Group(_SHORT_OF, _SHORT_BY, _STILL_SHORT_OF, _STILL_TO_GO)
_MONTHS_SHORT_OF: Final = Pattern(
    rf"差(?:不到)?(?:[一二两俩三仨四五六七八九十几半\d]+)个?(?:多|来)?(?:月|天|周|星期|礼拜)(?:就|才|就要)?(?:到|满|够|是)?{_TENS}"
)
_BIRTH: Final = Group(
    Pattern(rf"出生(?:年份|年月|日期|年)?[^,?\d]{{0,8}}[, ]*(?:应该|其实|实际|正确的)?(?:是|改成|改为|为){_YEAR}年?(?![\d月])"),
    Pattern(rf"(?:身份证|户口本|档案|证件)上?(?:是|写|登记|印|的)+{_YEAR}年?(?:的|生的?)?(?=[,? ]|$)"),
    Pattern(rf"(?:身份证上?|实际|其实|户口本?上)(?:是|写的?|登记的?)*{_YEAR}年(?:的|生)?"),
    Pattern(rf"(?:生于|出生于|出生(?:日期|年月|年份|在)?|生日|出生年)[:是在 ]*{_YEAR}年?{_MONTH}"),
    Pattern(rf"{_YEAR}年(?:的)?老?(?:人|汉子?|头子?|家伙|爷们|大老粗|娘们|女人|男人|太婆|中年人|大?哥|大叔|婆娘)(?:了|啦|咯|一个)?(?=[,? ]|$)"),
    Pattern(rf"{_YEAR}(?:年)?{_MONTH}(?:生人|出生|生的|生(?!产|意|活|效)|的?生日)"),
    Pattern(r"(?P<y>19[4-9]\d|200\d|201[0-2])[-/.](?:1[0-2]|0?[1-9])[-/.](?:3[01]|[12]\d|0?[1-9])(?!\d)"),
    Pattern(r"(?P<y>19[4-9]\d|200\d|201[0-2])(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d)"),
    Pattern(rf"(?:属[鼠牛虎兔龙蛇马羊猴鸡狗猪](?:的|人)?[,? ]*){_YEAR}年{_MONTH}的?"),
    Pattern(rf"{_YEAR}年{_MONTH}的?[,? ]*(?=属[鼠牛虎兔龙蛇马羊猴鸡狗猪])"),
    Pattern(rf"(?:我|俺|本人|咱|是|我是)(?P<y>19[4-9]\d|200\d|[5-9]\d|0[0-8]|[五六七八九零][{DIGIT}])年?(?:{_MONTH})?的(?![兵老]|老兵|退|士兵)(?=[,? ]|$|男|女|人|不是)"),
    Pattern(rf"(?:^|(?<=[,? ]))(?P<y>19[4-9]\d|200\d|[5-9]\d|0[0-8]|[五六七八九零][{DIGIT}])年(?:{_MONTH})?的(?=[,? ]|$)"),
    Pattern(rf"(?P<y>19[4-9]\d|200\d|[5-9]\d|[五六七八九零][{DIGIT}])年?的?(?:属)?[鼠牛虎兔龙蛇马羊猴鸡狗猪](?=[,? ]|$)"),
    Pattern(rf"(?:^|(?<=[,? ]))(?P<y>[6-9]\d|[六七八九][{DIGIT}])的(?=[,? ]|$)"),
    Pattern(r"(?:^|(?<=[,? ]))(?P<y>19[4-9]\d|200\d)年?(?=,? ?属|[,? ](?:男|女))"),
    Pattern(r"(?<=[男女][,? ])(?P<y>19[4-9]\d|200\d)年?生?(?=[,? ])"),
    Pattern(rf"^(?P<y>[6-9]\d|0[0-8]|[六七八九][{DIGIT}])年(?=[, ](?:男|女|小学|初中|高中|中专|大专|本科|硕士|[abc][1-3]|退役|未婚|已婚|\d\d岁))"),
)  # fmt: skip
_BIRTH_OR_ALONE: Final = Group(*_BIRTH.members, Pattern(rf"^{_YEAR}年{_MONTH}$"))
_GENERATION: Final = Pattern(r"(?P<n>[6-9]0|0[05]|[6-9]5|零零|[六七八九][零〇十五])后(?!天|来|面|悔|边|勤|期|续)")


_DECADE: Final = Pattern(
    r"(?P<n>[五六七八九]十|[5-9]0)年代(?P<at>初|头|中|末|尾|底)?(?:出)?(?:生|的人|人|的(?=[,? ]|$)|(?=[,? ]|$))(?!产|意|活)"
)
_WITHIN_DECADE: Final = {"初": 2, "头": 2, "中": 5, "末": 8, "尾": 8, "底": 8}

# How old he was then: an age now only where it is known how long ago that was.
_YOUNG: Final = r"[1-6]\d|[二三四五]?十[一二三四五六七八九]?"
_THEN: Final = Pattern(
    rf"(?P<what>退(?:伍|役|下来|休)?|复员|转业|当(?:的)?兵|入(?:的)?伍|参(?:的)?军|去部队|进部队|走)(?:的|了)?(?:时候?|那年|那会儿?|那时候?|时)(?:我)?(?:才|是|刚|也就|就|正好|刚好|都|已经|满)*(?P<n>{_YOUNG})(?:周岁|岁)?(?![千百万k\d年个块元月])"
    rf"|(?P<n2>{_YOUNG})(?:周岁|岁)(?:(?:那年|的时候|时|就|上)(?P<what2>退(?:伍|役|下来)|复员|转业|当(?:的)?兵|去当兵|入(?:的)?伍|参(?:的)?军)|(?P<what3>当的兵|去当的?兵|入的伍|参的军|退的(?:伍)?))(?:的|了)?"
)


def read_then(reading: Reading) -> None:
    """去年退的时候二十四: how old he was when he left or joined, counted on to today where the year is known."""
    for match in reading.anywhere(_THEN):
        years = whole(match["n"] or match["n2"])
        reading.take(*match.span())
        left = (match["what"] or match["what2"] or match["what3"])[0] in "退复转"
        year = reading.values.get("discharge_year" if left else "enlist_year")
        if years and year and not {"age", "birth_year"} & reading.values.keys():
            store(reading, years + reading.today.year - year, "那年几岁", match, True)


def read_birth(reading: Reading) -> None:
    """Takes birth dates and years."""
    for _, match in reading.matches_of(_BIRTH_OR_ALONE if reading.asked in (None, "age") else _BIRTH):
        year = full_year(match["y"], reading.today.year)
        if year is not None and _is_birth_year(year, reading):
            reading.put("birth_year", year, "出生年份", match[0])
            reading.take(*match.span())


READ: Final = Group(
    _BELOW_ZERO,
    _IDIOM,
    _BETWEEN,
    *_SHORT.members,
    _MONTHS_SHORT_OF,
    *_RULE_PATTERNS.members,
    _EXACT,
    _SAID,
    _SAID_RUN,
    _SAID_THEN,
)


def read_ages(reading: Reading) -> None:
    """Takes ages in all forms that name themselves; a bare number is read by `read_bare`."""
    if not reading.gate.lets(READ):
        return
    for match in reading.matches(_BELOW_ZERO):
        reading.take(*match.span())
        reading.doubt("age", match[0], "年龄不像是真的")
    for match in reading.matches(_IDIOM):
        years, approximate = _IDIOMS[match[0]]
        store(reading, years, "年龄成语", match, approximate)
    for match in reading.matches(_BETWEEN):
        _between(reading, match)
    for _, match in reading.matches_of(_SHORT):
        store(reading, (whole(match["n"]) or 0) - digit(match["less"]), "差几岁", match, False)
    for match in reading.matches(_MONTHS_SHORT_OF):
        store(reading, (whole(match["n"]) or 0) - 1, "差几个月", match, False)
    for rule, match in reading.matches_of(_RULE_PATTERNS):
        number = _number(match)
        if number is not None:
            offset, approximate = _READ_AS[rule.means]
            store(reading, int(number + offset), rule.means, match, approximate)
    for match in reading.matches(_EXACT):
        number = whole(match["n"])
        if number is not None:
            store(reading, number, "几岁", match, False)
    for match in (*reading.matches(_SAID), *reading.matches(_SAID_RUN), *reading.matches(_SAID_THEN)):
        number = whole(match["n"])
        if number is not None:
            store(reading, number, "自报年龄", match, False)


def read_bare(reading: Reading) -> None:
    """A two-digit number alone in a list of facts is the age: "46 B2 从业资格证"."""
    told = reading.asked == "confirm" and "," in reading.text  # 说我自己：39，高中
    if not told and reading.asked not in (None, "age", "job", "name", "education", "military_trade", "location"):
        return
    if {"age", "birth_year"} & reading.values.keys():
        return
    for match in reading.matches(_BARE):
        number = whole(match["n"])
        if number is not None and 16 <= number <= 70 and (reading.asked != "pick"):
            store(reading, number, "单独的两位数", match, False)
            return


def read_generation(reading: Reading) -> None:
    """90后 tells the decade: its middle, as an approximate birth year."""
    if {"age", "birth_year"} & reading.values.keys():
        return
    for match in reading.matches(_GENERATION):
        number = whole("".join("0" if char == "十" else str(digit(char)) for char in match["n"]))
        if number is not None:
            century = 1900 if number >= 50 else 2000
            reading.put("birth_year", century + number + (2 if number % 10 else 5), "几零后", match[0])
            reading.approximate.add("birth_year")
            reading.take(*match.span())


def read_decade(reading: Reading) -> None:
    """七十年代末生的: an approximate birth year."""
    if {"age", "birth_year"} & reading.values.keys():
        return
    for match in reading.matches(_DECADE):
        tens = int(match["n"][0]) if match["n"][0].isdecimal() else digit(match["n"][0])
        reading.put("birth_year", 1900 + tens * 10 + _WITHIN_DECADE.get(match["at"] or "", 5), "几十年代", match[0])
        reading.approximate.add("birth_year")
        reading.take(*match.span())


def full_year(words: str, this_year: int) -> int | None:
    """A year from two or four digits of either spelling: 93 = 1993, 零八 = 2008; None when in the future."""
    number = whole(words) if not all(char in DIGIT for char in words) else int("".join(str(digit(c)) for c in words))
    if number is None:
        return None
    if number < 100:
        number += 2000 if number <= this_year % 100 else 1900
    return number if 1930 <= number <= this_year else None


def _is_birth_year(year: int, reading: Reading) -> bool:
    return _YOUNGEST - 4 <= reading.today.year - year <= _OLDEST + 10


def _number(match: re.Match[str]) -> float | None:
    groups = match.groupdict()
    if groups.get("tens"):
        return digit(groups["tens"]) * 10
    number = whole(groups.get("n") or groups.get("n2") or "")
    if number is not None and groups.get("plus"):
        number += digit(groups["plus"])
    return number


def _between(reading: Reading, match: re.Match[str]) -> None:
    """二十七八, 四十五六岁, 三四十岁, 35-40岁: the lower of two neighbours, the middle of a wide range."""
    if match["tens"]:
        low, high = digit(match["a"]), digit(match["b"])
        if high != low + 1:
            return
        store(reading, (whole(match["tens"]) or 0) + low, "几十几岁", match, True)
    elif match["a2"]:
        if digit(match["b2"]) == digit(match["a2"]) + 1:
            store(reading, digit(match["a2"]) * 10 + 8, "几十几岁", match, True)
    else:
        store(reading, (int(match["x"]) + int(match["y"])) // 2, "几十几岁", match, True)


def store(reading: Reading, years: int, rule: str, match: re.Match[str], approximate: bool) -> None:
    """Keeps an age that may be one; an unlikely one is asked about."""
    reading.take(*match.span())
    if years > 100 or years < 6:
        reading.doubt("age", years, "年龄不像是真的")
        return
    if {"age", "birth_year"} & reading.values.keys():
        return
    if years > _OLDEST or years < _YOUNGEST:
        reading.doubt("age", years, "年龄不常见，要核对")
        return
    reading.put("age", years, rule, match[0])
    if approximate:
        reading.approximate.add("age")
