"""Sealed fields: they open under their column and key only, and digests say nothing without the key."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.sealed import Keyring, SealError, Suite

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


@given(st.text(), st.sampled_from(Suite))
def test_what_is_sealed_opens(text: str, suite: Suite) -> None:
    keyring = Keyring([NEW], suite)
    sealed = keyring.seal("veteran.name", text)
    assert keyring.open("veteran.name", sealed) == text
    assert keyring.seal("veteran.name", text) != sealed


def test_a_value_moved_to_another_column_does_not_open() -> None:
    keyring = Keyring([NEW])
    with pytest.raises(SealError):
        keyring.open("veteran.phone", keyring.seal("veteran.name", "张测试"))


def test_after_rotation_old_values_open_and_search_still_finds_them() -> None:
    before, after = Keyring([OLD]), Keyring([NEW, OLD])
    assert after.open("veteran.name", before.seal("veteran.name", "张测试")) == "张测试"
    assert before.digest("veteran.name", "张测试") in after.digests("veteran.name", "张测试")
    assert after.digest("veteran.name", "张测试") != before.digest("veteran.name", "张测试")
    assert after.is_digest("veteran.name", "张测试", before.digest("veteran.name", "张测试"))
    assert not before.is_digest("veteran.name", "张测试", after.digest("veteran.name", "张测试"))
    with pytest.raises(SealError):
        before.open("veteran.name", after.seal("veteran.name", "张测试"))


def test_the_other_suite_opens_and_finds_what_one_has_sealed() -> None:
    aes, sm = Keyring([NEW]), Keyring([NEW], Suite.SM)
    for one, other in ((aes, sm), (sm, aes)):
        assert other.open("veteran.name", one.seal("veteran.name", "张测试")) == "张测试"
        assert one.digest("veteran.name", "张测试") in other.digests("veteran.name", "张测试")
        assert one.current_id != other.current_id


@pytest.mark.parametrize("suite", Suite)
def test_a_changed_byte_anywhere_is_noticed(suite: Suite) -> None:
    keyring = Keyring([NEW], suite)
    sealed = keyring.seal("veteran.name", "张测试")
    for place in range(len(sealed)):
        changed = bytes([*sealed[:place], sealed[place] ^ 1, *sealed[place + 1 :]])
        with pytest.raises(SealError):
            keyring.open("veteran.name", changed)
    for end in range(len(sealed)):
        with pytest.raises(SealError):
            keyring.open("veteran.name", sealed[:end])


def test_a_digest_says_under_which_key_and_fits_its_column() -> None:
    keyring = Keyring([NEW, OLD])
    digest = keyring.digest("veteran.name", "张测试")
    assert digest.startswith(keyring.current_id.hex()) and len(digest) == 64


def test_digests_differ_by_column_and_key() -> None:
    keyring = Keyring([NEW])
    assert keyring.digest("a", "1") != keyring.digest("b", "1") != Keyring([OLD]).digest("b", "1")


@pytest.mark.parametrize("text", ["", "x", base64.b64encode(b"short").decode()])
def test_a_bad_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Keyring.parse(text)
