"""The ledger: entered once, matched by identity number or name and phone, blanks filled, nothing overwritten."""

import io

import xlsxwriter
from sqlalchemy import func, select

from models.base import Database, Session
from models.intake import LedgerChange, LedgerConflict
from models.organisation import Level, Node
from models.veteran import Preference, Veteran
from services.intake.ledger import import_people
from services.intake.results import RowResult
from services.intake.source import Source
from services.runtime import Runtime
from tests.builders import FRIDAY, KEYRING, create_runtime

HEAD = (
    "序号,姓名,性别,身份证号,联系电话,乡镇,出生年月,学历,退役年份,部队专业,"
    "技能,证书,驾照,就业状况,求职意向,期望月薪,备注"
)
ZHANG_ROW = (
    "1,张示例,男,519900198001010016,13000000001,潼川镇,1980-01,高中,2002,汽车兵,"
    "驾驶,优待证,B2,待业,驾驶员,5000,不上夜班"
)
LI_ROW = "2,李示例,女,519900199003150024,130 0000 0002,塔山镇,1990.3,大专,2012,通信,电脑办公,,C1,在职,,,"


def ledger(*rows: str, name: str = "台账.csv") -> Source:
    return Source(name, "\n".join(("三台县退役军人台账" + "," * 16, HEAD, *rows)).encode())


