import pytest

from messaging.statements import blobs, flags, ids, quoted, rows, words

pytestmark = pytest.mark.django_db


def test_array_literals_are_read_as_they_were() -> None:
    texts = [
        "",
        "plain",
        'a "quoted" one',
        "back\\slash",
        "{a,b}",
        "NULL",
        "Ålesund 🎣",
        "two\nlines",
    ]
    contents = [b"", b"\x00\x01\xff", b"\\x"]
    values = {
        "ids": ids([1, -2]),
        "words": words(["a-b", "c_d"]),
        "texts": quoted(texts),
        "blobs": blobs(contents),
        "flags": flags([True, False]),
    }

    [found] = rows(
        "SELECT %(ids)s::bigint[], %(words)s::text[], %(texts)s::text[], %(blobs)s::bytea[],"
        " %(flags)s::bool[]",
        values,
    )

    assert found[:3] == ([1, -2], ["a-b", "c_d"], texts)
    assert [bytes(content) for content in found[3]] == contents
    assert found[4] == [True, False]


def test_empty_array_literals_are_empty_arrays() -> None:
    values = {"ids": ids([]), "texts": quoted([]), "blobs": blobs([])}

    [found] = rows("SELECT %(ids)s::bigint[], %(texts)s::text[], %(blobs)s::bytea[]", values)

    assert found == ([], [], [])
