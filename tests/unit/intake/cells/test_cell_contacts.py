"""Phones, and the names beside them, in many wordings."""

import pytest

from services.intake.cells import contacts

CONTACTS = {
    "涂主管 13900000961": ("涂主管", "13900000961"),
    "人事部13900000966": ("人事部", "13900000966"),
    "139 0000 0951": (None, "13900000951"),
    "139-0000-0951": (None, "13900000951"),
    "0816-2345678": (None, "0816-2345678"),
    "0816 2345678": (None, "0816-2345678"),
    "08162345678": (None, "0816-2345678"),
    "(0816)2345678": (None, "0816-2345678"),
    "（0816）2345678转801": (None, "0816-2345678"),
    "2345678": (None, None, "phone_invalid"),
    "400-800-1234": (None, "4008001234"),
    "+86 13900000951": (None, "13900000951"),
    "8613900000951": (None, "13900000951"),
    "1390000095": (None, None, "phone_invalid"),
    "139000009511": (None, None, "phone_invalid"),
    "1390000O951": (None, None, "phone_invalid"),
    "13900000951/13900000952": (None, "13900000951"),
    "王经理：13900000951（微信同号）": ("王经理", "13900000951"),
    "联系人：李四 电话：0816-2345678": ("李四", "0816-2345678"),
    "张三13900000951、李四13900000952": ("张三", "13900000951"),
    "刘先生 139 0000 0951": ("刘先生", "13900000951"),
    "hr@x.com": (None, None, "phone_missing"),
    "无": (None, None, "phone_missing"),
    "010-62345678": (None, "010-62345678"),
    "028 8765 4321": (None, "028-87654321"),
    "张女士/0371-6000 0001": ("张女士", "0371-60000001"),
    "12345678901": (None, None, "phone_invalid"),
    "陈老师\n13900000951": ("陈老师", "13900000951"),
    "1.3900000951E10": (None, None, "phone_invalid"),
}


@pytest.mark.parametrize(("text", "wanted"), CONTACTS.items())
def test_a_contact_is_read_as_meant(text: str, wanted: object) -> None:
    found = contacts.parse(text)
    assert (found.name, found.phone, *found.codes) == wanted
