import json

import pytest

from app.cli import main
from matching.facts import PostingFacts, SeekerFacts
from tests.unit.matching.invent import DAY, place


@pytest.fixture
def files(tmp_path):
    postings = [
        PostingFacts(id="p1", job_categories=("保安",), month_max=3600, location=place("510703")),
        PostingFacts(id="p2", job_categories=("电工",), certificates_all=("电工证",), location=place("510703")),
        PostingFacts(id="p3", job_categories=("保安",), age_max=30, location=place("510703")),
    ]
    seekers = [
        SeekerFacts(id="s1", age=46, job_categories=("保安",), certificates=(), location=(place("510703"),)),
        SeekerFacts(id="s2", age=46, job_categories=("厨师",), certificates=(), location=(place("510703"),)),
    ]
    rows = [json.dumps({"id": posting.id, "norm": posting.to_json()}, ensure_ascii=False) for posting in postings]
    (tmp_path / "postings.jsonl").write_text("\n".join(rows), encoding="utf-8")
    rows = [json.dumps({"id": seeker.id, "profile": seeker.to_json()}, ensure_ascii=False) for seeker in seekers]
    (tmp_path / "seekers.jsonl").write_text("\n".join([*rows, '{"id": "s3"}', "{"]), encoding="utf-8")
    return tmp_path


def run(files, capsys, *options):
    words = ["match", "--as-of", DAY.isoformat(), "--postings", str(files / "postings.jsonl")]
    status = main([*words, "--seekers", str(files / "seekers.jsonl"), *options])
    assert status == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_one_line_a_seeker(files, capsys):
    first, second, third, last = run(files, capsys)
    assert [match["posting_id"] for match in first["matches"]] == ["p1"]
    assert first["excluded"] == {"age": 1, "certificate": 1}
    assert first["matches"][0]["text"]
    assert second["matches"] == []
    assert second["suggestions"]
    assert third["seeker_id"] == "s3"
    assert "error" in third
    assert "error" in last


def test_near_misses_are_added(files, capsys):
    second = run(files, capsys, "--near-miss")[1]
    assert {"kind": "relax", "subject": "category", "value": "保安"}.items() <= second["near_miss"][0].items()


def test_a_posting_that_cannot_be_read_is_reported(files, capsys):
    with (files / "postings.jsonl").open("a", encoding="utf-8") as file:
        file.write('\n{"id": "p9", "norm": {"deadline": "soon"}}\n')
    assert run(files, capsys)[0]["id"] == "p9"
