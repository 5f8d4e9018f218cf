"""The check of the word lists: every fault is found at its line, with the mend beside it."""

import pytest

from app import cli
from bot.nlu.check import check

HEAD = 'version = "2026-11-21"\n'


@pytest.mark.parametrize(
    ("file", "text", "line", "words"),
    [
        ("jobs.toml", HEAD + '[words]\n"保按" = ["看大门"]\n', 3, "不在代码表里"),
        ("jobs.toml", HEAD + '[words]\n"保安" = "看大门"\n', 3, "一串叫法"),
        ("jobs.toml", HEAD + '[words]\n"保安" = ["门"]\n', 3, "只有一个字"),
        ("jobs.toml", HEAD + '[words]\n"保安" = ["~门"]\n', 3, "~ 用得不对"),
        ("skills.toml", HEAD + "[words]\n烹饪 = []\n", 3, "读不懂"),
        ("skills.toml", "[words]\n", 0, "没有版本"),
        ("phrases.toml", HEAD + '[shift_wish]\n"双休日" = ["双休"]\n', 3, "不在代码表里"),
        ("phrases.toml", HEAD + '[shift_wish]\n"双休" = ["(双休"]\n', 3, "正则写法有错"),
        ("phrases.toml", HEAD + '[shift_wish]\n"双休" = ["双休|"]\n', 3, "连空白也算"),
        ("intents.toml", HEAD + '[[intent]]\nname = "buy"\nweight = 70\nfind = ["买"]\n', 3, "没有“buy”这个意图"),
        ("relations.toml", HEAD + '[job_of_skill]\n"驾驶" = "司机"\n', 3, "不在代码表里"),
    ],
)
def test_a_fault_is_found_at_its_line(tmp_path, file, text, line, words):
    (tmp_path / file).write_text(text, encoding="utf-8")
    problems = check(tmp_path)
    assert [(problem.file, problem.line) for problem in problems] == [(file, line)]
    assert words in problems[0].message
    assert problems[0].mend


def test_our_own_files_are_in_order(capsys):
    assert cli.main(["lexicon", "check"]) == 0
    assert "没有问题" in capsys.readouterr().out


def test_a_folder_with_a_fault_fails_the_command(tmp_path, capsys):
    (tmp_path / "jobs.toml").write_text('[words]\n"保安" = ["看场"]\n', encoding="utf-8")
    assert cli.main(["lexicon", "check", str(tmp_path)]) == 1
    assert "jobs.toml" in capsys.readouterr().out
