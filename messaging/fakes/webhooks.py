"""The fields of the vendor's two webhooks.

Reports: docs/messaging/guides/outbound-message-status-in-status-callbacks. Inbound texts:
docs/messaging/guides/webhook-request.
"""

import os

from messaging.fakes.account import Account
from messaging.fakes.ledger import Text
from messaging.segments import measure


def report(text: Text, status: str, account: Account) -> dict[str, str]:
    fields = {
        "AccountSid": account.sid,
        "ApiVersion": "2010-04-01",
        "From": text.sender or account.service_number,
        "MessageSid": text.sid,
        "MessageStatus": status,
        "SmsSid": text.sid,
        "SmsStatus": status,
        "To": text.to,
    }
    if text.service:
        fields["MessagingServiceSid"] = text.service
    if text.code and status in ("failed", "undelivered"):
        fields["ErrorCode"] = str(text.code)
    return fields


def inbound(
    account: Account, sender: str, to: str, body: str, *, sid: str = "", service: str = ""
) -> dict[str, str]:
    """`sid`: one that came before, for a duplicate. The places are blank, as they often are."""
    sid = sid or "SM" + os.urandom(16).hex()
    fields = {
        "AccountSid": account.sid,
        "ApiVersion": "2010-04-01",
        "Body": body,
        "From": sender,
        "FromCity": "",
        "FromCountry": "",
        "FromState": "",
        "FromZip": "",
        "MessageSid": sid,
        "NumMedia": "0",
        "NumSegments": str(measure(body).segments),
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": "received",
        "To": to,
    }
    return fields | ({"MessagingServiceSid": service} if service else {})
