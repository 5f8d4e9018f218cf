"""Who is speaking: name and phone as he gives them; whether he speaks for somebody else."""

import re
from functools import lru_cache
from typing import Final

from bot.nlu import places
from bot.nlu.gates import Pattern
from bot.nlu.lexicon import load, read_toml
from bot.nlu.reading import Reading
from bot.nlu.text import DATA, PHONE, id_card_birth_year

_PHONE_CUE: Final = Pattern(
    r"电话|手机|号码|联系|打我|打给我|我的?号|本人|加我|微信|找我|呼我|拨|登记|报名|记一下|留个"
)
_NOT_MINE: Final = Pattern(
    r"(?:他|她|朋友|老板|对方|骗子|企业|单位|中介|公司|厂里|经理|hr|人事|队长|那个人|人家|骚扰|诈骗|这个号|战友|儿子|媳妇|老婆|亲戚|同事|举报)(?:的|是|用|打|给)?[^,]{0,8}$"
)
_ACCUSED: Final = Pattern(r"[^,?]{0,4}(?:骗|是谁|骚扰|举报|诈骗|打给我|打来|老打|忽悠|黑中介|是真的|是你们)")
_INTRODUCED: Final = Pattern(
    r"(?:(?:名字|姓名|名儿?)(?:我|给|被)*(?:打|写|填|输|弄|登)(?:错|岔|反)了[, ]*(?:我)?(?:应该|其实|正确的?)?(?:是|叫|改成|改为)|我的?(?:名字|姓名)?(?:叫做?|姓名是|名字是|是(?=[^,]{2,3}(?:[,? ]|$)))|俺叫|本人叫?|姓名[:是]?|名字[:是叫]*|大名|名叫|咱叫|我叫|叫我|称呼我?|免贵姓[^,]{1,2}[,叫]|姓[^,]{1,2}[,]?(?:名|叫|单名)|就叫|我就是)[: ]*(?P<name>[\u4e00-\u9fff·]{2,4}?)(?=[,? \d]|$|不是|不叫|今年|是个|是名|男|女|退伍|退役|电话|手机|想|当过|老兵|,|\ue001)"
)
_HEAD_NAME: Final = Pattern(
    r"(?:姓名)?:?(?P<name>[\u4e00-\u9fff]{2,4})[, ]+(?=男|女|\d\d(?:岁|,| )|[二三四五六]?十[一二三四五六七八九]?岁|今年|电话|手机|\ue001|\d{4}年|本人|退伍|\ue000)"
)
_OTHER: Final = r"(?:我|俺|咱)?(?:们)?(?:家|家里|屋里)?(?:的)?(?:一个|个|那|这)?(?:大|二|小|老|亲)?(?:儿子|女儿|闺女|姑娘|媳妇|老婆|老公|爱人|对象|爸|妈|爹|娘|父亲|母亲|弟弟?|哥哥?|姐姐?|妹妹?|侄子|侄儿|外甥|侄女|表弟|表哥|堂弟|堂哥|战友|朋友|邻居|亲戚|老乡|孩子|娃儿?|小孩|女婿|女朋友|男朋友|老丈人|岳父|舅子|小舅子|姐夫|妹夫|同乡|兄弟|哥们儿?|孙子|叔叔?|舅舅?|伯伯?|老头子|老伴|家属|男人|家里人|别人|他人|同学|班长|儿媳妇|崽|幺儿)"
_FOR_OTHER: Final = Pattern(
    rf"(?:给|帮|替|为|代|帮着|替着)(?:着|忙)?{_OTHER}(?:也|来|先|他|她|们)*(?:问|找|看|登记|咨询|报名|打听|填|推|介绍|寻|谋|求|了解|报|申请|问问|的事|办|注册|录|建|要个|弄|瞅|投|写|,)"
    rf"|(?:^|[,? ]|[你您]好){_OTHER}(?:,|今年|是|也|他|她|刚|(?:退伍|退役|转业)|当过|去年|\d|现在|才|[一二三四五六七]?十)[^?]{{0,30}}?(?:退伍|退役|帮着?问|帮忙问|让他|让她|帮他|给他|能不能|想找|要找|找工作|找活|找个|有没有|合适|能干|可以吗|行不|咋报|怎么报|(?<!我)想(?!问|知道|着|起|必))"
    r"|(?:^|[,? ])(?:他|她)(?:本人|自己|今年|也|现在)*(?:想|要找|打算|愿意|今年|才?\d\d|[二三四五六]十)"
    rf"|(?:给|帮|替)(?:他|她)(?:也|再|来)?(?:问|找|看|报|登记|寻|弄|介绍|推荐|填)"
    rf"|(?:是|就是)?(?:给|帮|替){_OTHER}(?:问|找)的?|不是我(?:找|要找|用|本人|自己找|自己要)|(?:代|替)别人(?:问|找)"
    rf"|(?:我|俺)(?:有个|的)?(?:战友|朋友|儿子|老公|媳妇|弟弟|哥|老婆|侄子|对象|爱人|女儿|爸|爹)(?:他|她)?(?:也)?(?:想|要|准备|打算|也想|刚退|退伍|退役)"
)
_NOT_FOR_OTHER: Final = Pattern(
    r"两口子|夫妻|我(?:们)?俩|(?:跟|和)我一起|一起找|不是(?:给|替|帮)|我本人就是|(?:我|俺)自己(?:找|也想)|带着战友|(?:我|俺)(?:也)?(?:比|(?:大|小)(?:她|他))|比(?:我|俺)(?:大|小)|和战友|跟战友"
)
_NAME_EXPLAINED: Final = Pattern(r"[\u4e00-\u9fff]{1,4}的[\u4e00-\u9fff]")


