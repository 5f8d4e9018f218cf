"""Time in the forces and what came of it: enlistment, discharge, years of service, disability grade."""

import re
from collections.abc import Sequence
from typing import Final

from bot.nlu.ages import full_year
from bot.nlu.gates import Group, Pattern
from bot.nlu.numerals import DIGIT, whole
from bot.nlu.reading import Reading

_Y: Final = rf"(?P<y>(?:19|20)\d\d|(?<!了)(?<!满)(?<!过)(?<!够)\d\d(?=年|级|届|批|兵|入|退)|[{DIGIT}]{{4}}|[{DIGIT}]{{2}}(?=年|级|届|批))"
_N: Final = r"(?P<n>\d{1,2}|[一二两三四五六七八九十廿]{1,3}|小?半|[零〇])"
_MONTH: Final = r"(?:(?:[一二三四五六七八九十]{1,2}|\d{1,2})月(?:份|底|初)?|年?(?:底|初|冬天?|春天?|秋天?|夏天?|下半年|上半年|年底)(?:完了|过后|以后|一过)?|[-./](?:1[0-2]|0?[1-9]))?"
_LEFT: Final = r"(?:从部队|从队伍|从武警|从海军|部队)?(?:里|上)?(?:才|就|刚|正式)?(?:退(?:伍|役|的|下来|回来|(?=[,? ]|$))|复员|转业|自主择业|脱的?军装|脱下军装|回地方|离队|离开部队|退出现役|下连回家|卸甲|军转)"
_JOINED: Final = r"(?:的?(?:冬季|春季|秋季|年底|下半年)?(?:入伍|入的伍|参军|参的军|当兵|当的兵|从军|去当兵|穿(?:的|上)?军装|戴的?大红花|坐的?闷罐|换(?:的|上)军装|当的?新兵|入伍的?|应征入伍|进部队|到部队|走的兵|当了兵|兵(?!团|器|龄)|新兵|老兵|进的部队|去部队|去的部队|进的(?:队伍|军营)|入的武警))"
_RELATIVE: Final = {"今年": 0, "去年": 1, "前年": 2, "大前年": 3, "当年": 0, "上年": 1}

