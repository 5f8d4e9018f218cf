"""The product's outbox through its own channel against the stand-in in bad weather: honest sums, nothing twice."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app import template_forms
from channels.wechat import WeChatChannel
from channels.wechat_account import Account, AccountKind
from channels.wechat_api import Credentials, WeChatApi
from models.base import Database
from models.delivery import Delivery, DeliveryStatus
from services import outbox
from services.runtime import Runtime
from tests.builders import KEYRING, create_veteran, note_action
from tests.functional.sandbox.conftest import SECRET, Stage
from tests.functional.sandbox.product import APP_ID
from tests.functional.sandbox.serving import served
from tests.functional.sandbox.test_sandbox_channel import Drawer

PEOPLE = 60
FACTS = {"title": "货车司机", "employer": "示例运输公司", "state": "已报名", "time": "2026年11月20日"}


@pytest.fixture
def rt(stage: Stage, database: Database) -> Iterator[Runtime]:
    forms = template_forms.load(template_forms.SANDBOX_FILE)
    with served(stage.app) as address:
        api = WeChatApi(Credentials(APP_ID, SECRET, f"{address}api"), Drawer())
        channel = WeChatChannel(api, Account(AccountKind.SERVICE_VERIFIED), forms.templates, forms.notices)
        yield Runtime(database=database, channel=channel, keyring=KEYRING, clock=stage.clock)
        api._client.http.close()


def enqueue_for(stage: Stage, rt: Runtime, count: int) -> None:
    """So many followers, every second with an open window, each with one message in the outbox."""
    openids = stage.client.post("/people", json={"count": count}).get_json()["openids"]
    people = stage.app.extensions["sandbox"].people
    with rt.transaction() as session:
        for number, openid in enumerate(openids):
            veteran = create_veteran(session, openid, rt.now())
            if number % 2:
                note_action(session, openid, "message", rt.now())
                people.of_openid(openid).window.typed(rt.now())
            outbox.enqueue(session, veteran, "application", outbox.Message(f"m-{number}", "有消息了", FACTS), rt.now())


def drain(stage: Stage, rt: Runtime) -> None:
    """Runs the task, with the clock going on, until nothing is left to do."""
    for _ in range(40):
        while outbox.deliver_due(rt):
            pass
        stage.clock.advance(timedelta(minutes=3))


def test_every_message_ends_in_a_named_outcome(stage: Stage, rt: Runtime) -> None:
    enqueue_for(stage, rt, PEOPLE)
    for kind, rule in {
        "busy": {"rate": 0.1},
        "expired": {"after": 20},
        "gone": {"rate": 0.05},
        "refused": {"rate": 0.05},
    }.items():
        stage.weather(kind, **rule)
    drain(stage, rt)
    stage.settle()
    with rt.reading() as session:
        rows = session.scalars(select(Delivery)).all()
    outcomes = Counter((row.status, row.outcome) for row in rows)
    assert outcomes.total() == PEOPLE
    assert {status for status, _ in outcomes} <= {DeliveryStatus.SENT, DeliveryStatus.FAILED}, outcomes
    assert all(outcome for _, outcome in outcomes), outcomes
    arrived = stage.client.get("/received").get_json()
    blocked = [one for one in stage.product.events("TEMPLATESENDJOBFINISH") if one["Status"] != "success"]
    sent = sum(count for (status, _), count in outcomes.items() if status == DeliveryStatus.SENT)
    assert sum(way["messages"] for way in arrived.values()) + len(blocked) == sent
    assert sum(way["doubled"] for way in arrived.values()) == 0
    assert stage.violations() == {}


ROUNDS = st.tuples(
    st.sampled_from(["message", "tap"]),
    st.sampled_from([timedelta(), timedelta(seconds=61), timedelta(hours=60)]),
    st.integers(0, 6),
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(ROUNDS, min_size=2, max_size=5))
@example(rounds=[("message", timedelta(hours=60), 0), ("tap", timedelta(), 6)])
@example(rounds=[("message", timedelta(), 4), ("tap", timedelta(seconds=61), 3)])
def test_the_product_never_counts_a_wider_window_than_the_platform(
    stage: Stage, rt: Runtime, rounds: list[tuple[str, timedelta, int]]
) -> None:
    (openid,) = stage.client.post("/people", json={"count": 1}).get_json()["openids"]
    window = stage.app.extensions["sandbox"].people.of_openid(openid).window
    for number, (action, wait, sends) in enumerate(rounds):
        with rt.transaction() as session:
            note_action(session, openid, action, rt.now())
        (window.typed if action == "message" else window.tapped)(rt.now())
        stage.clock.advance(wait)
        for send in range(sends):
            with rt.transaction() as session:
                outbox.enqueue_reply(session, openid, outbox.Message(f"{openid}-{number}-{send}", "您好"), rt.now())
            outbox.deliver_due(rt)
    assert stage.violations() == {}
