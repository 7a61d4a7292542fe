import pytest

from enrolment.page_targets import is_address, is_public


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_called(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "255.255.255.255", "224.0.0.1", "::1", "::", "fe80::1%eth0", "fd00::1",
        "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "localhost", "",
    ],
)  # fmt: skip
def test_others_are_not(address: str) -> None:
    assert not is_public(address)


def test_names_and_addresses_are_told_apart() -> None:
    assert is_address("[::1]")
    assert is_address("127.0.0.1")
    assert not is_address("pager.example")