_DISCHARGED: Final = Group(
    Pattern(
        rf"(?<!\d){_Y}年?{_MONTH}(?:份|的时候|就|我)*(?:{_LEFT}|从(?:部队|队伍)(?:里|上)?(?:回来?|下来|出来)|回来的|下来的|出来的|回的家|回的地方)"
    ),
    Pattern(
        rf"(?:退伍|退役|复员|转业|离队|退出现役)(?:时间|年份|日期|年月|是|在|于|:|的)*{_Y}(?:年(?!了|多|前|左右|来)|[-./]\d{{1,2}}|(?=[,? ]|$))"
    ),
    Pattern(
        rf"(?:退伍|退役|复员|转业)证书?(?:上)?(?:面)?(?:写|打|印|登记|填)?(?:的)?(?:时间|日期)?(?:是|为|:)*{_Y}(?:年|[-./])"
    ),
    Pattern(rf"{_Y}(?:年|届|批)(?:的)?(?:退伍兵|退役士兵|退伍军人|退役军人|转业干部)"),
)
_ENLISTED: Final = Group(
    Pattern(
        rf"(?<!\d){_Y}(?:年|级|冬|届)?{_MONTH}(?:份|的时候|就|我|那批|[^,?\d]{{0,4}}那年|去|那茬|那拨|那会儿|,)*{_JOINED}"
    ),
    Pattern(rf"(?:入伍|参军|当兵)(?:时间|年份|日期|年月|是|在|于|:)+{_Y}(?:年|[-./]\d{{1,2}}|(?=[,? ]|$))"),
    Pattern(
        rf"(?P<y>(?:19|20)?\d\d)年?(?:抗洪|大阅兵|阅兵|抗震|非典|奥运|世博|大裁军|国庆)(?:那|的|那一)?(?:年|时候|会儿)?{_JOINED}"
    ),
    Pattern(rf"(?<!\d){_Y}(?:年)?(?:入伍|入的伍|参的军|的?兵(?!种|团|龄))"),
)
_WENT: Final = Group(Pattern(rf"(?<!\d){_Y}年?{_MONTH}(?:才|就)?(?:走|回来|回家|下来|出来|离开|离队)的?(?=[,? ]|$)"))
_SPAN: Final = Pattern(
    rf"(?P<a>(?:19|20)\d\d|\d\d|[{DIGIT}]{{2}})年?(?:{_MONTH})?(?:入伍|当兵|参军)?(?:到|-+|至)(?P<b>(?:19|20)\d\d|\d\d|[{DIGIT}]{{2}})年?{_MONTH}(?:在|当|都在|一直在)?(?:部队|当的?兵|服役|服的?役|义务兵|当过兵|军队|参军|兵|(?=海军|陆军|空军|武警|火箭军|消防|边防))"
)
# 03年走的,05年回来: joining and leaving told as a pair.
_PAIR: Final = Pattern(
    rf"(?P<a>(?:19|20)\d\d|\d\d|[{DIGIT}]{{4}}|[{DIGIT}]{{2}})年?{_MONTH}的?(?:走|去|入伍|参军|当兵|穿(?:上|的|了)?(?:军装)?|进(?:的)?部队|当的?兵|入的伍|参的军|的?兵|新兵|应征|到部队)(?:的)?(?:军装)?(?:了)?[, ]*(?:到|后来|然后)?"
    rf"(?P<b>(?:19|20)\d\d|\d\d|[{DIGIT}]{{4}}|[{DIGIT}]{{2}})年?{_MONTH}(?:才|就)?(?:回来|回的?家|回地方|退|脱|下来|出来|复员|转业|走的?|离队|回)(?:伍|役|了|的|军装)*"
)
_UNTIL: Final = Pattern(
    rf"(?P<a>(?:19|20)\d\d|\d\d|[{DIGIT}]{{4}}|[{DIGIT}]{{2}})年?的?(?:兵|入伍|当兵|参军|入的伍|参的军)的?[, ]*(?:一直)?(?:在部队)?(?:干|当|待|呆|服役)到(?:了)?(?P<b>(?:19|20)\d\d|\d\d|[{DIGIT}]{{4}}|[{DIGIT}]{{2}})年"
)
_MONTHS_AGO: Final = Pattern(
    rf"{_LEFT}(?:才|刚|有|快|不到|了|也就|大概)*(?:(?P<n>[一二两俩三仨四五六七八九十半\d]{{1,2}})(?:个)?(?:多)?月|半年|没?几天|没几个月|没多久|不久)"
)
_CORRECTED: Final = Pattern(
    rf"(?P<what>退伍|退役|复员|转业|入伍|参军|当兵)[^?\d]{{0,9}}(?:不是[^,?]{{1,7}}|(?:写|填|打|输|弄|记|说|登|报)(?:得|的)?(?:错|岔|反|差|串|混)(?:了)?)[, ]*(?:而|应该|其实|实际上?|正确的?|应当|得)*(?:是|改成|改为)(?:[我在])?{_Y}"
)
_MOVED: Final = Pattern(
    rf"(?P<what>退伍|退役|复员|转业|入伍|参军|当兵)[^?]{{0,14}}不是{_Y}年?[, ]*(?:得|要|应该|还得)?(?:再)?(?:往|朝|向)?(?P<way>后|前|早|晚)(?:推|挪|移|算|数|拨|加|减)?(?:个)?(?P<by>[一二两三四])年"
)
_NOT_BUT: Final = Pattern(
    rf"(?P<what>退伍|退役|复员|转业|入伍|参军|当兵)[^?\d{DIGIT}]{{0,10}}{_Y}年?(?:的)?[, ]*(?:可|并)?不是[^,?]{{1,5}}(?=[,? ]|$)"
)
_CONSCRIPT_THEN: Final = Pattern(
    rf"{_N}年?(?:的)?义务兵?[,、 ]*(?:(?:又|再|后|还|和|然后)*(?:加|转|套改|选取|选改|签|干|留队|留)?(?:了|上|成)*)(?:(?P<k>[一二两三四])(?:个)?期|(?P<more>[一二两三四五六七八九十]{{1,2}}|\d{{1,2}})年)(?:的)?(?:士官|志愿兵|军士)?"
)
_CONSCRIPT_AND: Final = Pattern(
    rf"义务兵(?:役)?(?:当|干|服|是|了|满|的)*{_N}年[,、 ]*(?:又|再|后来|后|接着|还|和|然后|完了)*(?:转|套|套改|选|签|改|留队|留|当|续|干)(?:改|取|成|上|队)?(?:了)?(?:成|个)?(?:(?:士官|志愿兵|军士)(?:又|再)?(?:干|当|服役)?(?:了|满)?(?P<more>[一二两三四五六七八九十]{{1,2}}|\d{{1,2}})年|(?P<k>[一二两三四])(?:个)?期)"
)
_CONSCRIPT: Final = Group(_CONSCRIPT_THEN, _CONSCRIPT_AND)
_TERMS: Final = {"一": 3, "二": 6, "两": 6, "三": 10, "四": 14}  # years a conscript served on in so many terms
_SPAN_AFTER: Final = Pattern(
    rf"(?:服役(?:时间|期)?|当兵|在部队|部队|入伍)(?:是|:|从|时间)*(?P<a>(?:19|20)\d\d|\d\d)年?(?:{_MONTH})?(?:到|-+|至)(?P<b>(?:19|20)\d\d|\d\d(?=年))年?"
)
_SPANS: Final = Group(_SPAN, _SPAN_AFTER)
_AGO: Final = Group(
    Pattern(
        rf"{_LEFT}(?:都|已经|有|了|快|也|大概|得有|到现在|满|将近|整|差不多|刚|才|刚好|回来|下来|足足)*{_N}(?P<more>多|来)?(?:个)?年(?P<half>半)?(?:多)?(?:了)?(?!义务兵|兵|军龄)"
    ),
    Pattern(
        rf"(?:离开部队|离开军营|出来|回地方|回来|下来|退了|脱了?军装|退回来)(?:都|已经|有|了|快|也|将近|差不多|大概|得有)*{_N}(?P<more>多|来)?年(?P<half>半)?(?:了|咯|啦|喽|(?=[,? ]|$))"
    ),
    Pattern(rf"{_N}(?P<more>多|来)?年(?P<half>半)?前(?:就)?(?:从部队)?{_LEFT}"),
    Pattern(
        rf"{_LEFT}[^?\d]{{0,12}}?(?:到现在|到如今|至今|到今年)(?:都|已经|有|快|整整)*{_N}(?P<more>多|来)?年(?P<half>半)?"
    ),
)
_RELATIVE_LEFT: Final = Pattern(
    rf"(?P<when>大前年|今年|去年|前年|上年)(?:的|{_MONTH}|刚|才|就|国庆|夏天|秋后|开春|入冬|年根|年中|春季|秋季){{0,3}}{_LEFT}|(?:退伍|退役|复员|转业)(?:时间)?(?:是|:|在)?(?P<when2>大前年|今年|去年|前年)|(?P<when3>大前年|今年|去年|前年)(?:才|刚)?(?:退|下来|出来|回来)的"
)
# 干了十六年，今年春天才回来: from the forces, where the message speaks of them.
_BACK_SINCE: Final = Pattern(
    r"(?P<when>大前年|今年|去年|前年)(?:春天?|夏天?|秋天?|冬天?|年初|年底|开春|[一二三四五六七八九十\d]{1,2}月份?)?(?:才|刚)(?:刚|从部队)?(?:回来|下来|回的?家|回到?地方)"
)
_FORCES: Final = Pattern(r"当的?兵|部队|退(?:伍|役|的)|服役|入伍|参军|士官|连队")
_RELATIVE_JOINED: Final = Pattern(r"(?P<when>大前年|今年|去年|前年)(?:刚|才)?(?:入伍|当兵|参军)")
_JUST_LEFT: Final = Pattern(
    r"(?:刚刚?|才)(?:从部队|从队伍)?(?:退伍|退役|复员|退下来|下来|出部队|脱军装|转业|离队|退出现役|退(?=的|,|$))|刚出部队"
)
_SERVED: Final = Group(
    # 在队伍上待了两期，整八年: the years after the terms.
    Pattern(rf"半辈子的?兵[, ]*(?:整|足足|满|有)*{_N}(?P<more>多|来)?年(?P<half>半)?"),
    Pattern(rf"(?:站哨|放哨|戍边|巡边|守边|守岛|守卡)(?:了|过|满|整|足足)*{_N}(?P<more>多|来)?(?:个)?年(?P<half>半)?"),
    # 一年半因伤退的; 干了十六年退的
    Pattern(rf"{_N}年(?:(?P<half>半)(?P<more>多)?|(?=因|提前))(?:就|才|便|因伤|因病|提前|带伤|负伤|受伤)*退(?!休)"),
    Pattern(
        rf"(?:干|当|待|呆|服|熬)(?:够|满|了){_N}(?P<more>多|来)?年(?P<half>半)?(?=(?:才|就|便|后)?(?:退(?!休)|复员|转业))"
    ),
    # 义务兵加士官，整整十二年: both together.
    Pattern(
        rf"义务兵?(?:加|和|带|连|接着)(?:上|着)?(?:士官|志愿兵|军士)[, ]*(?:整整|足足|满|一共|总共|拢共|前后|加起来|干了|当了|共|有)*{_N}(?P<more>多|来)?年(?P<half>半)?"
    ),
    Pattern(
        rf"(?:部队|队伍|军营|连队|士官|满|套改|套|套了)?(?:里头?|上)?(?:待|呆|干|过|混|服役|当|一共|总共)*(?:了|过)?[一二两三四]期(?:士官|军士|转业|退的?|满|干满|退役|退伍)*[, ]*(?:整|足足|满|共|总共|拢共|前后|一共|加起来)*{_N}(?P<more>多|来)?年(?P<half>半)?"
    ),
    Pattern(
        rf"(?:兵龄|军龄|服役(?:年限|时间|期)?|当兵|服役|参军|当了?的?兵|从军|在部队|部队(?:里|上)?|部队生涯|军旅生涯|在队伍里?|队伍里|军营|扛枪|军装|在军队|戎马|从戎|义务兵|士官)(?:共|总共|整|也|有|了|是|满|:|干|待|呆|服|过|当|前后|前前后后|里|摸爬滚打|穿|度过|大概|得有|又|已经|都|加起来|拢共|一|差不多|将近|摸了)*{_N}(?P<more>多|来|几)?(?:个)?年(?P<half>半)?(?:头|兵|整)?(?!退|前|代|入|参|冬|底|春|级|出|生|了?(?:吧)?[,]?(?:没工作|没上班))"
    ),
    Pattern(
        rf"(?:当|干|服|扛|穿|待|呆|站|守|放|蹲)(?:了|过|满|够)?{_N}(?P<more>多|来|几)?(?:个)?年(?P<half>半)?(?:的)?(?:哨(?!所)|(?=边防|海防)|义务兵|兵(?!器)|(?:[一二三四]级|[一二三四]期|中级|高级|初级|下级)?(?:士官|军士)|役|志愿兵|枪|军装|警士|军人|老兵|(?=武警|海军|空军|炮兵|侦察兵|特种兵|坦克兵|汽车兵|炊事|[^,? ]{{1,3}}兵)|军官)"
    ),
    Pattern(
        rf"(?<![\d{DIGIT}十]){_N}(?P<more>多|来)?年(?P<half>半)?(?=的?(?:边防|海防|武警|海军|空军|陆军|火箭军|通信|汽车|炊事|装甲|炮|侦察|工程|防化|特种|空降|消防)[^,?]{{0,2}}兵)"
    ),
    Pattern(
        rf"(?<![\d{DIGIT}十]){_N}(?P<more>多|来)?年(?P<half>半)?(?:的)?(?:义务兵|兵龄|军龄|老兵(?!种)|士官|志愿兵|兵(?=[,? ]|$)|军旅|部队生活|部队经历|部队生涯|服役|戎马)"
    ),
)
_TRADE_YEARS: Final = Pattern(
    rf"(?:守|干|待|呆|当|服役|站|蹲|扛)?(?:了|过|兵|班|连|员|艇|团|手|,|于|站|营|队|长|工|医|事|需|养|械|料|艇上|部队|武警|海军|空军|陆军|火箭军)?(?:了|过|干了|干过|当了|待了|呆了|服役|满|整|那|有|,)*{_N}(?P<more>多|来)?年(?P<half>半)?(?!退|前|代|入|参|冬|底|春|级|出生|生|的?车|的?驾|驾龄)"
)
_YEARS_BEHIND: Final = Pattern(
    rf"(?:[^,?\d{DIGIT}]{{0,3}}[, ])?{_N}(?P<more>多|来)?年(?P<half>半)?(?=[,? ]|$)|(?P<n2>[一二三四五六七八九十]{{1,3}})年(?=退役|退伍|复员|转业)"
)
_YEARS_BEFORE: Final = Pattern(rf"(?:当|干|搞|做|学)(?:了|过){_N}(?P<more>多|来)?年(?P<half>半)?的?$")
_WORE_IT: Final = Pattern(rf"当(?:了|满)(?:整整|差不多|足足)?{_N}(?P<more>多|来)?(?:个)?年(?P<half>半)?(?=[,? ]|$)")
_CLAUSE_BEFORE: Final = Pattern(r"[^,?]+(?=,$)")
_CLAUSE_AT: Final = Pattern(r"[^,?]*")
_DID_YEARS: Final = Pattern(rf"[\u4e00-\u9fff](?:了|过|满){_N}(?P<more>多|来)?年(?P<half>半)?(?!前|后)")
_WORKS: Final = Pattern(r"现在|后来|退下来|回来|地方上|目前|出来(?:后|以后)")
_IN_THE_FORCES: Final = Pattern(
    rf"(?:部队|连队|连里|军营|兵营|哨所|海岛|高原|雪山|戈壁|坑道|营房|军港|边境|炊事班|汽车连|机关连)(?:里|上|头|里头|农场|大院|食堂)?[^,?\d{DIGIT}]{{0,8}}(?:了|过|满|够){_N}(?P<more>多|来)?年(?P<half>半)?(?!前|后|多前)"
)
_WENT_FOR: Final = Pattern(
    rf"(?:干|当|待|呆|服|熬)(?:够|满|了)(?:整整)?{_N}(?P<more>多|来)?年(?P<half>半)?(?=[,? ]|$|才|就)"
)
_LATER: Final = Pattern(r"退|复员|转业|回来|后来|现在|地方上")
_LOOSE: Final = Pattern(rf"(?:干|待|呆|当|服役)(?:了|过|满)(?:整整|差不多)?{_N}(?P<more>多|来)?年(?P<half>半)?")


