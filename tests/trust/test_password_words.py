import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from trust.models import Organisation, User
from trust.password_words import is_made_of

WORDS = ["sendwell", "quit", "smoking", "brumunddal"]


def codes_of(password: str, user: User | None = None) -> list[str]:
    try:
        validate_password(password, user)
    except ValidationError as refused:
        return [one.code for one in refused.error_list]
    return []


@pytest.mark.parametrize(
    "password",
    [
        "sendwell2026!", "Sendwell-Sendwell", "quit smoking now", "QuitSmoking2026",
        "5endwe11-2026", "Passord-Passord", "qu1t.sm0k1ng", "slutte å røyke", "welcome-sendwell",
    ],
)  # fmt: skip
def test_password_of_the_houses_words_is_refused(password: str) -> None:
    assert "password_house_words" in codes_of(password)


@pytest.mark.parametrize(
    "password",
    ["four plain words here", "the ferry will not stop at noon", "correct horse battery staple"],
)
def test_password_of_other_words_is_taken_though_one_be_ours(password: str) -> None:
    assert codes_of(password) == []


def test_name_of_the_organisation_and_of_the_host_are_its_words(settings: Settings) -> None:
    settings.PUBLIC_BASE_URL = "https://texts.brumunddal.example"
    user = User(organisation=Organisation(name="Fjelltoppen Legesenter 24", slug="fjell24"))

    for password in ("Fjelltoppen-2026", "brumunddal texts 1", "legesenter.fjell24"):
        assert codes_of(password, user) == ["password_house_words"], password
    assert codes_of("Fjelltoppen-2026") == []


@given(st.text(alphabet="bdfhjpvxyz ", min_size=1))
def test_what_holds_none_of_the_words_is_never_refused(password: str) -> None:
    assert not is_made_of(password, WORDS)


@given(st.sampled_from(WORDS), st.text(alphabet="-. _2689", max_size=3))
def test_a_word_with_little_round_it_always_is(word: str, round_it: str) -> None:
    assert is_made_of(f"{round_it}{word.title()}", WORDS)
