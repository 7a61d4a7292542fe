from pytest_django import Settings

from enrolment.checks import links_fit_a_text


def test_address_without_room_for_a_link_is_told(settings: Settings) -> None:
    settings.PUBLIC_BASE_URL = f"https://{'a' * 35}"
    assert links_fit_a_text(None) == []

    settings.PUBLIC_BASE_URL += "b"
    assert [found.id for found in links_fit_a_text(None)] == ["enrolment.W001"]