READ: Final = Group(
    *_SPANS.members, _PAIR, _UNTIL, _MONTHS_AGO, _CORRECTED, _MOVED, _NOT_BUT, *_CONSCRIPT.members, *_DISCHARGED.members,
    *_ENLISTED.members, *_WENT.members, _RELATIVE_LEFT, _BACK_SINCE, _RELATIVE_JOINED, _JUST_LEFT, *_AGO.members, *_SERVED.members,
)  # fmt: skip


def read_service(reading: Reading) -> None:
    """Takes years of enlistment, discharge and service."""
    if not reading.gate.lets(READ):
        return
    for _, match in reading.matches_of(_SPANS):
        a, b = full_year(match["a"], _now(reading)), full_year(match["b"], _now(reading))
        if a and b and a < b:
            reading.put("enlist_year", a, "服役起止", match[0])
            reading.put("discharge_year", b, "服役起止", match[0])
            reading.take(*match.span())
    for match in reading.matches(_PAIR):
        a, b = full_year(match["a"], _now(reading)), full_year(match["b"], _now(reading))
        if a and b and 0 < b - a <= 40:
            reading.put("enlist_year", a, "入伍退役", match[0])
            reading.put("discharge_year", b, "入伍退役", match[0])
            reading.take(*match.span())
    if "enlist_year" not in reading.values:
        _until(reading)
    for match in reading.matches(_MONTHS_AGO):
        _months_ago(reading, match)
    for match in reading.anywhere(_CORRECTED):
        slot = "enlist_year" if match["what"] in ("入伍", "参军", "当兵") else "discharge_year"
        if year := full_year(match["y"], _now(reading)):
            reading.put(slot, year, "改年份", match[0])
            reading.take(*match.span())
    for match in reading.anywhere(_MOVED):
        slot = "enlist_year" if match["what"] in ("入伍", "参军", "当兵") else "discharge_year"
        if year := full_year(match["y"], _now(reading)):
            by = (whole(match["by"]) or 0) * (1 if match["way"] in "后晚" else -1)
            reading.put(slot, year + by, "改年份", match[0])
            reading.take(*match.span())
    for match in reading.anywhere(_NOT_BUT):
        slot = "enlist_year" if match["what"] in ("入伍", "参军", "当兵") else "discharge_year"
        if year := full_year(match["y"], _now(reading)):
            reading.put(slot, year, "改年份", match[0])
            reading.take(*match.span())
    for _, match in reading.matches_of(_CONSCRIPT):
        _terms(reading, match)
    _years(reading, "discharge_year", _DISCHARGED, "退役年份")
    _years(reading, "enlist_year", _ENLISTED, "入伍年份")
    if "enlist_year" in reading.values:
        _years(reading, "discharge_year", _WENT, "退役年份")  # 05年兵，17年走的
    _relative(reading)
    for _, match in reading.matches_of(_AGO):
        years = _count(match)
        if years is not None:
            reading.put("discharge_year", _now(reading) - years, "退役几年", match[0])
            reading.approximate.add("discharge_year")
            reading.take(*match.span())
    for _, match in reading.matches_of(_SERVED):
        _served(reading, match, "服役年数")


