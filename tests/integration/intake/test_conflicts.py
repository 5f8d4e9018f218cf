"""What a file says otherwise than the ledger, settled by a clerk: kept, taken with a dated row, or cleared up."""

import pytest
from sqlalchemy import select

from models.account import Role
from models.base import Database
from models.intake import LedgerChange
from models.organisation import Node
from models.scope import Scope, scope_of
from models.veteran import Preference, Veteran
from services.actors import Actor, OutOfScope
from services.intake import conflicts
from services.intake.conflicts import Choice, ConflictRefused
from services.intake.ledger import import_people
from services.runtime import Runtime
from tests.builders import KEYRING
from tests.integration.intake.test_ledger import LI, ZHANG, county, ledger


def actor(rt: Runtime, node_name: str = "三台县退役军人事务局") -> Actor:
    with rt.reading() as session:
        node = session.scalars(select(Node).where(Node.name == node_name)).one()
        return Actor(1, "wang", "王岗", Role.BUREAU, node.id, scope_of(session, node.id))


@pytest.fixture
def rt(database: Database) -> Runtime:
    made = county(database)
    import_people(made, ledger(ZHANG, LI), "王岗")
    changed = ZHANG.replace("13000000001", "13000000009").replace("高中", "大专").replace("1980-01", "1981-02")
    import_people(made, ledger(changed.replace("5000", "5600"), name="新.csv"), "王岗")
    return made


def of(rt: Runtime, field: str) -> conflicts.Conflict:
    return next(one for one in conflicts.open_conflicts(rt, actor(rt)) if one.field == field)


def zhang(rt: Runtime) -> Veteran:
    with rt.reading() as session:
        return session.scalars(select(Veteran).order_by(Veteran.id)).first() or pytest.fail("nobody")


def test_what_the_file_says_is_taken_and_dated(rt: Runtime) -> None:
    phone, schooling = of(rt, "phone"), of(rt, "education")
    assert (phone.kept, phone.offered, phone.file_name) == ("13000000001", "13000000009", "新.csv")
    conflicts.settle(rt, phone.id, Choice.OFFERED, actor(rt), "打电话核对过")
    conflicts.settle(rt, schooling.id, Choice.OFFERED, actor(rt))
    assert KEYRING.open("veteran.phone", zhang(rt).phone_sealed or b"") == "13000000009"
    assert zhang(rt).phone_digest == KEYRING.digest("veteran.phone", "13000000009")
    with rt.reading() as session:
        assert session.get_one(Preference, zhang(rt).id).profile["education"] == "大专"
        last = session.scalars(select(LedgerChange).where(LedgerChange.field == "phone")).one()
        assert KEYRING.open("ledger_change.phone", last.old_sealed or b"") == "13000000001"
        assert last.who.startswith("王岗")
    assert {one.field for one in conflicts.open_conflicts(rt, actor(rt))} == {"salary_min"}


def test_what_stands_is_kept_and_never_asked_again(rt: Runtime) -> None:
    conflicts.settle(rt, of(rt, "phone").id, Choice.KEPT, actor(rt))
    assert KEYRING.open("veteran.phone", zhang(rt).phone_sealed or b"") == "13000000001"
    again = import_people(rt, ledger(ZHANG.replace("13000000001", "13000000009"), name="再来.csv"), "王岗")
    assert again.conflicts == 0


def test_a_conflict_is_settled_once(rt: Runtime) -> None:
    number = of(rt, "phone").id
    conflicts.settle(rt, number, Choice.KEPT, actor(rt))
    with pytest.raises(ConflictRefused):
        conflicts.settle(rt, number, Choice.OFFERED, actor(rt))


def test_another_station_sees_and_settles_nothing(rt: Runtime) -> None:
    stranger = Actor(2, "li", "李岗", Role.CLERK, 99, Scope(frozenset({99})))
    assert conflicts.open_conflicts(rt, stranger) == []
    with pytest.raises(OutOfScope):
        conflicts.settle(rt, of(rt, "phone").id, Choice.OFFERED, stranger)


def test_a_clerk_enters_only_people_of_the_own_station(database: Database) -> None:
    made = county(database)
    own = actor(made, "潼川镇退役军人服务站").scope
    rows: list[tuple[str | None, str | None]] = []
    done = import_people(
        made, ledger(ZHANG, LI), "站长", on_row=lambda row: rows.append((row.status, row.error)), scope=own
    )
    assert done.added == 1
    assert ("error", "town_outside") in rows
