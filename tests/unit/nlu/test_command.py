"""`laobing understand`: the lines it writes."""

import json

from app import cli


def answers(capsys, tmp_path, *lines, options=()):
    file = tmp_path / "messages.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    status = cli.main(["understand", "--as-of", "2026-11-20", *options, str(file)])
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_message_gets_one_line(capsys, tmp_path):
    status, lines = answers(
        capsys, tmp_path, '{"id": "a", "text": "我四十五，想当保安"}', '{"id": "b", "text": "40", "asked": "age"}'
    )
    assert status == 0
    assert lines[0] == {"id": "a", "intent": "find_job", "slots": {"age": 45, "job_categories": ["保安"]}, "reply": ""}
    assert lines[1]["slots"] == {"age": 40}


def test_a_broken_line_is_answered_and_the_rest_goes_on(capsys, tmp_path):
    status, lines = answers(capsys, tmp_path, "{", '{"id": "b", "text": 7}', '{"id": "c", "text": "人工"}')
    assert status == 1
    assert "error" in lines[0]
    assert lines[1]["id"] == "b" and "error" in lines[1]
    assert lines[2]["intent"] == "human_agent"


def test_explain_names_rule_and_entry_and_hides_the_name(capsys, tmp_path):
    _, lines = answers(capsys, tmp_path, '{"id": "a", "text": "我叫王建军，想找个保按的活"}', options=["--explain"])
    why = {one["slot"]: one for one in lines[0]["why"]}
    assert why["job_categories"]["entry"] == "保安（同音）"
    assert "王建军" not in json.dumps(lines[0]["why"], ensure_ascii=False)


def test_explain_names_what_the_intent_was_heard_by(capsys, tmp_path):
    messages = (
        '{"id": "a", "text": "优待证怎么办"}',
        '{"id": "b", "text": "48", "asked": "age"}',
        '{"id": "c", "text": "天书"}',
    )
    _, lines = answers(capsys, tmp_path, *messages, options=["--explain"])
    told = [next(one for one in line["why"] if one["slot"] == "intent") for line in lines]
    assert [one["value"] for one in told] == [line["intent"] for line in lines]
    assert told[0]["entry"].startswith("intents.toml") and told[0]["words"] == "优待证怎么办"
    assert told[1]["rule"] == "答了问题"
    for line in lines:
        assert {*line["slots"], "intent"} == {one["slot"] for one in line["why"]}
        assert all(one["entry"] for one in line["why"])


def test_a_bureau_adds_words_without_code(capsys, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "jobs.toml").write_text('version = "1"\n[words]\n"保安" = ["打更老汉儿"]\n', encoding="utf-8")
    message = '{"id": "a", "text": "想找个打更老汉儿"}'
    _, lines = answers(capsys, tmp_path, message, options=["--lexicon", str(own)])
    assert lines[0]["slots"]["job_categories"] == ["保安"]