def read_trade_years(reading: Reading, trades: list[tuple[int, int]]) -> None:
    """The years right beside a military trade are years of service: 汽车兵5年, 当过十一年给养."""
    if "service_years" in reading.values:
        return
    for start, end in trades:
        match = (
            _TRADE_YEARS.match(reading.text, end)
            or _YEARS_BEHIND.match(reading.text, end)
            or _YEARS_BEFORE.search(reading.text, 0, start)
        )
        if match and reading.is_free(*match.span()):
            _served(reading, match, "兵种年数")
            return


def _years_of_a_trade(reading: Reading, trades: Sequence[tuple[int, int]]) -> None:
    """在气象站放了六年气球: any verb will do in the clause of a military trade that speaks of nothing later."""
    if {"service_years", "job_categories"} & reading.values.keys() or reading.says(_WORKS):
        return
    for start, _ in trades:
        clause = _CLAUSE_AT.match(reading.text, max(reading.text.rfind(mark, 0, start) for mark in ",?") + 1)
        behind = _CLAUSE_AT.match(reading.text, clause.end() + 1) if clause else None
        before = _CLAUSE_BEFORE.search(reading.text, 0, clause.start()) if clause else None
        for told in (clause, behind, before):
            if told and (match := _DID_YEARS.search(told[0])) and not _LATER.search(told[0]):
                _served(reading, match, "兵种年数")
                return


