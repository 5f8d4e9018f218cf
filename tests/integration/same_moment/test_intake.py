"""Sheets of the same people or postings, taken in by two."""

import pytest

from models.posting import Posting
from models.upload import UploadState
from models.veteran import Veteran
from services.intake import upload_work, uploads
from services.intake.importing import import_postings
from services.intake.source import Source
from services.runtime import Runtime
from tests.integration.intake.test_ledger import ZHANG, ledger
from tests.integration.same_moment.scenes import BUREAU, Both, count, kinds

POSTINGS = Source("岗位.csv", "单位,岗位,人数,工资,地点,电话\n示例厂,保安,2,3000,绵阳市,13000000001\n".encode())


@pytest.mark.usefixtures("somebody")
@pytest.mark.parametrize("row", [ZHANG, ZHANG.replace(ZHANG.split(",")[3], "")], ids=["numbered", "unnumbered"])
def test_who_stands_in_two_ledgers_is_entered_once(rt: Runtime, both: Both, row: str) -> None:
    before = count(rt, Veteran)
    one, other = (uploads.receive(rt, BUREAU, "veteran", ledger(row, *more)) for more in ([], [""]))
    both(lambda: uploads.take(rt, BUREAU, one, publish=False), lambda: uploads.take(rt, BUREAU, other, publish=False))
    upload_work.work_due(rt)
    assert {uploads.view(rt, BUREAU, number).state for number in (one, other)} == {UploadState.TAKEN}
    assert count(rt, Veteran) == before + 1


def test_the_first_postings_of_all_come_in_two_files(rt: Runtime, both: Both) -> None:
    assert kinds(both(lambda: import_postings(rt, POSTINGS, "王岗"))) == ["Imported", "Imported"]
    assert count(rt, Posting) == 1


@pytest.mark.usefixtures("somebody")
@pytest.mark.parametrize("is_taken", [True, False])
def test_a_sheet_is_taken_in_or_looked_at_by_one_of_two(rt: Runtime, both: Both, is_taken: bool) -> None:
    number = uploads.receive(rt, BUREAU, "posting", POSTINGS)
    take = lambda: uploads.take(rt, BUREAU, number, publish=False)  # noqa: E731 - done by one or by both
    look = lambda: uploads.look_again(rt, BUREAU, number, mends=True)  # noqa: E731
    assert kinds(both(take, take if is_taken else look)) == ["NoneType", "ServiceError"]
