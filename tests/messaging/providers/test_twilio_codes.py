from datetime import timedelta

import pytest

from messaging.providers.base import Advice, SendOutcome
from messaging.providers.twilio_codes import CODES, advice, read_code, verdict

RETRYABLE = SendOutcome.REJECTED_RETRYABLE
PERMANENT = SendOutcome.REJECTED_PERMANENT


@pytest.mark.parametrize("code", [20003, 20005, 21606, 21603, 21659, 21660])
def test_verdict_text_waits_while_account_or_sender_is_wrong(code: int) -> None:
    assert verdict(400, code) == (RETRYABLE, Advice.STOP_SENDER, None)


@pytest.mark.parametrize("code", [21211, 21217, 21614])
def test_verdict_bad_number_is_final(code: int) -> None:
    assert verdict(400, code) == (PERMANENT, Advice.BAD_NUMBER, None)


def test_verdict_opted_out_at_twilio_is_final() -> None:
    assert verdict(400, 21610) == (PERMANENT, Advice.OPTED_OUT, None)


@pytest.mark.parametrize("code", [21617, 21602])
def test_verdict_content_is_final_without_blame_on_the_number(code: int) -> None:
    assert verdict(400, code) == (PERMANENT, Advice.NONE, None)


@pytest.mark.parametrize("code", [21611, 30001])
def test_verdict_full_queue_waits_long(code: int) -> None:
    assert verdict(400, code) == (RETRYABLE, Advice.SLOW_DOWN, timedelta(hours=1))


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
@pytest.mark.parametrize("code", [0, 20500, 20429, 21211])
def test_verdict_server_error_is_open_whatever_its_code(status: int, code: int) -> None:
    assert verdict(status, code).outcome is SendOutcome.UNKNOWN


def test_verdict_internal_error_is_open_under_any_status() -> None:
    assert verdict(400, 20500).outcome is SendOutcome.UNKNOWN
    assert verdict(408, 0).outcome is SendOutcome.UNKNOWN


@pytest.mark.parametrize("status", [301, 302, 307, 308, 401, 403, 404, 405])
def test_verdict_wrong_place_stops_the_sender(status: int) -> None:
    assert verdict(status, 0) == (RETRYABLE, Advice.STOP_SENDER, None)
    assert verdict(status, 29999) == (RETRYABLE, Advice.STOP_SENDER, None)


def test_verdict_throttle_without_a_code_slows_down() -> None:
    assert verdict(429, 0) == (RETRYABLE, Advice.SLOW_DOWN, None)
    assert verdict(429, 29999) == (RETRYABLE, Advice.SLOW_DOWN, None)


def test_verdict_other_refusal_is_final() -> None:
    assert verdict(400, 0) == (PERMANENT, Advice.NONE, None)
    assert verdict(422, 29999) == (PERMANENT, Advice.NONE, None)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (30002, Advice.STOP_SENDER),
        (30003, Advice.BAD_NUMBER),
        (30004, Advice.NONE),
        (30005, Advice.BAD_NUMBER),
        (30006, Advice.BAD_NUMBER),
        (30007, Advice.NONE),
        (30010, Advice.STOP_SENDER),
        (30034, Advice.STOP_SENDER),
        (30036, Advice.NONE),
        (21610, Advice.OPTED_OUT),
        (21211, Advice.BAD_NUMBER),
        (29999, Advice.NONE),
        (0, Advice.NONE),
    ],
)
def test_advice_of_a_status_callback(code: int, expected: Advice) -> None:
    assert advice(code) is expected


def test_codes_can_all_be_read() -> None:
    assert all(read_code(code) == code == read_code(str(code)) for code in CODES)


@pytest.mark.parametrize(
    "value",
    [None, "", "0", 0, -1, "2161", "216100", 216100, "2161a", "²1610", [], {}, True, 1.5, "21610 "],
)
def test_read_code_of_anything_else_is_none(value: object) -> None:
    assert read_code(value) == 0
