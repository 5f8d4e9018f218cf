"""A county of one: a veteran of the ledger who talks with us, one open posting, a clock to move."""

import pytest

from models.base import Database
from services.runtime import Runtime
from tests.builders import Clock, FakeChannel, create_posting, create_runtime, create_veteran
from tests.integration.care.acts import say


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def rt(database: Database, clock: Clock, channel: FakeChannel) -> Runtime:
    made = create_runtime(database, clock, channel)
    with made.transaction() as session:
        veteran = create_veteran(session, name="张测试", phone="13000000700")
        veteran.in_ledger = True
        create_posting(session, month_min=4000, month_max=5000)
    say(made, "帮助")
    return made
