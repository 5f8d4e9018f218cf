"""What ElementTree reads of a message is what wechatpy would have read."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message

from channels.wechat_xml import MalformedXml, _content, _document, _root, read_fields

NAMES = st.sampled_from(["Content", "MsgId", "PicUrl", "Info", "item", "Count"])
TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="<>&\ufffe\uffff]"), max_size=12)
LEAVES = TEXTS.map(lambda text: f"<![CDATA[{text}]]>") | TEXTS


def written(elements: list[tuple[str, str]]) -> str:
    return "".join(f"<{name}>{inside}</{name}>" for name, inside in elements)


ELEMENTS = st.recursive(
    LEAVES, lambda inside: st.lists(st.tuples(NAMES, inside), max_size=4).map(written), max_leaves=8
)


@given(st.lists(st.tuples(NAMES, ELEMENTS), max_size=5))
def test_a_message_is_read_as_wechatpy_reads_it(elements: list[tuple[str, str]]) -> None:
    document = _document(f"<xml><MsgType><![CDATA[text]]></MsgType>{written(elements)}</xml>".encode())
    theirs: Any = parse_message(document)._data
    assert _content(_root(document), 0) == theirs


@pytest.mark.parametrize("document", ["<xml/>", "<xml>text</xml>", "<xml><A>1</A></xml>", "<xml><MsgType/></xml>"])
def test_a_document_without_a_kind_is_refused(document: str) -> None:
    with pytest.raises(MalformedXml, match="MsgType"):
        read_fields(document.encode())


def test_a_document_as_deep_as_the_limit_of_bytes_allows_is_refused() -> None:
    deep = "<xml><MsgType>text</MsgType>" + "<a>" * 100_000 + "</a>" * 100_000 + "</xml>"
    with pytest.raises(MalformedXml, match="层次"):
        read_fields(deep.encode())
