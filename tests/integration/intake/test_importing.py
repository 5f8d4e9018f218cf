"""Importing postings: all or nothing, idempotent, counted in the database, opened only when asked."""

from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from models.base import Database, Session
from models.intake import HeadingMeaning, Import, learn
from models.posting import Employer, Posting, PostingChange
from services.intake.errors import IntakeError
from services.intake.importing import import_postings
from services.intake.source import Source
from tests.builders import FRIDAY, create_runtime

TABLES = Path(__file__).parents[2] / "unit" / "intake" / "tables"


def source(name: str) -> Source:
    return Source(name, (TABLES / name).read_bytes())


def csv(*rows: str) -> Source:
    return Source("岗位.csv", "\n".join(("单位,岗位,人数,工资,地点,电话,截止日期", *rows)).encode())


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_good_rows_become_drafts_with_their_employers(database: Database) -> None:
    rt = create_runtime(database)
    done = import_postings(rt, source("zunyi.csv"), "王岗")
    assert (done.added, done.known, done.opened) == (7, 0, 0)
    assert done.counts == {"ok": 7, "duplicate": 0, "error": 1}
    with rt.reading() as session:
        postings = session.scalars(select(Posting).order_by(Posting.id)).all()
        assert {posting.status for posting in postings} == {"draft"}
        assert postings[0].code == f"P{postings[0].id}"
        assert postings[0].facts["location"]["adcode"] == "520382"
        assert postings[0].source == "zunyi.csv"
        assert count(session, Employer) == 4
        assert count(session, PostingChange) == 7


def test_the_same_file_again_changes_nothing_and_says_so(database: Database) -> None:
    rt = create_runtime(database)
    import_postings(rt, source("zunyi.csv"), "王岗")
    again = import_postings(rt, source("zunyi.csv"), "王岗")
    assert (again.added, again.known) == (0, 7)
    assert again.again == FRIDAY
    with rt.reading() as session:
        assert (count(session, Posting), count(session, Import)) == (7, 1)


def test_publishing_opens_the_good_rows_but_holds_back_the_doubtful(database: Database) -> None:
    rt = create_runtime(database)
    file = csv(
        "示例一厂,保安,2,3000,绵阳市,13000000001,2026-12-31",
        "示例一厂,保洁,2,2500,绵阳市,13000000001,2026-10-31",
    )
    done = import_postings(rt, file, "王岗", publish=True)
    assert (done.added, done.opened) == (2, 1)
    with rt.reading() as session:
        opened, held = session.scalars(select(Posting).order_by(Posting.id)).all()
        assert (opened.status, opened.checked_by) == ("open", "王岗")
        assert (held.status, held.checked_by) == ("draft", None)


def test_the_same_file_published_later_opens_its_drafts(database: Database) -> None:
    rt = create_runtime(database)
    file = csv("示例一厂,保安,2,3000,绵阳市,13000000001,2026-12-31")
    import_postings(rt, file, "王岗")
    done = import_postings(rt, file, "李岗", publish=True)
    assert (done.added, done.known, done.opened) == (0, 1, 1)
    with rt.reading() as session:
        posting = session.scalars(select(Posting)).one()
        assert (posting.status, posting.checked_by) == ("open", "李岗")
        assert count(session, PostingChange) == 2


def test_a_posting_known_from_another_file_is_not_added_twice(database: Database) -> None:
    rt = create_runtime(database)
    import_postings(rt, csv("示例一厂,保安,2,3000,绵阳市,13000000001,2026-12-31"), "王岗")
    other = csv("示例一厂 ,保安,２,3000元,四川绵阳,13000000001,12月31日", "示例二厂,保安,2,3000,绵阳市,,")
    done = import_postings(rt, other, "王岗")
    assert (done.added, done.known) == (1, 1)


def test_a_failure_in_the_middle_leaves_nothing(database: Database) -> None:
    rt = create_runtime(database)

    def stop(*arguments: object) -> None:
        if "INSERT INTO imported_posting" in str(arguments[2]):
            raise RuntimeError("stopped")

    file = csv(*(f"示例{n}厂,保安,2,3000,绵阳市,13000000001,2026-12-31" for n in range(1, 9)))
    event.listen(database.engine, "before_cursor_execute", stop)
    with pytest.raises(RuntimeError, match="stopped"):
        import_postings(rt, file, "王岗")
    event.remove(database.engine, "before_cursor_execute", stop)
    with rt.reading() as session:
        assert (count(session, Posting), count(session, Employer), count(session, Import)) == (0, 0, 0)
    assert import_postings(rt, file, "王岗").added == 8


def test_a_heading_explained_once_is_understood_from_then_on(database: Database) -> None:
    rt = create_runtime(database)
    text = "厂子名,干啥活,人数,工资\n示例一厂,保安,2,3000\n".encode()
    assert import_postings(rt, Source("a.csv", text), "王岗").added == 0
    with rt.transaction() as session:
        for heading, field in (("厂子名", "employer"), ("干啥活", "title")):
            learn(session, HeadingMeaning(kind="posting", heading=heading, field=field, at=FRIDAY, who="王岗"))
    assert import_postings(rt, Source("b.csv", text + b"\n"), "王岗").added == 1


def test_a_file_that_is_none_is_refused_and_nothing_noted(database: Database) -> None:
    rt = create_runtime(database)
    with pytest.raises(IntakeError):
        import_postings(rt, Source("x.xlsx", b"PK\x03\x04nonsense"), "王岗")
    with rt.reading() as session:
        assert count(session, Import) == 0
