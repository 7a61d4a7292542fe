"""The list of messages: filters and pages, newest first.

docs/messaging/api/message-resource, "Read multiple Message resources". `DateSent>` and `DateSent<`
include the day or instant they name; a text that has not left yet has no date and is in no list
that asks for one.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from messaging.fakes.account import Account
from messaging.fakes.ledger import Ledger, Text
from messaging.fakes.twilio_shapes import message, page

_FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")
_TOKEN = "PA"
Test = Callable[[Text], bool]


class BadFilter(ValueError):
    """A filter or page that can't be read."""


def listed(
    ledger: Ledger, account: Account, query: Mapping[str, str], *, now: float, lag: float
) -> bytes:
    """One page as JSON. `lag`: seconds before a text is listed at all. Raises BadFilter."""
    filters = {name: query[name] for name in _FILTERS if query.get(name)}
    size = _whole(query.get("PageSize", "50"), 1, 1000)
    number = _whole(query.get("Page", "0"), 0, 1_000_000)
    candidates = ledger.texts(filters.get("To", ""))
    tests = _tests(filters, account, now)
    before = _before(query.get("PageToken", ""), ledger)
    skipped = 0 if query.get("PageToken") else number * size
    found: list[Text] = []
    for text in reversed(candidates):
        if text.place >= before or text.at > now - lag or not all(test(text) for test in tests):
            continue
        if skipped:
            skipped -= 1
            continue
        found.append(text)
        if len(found) > size:
            break
    shown, more = found[:size], len(found) > size
    return page(
        [message(text, account.sid, account.service_number, now) for text in shown],
        account_sid=account.sid,
        filters=filters,
        number=number,
        size=size,
        following=_TOKEN + shown[-1].sid if more else None,
    )


def _tests(filters: Mapping[str, str], account: Account, now: float) -> list[Test]:
    tests: list[Test] = []
    if sender := filters.get("From"):
        tests.append(lambda text: (text.sender or account.service_number) == sender)
    for name in _FILTERS[2:]:
        if name in filters:
            start, end = _span(filters[name])
            least = start if name != "DateSent<" else 0.0
            most = end if name != "DateSent>" else float("inf")
            tests.append(_within(least, most, now))
    return tests


def _within(least: float, most: float, now: float) -> Test:
    def test(text: Text) -> bool:
        left = text.sent_at <= now and text.status(now) != "failed"
        return left and least <= int(text.sent_at) < most

    return test


def _span(given: str) -> tuple[float, float]:
    """A whole day of GMT for a date, one second for an instant."""
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise BadFilter from None
    length = timedelta(days=1) if len(given) == len("2026-01-31") else timedelta(seconds=1)
    start = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return start.timestamp(), (start + length).timestamp()


def _before(token: str, ledger: Ledger) -> float:
    if not token:
        return float("inf")
    last = ledger.by_sid(token.removeprefix(_TOKEN))
    if last is None:
        raise BadFilter
    return last.place


def _whole(given: str, least: int, most: int) -> int:
    if not (given.isascii() and given.isdecimal() and len(given) < 8):
        raise BadFilter
    return min(max(int(given), least), most)
