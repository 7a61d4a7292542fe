import pytest

from enrolment.courtesies import is_courtesy


@pytest.mark.parametrize(
    "text", ["Thanks!", "ok 👍", "👍🏽", "🙏 ❤️", "Tusen takk!!", "Merci", "شكراً"]
)
def test_thanks_want_no_answer(text: str) -> None:
    assert is_courtesy(text)


@pytest.mark.parametrize(
    "text", ["", "   ", "😢", "💔", "thanks for nothing", "ok but I smoked", "no"]
)
def test_anything_more_than_thanks_is_read(text: str) -> None:
    assert not is_courtesy(text)
