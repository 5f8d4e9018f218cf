"""Places in messages: the basic cases and the laws every answer keeps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu import places_names
from bot.nlu.places import find
from matching.taxonomy import regions


def codes(text, **context):
    return [sorted(place.adcode for place in mention.candidates) for mention in find(text, **context)]


def test_the_data_files_have_no_faults():
    assert places_names.check() == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("在泾川找个活", "620821"),
        ("绵阳涪城", "510703"),
        ("四川省绵阳市涪城区临园路上班", "510703"),
        ("乐山市中区", "511102"),
        ("成都双流区", "510116"),
        ("伊犁也行", "654000"),
        ("去恩施", "422800"),
        ("青岛西海岸", "370211"),
        ("安县那边", "510705"),
        ("郫县", "510117"),
        ("径川", "620821"),
        ("兰洲", "620100"),
        ("石加庄", "130100"),
        ("葫芦到", "211400"),
        ("乌鲁木其", "650100"),
        ("伊梨", "654000"),
        ("棉阳涪成", "510703"),
        ("廣東省廣州市", "440100"),
        ("ＭＩＡＮＹＡＮＧ", "510700"),
        ("绵 阳", "510700"),
    ],
)
def test_one_place(text, code):
    assert codes(text) == [[code]]


@pytest.mark.parametrize("text", ["市中区", "鼓楼区", "和平区", "朝阳区", "黄普"])
def test_a_name_of_several_places_is_a_question(text):
    (mention,) = find(text)
    assert mention.ambiguous is not None
    assert len(mention.candidates) > 1


def test_a_known_place_decides_among_namesakes_only_when_it_contains_one():
    assert codes("市中区", known=regions.get("511100")) == [["511102"]]
    assert len(codes("市中区", known=regions.get("620800"))[0]) > 1


@pytest.mark.parametrize(
    "text",
    ["我会开车，做保安也行", "平安是福", "公安局的", "人力资源", "在合作社干过", "解放前", "工资高平时不忙"],
)
def test_no_place_where_none_is_meant(text):
    assert codes(text) == []


@given(st.text(max_size=200))
def test_any_text_gives_valid_spans(text):
    for mention in find(text):
        assert 0 <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.words
        assert mention.candidates
        assert 0 < mention.confidence <= 1
