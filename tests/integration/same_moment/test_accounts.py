"""Accounts: two administrators, a password reset while its owner signs in."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from models import account as accounts_table
from models.account import Role, StaffAccount, StaffSession
from services import accounts, sign_ins, stations
from services.accounts import NewAccount
from services.runtime import Runtime
from services.sign_ins import SignInRefused, Visitor
from tests.builders import FRIDAY
from tests.integration.same_moment.scenes import BUREAU, Both, ComesIn, kinds, office


def signed_in(rt: Runtime) -> Visitor:
    office(rt)
    with rt.transaction() as session:
        account = {"role": Role.ADMIN, "node_id": 1, "password_hash": "", "created_at": FRIDAY}
        session.add(StaffAccount(id=1, sign_in="li", name="李工", **account))
        session.flush()
        session.add(StaffSession(id=1, account_id=1, token_digest="", created_at=FRIDAY, seen_at=FRIDAY))
    return Visitor(1, BUREAU, None, has_second=False)


def test_a_sign_in_name_is_given_to_one(rt: Runtime, both: Both) -> None:
    office(rt)
    new = NewAccount("wangfang", "王芳", Role.CLERK, 1)
    assert kinds(both(lambda: accounts.create(rt, new, "admin"))) == ["AccountRefused", "str"]


def test_two_admins_who_disable_each_other_leave_one(rt: Runtime, both: Both) -> None:
    office(rt)
    for name in ("first", "second"):
        accounts.create(rt, NewAccount(name, "管理员", Role.ADMIN, 1), "cli")
    answers = both(lambda: accounts.disable(rt, "first", "second"), lambda: accounts.disable(rt, "second", "first"))
    assert kinds(answers) == ["AccountRefused", "NoneType"]


def test_a_password_is_reset_however_it_is_changed_meanwhile(
    rt: Runtime, both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    office(rt)
    for module in (accounts, sign_ins):
        monkeypatch.setattr(module, "HASHER", PasswordHasher(1, 8, 1))
    given = accounts.create(rt, NewAccount("wangfang", "王芳", Role.CLERK, 1), "admin")
    visitor = sign_ins.visitor(rt, sign_ins.sign_in(rt, "wangfang", given, ""))
    assert visitor is not None
    sign_ins.change_password(rt, visitor, "a sentence of mine", "a sentence of mine")

    reset, _ = both(
        lambda: accounts.reset(rt, "wangfang", "admin"),
        lambda: sign_ins.change_password(rt, visitor, "another sentence", "another sentence"),
    )
    with rt.reading() as session:
        kept = session.scalars(select(StaffAccount)).one()
    assert kept.must_change and accounts.HASHER.verify(kept.password_hash, reset)


def test_the_secret_shown_twice_is_the_same(rt: Runtime, both: Both) -> None:
    visitor = signed_in(rt)
    first, second = both(lambda: sign_ins.begin_enrolment(rt, visitor))
    assert first == second


def test_a_password_that_is_reset_just_then_lets_nobody_in(rt: Runtime, comes_in: ComesIn) -> None:
    signed_in(rt)
    known = accounts.reset(rt, "li", "赵科")
    comes_in(sign_ins, "_matches", lambda: accounts.reset(rt, "li", "赵科"))
    with pytest.raises(SignInRefused):
        sign_ins.sign_in(rt, "li", known, "")


def test_a_password_that_is_reset_ends_what_it_let_in_just_then(rt: Runtime, both: Both) -> None:
    signed_in(rt)
    known = accounts.reset(rt, "li", "赵科")

    def reset() -> None:  # as `accounts.reset` does, without the time a hash takes
        with rt.transaction() as session:
            session.get_one(StaffAccount, 1).password_hash = "another"
            accounts_table.end_sessions(session, 1)

    token, _ = both(lambda: sign_ins.sign_in(rt, "li", known, ""), reset)
    assert sign_ins.visitor(rt, token) is None


def test_the_bureau_is_made_once(rt: Runtime, both: Both) -> None:
    assert sorted(both(lambda: stations.set_up(rt, ("示例县", ""), [("示例镇", "")]))) == [0, 2]
