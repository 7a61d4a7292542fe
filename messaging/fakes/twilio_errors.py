"""Twilio's error codes as its API answers them, and those a text fails with later.

From the pages twilio.com/docs/api/errors/<code>. The words are close to Twilio's, the codes are
what counts.
"""

import json
from typing import NamedTuple


class Refusal(NamedTuple):
    status: int
    message: str


#: In the answer to a create call: nothing was taken on.
REFUSALS = {
    20003: Refusal(401, "Authenticate"),
    20005: Refusal(401, "Account is not active"),
    20001: Refusal(400, "Unknown parameters"),
    20004: Refusal(405, "Method not allowed"),
    20404: Refusal(404, "The requested resource was not found"),
    20429: Refusal(429, "Too Many Requests"),
    20500: Refusal(500, "An internal server error has occurred"),
    20503: Refusal(503, "Service Unavailable"),
    21211: Refusal(400, "Invalid 'To' Phone Number: {to}"),
    21212: Refusal(400, "Invalid 'From' Phone Number: {sender}"),
    21408: Refusal(400, "Permission to send an SMS has not been enabled for the region of {to}"),
    21602: Refusal(400, "Message body is required."),
    21603: Refusal(400, "A 'From' phone number is required."),
    21604: Refusal(400, "A 'To' phone number is required."),
    21606: Refusal(400, "The 'From' phone number {sender} is not a valid, SMS-capable number"),
    21608: Refusal(400, "The number {to} is unverified."),
    21609: Refusal(400, "The StatusCallback URL is not a valid URL."),
    21610: Refusal(400, "Attempt to send to unsubscribed recipient"),
    21611: Refusal(429, "This 'From' number has exceeded the maximum number of queued messages"),
    21612: Refusal(400, "The combination of 'To' {to} and 'From' {sender} can't be used"),
    21614: Refusal(400, "'To' number is not a valid mobile number: {to}"),
    21617: Refusal(400, "The concatenated message body exceeds the 1600 character limit."),
    21624: Refusal(400, "Invalid validity period value"),
}

#: Taken on, and told in a report: whether as undelivered (it left) or failed (it never did).
LATER = {
    30001: "failed",
    30002: "failed",
    30003: "undelivered",
    30004: "undelivered",
    30005: "undelivered",
    30006: "undelivered",
    30007: "undelivered",
    30008: "undelivered",
    30034: "undelivered",
    30036: "failed",
    30500: "failed",
}


def error_body(code: int, to: str = "", sender: str = "") -> tuple[int, bytes]:
    """Status and JSON. Like Twilio's its words may quote the number: what stands here must never
    reach a log."""
    refusal = REFUSALS[code]
    content = {
        "code": code,
        "message": refusal.message.format(to=to, sender=sender),
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": refusal.status,
    }
    return refusal.status, json.dumps(content).encode()
