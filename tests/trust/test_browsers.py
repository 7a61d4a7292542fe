import pytest
from hypothesis import given
from hypothesis import strategies as st

from trust.browsers import kind_of

_APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
_BLINK = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0"
_PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)"
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (f"{_WINDOWS}; rv:133.0) Gecko/20100101 Firefox/133.0", ("Firefox", "Windows")),
        (f"{_WINDOWS}) {_BLINK} Safari/537.36 Edg/131.0.0.0", ("Edge", "Windows")),
        (f"{_PHONE} {_APPLE} Version/18.1 Mobile/15E148 Safari/604.1", ("Safari", "iPhone")),
        (f"{_PHONE} {_APPLE} CriOS/131.0 Mobile/15E148 Safari/604.1", ("Chrome", "iPhone")),
        (f"Mozilla/5.0 (Linux; Android 10; K) {_BLINK} Safari/537.36", ("Chrome", "Android")),
        ("curl/8.11.0", ("", "")),
    ],
)
def test_browser_and_system_are_named_as_people_do(line: str, kind: tuple[str, str]) -> None:
    assert kind_of(line) == kind


@given(st.text())
def test_nothing_of_the_line_itself_is_kept(line: str) -> None:
    assert all(len(name) < 20 and name.replace(" ", "").isalpha() for name in kind_of(line) if name)
