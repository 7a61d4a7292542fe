import pytest

from messaging.providers.generic_http_path import BadPath, Path, find, path, written

DOCUMENT = {"a": {"b": [{"c": 7}, [1, 2]]}, "$x-y": None, "0": "text"}


@pytest.mark.parametrize(
    ("source", "steps"),
    [
        ("", ()),
        ("a", ("a",)),
        ("a.b[0].c", ("a", "b", 0, "c")),
        ("[2].id", (2, "id")),
        ("a[0][12]", ("a", 0, 12)),
        ("$x-y.@type", ("$x-y", "@type")),
    ],
)
def test_path_is_read(source: str, steps: Path) -> None:
    assert path(source) == steps


@pytest.mark.parametrize(
    "source",
    [
        ".",
        "a.",
        ".a",
        "a..b",
        "a[",
        "a[]",
        "a[-1]",
        "a[*]",
        "a[12345]",
        "a['b']",
        "a b",
        "a[0]b",
        "a.[0]",
        "0",
        "å",
        "a\n",
        "a." * 200 + "a",
    ],
)
def test_path_of_another_form_is_refused(source: str) -> None:
    with pytest.raises(BadPath):
        path(source)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("a.b[0].c", 7),
        ("a.b[1][1]", 2),
        ("a.b[1][2]", None),
        ("a.b.c", None),
        ("a[0]", None),
        ("$x-y", None),
        ("$x-y.z", None),
        ("nowhere", None),
        ("", DOCUMENT),
    ],
)
def test_find_follows_the_path(source: str, value: object) -> None:
    assert find(DOCUMENT, path(source)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Hei\x00", "Hei"),
        ("\ud83d", "?"),
        (0, "0"),
        (-1.5, "-1.5"),
        (True, "true"),
        (False, "false"),
        (None, ""),
        ([], ""),
        ({"a": 1}, ""),
    ],
)
def test_written_is_a_text_that_can_be_kept(value: object, text: str) -> None:
    assert written(value) == text
