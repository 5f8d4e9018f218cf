"""Templates that our reader takes, and exports that come back without a change."""

import io
import zipfile
from pathlib import Path

import python_calamine
from sqlalchemy import func, select

from models.audit import AuditEntry
from models.base import Database
from models.intake import LedgerConflict
from models.posting import Posting
from models.veteran import Veteran
from services.intake.exports import export_postings, export_veterans
from services.intake.importing import import_postings
from services.intake.ledger import import_people
from services.intake.sheets import read_sheets
from services.intake.source import Source
from services.intake.templates import posting_template, veteran_template
from services.runtime import CHINA
from tests.builders import create_runtime
from tests.integration.intake.test_ledger import ID_ZHANG, LI, ZHANG, county, ledger

TABLES = Path(__file__).parents[2] / "unit" / "intake" / "tables"


def test_an_exported_ledger_comes_back_without_a_change(database: Database) -> None:
    rt = county(database)
    import_people(rt, ledger(ZHANG, LI, LI.replace(LI.split(",")[3], "").replace("李示例", "王示例")), "王岗")
    done = import_people(rt, Source("导出.xlsx", export_veterans(rt, "王岗")), "王岗")
    assert (done.added, done.filled, done.unchanged, done.conflicts) == (0, 0, 3, 0)
    with rt.reading() as session:
        assert session.scalar(select(func.count()).select_from(Veteran)) == 3
        assert session.scalar(select(func.count()).select_from(LedgerConflict)) == 0


def test_exported_postings_come_back_as_the_same_postings(database: Database) -> None:
    rt = create_runtime(database)
    text = (TABLES / "zunyi.csv").read_bytes()
    first = import_postings(rt, Source("zunyi.csv", text), "王岗")
    again = import_postings(rt, Source("导出.xlsx", export_postings(rt, "王岗")), "王岗")
    assert (again.added, again.known) == (0, first.added)
    with rt.reading() as session:
        assert session.scalar(select(func.count()).select_from(Posting)) == first.added


def test_text_that_looks_like_a_formula_stays_text(database: Database) -> None:
    rt = county(database)
    import_people(rt, ledger(ZHANG.replace("不上夜班", "=1+1")), "王岗")
    (sheet,) = read_sheets(export_veterans(rt, "王岗"))
    assert sheet.rows[3].cells[-1] == "=1+1"


def test_the_empty_templates_are_understood_by_the_reader() -> None:
    for data, words in ((posting_template(), "岗位信息表"), (veteran_template(), "退役军人台账")):
        book = python_calamine.load_workbook(io.BytesIO(data))
        assert book.sheet_names == [words]
        (sheet,) = read_sheets(data)
        assert len(sheet.rows) == 2


def test_the_day_of_discharge_and_the_family_go_out_and_come_back(database: Database) -> None:
    rt = create_runtime(database)
    text = (
        "台账,,,,,\n姓名,身份证号,联系电话,退役时间,失业时间,户主\n"
        f"张示例,{ID_ZHANG},13000000001,2024-12-01,2026-03,本人\n"
        "李示例,,13000000002,2023年9月1日,,张示例\n"
    )
    import_people(rt, Source("台账.csv", text.encode()), "王岗")
    again = import_people(rt, Source("导出.xlsx", export_veterans(rt, "王岗")), "王岗")
    assert (again.added, again.filled, again.conflicts, again.unchanged) == (0, 0, 0, 2)
    (sheet,) = read_sheets(export_veterans(rt, "王岗"))
    assert "2024-12-01" in sheet.rows[3].cells
    assert "户主张示例" in sheet.rows[4].cells


def test_an_export_says_who_took_it_out_and_the_trail_keeps_it(database: Database) -> None:
    rt = county(database)
    import_people(rt, ledger(ZHANG, LI), "王岗")
    data = export_veterans(rt, "王岗（wang）")
    mark = f"王岗（wang） 于 {rt.now().astimezone(CHINA):%Y-%m-%d %H:%M} 导出，含个人信息，只限工作使用，不得转发"
    (sheet,) = read_sheets(data)
    assert sheet.rows[1].cells[0] == f"说明：{mark}"
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert mark in parts.read("xl/worksheets/sheet1.xml").decode()
    with rt.reading() as session:
        (entry,) = session.scalars(select(AuditEntry)).all()
        assert (entry.who, entry.action, entry.details) == ("王岗（wang）", "ledger.export", {"rows": 2})