def read_loose_years(reading: Reading, trades: Sequence[tuple[int, int]] = ()) -> None:
    """干了12年 are years of service when the message speaks of the forces and of no other work."""
    if not {"service_years", "skills", "job_categories"} & reading.values.keys():
        for match in reading.matches(_WORE_IT):
            _served(reading, match, "服役年数")
    _years_of_a_trade(reading, trades)
    if "service_years" not in reading.values and (there := next(reading.anywhere(_IN_THE_FORCES), None)):
        _served(reading, there, "部队里几年")
    if "enlist_year" in reading.values and not reading.values.get("service_years"):
        for match in reading.matches(_WENT_FOR):
            _served(reading, match, "走了几年")
    forces = {"discharge_year", "enlist_year", "military_trade"} & reading.values.keys()
    if "service_years" in reading.values or not forces or "skills" in reading.values:
        return
    for match in reading.matches(_LOOSE):
        _served(reading, match, "服役年数")


def _until(reading: Reading) -> None:
    """我零五年兵，干到一七年."""
    for match in reading.matches(_UNTIL):
        a, b = full_year(match["a"], _now(reading)), full_year(match["b"], _now(reading))
        if a and b and 0 < b - a <= 40:
            reading.put("enlist_year", a, "入伍年份", match[0])
            reading.put("discharge_year", b, "干到哪年", match[0])
            reading.take(*match.span())


