"""The laobing command: every verb has its module, keys are fresh, a call that cannot be understood ends with 2."""

import base64
from importlib import import_module

import pytest

from app.cli import VERBS, main
from app.commands.keygen import fresh


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_its_module_and_its_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    module = import_module("app.commands." + verb.replace("-", "_"))
    assert callable(module.configure)
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert VERBS[verb] in capsys.readouterr().out.replace("\n", "")


@pytest.mark.parametrize("words", [[], ["unheard-of"]])
def test_a_call_that_cannot_be_understood_ends_with_two(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2


def test_keys_are_fresh_every_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keygen"]) == 0
    lines = dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines())
    assert lines.keys() == fresh().keys()
    assert lines != fresh()
    assert len(base64.b64decode(lines["LAOBING_DATA_KEY"])) == 32
    assert len(lines["LAOBING_SECRET_KEY"]) >= 32
