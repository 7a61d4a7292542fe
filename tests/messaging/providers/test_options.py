from collections.abc import Callable

import pytest

from messaging.providers import options

WRONG: list[tuple[Callable[..., object], object, type[Exception]]] = [
    (options.text, 1, TypeError),
    (options.text, None, TypeError),
    (options.header, "", ValueError),
    (options.header, " invented", ValueError),
    (options.header, "in\nvented", ValueError),
    (options.header, "ïnvented", ValueError),
    (options.switch, "invented", TypeError),
    (options.switch, 1, TypeError),
    (options.secrets, "invented", TypeError),
    (options.secrets, ["invented", 1], TypeError),
    (options.secrets, ["invented", ""], ValueError),
    (options.server, "", ValueError),
    (options.server, "invented.example.org", ValueError),
    (options.server, "http://invented.example.org", ValueError),
    (options.server, "ftp://127.0.0.1", ValueError),
    (options.server, "https://", ValueError),
    (options.server, "https://[invented", ValueError),
    (options.server, "https://invented.example.org:0", ValueError),
    (options.server, "https://invented.example.org:port", ValueError),
    (options.server, "https://a:invented@example.org", ValueError),
    (options.server, "https://example.org/?key=invented", ValueError),
    (options.server, "https://example.org/#invented", ValueError),
    (options.server, "https://example.org/in vented", ValueError),
]


@pytest.mark.parametrize(("check", "value", "error"), WRONG)
def test_wrong_option_is_named_and_not_repeated(
    check: Callable[..., object], value: object, error: type[Exception]
) -> None:
    with pytest.raises(error, match=r"^an_option ") as raised:
        check("an_option", value)

    assert "vented" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_needed_text_is_not_blank() -> None:
    assert options.text("an_option", "") == ""
    with pytest.raises(ValueError, match="an_option is needed"):
        options.text("an_option", "", needed=True)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://example.org", "https://example.org"),
        ("https://example.org:8443/path/", "https://example.org:8443/path"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://localhost", "http://localhost"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_server_is_ready_for_a_path(given: str, expected: str) -> None:
    assert options.server("base_url", given) == expected


def test_secrets_come_as_given() -> None:
    assert options.secrets("webhook_secrets", ["new", "old"]) == ("new", "old")
    assert options.secrets("webhook_secrets", ()) == ()
