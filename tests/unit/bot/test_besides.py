"""Sex, height and certified hardship, as people mention them."""

import pytest

from bot import cues
from bot.besides import added
from bot.nlu.gates import Gate
from bot.nlu.heard import Heard


def read(text: str, intent: str = "update_profile") -> dict[str, object]:
    plain = cues.clean(text)
    return added(Heard(intent), plain, Gate(plain)).slots.to_json()


@pytest.mark.parametrize(
    ("text", "height"),
    [
        ("一米七六", 176),
        ("我一米八", 180),
        ("1米75", 175),
        ("身高1.68", 168),
        ("个子172", 172),
        ("身高 165cm", 165),
        ("170公分", 170),
        ("1.7米", 170),
        ("一七年退伍", None),
        ("工资1700", None),
        ("离家1.5公里", None),
    ],
)
def test_height(text: str, height: int | None) -> None:
    assert read(text).get("height_cm") == height


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("男，44，初中", "男"),
        ("38，女，会计证", "女"),
        ("我是女兵", "女"),
        ("本人男", None),
        ("我是个男的", "男"),
        ("退役女兵", "女"),
        ("性别：女", "女"),
        ("只要男的吗", None),
        ("女的要不", None),
    ],
)
def test_sex(text: str, sex: str | None) -> None:
    assert read(text).get("gender") == sex


@pytest.mark.parametrize(
    ("text", "certified"),
    [
        ("我有就业困难认定", True),
        ("办了就业困难人员认定", True),
        ("去年认定的就业困难", True),
        ("没办过就业困难认定", False),
        ("还没认定就业困难", False),
        ("有公益性岗位吗，我有就业困难认定", True),
        ("就业困难认定怎么办", None),
        ("找工作困难", None),
        ("家里困难", None),
    ],
)
def test_hardship(text: str, certified: bool | None) -> None:
    assert read(text).get("hardship_certified") == certified


def test_a_question_is_not_a_fact() -> None:
    assert read("男，44", intent="policy_question") == {}
