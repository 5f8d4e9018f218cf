"""Who may apply: gender, schooling, veterans, hardship, height, health, household register, travel."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from matching.taxonomy.codes import EDUCATION_LEVEL
from services.intake.cells.text import CACHED, arabic, clauses, plain, segments

_LEVELS: Final = (
    ("硕士", r"硕士|博士|研究生"),
    ("本科", r"本科|大学(?!专科|城|路|生村|附属|校|食堂|后勤|门)|学士"),
    ("大专", r"大专|专科(?!医)|高职|高专|大学专科"),
    ("中专", r"中专|中职|职高|职中|技校|中技|技工学校|中等专业|技师学院"),
    ("高中", r"高中"),
    ("初中", r"初中|九年义务|中学(?!路|食堂|门|附近)"),
    ("小学", r"小学(?!路|食堂|门|附近|老师|教师|生|部)|识字|会写字"),
)
_SCHOOL_MARK: Final = re.compile(r"学历|文化|毕业|及以上|以上|程度|水平|全日制")
_PREFERRED: Final = re.compile(r"优先|优先考虑|优先录[用取]|者佳|更佳|为佳|加分")
_VETERAN: Final = (
    r"(?:退役(?:军人|士兵|军官|士官|义务兵|人员)?|退伍(?:军人|士兵|兵|老兵)?|复退军人|复转军人|转业军人|转业军官|复员军人|自主择业(?:军转)?干部|老兵|军人|"
    r"[汽侦工炊通卫特武空海防雷装炮驾机]\w{0,4}兵|消防兵|当兵|兵役|服役|入伍|卫生员|炊事员|士官|军转干部|部队)"
)
_FAMILY: Final = re.compile(r"(?:军人|军|士兵|退役军人)(?:及)?(?:家属|亲属|子女|遗属|配偶|属)|随军家属|军属|军烈属")
_ONLY: Final = re.compile(
    rf"(?:仅限|只限|限招?|只招(?:聘|收|录)?|专招|仅招(?:聘|收|录)?|仅面向|专门面向|^需要?|^须|^要求|定向招聘|定向|面向|针对|须为|需为|必须是|必须为|须是|应为|"
    rf"招聘对象[为是:]?){_VETERAN}|{_VETERAN}(?:专岗|专项岗位|专用岗|专属|定向|岗位$|身份)|^(?:持)?{_VETERAN}(?:证)?$|^{_VETERAN}\((?:限|仅限)\)$"
)
_HARDSHIP: Final = re.compile(
    r"就业困难|困难人员|零就业|低保|特困|脱贫|建档立卡|防返贫|防止返贫|监测户|监测对象|贫困户|贫困劳动力|4050|“?40、?50”?人员|大龄失业|大龄就业|长期失业|边缘易致贫"
)
_OTHER_TARGET: Final = re.compile(
    r"高校毕业生|毕业生|农民工|社会人员|本地居民|村民|失业人员(?!.*困难)|退役军人(?!.*困难)|不限"
)


@dataclass(frozen=True, slots=True)
class Schooling:
    """The schooling floor, and the one that holds for veterans; None = none."""

    least: str | None = None
    least_veteran: str | None = None


@lru_cache(maxsize=CACHED)
def gender(text: str) -> str | None:
    """男, 女 or 不限 of a gender cell; None when it says nothing."""
    words = plain(text)
    if not re.search(r"[男女]", words):
        return "不限" if re.search(r"不限|均可|皆可|无要求|都可|不做要求|任意", words) else None
    if re.search(r"优先|不限|均可|皆可|都可|佳|为主", words) or {"男", "女"} <= set(words):
        return "不限"
    return "男" if "男" in words else "女"


@lru_cache(maxsize=CACHED)
def gender_inside(texts: tuple[str, ...]) -> str | None:
    """A gender stated as a condition inside free text; None when there is none."""
    found: set[str] = set()
    for text in texts:
        for part in segments(text):
            sex = re.fullmatch(
                r"(?:限|仅限|只限|只招|要求|需要?|须|性别:?|限招)?(男|女)(?:性|士|生|工|同志|职工)?(?:\d{1,3}人|\d{1,3}名)?(?:\d{2}.*)?",
                part,
            ) or re.search(r"(?:限|仅限|只限|只招|性别要求:?|性别:)(男|女)|(?:岁|以下|以上|\d)(男|女)(?:性)?$", part)
            if sex and not _PREFERRED.search(part) and {"男", "女"} <= set(part):
                found |= {"男", "女"}
            elif sex and not _PREFERRED.search(part):
                found.add(sex[1] or sex[sex.lastindex or 1])
    return found.pop() if len(found) == 1 else ("不限" if found else None)


@lru_cache(maxsize=CACHED)
def gender_in_title(title: str) -> str | None:
    """保安(男), 女保洁: the title itself may name the sex."""
    words = plain(title)
    marked = re.search(r"\((男|女)(?:性|士|生)?\)|[-/](男|女)$", words)
    if marked:
        return marked[1] or marked[2]
    if found := re.fullmatch(r"(男|女)(?:工|员工|职工)", words):
        return found[1]
    leading = re.match(r"(男|女)(?:性|士)?(?!装|鞋|科|裤|包|子|士|生宿|寝|浴|宾|童|区|更衣|队|厕)(?=[一-鿿]{2})", words)
    return leading[1] if leading and not re.match(r"男女", words) else None


@lru_cache(maxsize=CACHED)
def schooling(text: str) -> Schooling:
    """Reads a schooling cell: the lowest level named; a veterans' exception beside it."""
    words = plain(text)
    if found := re.search(r"(?:退役|退伍|复退|转业|军人|士兵)[^;。]*", words):
        own = _lowest(found.group())
        general = _lowest(words[: found.start()])
        if general and own and "优先" not in found.group():
            return Schooling(general, own)
    kept = [clause for clause in clauses(text) if not _PREFERRED.search(clause)]
    return Schooling(next((level for level in map(_lowest, kept) if level), None))


