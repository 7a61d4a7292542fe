"""Infobip's statuses and errors: what each means for the text, and for what comes after it.

Ids and names: infobip.com/docs/essentials/response-status-and-error-codes, sections "General status
codes" and "General error codes". The ids are the ones to go by: names have changed.
"""

from collections.abc import Mapping
from typing import NamedTuple

from messaging.providers.base import Advice, ReportStatus, SendOutcome


class Verdict(NamedTuple):
    outcome: SendOutcome
    word: str
    advice: Advice = Advice.NONE


_NO, _NOT_NOW = SendOutcome.REJECTED_PERMANENT, SendOutcome.REJECTED_RETRYABLE
#: Statuses of the groups UNDELIVERABLE and REJECTED, as they may stand in the answer to a call.
REFUSALS: Mapping[int, Verdict] = {
    6: Verdict(_NO, "REJECTED_NETWORK"),
    8: Verdict(_NO, "REJECTED_PREFIX_MISSING", Advice.BAD_NUMBER),
    # A country's register, lifted by the person there: no word to us.
    10: Verdict(_NO, "REJECTED_DND"),
    11: Verdict(_NOT_NOW, "REJECTED_SOURCE", Advice.STOP_SENDER),
    12: Verdict(_NOT_NOW, "REJECTED_NOT_ENOUGH_CREDITS", Advice.STOP_SENDER),
    13: Verdict(_NOT_NOW, "REJECTED_SENDER", Advice.STOP_SENDER),
    # On the account's blocklist, which holds who asked to be left alone.
    14: Verdict(_NO, "REJECTED_DESTINATION_BLOCKLISTED", Advice.OPTED_OUT),
    17: Verdict(_NOT_NOW, "REJECTED_PREPAID_PACKAGE_EXPIRED", Advice.STOP_SENDER),
    # A trial account, and about this one number; the sender's other texts go on.
    18: Verdict(_NOT_NOW, "REJECTED_DESTINATION_NOT_REGISTERED"),
    19: Verdict(_NOT_NOW, "REJECTED_ROUTE_NOT_AVAILABLE"),
    # The same text to the same number too often.
    20: Verdict(_NO, "REJECTED_FLOODING_FILTER"),
    21: Verdict(_NOT_NOW, "REJECTED_SYSTEM_ERROR"),
    # Our token was taken on before: by a call that nobody remembers.
    23: Verdict(SendOutcome.UNKNOWN, "REJECTED_DUPLICATE_MESSAGE_ID"),
    24: Verdict(_NO, "REJECTED_INVALID_UDH"),
    25: Verdict(_NO, "REJECTED_MESSAGE_TOO_LONG"),
    51: Verdict(_NO, "MISSING_TO", Advice.BAD_NUMBER),
    52: Verdict(_NO, "REJECTED_DESTINATION", Advice.BAD_NUMBER),
    100: Verdict(_NO, "UNDELIVERABLE_REJECTED_PLATFORM"),
}

#: groupId; PENDING (1) and ACCEPTED (0) say nothing new.
_GROUPS: Mapping[int, ReportStatus] = {
    2: ReportStatus.UNDELIVERED,
    3: ReportStatus.DELIVERED,
    4: ReportStatus.UNDELIVERED,
    5: ReportStatus.FAILED,
}
_GROUP_IDS = {
    "ACCEPTED": 0,
    "PENDING": 1,
    "UNDELIVERABLE": 2,
    "DELIVERED": 3,
    "EXPIRED": 4,
    "REJECTED": 5,
}
#: In the group DELIVERED, and yet not on a telephone: the operator has it.
_TO_OPERATOR = 2

#: Errors in reports, by name.
ERRORS: Mapping[str, Advice] = {
    "EC_UNKNOWN_SUBSCRIBER": Advice.BAD_NUMBER,
    "EC_UNIDENTIFIED_SUBSCRIBER": Advice.BAD_NUMBER,
    # A handset that is off: one strike, several make a case.
    "EC_ABSENT_SUBSCRIBER": Advice.BAD_NUMBER,
    "EC_ABSENT_SUBSCRIBER_SM": Advice.BAD_NUMBER,
    "EC_ILLEGAL_SUBSCRIBER": Advice.BAD_NUMBER,
    "EC_TELESERVICE_NOT_PROVISIONED": Advice.BAD_NUMBER,
    "EC_INVALID_DESTINATION_ADDRESS": Advice.BAD_NUMBER,
    "EC_DEST_ADDRESS_BLACKLISTED": Advice.OPTED_OUT,
}


def group_of(group_id: object, group_name: object) -> int:
    """-1 where neither can be read."""
    if isinstance(group_id, int) and not isinstance(group_id, bool):
        return group_id
    return _GROUP_IDS.get(group_name, -1) if isinstance(group_name, str) else -1


def report_status(group: int, status_id: object) -> ReportStatus | None:
    if group == 3 and status_id == _TO_OPERATOR:
        return ReportStatus.SENT
    return _GROUPS.get(group)
