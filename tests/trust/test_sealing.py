import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trust.sealing import SealBroken, Sealer, key_id_of, new_key

KEY = Sealer(7, b"k" * 32)
PLACE = "messaging_recipient.number"
places = st.from_regex(r"[a-z_]{1,20}\.[a-z_]{1,20}", fullmatch=True)
row_ids = st.integers(min_value=1, max_value=2**63 - 1)
texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


@given(place=places, row_id=row_ids, text=texts)
def test_seal_any_text_opens_to_the_same_text(place: str, row_id: int, text: str) -> None:
    assert KEY.unseal(place, row_id, KEY.seal(place, row_id, text)) == text


@given(text=texts, row_id=row_ids, other=row_ids)
def test_unseal_in_another_row_is_refused(text: str, row_id: int, other: int) -> None:
    assume(row_id != other)
    blob = KEY.seal(PLACE, row_id, text)

    with pytest.raises(SealBroken):
        KEY.unseal(PLACE, other, blob)


@given(text=texts, place=places, other=places)
def test_unseal_in_another_table_or_column_is_refused(text: str, place: str, other: str) -> None:
    assume(place != other)
    blob = KEY.seal(place, 1, text)

    with pytest.raises(SealBroken):
        KEY.unseal(other, 1, blob)


@given(text=texts, data=st.data())
def test_unseal_with_one_bit_flipped_is_refused(text: str, data: st.DataObject) -> None:
    blob = bytearray(KEY.seal(PLACE, 1, text))
    bit = data.draw(st.integers(min_value=0, max_value=len(blob) * 8 - 1))
    blob[bit // 8] ^= 1 << bit % 8

    with pytest.raises(SealBroken):
        KEY.unseal(PLACE, 1, bytes(blob))


@given(text=texts, data=st.data())
def test_unseal_cut_short_is_refused(text: str, data: st.DataObject) -> None:
    blob = KEY.seal(PLACE, 1, text)
    length = data.draw(st.integers(min_value=0, max_value=len(blob) - 1))

    with pytest.raises(SealBroken):
        KEY.unseal(PLACE, 1, blob[:length])


def test_unseal_under_another_key_with_the_same_id_is_refused() -> None:
    blob = KEY.seal(PLACE, 1, "a text")

    with pytest.raises(SealBroken):
        Sealer(7, new_key()).unseal(PLACE, 1, blob)


def test_seal_twice_gives_two_blobs_and_names_its_key() -> None:
    first, second = KEY.seal(PLACE, 1, "a text"), KEY.seal(PLACE, 1, "a text")

    assert first != second
    assert key_id_of(first) == 7


def test_blob_layout_is_the_documented_one() -> None:
    blob = KEY.seal(PLACE, 1, "12345")

    assert blob[:5] == b"\x01\x00\x00\x00\x07"
    assert len(blob) == 1 + 4 + 12 + 5 + 16


def test_sealer_with_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(1, b"short")


def test_sealer_repr_shows_no_key() -> None:
    assert repr(KEY) == "<Sealer key 7>"