def _months_ago(reading: Reading, match: re.Match[str]) -> None:
    """退役才仨月: this year, or the year before."""
    words = match["n"]
    months = 6 if words == "半" else (whole(words) or 0) if words else 0
    year = _now(reading) - (1 if months >= reading.today.month else 0)
    reading.put("discharge_year", year, "退役几个月", match[0])
    reading.take(*match.span())


def _terms(reading: Reading, match: re.Match[str]) -> None:
    """两年义务兵加一期士官 = 5 years."""
    first = _count(match)
    more = _TERMS[match["k"]] if match["k"] else whole(match["more"])
    if first in (2, 3, 4) and more:
        reading.put("service_years", first + more, "义务兵加士官", match[0])
        reading.take(*match.span())


def _now(reading: Reading) -> int:
    return reading.today.year


def _years(reading: Reading, slot: str, patterns: Group[Pattern], rule: str) -> None:
    for _, match in reading.matches_of(patterns):
        year = full_year(match["y"], _now(reading))
        if year is not None and year >= 1950:
            reading.put(slot, year, rule, match[0])
            reading.take(*match.span())


def _relative(reading: Reading) -> None:
    for match in reading.matches(_RELATIVE_LEFT):
        when = match["when"] or match["when2"] or match["when3"]
        reading.put("discharge_year", _now(reading) - _RELATIVE[when], "退役年份", match[0])
        reading.take(*match.span())
    for match in reading.matches(_BACK_SINCE):
        if not _FORCES.search(reading.text):
            continue
        reading.put("discharge_year", _now(reading) - _RELATIVE[match["when"]], "退役年份", match[0])
        reading.take(*match.span())
    for match in reading.matches(_RELATIVE_JOINED):
        reading.put("enlist_year", _now(reading) - _RELATIVE[match["when"]], "入伍年份", match[0])
        reading.take(*match.span())
    for match in reading.matches(_JUST_LEFT):
        reading.put("discharge_year", _now(reading), "刚退役", match[0])
        reading.approximate.add("discharge_year")
        reading.take(*match.span())


def _count(match: re.Match[str]) -> int | None:
    words = match["n"] or match["n2"]
    number = 0 if "半" in words else whole(words)
    if number and number > 11 and "十" not in words and number % 10 == number // 10 + 1 and not words.isdecimal():
        number //= 10  # 七八年: the lower of two neighbours
    if number in (10, 20) and match.groupdict().get("more") == "几":
        number += 3
    return number if number is not None and number <= 60 else None


def _served(reading: Reading, match: re.Match[str], rule: str) -> None:
    years = _count(match)
    if years is not None and 1 <= years <= 40:
        reading.put("service_years", years, rule, match[0])
        reading.take(*match.span())
