"""Empty workbooks to hand out: headings our reader knows, drop-downs, notes, text columns for numbers."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import xlsxwriter

from matching.taxonomy.codes import BOARDS, CERTIFICATES, EDUCATIONS, LICENCES, MILITARY_TRADES, SKILLS, WORK_TYPES
from services.intake.corrected import SAFE

ROWS: Final = 2000


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a workbook: its heading, what to write there, and the words to choose from (empty = free)."""

    heading: str
    note: str = ""
    choices: tuple[str, ...] = ()
    width: int = 14
    required: bool = False


POSTINGS: Final = (
    Column("序号", width=6),
    Column("用人单位", "单位全称", width=28, required=True),
    Column("招聘岗位", "一行一个岗位，如：保安、叉车司机", width=18, required=True),
    Column("招聘人数", "数字；不定写“若干”", width=10, required=True),
    Column("性别", "没有要求写“不限”", ("不限", "男", "女"), 8),
    Column("年龄", "如 18-50、55以下、男60女55以下"),
    Column("学历", "最低学历", ("不限", *EDUCATIONS), 10),
    Column("证书/驾照", "必须持有的，用顿号隔开；只是优先的写在备注", width=20),
    Column("工资待遇", "元/月，如 3500-4500；日薪写 200/天；没定写“面议”", width=16, required=True),
    Column("食宿", "", BOARDS, 10),
    Column("工作地点", "写到区县，如 绵阳市涪城区", width=22, required=True),
    Column("用工性质", "", WORK_TYPES, 10),
    Column("班次", "如 白班、两班倒、夜班", width=12),
    Column("优先条件", "如 退役军人优先、限退役军人", width=18),
    Column("联系人", width=10, required=True),
    Column("联系电话", "手机 11 位；座机写“区号-号码”", width=16, required=True),
    Column("发布日期", "如 2026-11-20", width=12),
    Column("截止日期", "如 2026-12-31；长期招聘写“长期”", width=12, required=True),
    Column("备注", "工作内容、其他要求", width=30),
)
VETERANS: Final = (
    Column("序号", width=6),
    Column("姓名", width=10, required=True),
    Column("性别", "", ("男", "女"), 6),
    Column("身份证号", "18 位。这一列已设成文本，请不要改成数字", width=22, required=True),
    Column("联系电话", "手机 11 位", width=14, required=True),
    Column("乡镇", "与服务站的乡镇名一致", width=12, required=True),
    Column("村(社区)", width=14),
    Column("出生年月", "如 1980-05", width=10),
    Column("学历", "", EDUCATIONS, 8),
    Column("入伍年份", width=10),
    Column("退役时间", "写到日最好，如 2024-12-01；只知道年份也可以", width=12),
    Column("退役方式", "如 自主就业、复员、转业、逐月领取退役金", width=14),
    Column("部队专业", "如 " + "、".join(MILITARY_TRADES[:6]), width=12),
    Column("技能", "用顿号隔开，如 " + "、".join(SKILLS[:5]), width=18),
    Column("证书", "用顿号隔开，如 " + "、".join(CERTIFICATES[:5]), width=18),
    Column("驾照", "准驾车型：" + "、".join(LICENCES), width=8),
    Column("就业状况", "", ("在职", "待业", "暂不求职"), 10),
    Column("求职意向", "用顿号隔开，如 保安、驾驶员", width=16),
    Column("期望月薪", "数字，元", width=10),
    Column("失业时间", "如 2026-03", width=12),
    Column("家庭编号", "同一家的人写同一个编号，用来找零就业家庭", width=14),
    Column("备注", "如 残疾七级、就业困难人员、不上夜班", width=24),
)


def posting_template() -> bytes:
    """An empty table of postings."""
    return workbook("岗位信息表", POSTINGS, ())


def veteran_template() -> bytes:
    """An empty ledger of people."""
    return workbook("退役军人台账", VETERANS, ())


def workbook(title: str, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, mark: str = "") -> bytes:
    """A table in the form of the templates: title, headings with notes and drop-downs, every cell as text.

    `mark`: a line under the title and on each printed page (who took it out, when); our reader takes it for a note.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, SAFE)
    page = book.add_worksheet(title[:28])
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "vcenter"})
    must = book.add_format({"bold": True, "bg_color": "#FCE4D6", "border": 1, "text_wrap": True, "valign": "vcenter"})
    page.merge_range(
        0, 0, 0, len(columns) - 1, title, book.add_format({"bold": True, "font_size": 16, "align": "center"})
    )
    top = 2 if mark else 1
    if mark:
        page.merge_range(1, 0, 1, len(columns) - 1, f"说明：{mark}", book.add_format({"font_color": "#C00000"}))
        page.set_footer("&L" + mark.replace("&", "&&") + "&R&P/&N")
    for number, column in enumerate(columns):
        page.set_column(number, number, column.width, text)
        page.write_string(top, number, column.heading, must if column.required else head)
        _explain(page, (top, number), column, max(ROWS, len(rows)) + top)
    for index, row in enumerate(rows, start=top + 1):
        for number, cell in enumerate(row):
            if cell:
                page.write_string(index, number, cell, text)
    page.freeze_panes(top + 1, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    book.close()
    return buffer.getvalue()


def _explain(page: Any, head: tuple[int, int], column: Column, last: int) -> None:
    top, number = head
    if column.note or column.required:
        page.write_comment(top, number, ("必填。" if column.required else "") + column.note)
    if column.choices:
        page.data_validation(
            top + 1,
            number,
            last,
            number,
            {"validate": "list", "source": list(column.choices), "error_type": "information", "ignore_blank": True},
        )
