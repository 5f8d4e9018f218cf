"""No repeated group of a pattern may read one text in two ways: searching would try all of them, and never end.

行吧行吧行吧… read by (行|吧|行吧)* has as many ways as there are sums: a message of forty characters holds up a process
for days. So of the words of a repeated group none may be put together of others of the same group.
"""

import re

import pytest

from bot.nlu.needs import TOKEN
from tests.unit.nlu.patterns import patterns

MOST_WORDS = 4000


def repeated(tokens: list[str], at: int = 0) -> tuple[set[str], int, list[set[str]]]:
    """The words up to the bracket that closes, where to go on, and the words of every repeated group within."""
    branches: list[set[str]] = [{""}]
    groups: list[set[str]] = []
    while at < len(tokens):
        piece, at = tokens[at], at + 1
        if piece == ")":
            break
        if piece == "|":
            branches.append({""})
            continue
        words = {piece}
        if piece[0] == "(":
            inner, at, below = repeated(tokens, at)
            groups += below
            words = {""} if re.match(r"\(\?<?[=!]", piece) else inner
        elif piece[0] == "[":
            words = set(re.sub(r"\\d", "1", piece[1:-1])) if piece[1] != "^" else {"§"}
        elif piece[0] in "^$" or piece in (r"\b", r"\A", r"\Z"):
            words = {""}
        count = tokens[at] if at < len(tokens) and tokens[at][0] in "*+?{" else ""
        if count:
            at += 1
            if count[0] in "*+" and not count.endswith("+", 1) and piece[0] == "(":
                groups.append(words - {""})
            words = words | {""} if count[0] in "*?" or count[:2] in ("{0", "{,") else words
        branches[-1] = (
            {one + two for one in branches[-1] for two in words}
            if len(branches[-1]) * len(words) < MOST_WORDS
            else {"§"}
        )
    return set().union(*branches), at, groups


def made_of(word: str, words: set[str]) -> bool:
    """Whether a word is put together of two or more of the words."""
    reach = {0}
    for end in range(1, len(word) + 1):
        if any(word[start:end] in words and (start, end) != (0, len(word)) for start in reach if start < end):
            reach.add(end)
    return len(word) in reach


def ambiguous(pattern: str) -> list[str]:
    _, _, groups = repeated(TOKEN.findall(pattern))
    return [word for words in groups for word in sorted(words) if made_of(word, words)]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [("(?:行|吧|行吧)*x", ["行吧"]), ("(?:行吧?|嘛)*x", []), ("(?:回复?|复)+", ["回复"]), ("(?:a|b)*+ab", [])],
)
def test_what_counts_as_two_ways(pattern, words):
    assert ambiguous(pattern) == words


def test_repeated_groups_read_a_text_in_one_way():
    found = {one.pattern[:60]: words for one in patterns() if (words := ambiguous(one.pattern))}
    assert not found, "\n".join(f"{pattern}: {words[:10]}" for pattern, words in found.items())
