"""What Infobip calls us with."""

import base64
from typing import Any

import pytest

from messaging.providers.base import Advice, DeliveryReport, ReportStatus
from messaging.providers.infobip import Infobip
from messaging.providers.webhook import Malformed
from tests.messaging.providers.case import BODY, TOKEN
from tests.messaging.providers.case_infobip import (
    INBOUND_URL,
    LOGIN,
    NO_ERROR,
    SECRET,
    TO_HANDSET,
    call,
    inbound,
    made,
    receipt,
    report,
    text,
)

ANYWHERE = "https://abcde.api.example.org"
DELIVERED = DeliveryReport(ReportStatus.DELIVERED, TOKEN, TOKEN)


def test_verify_takes_a_login_or_the_secret() -> None:
    basic = "Basic " + base64.b64encode(LOGIN.encode()).decode()
    with_login = call(INBOUND_URL, {}, key="", headers={"authorization": basic})
    lower = call(INBOUND_URL, {}, key="", headers={"authorization": basic.replace("B", "b", 1)})
    with_secret = call(INBOUND_URL, {}, key=SECRET)

    assert all(made(ANYWHERE).verify(each) for each in (with_login, lower, with_secret))
    neither = Infobip(base_url=ANYWHERE, api_key="invented")
    assert not any(neither.verify(each) for each in (with_login, lower, with_secret))


def test_parse_inbound_reads_several_and_all_of_each() -> None:
    request = inbound(text(), text(messageId="2", text="QUIT now", cleanText="now", keyword="QUIT"))

    first, second = made(ANYWHERE).parse_inbound(request)

    assert (first.body, second.body) == (BODY, "QUIT now")


def test_parse_inbound_hears_a_stop_beside_what_makes_no_sense() -> None:
    request = inbound(text(text=None), text(text="STOP"), text(from_="  "), text(messageId=7))

    [heard] = made(ANYWHERE).parse_inbound(request)

    assert heard.body == "STOP"


@pytest.mark.parametrize(
    ("name", "value"), [("text", None), ("from_", 447700900123), ("messageId", ""), ("from_", "")]
)
def test_parse_inbound_says_what_is_missing(name: str, value: Any) -> None:
    with pytest.raises(Malformed, match=f"^{name.rstrip('_')}$"):
        made(ANYWHERE).parse_inbound(inbound(text(**{name: value})))


@pytest.mark.parametrize("content", [None, [], {}, {"results": None}, {"results": ["text"]}])
def test_parse_of_anything_but_results_is_malformed(content: Any) -> None:
    with pytest.raises(Malformed, match=r"^results$"):
        made(ANYWHERE).parse_inbound(call(INBOUND_URL, content))


def test_parse_inbound_keeps_what_can_be_kept() -> None:
    [found] = made(ANYWHERE).parse_inbound(inbound(text(text="a\x00b\ud800c😀")))

    assert found.body == "ab?c😀"


def test_parse_receipts_reads_a_hundred_at_the_accounts_address() -> None:
    reports = [report(messageId=f"token-{place}") for place in range(100)]
    request = receipt(*reports, key=SECRET, token="")

    found = made(ANYWHERE).parse_receipts(request)

    assert [each.token for each in found] == [f"token-{place}" for place in range(100)]


def test_parse_receipts_at_an_attempts_address_reads_of_that_attempt_alone() -> None:
    request = receipt(report(messageId="another"), report())

    assert made(ANYWHERE).parse_receipts(request) == [DELIVERED]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"groupId": 3, "id": 2, "name": "DELIVERED_TO_OPERATOR"}, ReportStatus.SENT),
        (TO_HANDSET, ReportStatus.DELIVERED),
        ({"groupName": "DELIVERED"}, ReportStatus.DELIVERED),
    ],
)
def test_parse_receipts_of_a_text_on_its_way(
    status: dict[str, Any], expected: ReportStatus
) -> None:
    [found] = made(ANYWHERE).parse_receipts(receipt(report(status=status)))

    assert found == DeliveryReport(expected, TOKEN, TOKEN)


@pytest.mark.parametrize("group", [0, 1, 9, None, "1"])
def test_parse_receipts_leaves_out_what_says_nothing(group: Any) -> None:
    status = {"groupId": group, "groupName": "NOVEL", "id": 26, "name": "PENDING_ACCEPTED"}

    assert made(ANYWHERE).parse_receipts(receipt(report(status=status))) == []


@pytest.mark.parametrize(
    ("group", "status_id", "error", "expected"),
    [
        (2, 9, "EC_ABSENT_SUBSCRIBER", (ReportStatus.UNDELIVERED, Advice.BAD_NUMBER)),
        (2, 9, "EC_UNKNOWN_SUBSCRIBER", (ReportStatus.UNDELIVERED, Advice.BAD_NUMBER)),
        (4, 15, "EC_NOVEL", (ReportStatus.UNDELIVERED, Advice.NONE)),
        (5, 13, "EC_DEST_ADDRESS_BLACKLISTED", (ReportStatus.FAILED, Advice.OPTED_OUT)),
    ],
)
def test_parse_receipts_of_a_text_that_did_not_arrive(
    group: int, status_id: int, error: str, expected: tuple[ReportStatus, Advice]
) -> None:
    status = {"groupId": group, "id": status_id, "name": "SOMETHING"}
    request = receipt(report(status=status, error=NO_ERROR | {"name": error}))

    [found] = made(ANYWHERE).parse_receipts(request)

    assert (found.status, found.advice) == expected
    assert found.error_code == error


@pytest.mark.parametrize("error", [NO_ERROR, None, {}, {"name": "not a name"}, {"name": None}])
def test_parse_receipts_takes_the_status_where_the_error_says_nothing(error: Any) -> None:
    blocked = {"groupId": 5, "id": 14, "name": "REJECTED_DESTINATION"}
    novel = {"groupId": 5, "id": 99, "name": "REJECTED_NOVEL"}
    nameless = {"groupId": 5, "id": None, "name": "447700900123 is bad"}
    request = receipt(*(report(status=each, error=error) for each in (blocked, novel, nameless)))

    found = made(ANYWHERE).parse_receipts(request)

    assert [(each.error_code, each.advice) for each in found] == [
        ("REJECTED_DESTINATION_BLOCKLISTED", Advice.OPTED_OUT),
        ("REJECTED_NOVEL", Advice.NONE),
        ("", Advice.NONE),
    ]
