"""Whatever anybody sends: a turn, no exception, every text within one message, nothing personal echoed."""

import re
from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine import step
from bot.nlu import where
from bot.nlu.understanding import understand
from bot.slots import Slots
from bot.types import Conversation, Inbound, Kind, Pending, Reply, Shown, State, Waiting
from matching.taxonomy.place import Place
from services.rendering import render
from services.runtime import Office

NOW = datetime(2026, 11, 20, 9, tzinfo=timezone(timedelta(hours=8)))
HOME = Place("420600", ("湖北省", "襄阳市"))
PHONE, ID_NUMBER, CARD = "13000000784", "990101198001010017", "6200000000000000000"
WORDS = (
    *(
        "同意",
        "不同意",
        "是",
        "不是",
        "1",
        "2",
        "9",
        "0",
        "跳过",
        "随便",
        "返回",
        "取消",
        "人工",
        "退订",
        "删除我的信息",
    ),
    *("48", "我今年四十八", "樊城", "想干保安", "三千五", "初中", "有叉车证", "不上夜班", "第二个", "报名1", "报名"),
    *(
        "推荐",
        "换一批",
        "工资多少",
        "在哪",
        "优待证怎么办",
        "有培训吗",
        "我要投诉",
        "欠我工资",
        "啥时候有信儿",
        "没解决",
    ),
    *("不想活了", "我16岁", "我们公司招保安怎么发布", "给我弟弟找个活他38", "你他妈", "谢谢", "你好", "改工资", "继续"),
    *(PHONE, f"我叫李建国，电话{PHONE}", f"身份证{ID_NUMBER}", f"卡号{CARD}", "300岁", "月薪99万", "市中区"),
)
message = st.one_of(
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=4).map("，".join),
    st.text(max_size=60),
    st.text(alphabet=st.characters(categories=["Lo", "Nd", "Po", "So", "Cf", "Zs"]), max_size=40),
)
shown = (Shown("p-1", "园区保安", "示例公司 樊城区 保安"), Shown("p-2", "叉车工", "示例仓储 襄州区 叉车工"))
conversations = st.builds(
    Conversation,
    state=st.sampled_from(State),
    consent=st.sampled_from([True, True, True, False, None]),
    profile=st.sampled_from([Slots(), Slots(age=46, location=(HOME,), job_categories=("保安",), salary_min=3000)]),
    asked=st.sampled_from([None, "consent", "age", "location", "job", "salary", "education", "certificate", "shift"]),
    pending=st.one_of(
        st.none(),
        st.builds(Pending, st.sampled_from(Waiting), posting_ids=st.just(("p-1",)), words=st.just("training")),
    ),
    trail=st.sampled_from([(), ("age",), ("age", "location", "job")]),
    shown=st.sampled_from([(), shown]),
    focus=st.sampled_from([None, "p-1"]),
    awaiting=st.sampled_from([None, None, "followup:1:7", "followup:1:30", "case:3"]),
    named=st.booleans(),
    reachable=st.booleans(),
    has_case=st.booleans(),
    last_at=st.sampled_from([None, NOW - timedelta(days=3)]),
)


def turn_of(conversation: Conversation, text: str, kind: Kind = Kind.TEXT) -> Any:
    heard = understand(
        text, conversation.asked, NOW.date(), near=HOME, known=where.first(conversation.profile.location)
    )
    return step(conversation, heard, Inbound("k", "o", kind, NOW, text=text), NOW, HOME)


def texts_of(turn: Any) -> list[str]:
    return [render(one.key, office=Office(), **one.params) for one in turn.steps if isinstance(one, Reply)]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(conversations, st.lists(message, min_size=1, max_size=4))
def test_any_talk_goes_on(conversation: Conversation, messages: list[str]) -> None:
    for text in messages:
        turn = turn_of(conversation, text)
        for said in texts_of(turn):
            assert 0 < len(said) <= 600
            assert not any(number in re.sub(r"\D", "", said) for number in (PHONE, ID_NUMBER, CARD))
        assert turn.steps, f"no answer to {text!r}"
        kept = Conversation.from_json(turn.conversation.to_json())
        assert kept.to_json() == turn.conversation.to_json()
        conversation = turn.conversation


@settings(max_examples=60, deadline=None)
@given(conversations, st.sampled_from(Kind), st.text(max_size=20))
def test_every_kind_is_taken(conversation: Conversation, kind: Kind, text: str) -> None:
    turn = turn_of(conversation, text, kind)
    assert all(len(said) <= 600 for said in texts_of(turn))


@settings(max_examples=60, deadline=None)
@given(conversations, message)
def test_a_turn_is_the_same_every_time(conversation: Conversation, text: str) -> None:
    assert turn_of(conversation, text) == turn_of(conversation, text)


@settings(max_examples=60, deadline=None)
@given(conversations, message)
def test_a_person_at_work_is_never_interrupted(conversation: Conversation, text: str) -> None:
    turn = turn_of(Conversation(**{**_fields(conversation), "taken_over": True}), text)
    assert texts_of(turn) == []


def _fields(conversation: Conversation) -> dict[str, Any]:
    return {name: getattr(conversation, name) for name in Conversation.__dataclass_fields__}
