"""Policies, spot checks, digests, broadcasts: two members of staff at one page."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from models.audit import AuditEntry
from models.delivery import Delivery, DeliveryStatus
from models.heartbeat import Confirmation, SpotCheck
from models.policy import Policy
from services import broadcasts, claims, digests, policy_edits, spot_checks
from services.policy_edits import Draft, PolicyRefused
from services.runtime import Runtime
from services.spot_checks import SpotCheckRefused
from tests.builders import create_veteran
from tests.integration.same_moment.scenes import TODAY, Both, count


def written(title: str = "优待证怎么办") -> Draft:
    return Draft(title, "可以办。", "退役军人", "身份证", "1 号窗口", "川发 1 号", TODAY, TODAY, ["优待证"])


def in_ledger(rt: Runtime) -> None:
    with rt.transaction() as session:
        for number in range(7):
            create_veteran(session, f"o-{number}").in_ledger = True


def test_a_policy_sent_twice_is_one(rt: Runtime, both: Both) -> None:
    answers = both(lambda: policy_edits.add(rt, written(), "李工"))
    assert sorted(type(one).__name__ for one in answers) == [PolicyRefused.__name__, "int"]
    assert count(rt, Policy) == 1


def test_two_policies_do_not_get_one_title(rt: Runtime, both: Both) -> None:
    number = policy_edits.add(rt, written("公交卡怎么办"), "李工")
    both(lambda: policy_edits.edit(rt, number, written(), "李工"), lambda: policy_edits.add(rt, written(), "李工"))
    assert count(rt, Policy, Policy.title == written().title) == 1


def test_a_policy_is_retired_once(rt: Runtime, both: Both) -> None:
    number = policy_edits.add(rt, written(), "李工")
    both(lambda: policy_edits.retire(rt, number, "李工"))
    assert count(rt, AuditEntry, AuditEntry.action == "policy.retire") == 1


def test_a_month_is_drawn_once(rt: Runtime, both: Both) -> None:
    in_ledger(rt)
    salts = iter("ab")
    assert sorted(both(lambda: spot_checks.draw(rt, "2026-11", next(salts)))) == [0, 5]
    assert count(rt, SpotCheck) == 5


def test_a_row_is_checked_by_one(rt: Runtime, both: Both) -> None:
    in_ledger(rt)
    spot_checks.draw(rt, "2026-11", "a")
    answers = both(
        lambda: spot_checks.record(rt, 1, "right", [], "", "李工"),
        lambda: spot_checks.record(rt, 1, "wrong", ["phone"], "", "王岗"),
    )
    assert [type(one) for one in answers] == [type(None), SpotCheckRefused]
    assert count(rt, Confirmation) == 1


@pytest.mark.usefixtures("somebody")
def test_two_digests_share_no_number(rt: Runtime, both: Both) -> None:
    one, other = both(lambda: digests.make(rt, ["P-1"], "王岗"))
    assert not set(one.numbers) & set(other.numbers)


@pytest.mark.usefixtures("somebody")
@pytest.mark.parametrize("decide", [broadcasts.resume, broadcasts.cancel])
def test_nothing_stays_held_of_a_broadcast_that_is_decided_about(
    rt: Runtime, both: Both, decide: Callable[..., int]
) -> None:
    number = broadcasts.compose(rt, broadcasts.Wish("broadcast", "全部", "县体育馆有招聘会"), "王岗")
    broadcasts.confirm(rt, number, "李岗")
    broadcasts.expand_due(rt)
    broadcasts.pause(rt, number, "王岗")
    with rt.transaction() as session:
        session.scalars(select(Delivery)).one().status = DeliveryStatus.PENDING  # tried in vain before, and due again
    both(lambda: claims.claim(rt, 10, hands=1), lambda: decide(rt, number, "王岗"))
    assert count(rt, Delivery, Delivery.status == DeliveryStatus.HELD) == 0
