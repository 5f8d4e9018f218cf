"""设置: accounts made, reset and disabled by an administrator; the one-time password is shown once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models import nightly as nightly_table
from models.account import Role
from models.nightly import NightlyShard
from services import stations
from tests.console import PASSWORD, County, open_county, sign_in


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as made:
        yield made


def test_an_account_from_made_to_disabled(county: County) -> None:
    admin = county.browser(Role.ADMIN)
    node = stations.find(county.rt, "")
    new = {"sign_in": "xinren", "name": "新人", "role": "clerk", "node": str(node)}
    page = admin.post("/staff/settings", new).text
    given = page.split('class="secret">')[1].split("<")[0]
    assert given not in admin.get("/staff/settings").text
    assert "已经有人用了" in admin.post("/staff/settings", new).text
    newcomer = county.browser()
    assert sign_in(county, newcomer, "xinren", given).status_code == 302
    admin.post("/staff/settings/disable", {"sign_in": "xinren"})
    assert newcomer.get("/staff/password").location.startswith("/staff/sign-in")
    admin.post("/staff/settings/enable", {"sign_in": "xinren"})
    again = admin.post("/staff/settings/reset", {"sign_in": "xinren"}).text.split('class="secret">')[1].split("<")[0]
    assert again != given
    assert sign_in(county, newcomer, "xinren", given).status_code == 401
    assert sign_in(county, newcomer, "xinren", again).status_code == 302


def test_nobody_takes_the_last_administrator_away(county: County) -> None:
    answer = county.browser(Role.ADMIN).post("/staff/settings/disable", {"sign_in": "admin"})
    assert answer.status_code == 400 and "最后一个管理员" in answer.text
    assert sign_in(county, county.browser(), "admin", PASSWORD).status_code == 302


def test_the_administrator_sees_how_far_the_night_has_come(county: County) -> None:
    admin = county.browser(Role.ADMIN)
    assert "今天还没有开始" in admin.get("/staff/settings").text
    with county.rt.transaction() as session:
        nightly_table.add_shards(session, county.rt.today(), [(1, 5), (6, 9)])
        assert nightly_table.claim_shard(session, county.rt.today(), county.rt.now(), county.rt.now()) is not None
    assert "一共 2 份，做完 0 份，配好 0 人" in admin.get("/staff/settings").text
    with county.rt.transaction() as session:
        for shard in session.query(NightlyShard):
            shard.done_at, shard.people = county.rt.now(), 4
    assert "8 人都配过了" in admin.get("/staff/settings").text
