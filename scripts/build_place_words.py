"""Builds bot/data/places_{words,readings,sound_words,traditional}.txt: what the place finder reads and guards with.

Run by hand from the repository's root, never by the product (PYTHONPATH=. for our own modules):

    pip download --no-deps --no-binary :all: jieba==0.42.1 && tar xzf jieba-0.42.1.tar.gz
    pip install --target opencc opencc-python-reimplemented==0.1.7
    python scripts/build_place_words.py --jieba jieba-0.42.1/jieba/dict.txt \\
        --opencc opencc/opencc/dictionary/TSCharacters.txt

Needs pypinyin. Same input, same output, byte for byte.
"""

import argparse
import csv
import textwrap
from pathlib import Path
from typing import Final

from pypinyin import Style, lazy_pinyin

from bot.nlu.places_names import names
from bot.nlu.places_sound import heard_as

ROOT: Final = Path(__file__).resolve().parent.parent
OUT: Final = ROOT / "bot" / "data"
#: Occurrences in jieba's corpus below which a two-character word is too rare to weigh against a place.
COMMON: Final = 50
#: Occurrences up to which a word that sounds like a place may well be that place misspelt.
RARE: Final = 3
#: Tags of jieba's dictionary for people, bodies and other proper names, which stand on many a common word too.
PROPER: Final = ("ns", "nr", "nt", "nz")
VERY_COMMON: Final = 100


def main() -> None:
    """Write the four files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jieba", type=Path, required=True)
    parser.add_argument("--opencc", type=Path, required=True)
    arguments = parser.parse_args()
    _write_traditional(arguments.opencc)
    _write_words(arguments.jieba)
    _write_readings()
    _write_sound_words(arguments.jieba)


def _is_han(word: str) -> bool:
    return all("一" <= char <= "鿿" for char in word)


def _write_words(path: Path) -> None:
    places = names().by_word
    groups: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        word, count, tag = line.split(" ")
        least = VERY_COMMON if tag.startswith(PROPER) else COMMON
        proper = tag.startswith(PROPER) and (tag == "ns" or word in places)
        if len(word) == 2 and _is_han(word) and int(count) >= least and not proper:
            groups.setdefault(word[0], []).append(word[1])
    head = (
        "# Common two-character words: one line per first character, then every second character.",
        f"# From the dictionary of jieba 0.42.1 (MIT), words of at least {COMMON} occurrences, no names of places.",
        "# Built by scripts/build_place_words.py, not by hand.",
    )
    lines = (f"{first} {''.join(sorted(seconds))}" for first, seconds in sorted(groups.items()))
    (OUT / "places_words.txt").write_text("\n".join((*head, *lines)) + "\n", encoding="utf-8")


def _gb2312() -> set[str]:
    cells = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return {cell.decode("gb2312", errors="ignore") for cell in cells} - {""}


def _write_traditional(path: Path) -> None:
    groups: dict[str, str] = {}
    usual = _gb2312()
    for line in path.read_text(encoding="utf-8").splitlines():
        old, new = line.split("\t")
        simple = new.split(" ")[0]
        if simple in usual and simple != old and old not in usual and len(old) == 1:
            groups[simple] = groups.get(simple, "") + old
    head = (
        "# Each simplified character of GB 2312 with its traditional forms, one line per simplified character.",
        "# From OpenCC's TSCharacters (Apache-2.0). Built by scripts/build_place_words.py, not by hand.",
    )
    lines = (f"{simple} {old}" for simple, old in sorted(groups.items()))
    (OUT / "places_traditional.txt").write_text("\n".join((*head, *lines)) + "\n", encoding="utf-8")


def _write_readings() -> None:
    chars = _gb2312()
    with (ROOT / "matching" / "data" / "regions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.reader(line for line in file if not line.startswith(("#", "code"))):
            chars |= set(row[1])
    groups: dict[str, list[str]] = {}
    for char in sorted(chars):
        (syllable,) = lazy_pinyin(char, style=Style.NORMAL, v_to_u=False)
        groups.setdefault(syllable, []).append(char)
    head = (
        "# The usual reading of each character of GB 2312, without tones: one line per syllable.",
        "# From pypinyin (MIT). Built by scripts/build_place_words.py, not by hand.",
    )
    lines = (f"{syllable} {''.join(group)}" for syllable, group in sorted(groups.items()))
    (OUT / "places_readings.txt").write_text("\n".join((*head, *lines)) + "\n", encoding="utf-8")


def _write_sound_words(path: Path) -> None:
    """Words the finder would take for a misspelt place, if it did not know them: it is asked itself."""
    (OUT / "places_sound_words.txt").write_text("", encoding="utf-8")
    known = names().by_word
    found = [
        word
        for word, count, tag in (line.split(" ") for line in path.read_text(encoding="utf-8").splitlines())
        if 2 <= len(word) <= 4 and _is_han(word) and int(count) > RARE and tag != "ns"
        if word not in known and heard_as(word, after_parent=False)
    ]
    head = (
        "# Words that sound like a place and share a character with it, and are no misspelt places.",
        f"# From the dictionary of jieba 0.42.1 (MIT), words of more than {RARE} occurrences (rarer: misspelt places).",
        "# Built by scripts/build_place_words.py, not by hand.",
    )
    rows = textwrap.wrap(" ".join(sorted(found)), 110, break_long_words=False)
    (OUT / "places_sound_words.txt").write_text("\n".join((*head, *rows)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