@lru_cache(maxsize=CACHED)
def schooling_inside(texts: tuple[str, ...]) -> Schooling:
    """A schooling floor inside free text: a bare level, or one with a word like 学历 or 以上 beside it."""
    for text in texts:
        for clause in clauses(text):
            parts = [part for part in re.split(r"[、/()]", clause) if part]
            for part in parts:
                spoken = _SCHOOL_MARK.search(part) or re.fullmatch(
                    r"(?:须|需|要求)?\S{0,4}(?:大专|本科|中专|初中|高中|硕士|小学|专科)", part
                )
                if spoken and not _PREFERRED.search(clause) and (level := _lowest(part)):
                    return schooling(clause) if re.search(r"退役|退伍", clause) else Schooling(level)
    return Schooling()


def _lowest(words: str) -> str | None:
    found = [level for level, pattern in _LEVELS if re.search(pattern, words)]
    if not found:
        return None
    least = min(found, key=lambda level: EDUCATION_LEVEL[level])
    same = [level for level in found if EDUCATION_LEVEL[level] == EDUCATION_LEVEL[least]]
    return min(same, key=lambda level: _first(words, level))


def _first(words: str, level: str) -> int:
    found = re.search(dict(_LEVELS)[level], words)
    return found.start() if found else len(words)


@lru_cache(maxsize=CACHED)
def veteran_only(texts: tuple[str, ...]) -> bool:
    """Whether a condition takes veterans and nobody else."""
    for text in texts:
        for clause in clauses(text):
            if _PREFERRED.search(clause) or _FAMILY.search(clause):
                continue
            parts = re.split(r"[、/]|和|或", clause)
            if len(parts) == 1 and (
                _ONLY.search(clause) or re.fullmatch(rf"{_HARDSHIP.pattern[:4]}(?:的)?{_VETERAN}", clause)
            ):
                return True
            if (
                len(parts) > 1
                and re.search(rf"(?:限|仅|只招|专招){_VETERAN}", clause)
                and not _OTHER_TARGET.search(clause)
            ):
                return True
    return False


@lru_cache(maxsize=CACHED)
def veteran_priority(texts: tuple[str, ...]) -> bool:
    """Whether veterans (or a military trade) come first; families of veterans alone do not count."""
    for text in texts:
        for clause in re.split(r"[;；。\n]+", text):
            words = plain(clause)
            for found in re.finditer(
                rf"{_VETERAN}[^,]{{0,16}}?优先|优先(?:招聘|录用|录取|考虑|聘用|安排|选聘)?[^,]{{0,6}}?{_VETERAN}", words
            ):
                without = _FAMILY.sub("", found.group())
                if re.search(_VETERAN, without) or re.search(
                    rf"{_VETERAN}(?:及|和|、|或)(?:其|随军)?(?:家属|军属)", found.group()
                ):
                    return True
            if re.search(rf"{_VETERAN}[,、][^;]{{0,20}}优先", words) and not _FAMILY.search(words):
                return True
    return False


@lru_cache(maxsize=CACHED)
def hardship_only(texts: tuple[str, ...]) -> bool:
    """Whether people in hardship are the only ones meant."""
    for text in texts:
        for clause in clauses(text):
            if _HARDSHIP.search(clause) and not _PREFERRED.search(clause):
                rest = _HARDSHIP.sub("", clause)
                if not _OTHER_TARGET.search(rest) or re.search(r"困难的?(?:退[役伍]|军)", clause):
                    return True
    return False


@lru_cache(maxsize=CACHED)
def height_cm(texts: tuple[str, ...]) -> int | None:
    """The least height stated, in centimetres (of the lower of two)."""
    for text in texts:
        words = arabic(plain(text))
        if found := re.search(r"身高[^\d]{0,8}(1\d{2})(?!\d)|(1[4-9]\d)(?:cm|厘米|公分)", words):
            return int(found[1] or found[2])
        if found := re.search(r"身高[^\d]{0,8}1[.米m](\d{1,2})|(?<!\d)1[.米m](\d{2})米?(?:以上|及以上)", words):
            digits = found[1] or found[2]
            return 100 + int(digits.ljust(2, "0"))
    return None


@lru_cache(maxsize=CACHED)
def forbids_disability(texts: tuple[str, ...]) -> bool:
    """Whether the row takes only people without a disability."""
    return any(
        re.search(r"无残疾|非残疾|无伤残|肢体健全|四肢健全|无身体残疾|无肢体残疾", plain(text)) for text in texts
    )


@lru_cache(maxsize=CACHED)
def needs_travel(texts: tuple[str, ...]) -> bool:
    """Whether trips away belong to the work; an occasional trip does not."""
    pattern = re.compile(
        r"出差|长途|跨省|跨县|跨市|跑市场|驻外|外派|随营|随队|跑全国|异地|跑外省|外省线|跟船|出海|远洋|跑长线|野外驻|流动作业"
    )
    refused = re.compile(
        r"(?:偶尔|很少|不|无需|无须|不用|少量|极少|短期偶)(?:需要?)?(?:长期)?(?:出差|外派|驻外|跨省|跑长途|长途)"
    )
    for text in texts:
        words = plain(text)
        if pattern.search(refused.sub("", words)):
            return True
    return False
