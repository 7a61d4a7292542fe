from enrolment.knocking import SECONDS, TRIES, Knocks, place_of


def test_tries_are_counted_by_address_and_forgotten_in_time() -> None:
    knocks = Knocks()
    for _ in range(TRIES):
        assert not knocks.are_too_many("192.0.2.1", 5.0)
        knocks.failed("192.0.2.1", 5.0)

    assert knocks.are_too_many("192.0.2.1", 5.0)
    assert not knocks.are_too_many("192.0.2.2", 5.0)
    assert not knocks.are_too_many("192.0.2.1", 5.0 + SECONDS)
    knocks.failed("192.0.2.1", 5.0 + SECONDS)
    assert not knocks.are_too_many("192.0.2.1", 5.0 + SECONDS)


def test_addresses_of_one_network_count_together() -> None:
    assert place_of("2001:db8::1") == place_of("2001:db8::ffff")
    assert place_of("2001:db8::1") != place_of("2001:db8:0:1::1")
    assert place_of("not an address") == ""


def test_memory_has_its_bounds() -> None:
    knocks = Knocks()
    for number in range(10_050):
        knocks.failed(f"10.{number >> 16}.{(number >> 8) & 255}.{number & 255}", 1.0)

    assert len(knocks._failed) == 10_000
