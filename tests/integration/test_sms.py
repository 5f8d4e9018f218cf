"""Short messages as a road: whom they reach, whom never, and that the plan and the outcome agree."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from app import bootstrap
from app.settings import SettingsError, SmsSettings
from channels.base import ChannelError, Means, Outbound
from channels.sms import FileDriver, WithSms
from models.base import Database
from models.veteran import Veteran
from services import broadcasts, outbox, veterans
from services.broadcasts import Wish
from services.runtime import Reach, Runtime
from tests.builders import FRIDAY, KEYRING, Clock, FakeChannel, create_runtime, create_veteran, note_action

WISH = Wish("broadcast", "全部", "周六上午九点有招聘会。")


@dataclass
class Operator:
    """A driver that keeps what it was given; `refusals` come first."""

    taken: list[tuple[str, str]] = field(default_factory=list)
    refusals: list[ChannelError] = field(default_factory=list)

    def send(self, phone: str, text: str, _key: str) -> str:
        if self.refusals:
            raise self.refusals.pop(0)
        self.taken.append((phone, text))
        return "n1"

    def check(self) -> str:
        return ""


@pytest.fixture
def operator() -> Operator:
    return Operator()


@pytest.fixture
def rt(database: Database, operator: Operator) -> Runtime:
    made = create_runtime(database, Clock(), reach=Reach(means=frozenset({Means.CUSTOMER_MESSAGE, Means.SMS})))
    return replace(made, channel=WithSms(FakeChannel(), operator, "示例县局"))


def people(rt: Runtime) -> None:
    """With a window; without one, and a phone; the same, who stopped; of the ledger with a phone; one without any."""
    with rt.transaction() as session:
        create_veteran(session, "o-0", name="甲", phone="13000000001")
        note_action(session, "o-0", "message", rt.now())
        create_veteran(session, "o-1", name="乙", phone="13000000002")
        stopped = create_veteran(session, "o-2", name="丙", phone="13000000003")
        veterans.stop_push(session, stopped, None, None, rt.now())
        ledger = Veteran(in_ledger=True, created_at=FRIDAY)
        session.add_all([ledger, Veteran(in_ledger=True, village="示例村", created_at=FRIDAY)])
        session.flush()
        veterans.save_contact(session, KEYRING, ledger.id, name="丁", phone="13000000004")


def run(rt: Runtime, wish: Wish = WISH) -> dict[str, int]:
    number = broadcasts.compose(rt, wish, "李工")
    broadcasts.confirm(rt, number, "赵科")
    broadcasts.expand_due(rt)
    outbox.drain_due(rt)
    return broadcasts.progress(rt, number).outcomes


def test_whom_the_account_cannot_reach_gets_a_short_message(rt: Runtime, operator: Operator) -> None:
    people(rt)
    plan = broadcasts.preview(rt, WISH)
    assert plan.ways == {"customer_message": 1, "sms": 2, "to_slip": 1}
    assert run(rt) == {"sent": 1, "sms_sent": 2, "stopped": 1, "to_slip": 1}
    text = "【示例县局】周六上午九点有招聘会。"
    assert sorted(operator.taken) == [("13000000002", text), ("13000000004", text)]


def test_a_text_too_long_for_one_goes_to_the_phone_list(rt: Runtime, operator: Operator) -> None:
    people(rt)
    wish = replace(WISH, text="长" * 500)
    assert broadcasts.preview(rt, wish).ways == {"customer_message": 1, "to_phone": 2, "to_slip": 1}
    assert run(rt, wish) == {"sent": 1, "to_phone": 2, "stopped": 1, "to_slip": 1}
    assert operator.taken == []


def test_what_the_operator_refuses_is_named(rt: Runtime, operator: Operator) -> None:
    people(rt)
    operator.refusals = [ChannelError(7, "空号", permanent=True)]
    assert run(rt) == {"sent": 1, "sms_sent": 1, "sms_failed": 1, "stopped": 1, "to_slip": 1}


def test_the_file_has_a_line_a_message_and_says_when_it_cannot_be_written(tmp_path: Path) -> None:
    driver = FileDriver(tmp_path / "sms.jsonl")
    channel = WithSms(FakeChannel(), driver, "示例县局")
    channel.send(Outbound("k1", "13000000001", Means.SMS, "您好"))
    kept = json.loads((tmp_path / "sms.jsonl").read_text(encoding="utf-8"))
    assert kept == {"key": "k1", "phone": "13000000001", "text": "【示例县局】您好"}
    gone = FileDriver(tmp_path / "none" / "sms.jsonl")
    assert driver.check() == "" and "写不进去" in gone.check()
    with pytest.raises(ChannelError):
        gone.send("13000000001", "您好", "k1")


def test_an_operator_is_chosen_by_settings(tmp_path: Path) -> None:
    ours = SmsSettings("file", "示例县局", tmp_path / "new" / "sms.jsonl", {})
    assert bootstrap.sms_driver(ours).check() == ""
    with pytest.raises(SettingsError, match="nowhere"):
        bootstrap.sms_driver(replace(ours, driver="nowhere.sms:Driver"))
