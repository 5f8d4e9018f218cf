"""Whole-column mends: proposed in words, applied only when asked; and the corrected workbook handed back."""

from datetime import date

from services.intake.corrected import write_corrected
from services.intake.headers import book
from services.intake.mends import apply, propose
from services.intake.postings import parse_postings
from services.intake.rows import Sheet
from services.intake.sheets import read_sheets

DAY = date(2026, 11, 20)
TABLE = """绵阳市岗位表,,,,,,
序号,单位,岗位,人数,工资,地点,电话
1,示例一厂,保安,2,3000,涪城区,0816-2000001
2,,保洁,2,2500,涪城区,2000002
3,示例二厂,电工,１,5000,涪城区,139 0000 0003
4,示例三厂,焊工,0,5000,涪城区,=1+1
"""


def sheet() -> Sheet:
    (only,) = read_sheets(TABLE.encode())
    return only


def test_mends_are_proposed_in_words_with_their_count() -> None:
    questions = {mend.code: (mend.column, mend.question) for mend in propose(sheet(), book("posting"))}
    assert questions == {
        "spaces": ("电话", "1 个电话里有空格：全部去掉？"),
        "full_width": ("人数", "1 个人数是全角字符：全部改成半角？"),
        "area_code": ("电话", "1 个座机没有区号：都加上 0816？"),
        "employer_above": ("单位", "1 行有序号没有单位：都沿用上一行的单位？"),
    }


def test_nothing_is_mended_without_consent() -> None:
    rows = parse_postings(sheet(), DAY)
    assert rows[3].error == "missing_employer"
    assert rows[3].fields["phone"] is None


def test_an_agreed_mend_changes_only_its_cells() -> None:
    before = sheet()
    rows = parse_postings(apply(before, propose(before, book("posting"))), DAY)
    assert [row.status for row in rows[2:]] == ["ok", "ok", "ok", "error"]
    assert (rows[3].fields["employer"], rows[3].fields["phone"]) == ("示例一厂", "0816-2000002")
    assert rows[4].fields["phone"] == "13900000003"
    assert before == sheet()


def test_the_corrected_workbook_has_the_same_rows_and_the_mends_beside_them() -> None:
    before = sheet()
    (back,) = read_sheets(write_corrected([before], parse_postings(before, DAY)))
    for old, new in zip(before.rows, back.rows, strict=True):
        assert new.cells[: len(old.cells)] == old.cells
    assert back.rows[1].cells[7:] == ("检查结果", "问题和改法")
    assert back.rows[3].cells[7] == "有错"
    assert "补上用人单位" in back.rows[3].cells[8]
    assert back.rows[5].cells[6] == "=1+1"
    # The file handed back can be corrected and handed in again: the two columns more are no columns of ours.
    assert [row.status for row in parse_postings(back, DAY)] == [row.status for row in parse_postings(before, DAY)]


def test_a_finding_about_a_column_the_file_lacks_names_it_in_chinese() -> None:
    details = parse_postings(sheet(), DAY)[2].findings
    assert "截止日期" in [found.column for found in details if found.code == "deadline_missing"]
