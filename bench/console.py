"""How long the console takes over 50,000 people: lists and look-ups through the Flask client on SQLite, medians."""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from models.account import Role
from models.heartbeat import Confirmation
from models.intake import add_rows
from models.scope import scope_of
from models.unread import UnreadWord
from models.veteran import Preference, PreferenceChange, Veteran
from services.figures import close_due
from services.people import WILLINGNESS, WORK, regroup_due
from services.runtime import Runtime
from services.stations import set_up, within
from services.taught_words import COLUMN
from services.veterans import PHONE_TAIL
from tests.console import Browser, County, open_county

STATIONS = 13
BOUND_MS = 300.0


def fill(county: County, people: int) -> None:
    """Invented people spread over thirteen stations, half of them confirmed lately, every one with a wish."""
    rt = county.rt
    set_up(rt, (rt.office.name, ""), [(f"示例{number}镇退役军人服务站", "") for number in range(STATIONS)])
    with rt.reading() as session:
        nodes = [number for number, _ in within(rt, scope_of(session, 1))]
    with rt.transaction() as session:
        add_rows(session, Veteran, [_person(rt, number, nodes) for number in range(10, people + 10)])
        add_rows(session, Preference, [_wish(rt, number) for number in range(10, people + 10)])
        add_rows(session, Confirmation, [_heard(rt, number) for number in range(11, people + 10, 2)])
        add_rows(session, PreferenceChange, [_told(rt, number) for number in range(10, people + 10)])
        add_rows(session, UnreadWord, [_unread(rt, number) for number in range(10, people + 10)])
    regroup_due(rt)
    close_due(rt)


def _person(rt: Runtime, number: int, nodes: Sequence[int]) -> dict[str, object]:
    name, phone, now = f"王{number % 9000}", f"1300{number:07d}", rt.now()
    return {
        "id": number,
        "in_ledger": True,
        "following": number % 3 == 0,
        "kind": "veteran",
        "node_id": nodes[number % len(nodes)],
        "name_sealed": rt.keyring.seal("veteran.name", name),
        "name_digest": rt.keyring.digest("veteran.name", name),
        "phone_sealed": rt.keyring.seal("veteran.phone", phone),
        "phone_digest": rt.keyring.digest("veteran.phone", phone),
        "phone_tail_digest": rt.keyring.digest(PHONE_TAIL, phone[-4:]),
        "fresh_at": now - timedelta(days=number % 200) if number % 2 else None,
        "created_at": now,
    }


def _wish(rt: Runtime, number: int) -> dict[str, object]:
    profile = {
        "age": 25 + number % 35,
        "gender": "男",
        "willingness": WILLINGNESS[number % len(WILLINGNESS)],
        "job_categories": [WORK[number % len(WORK)], WORK[number * 7 % len(WORK)]],
    }
    return {"veteran_id": number, "profile": profile, "revision": 1, "updated_at": rt.now()}


def _heard(rt: Runtime, number: int) -> dict[str, object]:
    return {"veteran_id": number, "at": rt.now() - timedelta(days=number % 200), "way": "phone", "who": "测试"}


def _told(rt: Runtime, number: int) -> dict[str, object]:
    at = rt.now() - timedelta(days=number % 300)
    return {"veteran_id": number, "at": at, "slot": "willingness", "new": "待业", "source": "talk", "who": ""}


def _unread(rt: Runtime, number: int) -> dict[str, object]:
    word = f"没听懂{number % 5000}"
    sealed = {"word_digest": rt.keyring.digest(COLUMN, word), "word_sealed": rt.keyring.seal(COLUMN, word)}
    return sealed | {"veteran_id": number, "at": rt.now()}


def pages(county: County, people: int) -> dict[str, Callable[[Browser], int]]:
    """Every list and look-up, by name."""
    rare = WORK[-1]

    def get(path: str) -> Callable[[Browser], int]:
        return lambda browser: browser.get(path).status_code

    def look_up(words: str) -> Callable[[Browser], int]:
        return lambda browser: browser.post("/staff/people/search", {"q": words}, page="/staff/password").status_code

    return {
        "今日": get("/staff/"),
        "台账第一页": get("/staff/people"),
        "台账中间一页": get(f"/staff/people?after={people // 2}"),
        "台账最后一页": get(f"/staff/people?after={people - 20}"),
        "一个站": get("/staff/people?station=5"),
        "三个月没核实": get("/staff/people?freshness=stale"),
        "待业": get("/staff/people?willingness=待业"),
        "少见的意愿": get(f"/staff/people?work={rare}&freshness=fresh"),
        "没有人有的组合": get(f"/staff/people?work={rare}&willingness=待业&freshness=ageing&after={people}"),
        "人群（没有人的）": get("/staff/people?group=zero_job_household"),
        "人群（大龄）": get("/staff/people?group=older"),
        "按姓名找": look_up("王77"),
        "按后四位找": look_up("0777"),
        "一个人": get("/staff/people/777"),
        "没有音信": get("/staff/care/silence"),
        "教机器人认词": get("/staff/settings/words"),
        "机器人的话": get("/staff/settings/texts"),
        "机器人的一句话": get("/staff/settings/texts/matches/list"),
        "推送节奏": get("/staff/settings/pushes"),
        "报表": get("/staff/reports"),
        "报表，上个月": get("/staff/reports?period=2026-10"),
        "报表，一个站": get("/staff/reports?station=5"),
        "报表背后的人": get("/staff/reports/rows/ledger"),
        "想找工作的人": get(f"/staff/reports/rows/willing?after={people // 2}"),
        "有音信的人": get("/staff/reports/rows/fresh"),
        "逐期的图": get("/staff/reports/chart/referred"),
    }


def measure(county: County, people: int, rounds: int) -> dict[str, float]:
    """The median of each page in milliseconds, after one warm round."""
    browser = county.browser(Role.BUREAU)
    found = {}
    for name, ask in pages(county, people).items():
        times = []
        for _ in range(rounds + 1):
            begun = time.perf_counter()
            assert ask(browser) == 200, name
            times.append((time.perf_counter() - begun) * 1000)
        found[name] = statistics.median(times[1:])
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the medians; 1 when one is over the bound."""
    parser = argparse.ArgumentParser(prog="bench.console", description=__doc__)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=15)
    args = parser.parse_args(argv)
    with TemporaryDirectory() as folder, open_county(Path(folder)) as county:
        fill(county, args.people)
        found = measure(county, args.people, args.rounds)
    for name, milliseconds in found.items():
        print(f"{milliseconds:8.1f} ms  {name}{'  太慢' if milliseconds > BOUND_MS else ''}")
    return int(max(found.values()) > BOUND_MS)


if __name__ == "__main__":
    sys.exit(main())
