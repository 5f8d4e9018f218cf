"""Every reply has one text, every text one reply; all render with sample parameters and stay within one message."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services import text_edits
from services.rendering import every_key, render
from services.runtime import Office

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 600
OFFICE = Office(
    name="安和县退役军人服务中心",
    region="510705",
    phone="0800-0000000",
    address="安和县幸福路 1 号一楼 3 号窗口",
    employer_form="https://example.invalid/e/form",
)


def named_keys() -> Iterator[str]:
    """Every key in the source as a regular expression: literals as they stand, the holes of f-strings as words."""
    for room in ("bot", "services"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    if re.fullmatch(r"[a-z]+/[a-z_0-9]*[a-z0-9]", node.value):
                        yield re.escape(node.value)
                elif isinstance(node, ast.JoinedStr) and node.values:
                    parts = [part.value if isinstance(part, ast.Constant) else "[a-z_0-9]+" for part in node.values]
                    if re.match(r"[a-z]+/", str(parts[0])):
                        yield "".join(map(str, parts))


def params_of(key: str) -> dict[str, Any]:
    return {"office": OFFICE, **text_edits.sample(key)}


def test_every_key_has_a_text_and_every_text_a_key() -> None:
    keys, found = set(named_keys()), every_key()
    assert [key for key in keys if not any(re.fullmatch(key, text) for text in found)] == []
    assert [text for text in found if not any(re.fullmatch(key, text) for key in keys)] == []


@pytest.mark.parametrize("key", every_key())
def test_a_text_fits_one_message(key: str) -> None:
    text = render(key, **params_of(key))
    assert 0 < len(text) <= LONGEST
    assert "\n\n" not in text
    assert not re.search(r"\bNone\b|\{\{|undefined", text)


@pytest.mark.parametrize("key", every_key())
def test_a_text_is_polite_and_plain(key: str) -> None:
    text = render(key, **params_of(key))
    assert "你" not in text.replace("你们", "")
    assert "！" not in text
    assert not re.search(r"[A-Za-z]{4,}(?!\S*invalid)", text.replace("https://example.invalid/e/form", ""))


def test_a_bureau_without_a_telephone_leaves_no_hole() -> None:
    for key in every_key():
        text = render(key, **{**params_of(key), "office": Office()})
        assert "打 ；" not in text
        assert "  " not in text.replace("\n", "")


@pytest.mark.parametrize("by", ["pay", "place"])
@pytest.mark.parametrize("known", [True, False])
def test_the_best_of_a_list_names_its_posting(by: str, known: bool) -> None:
    """A reason without the posting it speaks of tells nobody anything, whatever its sheet left out."""
    params = params_of("matches/best") | {"by": by, "known": known}
    said = render("matches/best", **params)
    assert f"第 {params['number']} 个：{params['item']['title']}" in said
    assert ("没写清楚" in said) is not known
