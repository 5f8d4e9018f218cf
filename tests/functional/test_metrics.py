"""What an operator sees: figures for this machine or with the token, never for others, never personal; JSON logs."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import migration, settings
from app.commands.keygen import fresh
from app.logs import JsonLines
from app.web import create_app
from services import outbox
from tests.functional.server import ROOT

Make = Callable[..., Flask]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes an application with these further settings."""
    made: list[Flask] = []

    def build(**named: str) -> Flask:
        values = fresh() | {"LAOBING_DATABASE_URL": f"sqlite:///{tmp_path / 'laobing.db'}"}
        values |= {f"LAOBING_{name}": value for name, value in named.items()}
        made.append(create_app(settings.load(values, tmp_path / "none")))
        migration.upgrade(made[-1].extensions["laobing"].database)
        return made[-1]

    yield build
    for app in made:
        app.extensions["laobing"].database.dispose()


def test_the_figures_say_what_waits_and_what_was_answered(make: Make) -> None:
    app = make()
    rt = app.extensions["laobing"]
    with rt.transaction() as session:
        outbox.enqueue_reply(session, "o-somebody", outbox.Message("k1", "您好"), rt.now())
    client = app.test_client()
    client.get("/healthz")
    client.post("/wechat", data=b"nothing of the platform's")
    text = client.get("/metrics").text
    assert 'laobing_answers_total{page="webhook.push",status="400"}' in text
    assert 'laobing_outbox_waiting{lane="chat"} 1.0' in text
    assert 'laobing_outbox_waiting{lane="bulk"} 0.0' in text
    assert 'laobing_task_age_seconds{task="outbox.deliver_due"} NaN' in text
    assert 'laobing_answers_total{page="healthz",status="200"}' in text
    assert 'laobing_night_shards{state="waiting"} 0.0' in text
    assert "o-somebody" not in text


def test_others_and_whom_a_proxy_speaks_for_see_nothing(make: Make) -> None:
    client = make().test_client()
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
    assert client.get("/metrics").status_code == 200


def test_a_token_is_the_only_way_once_it_is_set(make: Make) -> None:
    client = make(METRICS_TOKEN="invented-token").test_client()
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    headers = {"Authorization": "Bearer invented-token"}
    assert client.get("/metrics", headers=headers, environ_base=elsewhere).status_code == 200


def test_several_processes_add_up(tmp_path: Path) -> None:
    """As under gunicorn: each counts into the shared folder, whichever is asked shows the sum."""
    count = "from app import metrics; metrics.ANSWERS.labels('home', 200).inc();"
    show = "print(metrics.generate_latest(metrics._counted()).decode())"
    folder = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", count], env=folder, check=True)
    seen = subprocess.run([sys.executable, "-c", count + show], env=folder, check=True, capture_output=True, text=True)
    assert 'laobing_answers_total{page="home",status="200"} 3.0' in seen.stdout


def test_a_json_line_names_the_error_and_not_its_text() -> None:
    try:
        raise ValueError("王建国 13000000123")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "task %s broke", ("a",), sys.exc_info())
    line = json.loads(JsonLines().format(record))
    assert (line["level"], line["message"], line["error"]) == ("ERROR", "task a broke", "ValueError")
    assert "13000000123" not in json.dumps(line)
