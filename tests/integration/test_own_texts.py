"""The bureau's own texts: in force for the next message, within bounds, put back; a broken one keeps nobody waiting."""

import pytest

from bot.types import Inbound, Kind
from models.base import Database
from services import conversations, rendering, settings, text_edits, texts
from services.runtime import Runtime
from tests.builders import Clock, create_runtime

KEY = "support/help"


@pytest.fixture
def rt(sqlite: Database) -> Runtime:
    return create_runtime(sqlite, Clock())


def ask(rt: Runtime, key: str) -> str:
    return conversations.receive(rt, Inbound(key, "o-one", Kind.TEXT, rt.now(), text="帮助")).text or ""


def test_the_bot_says_what_the_bureau_wrote_until_it_goes_back(rt: Runtime) -> None:
    before = ask(rt, "m1")
    own = "老战友好！" + rendering.source(KEY)
    assert text_edits.preview(rt, KEY, own).startswith("老战友好！")
    assert ask(rt, "m2") == before
    text_edits.keep(rt, KEY, own, "局")
    assert ask(rt, "m3") == "老战友好！" + before
    (change,) = settings.history(rt, texts.NAME)
    assert "老战友好" in change.words and change.who == "局"
    text_edits.put_back(rt, KEY, "局")
    assert ask(rt, "m4") == before
    text_edits.take_back(rt, settings.history(rt, texts.NAME)[0].change_id, "局")
    assert ask(rt, "m5") == "老战友好！" + before


@pytest.mark.parametrize(
    ("key", "source", "words"),
    [
        ("offers/offered", "您被录用了，到 {{ salary }}", "salary 这一条没有"),
        ("apply/withdrawn", "撤回了。", "少了这些"),
        ("apply/withdrawn", "{{ title }", "大括号不成对"),
        ("apply/withdrawn", "“{{ title.__class__ }}”“报名”", "填不出来"),
        ("apply/withdrawn", "{{ title|upper }}", "不能写别的式子"),
        ("apply/withdrawn", "{{ title }}{{ ''.join(title) }}", "不能写别的式子"),
        ("apply/withdrawn", "{{ title }}{{ title * 10000 }}", "不能写别的式子"),
        ("apply/withdrawn", "{{ title }}{{ 9 ** 9 }}", "不能写别的式子"),
        ("apply/withdrawn", "{{ title }}“报名”" + "好" * 600, "最多 600 个字"),
        ("followups/ask", "您在“{{ title }}”第 {{ step }} 天了，还干着吗？", "1 在干"),
        ("consent/welcome", "您好", "法律要求"),
        ("support/nothing", "您好", "没有这一条"),
    ],
)
def test_a_text_that_would_not_do_is_refused_in_words(rt: Runtime, key: str, source: str, words: str) -> None:
    with pytest.raises(text_edits.TextRefused) as refused:
        text_edits.keep(rt, key, source, "局")
    assert words in refused.value.message
    with rt.reading() as session:
        assert not texts.own(session)


def test_a_text_that_cannot_be_filled_gives_way_to_ours(rt: Runtime) -> None:
    """An older text after an update of ours, written past the checks."""
    before = ask(rt, "m1")
    with rt.transaction() as session:
        settings.keep(rt, session, "局", texts.NAME, {KEY: "{{ gone }}"}, "旧的")
    assert ask(rt, "m2") == before


@pytest.mark.parametrize("key", rendering.every_key())
def test_our_own_text_passes_its_own_rules(rt: Runtime, key: str) -> None:
    if key.partition("/")[0] not in text_edits.LOCKED:
        assert text_edits.preview(rt, key, rendering.source(key))
