"""The disability grade, or that there is none: 七级伤残, 评残八级, 四肢健全."""

from typing import Final

from bot.nlu.gates import Group, Pattern
from bot.nlu.reading import Reading

_GRADES: Final = "一二三四五六七八九十"
_GRADE: Final = rf"(?P<g>[{_GRADES}]|10|[1-9])"
_DISABLED: Final = Group(
    Pattern(rf"(?:残疾|伤残|因公|因战|评残|残|因病|评(?:的|了|定)?|残级|伤残等级|残疾等级|残军|等级)(?:军人|等级|评定|是|评了|评的|为|:|,|定了|定的|定为|到|证|程度|的|个|人员|级别|达|有|鉴定)*{_GRADE}级?(?:伤?残)?(?!年|月|岁|个|期|连)(?<=级|残)"),
    Pattern(rf"{_GRADE}[级等](?:的)?(?:伤残|残疾|因公|因战|伤残军人|残军|残(?=[,? ]|$|军|人|证))"),
)  # fmt: skip
_PAPER: Final = Pattern(r"残疾?(?:军人|人)?证")
_GRADED: Final = Pattern(rf"(?:定|评|鉴定|改|现在?是?)(?:了|为|成|到|上|的是)*{_GRADE}级")
_ABLE: Final = Pattern(
    r"(?:没有?|无|没得|莫得|没啥|没什么|不是|冇)(?:任何|什么|啥|评过?|评定)?(?:伤?残疾?|伤残)(?:等级|军人|人|证|的)?|没评(?:过|上)?残|不残疾|四肢健全|健全人|手脚健全|身体健全|无伤残|没伤没残|没病没残|没残"
)


def read_disability(reading: Reading) -> None:
    """Takes the disability grade, or "none"."""
    for _, match in reading.matches_of(_DISABLED):
        grade = match["g"]
        word = (_GRADES[int(grade) - 1] if grade.isdecimal() and grade.isascii() else grade) + "级"
        reading.put("disability", word, "残疾等级", match[0], word)
        reading.take(*match.span())
        if _PAPER.search(match[0]):
            reading.add("certificates", ("残疾证",), "残疾证", match[0], "残疾证")
    if "残" in reading.text:
        for match in reading.matches(_GRADED):
            grade = match["g"]
            word = (_GRADES[int(grade) - 1] if grade.isdecimal() and grade.isascii() else grade) + "级"
            reading.put("disability", word, "残疾等级", match[0], word)
    for match in reading.matches(_ABLE):
        reading.put("disability", "无", "无残疾", match[0], "无")
        reading.take(*match.span())
