"""The pages outside the console: home, health, readiness, errors."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import bootstrap, migration, scheduler, settings
from app.commands.keygen import fresh
from app.web import create_app


@pytest.fixture
def config(tmp_path: Path) -> settings.Settings:
    values = fresh() | {
        "LAOBING_DATABASE_URL": f"sqlite:///{tmp_path / 'laobing.db'}",
        "LAOBING_OFFICE_NAME": "示例县退役军人服务中心",
        "LAOBING_OFFICE_PHONE": "0816-0000000",
    }
    return settings.load(values, tmp_path / "none")


@pytest.fixture
def app(config: settings.Settings) -> Iterator[Flask]:
    made = create_app(config)
    migration.upgrade(made.extensions["laobing"].database)
    yield made
    made.extensions["laobing"].database.dispose()


def test_home_says_whose_it_is_and_that_the_sandbox_is_one(app: Flask) -> None:
    text = app.test_client().get("/").text
    assert "示例县退役军人服务中心" in text
    assert "模拟微信" in text


def test_health_needs_nothing(app: Flask) -> None:
    assert app.test_client().get("/healthz").text == "ok"


def test_readiness_names_what_is_missing_and_is_well_after_every_task_ran(app: Flask) -> None:
    client = app.test_client()
    before = client.get("/readyz")
    assert before.status_code == 503
    assert any("outbox.deliver_due" in problem for problem in before.get_json()["problems"])
    rt = app.extensions["laobing"]
    for task in scheduler.TASKS:
        scheduler.run(rt, task)
    after = client.get("/readyz")
    night = {"shards": 0, "done": 0, "people": 0}
    assert (after.status_code, after.get_json()) == (200, {"ready": True, "problems": [], "night": night})


def test_readiness_asks_for_a_migration(config: settings.Settings) -> None:
    made = create_app(config)
    answer = made.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "laobing migrate" in answer.get_json()["problems"][0]
    made.extensions["laobing"].database.dispose()


def test_an_unknown_page_is_answered_in_chinese_without_inline_script(app: Flask) -> None:
    answer = app.test_client().get("/nowhere")
    assert answer.status_code == 404
    assert "没有找到这个页面" in answer.text
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text
    assert "style=" not in answer.text


def test_a_broken_task_is_recorded_and_does_not_stop_the_table(app: Flask) -> None:
    def breaks(_rt: object) -> int:
        raise OSError("disk")

    rt = app.extensions["laobing"]
    scheduler.run(rt, scheduler.Task("breaks", scheduler.TASKS[0].every, breaks))
    assert bootstrap.machine_clock()  # the process goes on
    from services import operations

    assert operations.ages(rt, ("breaks",)) == {"breaks": None}