def county(database: Database) -> Runtime:
    rt = create_runtime(database)
    with rt.transaction() as session:
        bureau = Node(level=Level.COUNTY, name="三台县退役军人事务局", region="510722")
        session.add(bureau)
        session.flush()
        session.add(Node(parent_id=bureau.id, level=Level.TOWNSHIP, name="潼川镇退役军人服务站", region="510722100"))
    return rt


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def number(order: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return order + "10X98765432"[sum(int(d) * w for d, w in zip(order, weights, strict=True)) % 11]


ID_ZHANG, ID_LI = number("51990019800101001"), number("51990019900315002")
ZHANG, LI = ZHANG_ROW.replace("519900198001010016", ID_ZHANG), LI_ROW.replace("519900199003150024", ID_LI)


def test_people_are_entered_sealed_and_under_their_station(database: Database) -> None:
    rt = county(database)
    rows: list[RowResult] = []
    done = import_people(rt, ledger(ZHANG, LI), "王岗", on_row=rows.append)
    assert (done.added, done.filled, done.conflicts) == (2, 0, 0)
    with rt.reading() as session:
        zhang, li = session.scalars(select(Veteran).order_by(Veteran.id)).all()
        assert KEYRING.open("veteran.name", zhang.name_sealed or b"") == "张示例"
        assert KEYRING.open("veteran.phone", li.phone_sealed or b"") == "13000000002"
        assert zhang.id_number_digest == KEYRING.digest("veteran.id_number", ID_ZHANG)
        assert (zhang.in_ledger, zhang.gender, li.gender) == (True, "男", "女")
        node = session.get(Node, zhang.node_id)
        assert node is not None
        assert node.name == "潼川镇退役军人服务站"
        profile = session.get_one(Preference, zhang.id).profile
        assert profile["licences"] == ["B2"]
        assert profile["military_trade"] == ["汽车兵"]
        assert profile["willingness"] == "待业"
        assert profile["job_categories"] == ["驾驶员"]
        assert profile["shift_wish"] == ["不上夜班"]
        assert profile["salary_min"] == 5000
    assert "town_unknown" in rows[3].warnings
    shown = str([row.to_json() for row in rows])
    assert "张示例" not in shown
    assert ID_ZHANG not in shown
    assert "13000000001" not in shown


def test_the_same_file_again_changes_nothing(database: Database) -> None:
    rt = county(database)
    import_people(rt, ledger(ZHANG, LI), "王岗")
    again = import_people(rt, ledger(ZHANG, LI), "王岗")
    assert again.again == FRIDAY
    renamed = import_people(rt, ledger(ZHANG, LI, "", name="新.csv"), "王岗")
    assert (renamed.added, renamed.filled, renamed.unchanged, renamed.conflicts) == (0, 0, 2, 0)
    with rt.reading() as session:
        assert count(session, Veteran) == 2
        assert count(session, LedgerConflict) == 0


def test_blanks_are_filled_with_a_dated_row_and_differences_go_to_the_clerk(database: Database) -> None:
    rt = county(database)
    import_people(rt, ledger(ZHANG, LI), "王岗")
    changed = ledger(ZHANG.replace("高中", "大专"), LI.replace(",在职,,,", ",在职,文员,4000,包住"), name="二.csv")
    rows: list[RowResult] = []
    done = import_people(rt, changed, "李岗", on_row=rows.append)
    assert (done.added, done.filled, done.conflicts) == (0, 1, 1)
    assert "person_conflict" in rows[2].warnings
    with rt.reading() as session:
        zhang, li = session.scalars(select(Veteran).order_by(Veteran.id)).all()
        assert session.get_one(Preference, zhang.id).profile["education"] == "高中"
        assert session.get_one(Preference, li.id).profile["job_categories"] == ["文员"]
        conflict = session.scalars(select(LedgerConflict)).one()
        assert (conflict.veteran_id, conflict.field) == (zhang.id, "education")
        assert KEYRING.open("ledger_conflict.education", conflict.offered_sealed or b"") == "大专"
        logged = session.scalars(select(LedgerChange).where(LedgerChange.veteran_id == li.id)).all()
        assert {change.field for change in logged} == {"row", "job_categories", "salary_min", "remark_words"}
        assert {change.who for change in logged} == {"王岗", "李岗"}
    # The same difference in another file is not raised a second time.
    import_people(rt, ledger(ZHANG.replace("高中", "大专"), name="三.csv"), "李岗")
    with rt.reading() as session:
        assert count(session, LedgerConflict) == 1


def test_without_an_identity_number_name_and_phone_find_the_person(database: Database) -> None:
    rt = county(database)
    import_people(rt, ledger(ZHANG.replace(ID_ZHANG, "")), "王岗")
    done = import_people(rt, ledger(ZHANG, name="二.csv"), "王岗")
    assert (done.added, done.filled) == (0, 1)
    with rt.reading() as session:
        only = session.scalars(select(Veteran)).one()
        assert only.id_number_digest == KEYRING.digest("veteran.id_number", ID_ZHANG)


def test_two_people_who_could_be_meant_are_left_to_the_clerk(database: Database) -> None:
    rt = county(database)
    twin = ZHANG.replace(ID_ZHANG, number("51990019800101003"))
    import_people(rt, ledger(ZHANG, twin), "王岗")
    rows: list[RowResult] = []
    done = import_people(rt, ledger(ZHANG.replace(ID_ZHANG, ""), name="二.csv"), "王岗", on_row=rows.append)
    assert (done.added, done.conflicts) == (0, 1)
    assert "person_unclear" in rows[2].warnings


def test_a_number_excel_has_damaged_is_refused_with_the_mend(database: Database) -> None:
    rt = county(database)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["姓名", "身份证号", "联系电话", "乡镇"])
    sheet.write_row(1, 0, ["张示例", int(ID_LI[:17] + "0"), 13000000001, "潼川镇"])
    book.close()
    rows: list[RowResult] = []
    done = import_people(rt, Source("台账.xlsx", buffer.getvalue()), "王岗", on_row=rows.append)
    assert done.added == 0
    assert rows[1].error == "id_lossy"
    assert "文本" in rows[1].findings[0].mend


def test_wrong_numbers_missing_names_and_repeated_rows_are_not_entered(database: Database) -> None:
    rt = county(database)
    wrong = ZHANG.replace(ID_ZHANG, ID_ZHANG[:17] + ("1" if ID_ZHANG[17] != "1" else "2"))
    rows: list[RowResult] = []
    done = import_people(rt, ledger(wrong, LI.replace("李示例", ""), LI, LI), "王岗", on_row=rows.append)
    assert [row.error for row in rows[2:4]] == ["id_invalid", "missing_name"]
    assert (rows[5].status, rows[5].duplicate_of) == ("duplicate", 5)
    assert done.added == 1


def test_the_number_decides_birthday_and_sex(database: Database) -> None:
    rt = county(database)
    rows: list[RowResult] = []
    import_people(rt, ledger(ZHANG.replace("1980-01", "1981-01").replace(",男,", ",女,")), "王岗", on_row=rows.append)
    assert {"birth_differs", "gender_differs"} <= set(rows[2].warnings)
    with rt.reading() as session:
        only = session.scalars(select(Veteran)).one()
        assert (str(only.birth_on), only.gender) == ("1980-01-01", "男")
