"""What the bureau sets for itself, set by two."""

from models.base import Database
from models.setting import SettingChange
from services import (
    cadences,
    canned_replies,
    push_rule_edits,
    push_rules,
    rendering,
    settings,
    taught_words,
    text_edits,
    texts,
)
from services.cadences import Pace
from services.runtime import Runtime
from tests.builders import create_runtime
from tests.integration.same_moment.scenes import Both, count, kinds
from tests.same_moment import Act

REPLIES = [("问好", "您好，{name}")]


def teach(rt: Runtime, name: str) -> Act:
    return lambda: taught_words.teach(rt, name, "保安（岗位）", "李工")


def test_the_first_pace_is_set_by_both(rt: Runtime, both: Both) -> None:
    assert both(lambda: cadences.set_pace(rt, Pace(ask_hour=10), "王岗")) == [None, None]


def test_the_same_replies_are_kept_once(rt: Runtime, both: Both) -> None:
    assert kinds(both(lambda: canned_replies.keep(rt, REPLIES, "王岗"))) == ["NoneType", "ReplyRefused"]


def test_a_setting_is_taken_back_once(rt: Runtime, both: Both) -> None:
    canned_replies.keep(rt, REPLIES, "王岗")
    (kept,) = settings.history(rt, canned_replies.NAME)
    answers = both(lambda: canned_replies.take_back(rt, kept.change_id, "李岗"))
    assert kinds(answers) == ["NoneType", "ServiceError"]


def test_two_words_taught_at_once_are_both_kept(rt: Runtime, both: Both) -> None:
    both(teach(rt, "贴膜工"), teach(rt, "盘库员"))
    assert len(taught_words.read(rt)) == 2
    both(lambda: taught_words.remove(rt, "贴膜工", "李工"), lambda: taught_words.remove(rt, "盘库员", "李工"))
    assert not taught_words.read(rt)
    both(lambda: taught_words.set_aside(rt, "甲乙", "李工"), lambda: taught_words.set_aside(rt, "丙丁", "李工"))
    with rt.reading() as session:
        assert taught_words.settled(session) == {"甲乙", "丙丁"}


def test_a_word_that_another_process_taught_lately_is_kept(rt: Runtime) -> None:
    other = create_runtime(Database(rt.database.engine.url.render_as_string(hide_password=False)))
    taught_words.read(other)
    teach(rt, "贴膜工")()
    teach(other, "盘库员")()
    other.database.dispose()
    assert len(taught_words.read(rt)) == 2


def test_two_texts_changed_at_once_are_both_kept(rt: Runtime, both: Both) -> None:
    keys = ("support/help", "arrivals/scan_failed")
    answers = both(
        *[lambda key=key: text_edits.keep(rt, key, "老战友！" + rendering.source(key), "李工") for key in keys]
    )
    assert answers == [None, None]
    with rt.reading() as session:
        assert set(texts.own(session)) == set(keys)


def test_what_is_set_or_taken_back_twice_is_one_change(rt: Runtime, both: Both) -> None:
    both(lambda: push_rule_edits.keep(rt, push_rules.PushRules(cap=1), "李工"))
    both(teach(rt, "贴膜工"))
    assert count(rt, SettingChange) == 2
    both(lambda: taught_words.take_back(rt, 2, "李工"))
    assert count(rt, SettingChange) == 3


def test_what_is_set_while_the_last_change_is_taken_back_stays(rt: Runtime, both: Both) -> None:
    teach(rt, "贴膜工")()
    both(teach(rt, "盘库员"), lambda: taught_words.take_back(rt, 1, "李工"))
    assert [word.name for word in taught_words.read(rt)] == ["贴膜工", "盘库员"]
    change = settings.history(rt, taught_words.NAME)[0].change_id
    both(lambda: taught_words.take_back(rt, change, "李工"), teach(rt, "修脚师"))
    assert [word.name for word in taught_words.read(rt)] == ["贴膜工", "修脚师"]
