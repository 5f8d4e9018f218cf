"""Places in messages: tables of invented messages, every division by its names, and the laws every answer keeps."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu import places_names
from bot.nlu.places import cue, find
from bot.nlu.places_names import How, short_forms
from matching.taxonomy import codes as words
from matching.taxonomy import regions

SAMPLES = Path(__file__).parent / "samples"
COUNTY = regions.get("510722")
NAMES = st.sampled_from(sorted(places_names.names().by_word))
FILLERS = st.sampled_from(["在", "的", "，", "想去", "人", "保安", "五千", " ", "\n", "路", "镇", "a", "不"])
PLACES = st.one_of(st.none(), st.sampled_from(regions.every()))


def lines(name):
    text = (SAMPLES / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def codes(text, **context):
    """One set of codes per place, several in a set where the name is ambiguous."""
    found = []
    for mention in find(text, **context):
        if mention.ambiguous:
            found.append({place.adcode for place in mention.candidates})
        else:
            found += [{place.adcode} for place in mention.places]
    return found


def test_the_data_files_have_no_faults():
    assert places_names.check() == []


@pytest.mark.parametrize("line", lines("places.txt"))
def test_places_of_a_message(line):
    text, wanted = line.split("|")
    assert codes(text) == [set(one.split("/")) for one in wanted.split()]


@pytest.mark.parametrize("text", lines("no_places.txt"))
def test_no_place_where_none_is_meant(text):
    assert find(text) == ()


def test_no_canonical_word_of_work_is_a_place():
    lists = (words.JOB_CATEGORIES, words.SKILLS, words.CERTIFICATES, words.MILITARY_TRADES, words.SHIFT_WISHES)
    frames = ("{}", "我会{}", "想干{}的活", "有{}，想找工作", "当过{}三年")
    texts = [frame.format(word) for group in lists for word in group for frame in frames]
    assert [text for text in texts if find(text)] == []


def test_every_division_is_found_by_its_full_path():
    missed = [place for place in regions.every() if codes("".join(place.path)) != [{place.adcode}]]
    assert missed == []


def test_every_short_form_is_found_after_its_parent():
    missed = []
    for place in regions.every():
        parent = regions.parent(place.adcode)
        above = short_forms(parent, regions.get(parent).name) if parent else ()
        for short in short_forms(place.adcode, place.name)[:1] if above else ():
            found = codes(f"{above[0]}{short}附近上班")
            if len(found) != 1 or place.adcode not in found[0]:
                missed.append(f"{above[0]}{short}")
    assert missed == []


@pytest.mark.parametrize(
    ("text", "county", "town"),
    [
        ("泾川县城关镇", "620821", "城关镇"),
        ("泾川城关镇找保安", "620821", "城关镇"),
        ("城关镇，泾川的", "620821", "城关镇"),
        ("绵阳-三台-芦溪", "510722", "芦溪镇"),
        ("在涪城区石塘街道住", "510703", "石塘街道"),
        ("小枧镇", "510704", "小枧镇"),
        ("河东区汤河镇", "371312", "汤河镇"),
        ("朝阳区酒仙桥街道附近", "110105", "酒仙桥街道"),
        ("理县上孟乡", "513222", "上孟乡"),
        ("富县张家湾镇", "610628", "张家湾镇"),
        ("老城区南关街道", "410302", "南关街道"),
    ],
)
def test_a_town_stands_for_its_county(text, county, town):
    (mention,) = find(text)
    assert mention.place.adcode == county
    assert mention.town == town


@pytest.mark.parametrize(
    ("text", "town"),
    [("潼川", "潼川镇"), ("住在新生镇", "新生镇"), ("我在潼川上班", "潼川镇"), ("城关镇", None)],
)
def test_towns_of_the_known_county(text, town):
    assert [mention.town for mention in find(text, known=COUNTY)] == ([town] if town else [])


def test_a_town_of_the_known_county_called_like_a_county_far_away_is_a_question():
    assert codes("我在芦溪", known=COUNTY) == [{"360323", "510722"}]
    assert codes("我在芦溪") == [{"360323"}]


def test_a_town_of_many_counties_says_nothing_alone():
    assert codes("城关镇") == []
    assert codes("城关镇", near=regions.get("620821")) == [{"620821"}]


def test_a_known_place_decides_among_namesakes_only_when_it_contains_one():
    assert codes("市中区", known=regions.get("511100")) == [{"511102"}]
    assert codes("市中区", near=regions.get("511124")) == [{"511102"}]
    assert len(codes("市中区", known=regions.get("620800"))[0]) == 4


def test_a_town_whose_name_begins_like_a_county_is_the_town_at_home():
    county = next(place for place in regions.every() if "西平乐乡" in regions.towns_of(place.adcode))
    assert codes("西平乐乡", near=county) == [{county.adcode}]
    assert codes("西平", near=county) != [{county.adcode}]


def test_what_is_known_never_overrides_what_is_said():
    assert codes("想去成都武侯", known=COUNTY) == [{"510107"}]


@pytest.mark.parametrize(
    ("text", "code", "outside"),
    [
        ("本县就行", "510722", False),
        ("县城里找", "510722", False),
        ("本市都可以", "510700", False),
        ("省内都行", "510000", False),
        ("不去省外", "510000", True),
        ("外省也行", "510000", True),
    ],
)
def test_words_that_need_to_know_where_the_speaker_is(text, code, outside):
    (mention,) = find(text, known=COUNTY)
    assert (mention.place.adcode, mention.outside, mention.how) == (code, outside, How.RELATIVE)
    assert find(text) == ()


@pytest.mark.parametrize(
    ("text", "code", "outside"),
    [
        ("在渝工作", "500000", False),
        ("川内都行", "510000", False),
        ("不想出川", "510000", True),
        ("回黔", "520000", False),
    ],
)
def test_provinces_by_their_letter(text, code, outside):
    (mention,) = find(text)
    assert (mention.place.adcode, mention.outside) == (code, outside)


@pytest.mark.parametrize(
    ("text", "code"),
    [("富裕", "230227"), ("资源", "450329"), ("公安", "421022"), ("自供", "510300"), ("在合作", "623001")],
)
def test_everyday_words_are_places_when_the_bot_asked_where(text, code):
    assert find(text) == ()
    assert codes(text, asked=True) == [{code}]


@pytest.mark.parametrize("text", ["黄普", "黄埔", "市中区", "鼓楼区", "江北区"])
def test_a_tie_is_a_question_never_a_pick(text):
    (mention,) = find(text)
    if text == "黄埔":
        assert mention.place.adcode == "440112"
    else:
        assert mention.place is None
        assert len(mention.candidates) > 1


def test_an_area_means_all_its_places():
    (mention,) = find("川渝都行")
    assert [place.name for place in mention.places] == ["四川省", "重庆市"]
    assert mention.place is None
    assert mention.how is How.AREA


def test_spans_are_those_of_the_text_as_sent():
    text = "想去 绵 阳涪成，不去ＣＨＥＮＧＤＵ"
    mentions = find(text)
    assert [mention.words for mention in mentions] == ["绵 阳涪成", "ＣＨＥＮＧＤＵ"]
    assert [text[mention.start : mention.end] for mention in mentions] == [mention.words for mention in mentions]
    assert cue(text, mentions[1]) == ("不去", "")
    assert mentions[0].confidence < 0.95 <= find("绵阳涪城")[0].confidence


@given(st.text(max_size=200), PLACES, st.booleans())
def test_any_text_gives_valid_spans(text, known, asked):
    check_laws(text, known, asked)


@given(st.lists(st.one_of(NAMES, FILLERS), max_size=12), PLACES, st.booleans())
def test_any_heap_of_names_gives_valid_spans(parts, known, asked):
    check_laws("".join(parts), known, asked)


def check_laws(text, known, asked):
    mentions = find(text, near=COUNTY, known=known, asked=asked)
    for mention in mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.words
        assert mention.candidates
        assert 0 < mention.confidence <= 1
        assert all(regions.get(place.adcode) == place for place in mention.candidates)
    for before, after in pairwise(mentions):
        assert before.end <= after.start
