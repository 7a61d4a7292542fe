"""The list of messages, out and in: filters and pages, newest first.

docs/messaging/api/message-resource, "Read multiple Message resources". `DateSent>` and `DateSent<`
include the day or instant they name; a text that has not left yet has no date and is in no list
that asks for one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from messaging.fakes.account import Account
from messaging.fakes.ledger import Ledger, Text
from messaging.fakes.twilio_shapes import message, page

_FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")
_TOKEN = "PA"
Test = Callable[[Text], bool]


@dataclass(frozen=True, slots=True)
class Books:
    """Texts to people, and texts from them: of these `to` is our number, `sender` the person's."""

    taken_on: Ledger
    arrived: Ledger

    def came_in(self, text: Text) -> bool:
        return self.arrived.by_sid(text.sid) is text


class BadFilter(ValueError):
    """A filter or page that can't be read."""


def listed(
    books: Books, account: Account, query: Mapping[str, str], *, now: float, lag: float
) -> bytes:
    """One page as JSON. `lag`: seconds before a text is listed at all. Raises BadFilter."""
    filters = {name: query[name] for name in _FILTERS if query.get(name)}
    size = _whole(query.get("PageSize", "50"), 1, 1000)
    number = _whole(query.get("Page", "0"), 0, 1_000_000)
    tests = _tests(filters, account, now)
    before = _before(query.get("PageToken", ""), books)
    skipped = 0 if query.get("PageToken") else number * size
    found: list[Text] = []
    for text in _newest_first(books, filters.get("To", "")):
        if _order(text) >= before or text.at > now - lag or not all(test(text) for test in tests):
            continue
        if skipped:
            skipped -= 1
            continue
        found.append(text)
        if len(found) > size:
            break
    shown, more = found[:size], len(found) > size
    return page(
        [
            message(text, account.sid, account.service_number, now, came_in=books.came_in(text))
            for text in shown
        ],
        account_sid=account.sid,
        filters=filters,
        number=number,
        size=size,
        following=_TOKEN + shown[-1].sid if more else None,
    )


def _newest_first(books: Books, to: str) -> list[Text]:
    texts = [*books.taken_on.texts(to), *books.arrived.texts(to)]
    return sorted(texts, key=_order, reverse=True)


def _order(text: Text) -> tuple[float, str]:
    return text.at, text.sid


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


def _before(token: str, books: Books) -> tuple[float, str]:
    if not token:
        return float("inf"), ""
    sid = token.removeprefix(_TOKEN)
    last = books.taken_on.by_sid(sid) or books.arrived.by_sid(sid)
    if last is None:
        raise BadFilter
    return _order(last)


def _whole(given: str, least: int, most: int) -> int:
    if not (given.isascii() and given.isdecimal() and len(given) < 8):
        raise BadFilter
    return min(max(int(given), least), most)
