"""A posting edited: read again, dated field by field, verified anew before it stays on offer."""

from datetime import date

import pytest

from models import posting as postings_table
from models.base import Database
from models.posting import How, Posting, PostingStatus
from services import posting_edits, postings
from services.posting_states import PostingRefused
from services.postings import Verification
from services.runtime import Runtime
from tests.builders import Clock, create_draft, create_runtime

CALLED = Verification("王岗", How.PHONE, "人事李经理")


@pytest.fixture
def rt(database: Database) -> Runtime:
    made = create_runtime(database, Clock())
    create_draft(made, note="白班")
    postings.check(made, "P-1", CALLED)
    postings.publish(made, "P-1", "李局")
    return made


def posting(rt: Runtime, code: str = "P-1") -> Posting:
    with rt.reading() as session:
        found = postings_table.posting_by_code(session, code)
        assert found is not None
        return found


def last_words(rt: Runtime) -> list[str]:
    with rt.reading() as session:
        return [posting_edits.words_of(one) for one in postings_table.changes_of(session, posting(rt).id)]


def test_the_form_unchanged_changes_nothing(rt: Runtime) -> None:
    before = posting(rt)
    done = posting_edits.edit(rt, "P-1", posting_edits.cells(before), "王岗")
    assert (done.changed, posting(rt).revision) == ((), before.revision)


def test_new_terms_are_read_dated_and_to_be_verified(rt: Runtime) -> None:
    before = posting(rt)
    told = {"工资待遇": "4200-4800", "年龄": "18-50岁", "截止日期": "2026-12-31"}
    done = posting_edits.edit(rt, "P-1", told, "王岗")
    after = posting(rt)
    assert (set(done.changed), done.needs_check) == ({"工资待遇", "年龄", "截止日期"}, True)
    assert (after.status, after.deadline, after.facts["age_max"]) == (PostingStatus.DRAFT, date(2026, 12, 31), 50)
    assert after.facts["salary"]["month_min"] == 4200
    assert after.terms_key != before.terms_key
    assert after.revision > before.revision
    assert any("工资待遇：3000-3600 → 4200-4800" in words for words in last_words(rt))
    with pytest.raises(PostingRefused, match=r"postings\.unchecked"):
        postings.publish(rt, "P-1", "李局")


def test_an_edit_verified_at_once_stays_on_offer(rt: Runtime) -> None:
    done = posting_edits.edit(rt, "P-1", {"工资待遇": "200/天"}, "王岗", CALLED)
    assert (done.needs_check, posting(rt).status) == (False, PostingStatus.OPEN)
    assert posting(rt).facts["salary"]["unit"] == "day"


def test_whom_to_call_needs_no_new_verification(rt: Runtime) -> None:
    done = posting_edits.edit(rt, "P-1", {"联系人": "赵经理", "联系电话": "13000000902"}, "王岗")
    assert (done.needs_check, posting(rt).status, posting(rt).phone) == (False, PostingStatus.OPEN, "13000000902")


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"工资待遇": "看表现"}, "工资"),
        ({"招聘人数": "0"}, "人数"),
        ({"招聘岗位": " "}, "岗位名称"),
        ({"备注": "交押金500元"}, "押金"),
    ],
)
def test_what_cannot_be_read_or_may_not_be_said_changes_nothing(rt: Runtime, told: dict[str, str], word: str) -> None:
    before = posting(rt)
    with pytest.raises(PostingRefused) as refused:
        posting_edits.edit(rt, "P-1", told, "王岗")
    assert word in refused.value.message
    assert (posting(rt).revision, posting(rt).status) == (before.revision, PostingStatus.OPEN)


def test_two_postings_are_not_edited_into_one(rt: Runtime) -> None:
    create_draft(rt, "P-2", note="白班")
    posting_edits.edit(rt, "P-1", {"年龄": "18-50岁"}, "王岗", CALLED)
    with pytest.raises(PostingRefused, match=r"postings\.double"):
        posting_edits.edit(rt, "P-2", {**posting_edits.cells(posting(rt))}, "王岗")
