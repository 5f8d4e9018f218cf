"""What everybody says is understood once; what only one person says, or names somebody, is kept by nobody."""

from collections.abc import Iterator

import pytest

from bot.nlu.heard import Heard
from bot.nlu.own_words import OwnWord
from bot.types import Conversation, Inbound, Kind
from matching.taxonomy import regions
from services import foresight
from tests.builders import FRIDAY

HOME = regions.get("510722")


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    foresight._common.clear()
    yield
    foresight._common.clear()


def heard(text: str, asked: str | None = None, own: tuple[OwnWord, ...] = ()) -> Heard:
    inbound = Inbound("m", "o-1", Kind.TEXT, FRIDAY, text)
    return foresight.heard_of(inbound, Conversation(asked=asked), FRIDAY, HOME, own)


def test_a_common_answer_is_kept_by_all_that_its_meaning_depends_on() -> None:
    first = heard("高中", "education")
    assert heard("高中", "education") is first
    assert heard("高中") is not first
    assert heard("3000以上", "salary").slots.salary_min == 3000
    assert len(foresight._common) == 3


def test_a_taught_word_counts_in_the_next_message() -> None:
    before = heard("想干飞猫活", None)
    taught = OwnWord("job", "保安", "飞猫")
    assert heard("想干飞猫活", None, (taught,)).slots.job_categories == ("保安",)
    assert before.slots.job_categories != ("保安",)


@pytest.mark.parametrize("text", ["王建国", "我叫王建国", "13000000001", "82000001", "王建国，13000000001"])
@pytest.mark.parametrize("asked", [None, "name", "phone", "education"])
def test_names_and_numbers_are_not_kept(text: str, asked: str | None) -> None:
    heard(text, asked)
    assert not foresight._common


def test_what_is_kept_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foresight, "KEPT_SAYINGS", 3)
    for pay in range(2000, 3000, 100):
        heard(f"{pay}以上", "salary")
    assert 1 <= len(foresight._common) <= 3