@lru_cache(maxsize=1)
def _surnames() -> tuple[frozenset[str], tuple[str, ...]]:
    table = read_toml(DATA / "surnames.toml")
    double = table["double"]
    assert isinstance(double, list)
    return frozenset(str(table["single"])), tuple(double)


def read_person(reading: Reading) -> None:
    """Takes the speaker's phone, name, and the birth year in his ID number."""
    _phone(reading)
    for number in reading.clean.id_cards[:1]:
        year = id_card_birth_year(number)
        if year is not None:
            reading.put("birth_year", year, "身份证号里的出生年", "＊")
    head = _HEAD_NAME.match(reading.text) if reading.gate.lets(_HEAD_NAME) else None
    if head and is_name(head["name"]) and not places.find(head["name"]):
        reading.put("name", head["name"], "开头的姓名", "＊")
        reading.take(*head.span("name"))
    for match in reading.matches(_INTRODUCED):
        if is_name(match["name"]) and match["name"] not in load().names and not places.find(match["name"]):
            reading.put("name", match["name"], "自报姓名", "＊")
            reading.take(*match.span())
            return


def _phone(reading: Reading) -> None:
    text = reading.text
    for index, match in enumerate(re.finditer(PHONE, text) if PHONE in text else ()):
        before = text[: match.start()]
        mine = (
            reading.asked in ("phone", "name", "confirm", "consent") or bool(_PHONE_CUE.search(text)) or len(text) <= 6
        )
        if mine and not _NOT_MINE.search(before) and not _ACCUSED.match(text[match.end() :]):
            reading.put("phone", reading.clean.phones[index], "手机号", "＊")
    if reading.asked == "phone" and "phone" not in reading.values:
        if reading.clean.landlines:
            reading.put("phone", reading.clean.landlines[0], "座机号", "＊")
        elif re.search(r"\d{5}|[\ue002\ue003]", text):
            reading.doubt("phone", "＊", "号码位数不对")


def read_asked_name(reading: Reading) -> None:
    """The answer to the question of the name: "韩梅梅的梅，陈梅" = 陈梅."""
    if reading.asked != "name" or "name" in reading.values:
        return
    if told := re.search(
        r"(?:姓|弓长|木子|耳东|古月|立早|口天|双木|言午|走肖|人可)(?P<s>[\u4e00-\u9fff]{1,2})[, ]*(?:单名|名)(?:一个|是|叫)?(?P<n>[\u4e00-\u9fff]{1,2}?)(?:字|$|,)",
        reading.text,
    ):
        name = told["s"] + told["n"]
        if is_name(name):
            reading.put("name", name, "答姓名", "＊")
            reading.take(0, len(reading.text))
            return
    plain = _NAME_EXPLAINED.sub(
        lambda match: "," if len(match[0]) > 3 or match[0][-2] == "的" else match[0], reading.text
    )
    pieces = re.split(r"[,? :\d\ue000-\ue003]+|是我|我是|叫做?|姓名|名字|本人|大名|免贵|我的?", plain)
    for piece in pieces:
        piece = re.sub(r"^(?:我|俺|是|就|姓|啊|哦|嗯|那|写)+|(?:吧|呢|啊|的|呀|哈|同志|先生|女士)+$", "", piece)
        if is_name(piece):
            reading.put("name", piece, "答姓名", "＊")
            reading.take(0, len(reading.text))
            return


def is_name(words: str) -> bool:
    """Whether these two to four characters can be a person's name."""
    single, double = _surnames()
    if not all("\u4e00" <= char <= "\u9fff" or char == "·" for char in words):
        return False
    if words.startswith(double):
        return 3 <= len(words) <= 4
    return 2 <= len(words) <= 3 and words[0] in single and not _COMMON.search(words)


_COMMON: Final = Pattern(
    r"[的了吗呢啥么不没有找]|工作|保安|电工|退伍|老兵|怎么|什么|当兵|武警|本科|高中|初中|农村|单位|司机|师傅|同志|男人|女人|国家|平时|全部|时候|和平$|来个|相信|干部|随便|那个|应该|查询|易经"
)


def is_about_other(reading: Reading) -> bool:
    """Whether the message speaks on behalf of another person."""
    return reading.says(_FOR_OTHER) and not reading.says(_NOT_FOR_OTHER)
